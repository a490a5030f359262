// The shape of `bench size`, through the command line: every algorithm in both builds, and every boot build there is.
// @module-tag slow: builds every core a second time.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SizeRow } from "../../../host/bench/rows.js";
import { everboot } from "../cli/run.js";

const ROOT = join(import.meta.dirname, "../../..");
const ALGORITHMS = ["sha256", "sha512", "ed25519", "p256", "rsa-pss", "lms"];

const fileOf = (target: string): string => join(ROOT, "dist/wasm", `${target}.wasm`);

describe("bench size", () => {
  it("has bytes of code, constants and RAM of each algorithm in both builds and of each boot build", async () => {
    const { code, stdout, stderr } = await everboot("bench", "size", "--json", "-");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { schema, rows } = JSON.parse(stdout) as { schema: string; rows: SizeRow[] };
    expect(schema).toBe("everboot.bench/1");
    const config = JSON.parse(readFileSync(join(ROOT, "asconfig.json"), "utf8")) as { targets: object };
    const boots = Object.keys(config.targets).filter((target) => /^boot/.test(target));
    expect(boots).toContain("boot-full");
    expect(rows.map(({ what, build }) => [what, build])).toEqual([
      ...ALGORITHMS.flatMap((what) => ["fast", "small"].map((build) => [what, build])),
      ...boots.filter((target) => existsSync(fileOf(target))).map((target) => ["boot", target]),
    ]);
    for (const { value, unit, codeBytes, constantBytes, ramBytes } of rows) {
      expect(unit).toBe("bytes");
      expect(codeBytes).toBeGreaterThan(0);
      expect(ramBytes).toBeGreaterThan(0);
      expect(codeBytes + constantBytes).toBeLessThan(value);
    }
    for (const { build, value } of rows.filter(({ what }) => what === "boot")) {
      expect(value).toBe(statSync(fileOf(build)).size);
    }
    // The small build is the smaller one, whatever the algorithm, and asks for no more RAM.
    for (const what of ALGORITHMS) {
      const [fast, small] = rows.filter((row) => row.what === what);
      expect(small!.value).toBeLessThan(fast!.value);
      expect(small!.ramBytes).toBeLessThanOrEqual(fast!.ramBytes);
    }
  });
});
