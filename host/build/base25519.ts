// Prints assembly/crypto/base25519.ts: the constants of edwards25519 and the odd multiples of its base point.
// Run by hand after a change (node dist/host/build/base25519.js > assembly/crypto/base25519.ts); a test compares.
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { inverse, modulo, power } from "./modular.js";
import { filled } from "./source-text.js";

const P = 2n ** 255n - 19n; // RFC 8032, 5.1
const SMALL_ENTRIES = 8;
const FAST_ENTRIES = 32;

/** Extended coordinates (RFC 8032, 5.1.4): x = X/Z, y = Y/Z, x * y = T/Z. */
type Point = readonly [X: bigint, Y: bigint, Z: bigint, T: bigint];

const D = mod(-121665n * inverse(121666n, P)); // RFC 8032, 5.1
const SQRT_MINUS_ONE = power(2n, (P - 1n) / 4n, P); // RFC 8032, 5.1.3
// RFC 8032, 5.1: the base point B.
const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;

function mod(value: bigint): bigint {
  return modulo(value, P);
}

/** RFC 8032, 5.1.4; complete, so it doubles too. */
function add(p: Point, q: Point): Point {
  const a = (p[1] - p[0]) * (q[1] - q[0]);
  const b = (p[1] + p[0]) * (q[1] + q[0]);
  const c = p[3] * 2n * D * q[3];
  const d = p[2] * 2n * q[2];
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

/** Ten limbs of 26, 25, 26 … bits, low first. */
function limbs(value: bigint): bigint[] {
  const out: bigint[] = [];
  let rest = mod(value);
  for (let limb = 0; limb < 10; limb++) {
    const width = BigInt(26 - (limb % 2));
    out.push(rest % 2n ** width);
    rest >>= width;
  }
  return out;
}

/** One constant of a single element. */
function constant(name: string, value: bigint): string {
  return `export const ${name}: usize = memory.data<i32>([\n${filled(limbs(value), "  ")}\n]);\n`;
}

/** Limbs of (y + x, y - x, 2dxy) for B, 3B, 5B … */
function baseTable(entries: number): bigint[] {
  const base: Point = [BASE_X, BASE_Y, 1n, mod(BASE_X * BASE_Y)];
  const twice = add(base, base);
  const numbers: bigint[] = [];
  for (let entry = 0, point = base; entry < entries; entry++, point = add(point, twice)) {
    const scale = inverse(point[2], P);
    const [x, y] = [mod(point[0] * scale), mod(point[1] * scale)];
    numbers.push(...limbs(y + x), ...limbs(y - x), ...limbs(2n * D * x * y));
  }
  return numbers;
}

/**
 * Builds the text of assembly/crypto/base25519.ts.
 * @returns the whole file, as Prettier formats it
 */
export function base25519Source(): string {
  return [
    "// Constants of edwards25519 (RFC 8032, 5.1) as field elements of ten limbs; no code.",
    "// Printed by host/build/base25519.ts; edit that instead.\n",
    "/** d of the curve equation. */",
    constant("CURVE_D", D),
    "/** 2d. */",
    constant("CURVE_D2", 2n * D),
    "/** A square root of -1. */",
    constant("SQRT_MINUS_ONE", SQRT_MINUS_ONE),
    "/** Width of the signed window over S; the table holds 2^(width - 2) points. */",
    "export const BASE_WINDOW: u32 = ASC_SHRINK_LEVEL > 0 ? 5 : 7;\n",
    "// Odd multiples B, 3B, 5B … of the base point, each as y + x, y - x, 2dxy. One expression: of two named constants,",
    "// both would be built into either module.",
    "export const BASE_TABLE: usize =",
    "  ASC_SHRINK_LEVEL > 0",
    "    ? memory.data<i32>([",
    filled(baseTable(SMALL_ENTRIES), " ".repeat(8)),
    "      ])",
    "    : memory.data<i32>([",
    filled(baseTable(FAST_ENTRIES), " ".repeat(8)),
    "      ]);",
    "",
  ].join("\n");
}

if (argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(base25519Source());
