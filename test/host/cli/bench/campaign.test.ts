// `everboot bench campaign` against another build, through the command line: what it prints, what it keeps and with which exit code it
// ends. Asserts no time.
// @module-tag slow: a process for each measurement, of scenes as large as those of everybody.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { parseHistory } from "../../../../host/bench/campaign/history.js";
import type { CampaignRow } from "../../../../host/bench/rows.js";
import { DIST, OTHER_STATES, buildWith } from "../../bench/campaign/builds.js";
import { everboot, temporaryFolder } from "../run.js";

const folder = temporaryFolder();
afterAll(folder.remove);
const [history, page, json] = ["history.json", "page.md", "rows.json"].map(folder.path) as [
  string,
  string,
  string,
];
const MARKS = ["<!-- everboot bench campaign -->", "<!-- /everboot bench campaign -->"] as const;

function bench(dist: string, row: string, note: string) {
  const kept = ["--note", note, "--history", history, "--update", page, "--json", json];
  return everboot("bench", "campaign", "--against", dist, "--rows", row, "--rounds", "1", ...kept);
}

it("keeps a table, a history and rows of what is the same", async () => {
  writeFileSync(page, `before\n${MARKS.join("\n")}\nafter\n`);
  for (const note of ["first note", "second note"]) {
    const { code, stderr } = await bench(DIST, "boots-mcuboot-revert", note);
    expect([code, stderr]).toEqual([0, ""]);
  }
  const entries = parseHistory(readFileSync(history, "utf8"), "history");
  expect(entries.map(({ note }) => note)).toEqual(["first note", "second note"]);
  expect(entries[1]?.rows.map(({ what, figure }) => `${what} ${figure}`)).toEqual([
    "boots-mcuboot-revert fresh",
    "boots-mcuboot-revert warm",
  ]);
  const text = readFileSync(page, "utf8");
  expect(text).toMatch(/^before\n<!-- everboot bench campaign -->\nMeasured on [^]*\nafter\n$/);
  expect(text).toContain("| boots-mcuboot-revert | warm | ≥ 1.4 ×; ≥ 2 330 /s;");
  for (const note of ["first note", "second note"]) expect(text).toContain(`| ${note} |`);
  const { rows } = JSON.parse(readFileSync(json, "utf8")) as { rows: CampaignRow[] };
  expect(rows.map(({ figure, before }) => [figure, before !== undefined])).toEqual([
    ["fresh", true],
    ["warm", true],
  ]);
});

it("ends with 1 where two builds do not say the same, and keeps no ratio of them", async () => {
  const before = existsSync(history) ? readFileSync(history, "utf8") : "";
  writeFileSync(page, `${MARKS.join("\n")}\n`);
  const { code, stderr } = await bench(buildWith(folder.path("other"), OTHER_STATES), "one-cut", "third");
  expect(stderr).toMatch(/^everboot: one-cut: not the same: digest \w{64}, in the other build \w{64}\n$/);
  expect(code).toBe(1);
  expect(readFileSync(history, "utf8")).toBe(before);
  expect(readFileSync(page, "utf8")).toContain(
    "| one-cut | fresh | ≥ 2.0 ×; ≥ 1 400 000 /s; stretch 2.8 × | not the same |",
  );
});
