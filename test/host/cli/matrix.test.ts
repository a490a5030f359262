// The smoke run of the matrix, and what its whole must show too: nothing violated or incomplete, nothing lost where a design
// can help it, and every loss named.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CampaignReport } from "../../../host/campaign/report.js";
import { findingsOf, placeFixedKeys } from "../../support/findings.js";
import { screenOf } from "../../support/screens.js";

const MAIN = join(import.meta.dirname, "../../../dist/host/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "everboot-matrix-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function everboot(...words: string[]) {
  return spawnSync(process.execPath, [MAIN, ...words], { cwd: folder, encoding: "utf8" });
}

// The command runs for half a minute.
describe("everboot matrix --quick", { tags: "slow" }, () => {
  let reports: readonly CampaignReport[] = [];
  let markdown = "";
  let screen = "";

  beforeAll(() => {
    placeFixedKeys(folder);
    writeFileSync(
      join(folder, "page.md"),
      "before\n<!-- everboot matrix -->\nold\n<!-- /everboot matrix -->\nafter\n",
    );
    const { status, stderr, stdout } = everboot(
      "matrix",
      "--quick",
      "--json",
      "matrix.json",
      "--update",
      "page.md",
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    reports = JSON.parse(readFileSync(join(folder, "matrix.json"), "utf8")) as CampaignReport[];
    markdown = readFileSync(join(folder, "page.md"), "utf8");
    screen = stdout;
  });

  it("has no violated and no incomplete cell, and every planned fault was judged", () => {
    for (const { scenario, device, faults, verdict, points, canaries } of reports) {
      const cell = `${scenario} on ${device} under ${faults.join(",")}`;
      expect(["proved", "proved-under", "clean", "survives"], cell).toContain(verdict);
      expect(points.judged, cell).toBe(points.planned);
      expect(canaries.caught, cell).toBe(canaries.planted);
    }
    expect(new Set(reports.flatMap(({ faults }) => faults))).toEqual(
      new Set(["power", "reset", "weak", "ecc", "flip", "write", "double-fetch"]),
    );
  });

  it("finds the same states, counts and verdicts as ever", async () => {
    await expect(findingsOf(reports)).toMatchFileSnapshot("findings/matrix-quick.txt");
  });

  it("survives every single flip in the inactive slot and in the Record", () => {
    const fields = reports.flatMap(({ survival }) => survival?.fields ?? []);
    const held = fields.filter(({ kind, field }) => kind === "rest" && /^(inactive slot|Record)/.test(field));
    expect(held.length).toBeGreaterThan(20);
    for (const { field, survived, total } of held) expect(survived, field).toBe(total);
  });

  it("names every place of a single flip that is not survived, and how the device ends then", () => {
    const lost = reports
      .flatMap(({ survival }) => survival?.fields ?? [])
      .filter(({ kind, survived, total }) => kind === "rest" && survived < total);
    expect(lost.length).toBeGreaterThan(10);
    for (const { field, survived, total, places, otherwise } of lost) {
      expect(bitsOf(places), field).toBeGreaterThan(0);
      // One place may be lost in several power-ups.
      expect(bitsOf(places), field).toBeLessThanOrEqual(total - survived);
      const ended = otherwise.reduce((sum, { count }) => sum + count, 0);
      expect(ended, field).toBeGreaterThanOrEqual(total - survived);
    }
  });

  it("prints a table that fits the screen, and no Markdown", async () => {
    expect(screen).not.toMatch(/^\| /m);
    await expect(screenOf(screen)).toMatchFileSnapshot("screens/matrix-quick.txt");
  });

  it("puts its tables between the marks of a file, and leaves the rest of it alone", () => {
    expect(markdown).toMatch(/^before\n<!-- everboot matrix -->\n\| scenario \| device \| power \|/);
    expect(markdown).toMatch(/\| rest \| keys \| \d+ of \d+ \| boot halts: KEY/);
    expect(markdown).toMatch(/<!-- \/everboot matrix -->\nafter\n$/);
    expect(markdown).not.toMatch(/^old$/m);
  });

  it("refuses a file without the marks before anything is run", () => {
    writeFileSync(join(folder, "bare.md"), "nothing\n");
    const { status, stderr } = everboot("matrix", "--quick", "--update", "bare.md");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^everboot: bare.md: expected the marks .*\n$/);
  });
});

/** Bits that places name: "0x20000..0x2003f", "0x20040 bits 3,7". */
function bitsOf(places: readonly string[]): number {
  return places.reduce((sum, place) => {
    const [, from, to, bits] = /^(0x[0-9a-f]+)(?:\.\.(0x[0-9a-f]+)| bits ([\d,]+))$/.exec(place) ?? [];
    if (from === undefined) throw new Error(`no place: ${place}`);
    return sum + (bits === undefined ? (Number(to) - Number(from) + 1) * 8 : bits.split(",").length);
  }, 0);
}
