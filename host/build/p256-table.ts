// Prints assembly/crypto/p256-table.ts: the odd multiples of P-256's base point. Never runs in a build.
// Run by hand after a change (node dist/host/build/p256-table.js > assembly/crypto/p256-table.ts); a test compares.
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { inverse, modulo } from "./modular.js";
import { filled } from "./source-text.js";

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n; // SP 800-186, 3.2.1.3
const R = 2n ** 261n; // Montgomery form, assembly/crypto/p256-field.ts
const SMALL_ENTRIES = 4;
const FAST_ENTRIES = 64;

type Point = readonly [x: bigint, y: bigint];

// SP 800-186, 3.2.1.3: the base point G.
const BASE: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

function mod(value: bigint): bigint {
  return modulo(value, P);
}

/** p + q, by chord and tangent; neither infinity nor each other's negative. */
function add(p: Point, q: Point): Point {
  const slope =
    p[0] === q[0]
      ? mod((3n * p[0] * p[0] - 3n) * inverse(2n * p[1], P))
      : mod((q[1] - p[1]) * inverse(q[0] - p[0], P));
  const x = mod(slope * slope - p[0] - q[0]);
  return [x, mod(slope * (p[0] - x) - p[1])];
}

/** Nine limbs of 29 bits of the Montgomery form, low first. */
function limbs(value: bigint): bigint[] {
  const form = mod(value * R);
  return Array.from({ length: 9 }, (_, limb) => (form >> BigInt(29 * limb)) % 2n ** 29n);
}

/** Limbs of x and 2y for G, 3G, 5G … */
function multiples(entries: number): bigint[] {
  const twice = add(BASE, BASE);
  const numbers: bigint[] = [];
  for (let entry = 0, point = BASE; entry < entries; entry++, point = add(point, twice)) {
    numbers.push(...limbs(point[0]), ...limbs(2n * point[1]));
  }
  return numbers;
}

/**
 * Builds the text of assembly/crypto/p256-table.ts.
 * @returns the whole file, as Prettier formats it
 */
export function p256TableSource(): string {
  return [
    "// Odd multiples G, 3G, 5G … of P-256's base point (SP 800-186, 3.2.1.3), each as x and 2y, nine limbs of 29 bits each,",
    "// in Montgomery form (p256-field.ts); no code. Printed by host/build/p256-table.ts; edit that instead.\n",
    "/** Size of an entry in bytes: its limbs are u32. */",
    "export const GENERATOR_ENTRY_SIZE: u32 = 72;\n",
    "/** Width of the signed window over the base point's multiple; the table holds 2^(width - 2) points. */",
    "export const GENERATOR_WINDOW: u32 = ASC_SHRINK_LEVEL > 0 ? 4 : 8;\n",
    "// One expression: of two named constants, both would be built into either module.",
    "export const GENERATOR_TABLE: usize =",
    "  ASC_SHRINK_LEVEL > 0",
    "    ? memory.data<u32>([",
    filled(multiples(SMALL_ENTRIES), " ".repeat(8)),
    "      ])",
    "    : memory.data<u32>([",
    filled(multiples(FAST_ENTRIES), " ".repeat(8)),
    "      ]);",
    "",
  ].join("\n");
}

if (argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(p256TableSource());
