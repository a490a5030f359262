// The committed multiples of P-256's base point against their generator and against noble's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { p256TableSource } from "../../../host/build/p256-table.js";
import { G, P, mod, multiply } from "./p256-numbers.js";

const text = readFileSync(join(import.meta.dirname, "../../../assembly/crypto/p256-table.ts"), "utf8");
const R = 2n ** 261n;

describe("the table of base point multiples", () => {
  it("is what the generator prints", () => {
    expect(text).toBe(p256TableSource());
  });

  it("holds G, 3G, 5G … as x and 2y, 4 of them for the small build and 64 for the fast one", () => {
    const tables = [...text.matchAll(/memory\.data<u32>\(\[([^\]]*)\]\)/g)].map(([, numbers]) =>
      [...numbers!.matchAll(/\d+/g)].map(([digits]) => BigInt(digits)),
    );
    expect(tables.map((limbs) => limbs.length)).toEqual([4 * 18, 64 * 18]);
    for (const limbs of tables) {
      const values: bigint[] = [];
      for (let at = 0; at < limbs.length; at += 9) {
        values.push(limbs.slice(at, at + 9).reduceRight((sum, limb) => (sum << 29n) + limb, 0n));
      }
      for (let entry = 0; entry < values.length / 2; entry++) {
        const { x, y } = multiply(G, BigInt(2 * entry + 1)).toAffine();
        expect(values.slice(2 * entry, 2 * entry + 2)).toEqual([mod(x * R, P), mod(2n * y * R, P)]);
      }
    }
  });
});
