// The committed constants of edwards25519 against their generator and against the curve itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { base25519Source } from "../../../host/build/base25519.js";
import { BASE, D, P, add, isOnCurve, mod } from "./edwards.js";

const text = readFileSync(join(import.meta.dirname, "../../../assembly/crypto/base25519.ts"), "utf8");

/** The field elements that a constant of the file lists, ten limbs each. */
function elements(name: string): bigint[] {
  const list = new RegExp(`const ${name}: usize = memory\\.data<i32>\\(\\[([^\\]]*)\\]\\)`).exec(text)?.[1];
  if (list === undefined) throw new Error(`no constant ${name}`);
  const limbs = [...list.matchAll(/\d+/g)].map(([digits]) => BigInt(digits));
  const values: bigint[] = [];
  for (let at = 0; at < limbs.length; at += 10) {
    // Limb i stands for 2^ceil(25.5 i).
    values.push(
      limbs.slice(at, at + 10).reduce((sum, limb, i) => sum + (limb << BigInt(Math.ceil(25.5 * i))), 0n),
    );
  }
  return values;
}

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
    ["SMALL_TABLE", 8],
    ["FAST_TABLE", 32],
  ])("hold the odd multiples of B in %s", (name, entries) => {
    const values = elements(name);
    expect(values).toHaveLength(3 * entries);
    const twice = add(BASE, BASE);
    let point = BASE;
    for (let at = 0; at < values.length; at += 3, point = add(point, twice)) {
      const { x, y } = point;
      expect(isOnCurve(point)).toBe(true);
      expect(values.slice(at, at + 3)).toEqual([mod(y + x), mod(y - x), mod(2n * D * x * y)]);
    }
  });
});
