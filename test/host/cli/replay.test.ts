// `everboot replay` as a person sees it at 80 columns: the whole screens are committed, of runs that one line each says.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestPair } from "../../../dist/host/app/workspace/modules.js";
import { partById } from "../../../dist/host/device/parts.js";
import { placeFixedKeys } from "../../support/findings.js";
import { workplace } from "./campaign-cli.js";

const COLUMNS = 80;

const place = workplace();

/** The line of a run on the smallest part: what is cut, as traces have it. */
function lineOf(scenario: string, guest: string, cuts: string): string {
  const { sha256 } = guestPair(guest, partById("tiny"));
  return `everboot/1 ${scenario} tiny ${guest}@${sha256.slice(0, 12)} 6144 3 power ${cuts} -`;
}

const RUNS = [
  // A violation: a flag torn by a cut.
  { line: lineOf("update", "single-flag", "c28.1.even-bits"), code: 1 },
  // None, of the package's own guest, whose Record is told.
  { line: lineOf("update", "boot-full", "c30.0.half"), code: 0 },
  // Nor of one that keeps its state otherwise, and reverts.
  { line: lineOf("revert", "mcuboot-revert", "c30.0.half"), code: 0 },
] as const;

beforeAll(() => placeFixedKeys(place.path(".")));
afterAll(() => place.remove());

describe("everboot replay", () => {
  it("tells runs in lines of 80 columns, as they are committed", async () => {
    const screens: string[] = [];
    for (const { line, code } of RUNS) {
      const told = await place.run("replay", line);
      expect([told.code, told.stderr], line).toEqual([code, ""]);
      screens.push(told.stdout);
    }
    const text = screens.join(`${"=".repeat(COLUMNS)}\n`);
    expect(text.split("\n").filter((line) => [...line].length > COLUMNS)).toEqual([]);
    await expect(text).toMatchFileSnapshot("screens/replay.txt");
  });

  it("tells operation by operation, retained words too, with --verbose", async () => {
    const line = lineOf("update", "boot-full", "c30.0.half");
    const [brief, verbose] = [await place.run("replay", line), await place.run("replay", line, "--verbose")];
    expect(brief.stdout).not.toContain("retained word");
    expect(verbose.stdout).toMatch(/firmware sets retained word 0 to 0x/);
    expect(verbose.stdout).toMatch(/erases sector 35 at 0x2300[^]*erases sector 34 at 0x2200/);
  });
});
