// `everboot sweep`: any guest pair through the gallery's campaigns, by name, by configuration and as files, with its exit codes.
// @module-tag slow: sweeps, which are some thirty campaigns each.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SWEEP } from "../../../host/gallery/sweep.js";
import type { SweepRow } from "../../../host/report/tables/sweep-table.js";
import { everboot, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const GALLERY = join(import.meta.dirname, "../../../dist/gallery");

/** A guest of the gallery, one module that is boot and agent, as flags. */
function asFiles(name: string): string[] {
  const file = join(GALLERY, `${name}.wasm`);
  return ["--guest", file, "--agent", file];
}

async function rowsOf(...words: readonly string[]) {
  const { code, stdout } = await everboot("sweep", ...words, "--json");
  return { code, rows: JSON.parse(stdout) as SweepRow[] };
}

describe("everboot sweep", () => {
  it("finds nothing in the package's own guest: exit 0, a row for each campaign of a scenario", async () => {
    const { code, rows } = await rowsOf("downgrade", "rescue", "first-boot", "--guest", "boot-full");
    expect(rows.map(({ number, scenario }) => [number, scenario])).toEqual(
      SWEEP.flatMap(({ scenario: { name } }, index) =>
        ["downgrade", "rescue", "first-boot"].includes(name) ? [[index + 1, name]] : [],
      ),
    );
    for (const row of rows) expect(row).toMatchObject({ violations: [], incomplete: null });
    expect(code).toBe(0);
  });

  it("takes a guest from files: exit 1, and what is violated replays", async () => {
    const { code, rows } = await rowsOf("first-boot", ...asFiles("14-erased-trailer-traps-bad"));
    const found = rows.flatMap(({ violations }) => violations);
    expect(found.map(({ oracle }) => oracle)).toContain("no-brick");
    expect(code).toBe(1);
    const file = found[0]?.replay.replace("everboot replay ", "") ?? "";
    expect(existsSync(file)).toBe(true);
    const { stdout } = await everboot("replay", file);
    expect(stdout).toContain(`violated: `);
    expect(stdout).toContain("(as the trace says)");
  });

  it("takes a guest of a configuration, with its attempts, and prints a table", async () => {
    const file = (twin: string) => join(GALLERY, `07-floor-for-trials-only-${twin}.wasm`);
    const config = folder.path("everboot.config.json");
    const guests = { mine: { boot: file("bad"), agent: file("bad"), attempts: 2 } };
    writeFileSync(config, JSON.stringify({ guests }));
    const { code, stdout } = await everboot(
      ...["sweep", "beside-old", "--guest", "mine", "--config", config],
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ *1 +│ beside-old +│ stm32l476 +│ power +│ +1 +│ VIOLATED: /m);
    expect(stdout).toMatch(/ no-rollback \(no\b/);
    expect(stdout).toMatch(/^1 no-rollback:\n {4}everboot replay (?:\\\n +)?\S+\.json$/m);
    expect(stdout).toMatch(/^guest mine: violated in 1 of 1 campaigns: .*no-rollback$/m);
  });

  it("that is not complete ends with 3", async () => {
    const { code, rows } = await rowsOf("rescue", "--guest", "boot-full", "--max-states", "5");
    expect(rows).toMatchObject([{ violations: [], incomplete: expect.stringContaining("states") as string }]);
    expect(code).toBe(3);
  });

  it.each([
    [
      "a scenario that it does not have",
      ["updat", "--guest", "boot-full"],
      /found "updat", did you mean "update"\?/,
    ],
    ["no guest", [], /required option '--guest <name\|file>' not specified/],
    ["a guest that is none", ["--guest", "nobody"], /--guest nobody: expected the name of a guest /],
    ["an agent that is none", ["--guest", "a.wasm", "--agent", "b.wasm"], /a\.wasm: /],
  ])("refuses %s: exit 2", async (_, words, message) => {
    const { code, stdout, stderr } = await everboot("sweep", ...words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});
