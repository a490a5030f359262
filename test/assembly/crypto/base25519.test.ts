// The committed constants of edwards25519 against their generator and against the curve itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { base25519Source } from "../../../host/build/base25519.js";
import { BASE, D, P, add, isOnCurve, mod } from "./edwards.js";
import { BUILDS } from "./module.js";

const text = readFileSync(join(import.meta.dirname, "../../../assembly/crypto/base25519.ts"), "utf8");

function limbsIn(list: string | undefined): bigint[] {
  if (list === undefined) throw new Error("no such constant");
  return [...list.matchAll(/\d+/g)].map(([digits]) => BigInt(digits));
}

/** The field elements that a list of limbs in the file's text holds, ten limbs each. */
function elementsIn(list: string | undefined): bigint[] {
  const limbs = limbsIn(list);
  const values: bigint[] = [];
  for (let at = 0; at < limbs.length; at += 10) {
    // Limb i stands for 2^ceil(25.5 i).
    values.push(
      limbs.slice(at, at + 10).reduce((sum, limb, i) => sum + (limb << BigInt(Math.ceil(25.5 * i))), 0n),
    );
  }
  return values;
}

const elements = (name: string): bigint[] =>
  elementsIn(new RegExp(`const ${name}: usize = memory\\.data<i32>\\(\\[([^\\]]*)\\]\\)`).exec(text)?.[1]);

/** The base point's tables: the small build's, then the fast one's. */
const tables = (
  /const BASE_TABLE: usize =\s+ASC_SHRINK_LEVEL > 0\s+\? [^[]*\[([^\]]*)\][^[]*\[([^\]]*)\]/.exec(text) ?? []
).slice(1);

describe("the constants of edwards25519", () => {
  it("are what the generator prints", () => {
    expect(text).toBe(base25519Source());
  });

  it("are d, 2d and a root of -1", () => {
    expect(elements("CURVE_D")).toEqual([D]);
    expect(elements("CURVE_D2")).toEqual([mod(2n * D)]);
    const [root] = elements("SQRT_MINUS_ONE");
    expect(mod(root! * root!)).toBe(P - 1n);
  });

  it.each([
    ["small", 0, 8],
    ["fast", 1, 32],
  ])("hold the odd multiples of B in the %s build's table", (_, index, entries) => {
    const values = elementsIn(tables[index]);
    expect(values).toHaveLength(3 * entries);
    const twice = add(BASE, BASE);
    let point = BASE;
    for (let at = 0; at < values.length; at += 3, point = add(point, twice)) {
      const { x, y } = point;
      expect(isOnCurve(point)).toBe(true);
      expect(values.slice(at, at + 3)).toEqual([mod(y + x), mod(y - x), mod(2n * D * x * y)]);
    }
  });

  it.each(BUILDS)("stand in %s without the other build's table", (build) => {
    const wasm = readFileSync(join(import.meta.dirname, `../../../dist/wasm/${build}.wasm`));
    const isSmall = build === "crypto-small";
    // What only the fast table has: its entries from 17B on.
    const last = Buffer.alloc(40);
    limbsIn(tables[1])
      .slice(-10)
      .forEach((limb, index) => last.writeInt32LE(Number(limb), 4 * index));
    expect(wasm.includes(last)).toBe(!isSmall);
    // And what both have, the small module once only: its first entry.
    const first = Buffer.alloc(40);
    limbsIn(tables[0])
      .slice(0, 10)
      .forEach((limb, index) => first.writeInt32LE(Number(limb), 4 * index));
    expect(wasm.indexOf(first)).toBeGreaterThan(0);
    expect(wasm.indexOf(first)).toBe(wasm.lastIndexOf(first));
  });
});
