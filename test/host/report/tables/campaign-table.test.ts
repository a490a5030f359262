// The table that `everboot campaign` prints, over sample reports: its rows, notes, commands and lines. Never runs a campaign.
import { describe, expect, it } from "vitest";
import { campaignTable } from "../../../../host/report/tables/campaign-table.js";
import { oracleSentence } from "../../../../host/report/oracle-words.js";
import { columnsOf } from "../../../../host/report/wrap.js";
import { verdictWords } from "../../../../host/report/verdict.js";
import { REPORTS, SAMPLES, violationOf } from "../samples.js";

/** Every paragraph in one line. */
const WIDE = 1000;

/** Cells of the table's rows that begin with one of the names. */
function rows(text: string, ...names: string[]): string[][] {
  return text
    .split("\n")
    .filter((line) => line.includes("│"))
    .map((line) => line.split("│"))
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter(([first]) => names.includes(first ?? ""));
}

describe("the table of a report", () => {
  it("ends with a line break and says the verdict in a line of its own", () => {
    for (const report of REPORTS) {
      const text = campaignTable(report, WIDE);
      expect(text).toMatch(
        /\nnot modelled: \d+ other fault models, and what no model covers \(everboot faults\)\n$/,
      );
      expect(text.split("\n")).toContain(verdictWords(report));
    }
  });

  it("begins with what it ran on, and says a shard", () => {
    const start = "update on nrf52840, guest boot (0123456789ab), faults: power";
    expect(campaignTable(SAMPLES.proved, WIDE).split("\n")[0]).toBe(start);
    expect(campaignTable(SAMPLES["violated shard"], WIDE).split("\n")[0]).toBe(`${start}, shard 1/4`);
  });

  it("has a row per oracle", () => {
    expect(rows(campaignTable(SAMPLES.violated, WIDE), "no-brick", "authentic", "trial-reverts")).toEqual([
      ["no-brick", "VIOLATED", "9 of 654 states"],
      ["authentic", "holds", ""],
      ["trial-reverts", "not applicable", ""],
    ]);
    expect(rows(campaignTable(SAMPLES.proved, WIDE), "oracle", "no-brick")).toEqual([
      ["oracle", "verdict"],
      ["no-brick", "holds"],
    ]);
  });

  it("has a note for what may explain a violation", () => {
    const lines = campaignTable({ ...SAMPLES.violated, hints: ["one thing", "another"] }, WIDE).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["note: one thing", "note: another"]));
  });

  it("lists every violation with the command that replays it and its line", () => {
    const lines = campaignTable(SAMPLES.violated, WIDE).split("\n");
    const at = lines.indexOf(oracleSentence("no-brick"));
    expect(lines.slice(at, at + 8)).toEqual([
      oracleSentence("no-brick"),
      "  last fault: firmware, program",
      "    everboot replay .everboot/traces/update.json",
      "    update nrf52840 boot 0:3:half",
      "  last fault: boot, erase",
      "    everboot replay .everboot/traces/update.json",
      oracleSentence("update-completes"),
      "  last fault: firmware, program",
    ]);
    expect(lines).toContain(
      "violated from: of the states that were explored, those from which the oracle is violated without a further fault",
    );
  });

  it("fits the screen, whatever its width", () => {
    for (const report of REPORTS)
      for (const width of [40, 60, 80, 120])
        for (const line of campaignTable(report, width).split("\n"))
          expect(columnsOf(line) <= width || !line.trim().includes(" "), `${width}: ${line}`).toBe(true);
  });

  it("has a table of survival, and the seed where faults were sampled", () => {
    const text = campaignTable(SAMPLES.survives, WIDE);
    expect(rows(text, "kind", "rest", "offer", "all")).toEqual([
      ["kind", "field", "survived", "otherwise"],
      ["rest", "slot A: TLV SHA256", "934 of 1000 (93.4 %)", "boot halts: DIGEST (60), HEADER (6)"],
      ["offer", "erase of slot B", "300 of 300 (100.0 %)", ""],
      ["all", "", "1234 of 1300 (94.9 %)", ""],
    ]);
    expect(text).toContain("\nsampled: 300 of 1300 faults, seed 7\n");
    expect(campaignTable(SAMPLES.proved, WIDE)).not.toMatch(/seed|survived/);
  });

  it("says how long it takes to rest after a fault, and what is worn without any", () => {
    const text = campaignTable(SAMPLES.proved, WIDE);
    expect(text).toContain("\npower-ups from the last fault to rest: 4 at most, the bound is 15\n");
    expect(text).toContain(
      "\nerases of one sector without faults: in the slots 1 at most (sector 136 at 0x88000), the bound is 1; in the Record 0 at most, the bound is 16\n",
    );
    expect(campaignTable({ ...SAMPLES.incomplete, wear: null }, WIDE)).not.toContain("erases of one sector");
  });

  it("says what an oracle of the package has to tell beside its name, and of one's own that alone", () => {
    const violations = [
      violationOf({ oracle: "converges", says: "it takes 16", replay: "" }),
      violationOf({ oracle: "few-erases", cause: "own oracle", says: "9 erases", replay: "" }),
    ];
    const lines = campaignTable({ ...SAMPLES.violated, violations }, WIDE).split("\n");
    expect(lines).toContain("  last fault: firmware, program: it takes 16");
    expect(lines.slice(lines.indexOf("few-erases"))[1]).toBe("  9 erases");
  });

  it("says what the campaign cost and which canaries were not caught", () => {
    const text = campaignTable(SAMPLES["canary free"], WIDE);
    expect(text).toContain("\nboots: 5000 covered, 400 executed, 10 calls and 5 whole runs audited\n");
    expect(text).toContain("\ntime: 2.25 s, CPU: 3.50 s, workers: 2\n");
    expect(text).toContain("\ncanaries: 1 of 2 caught (single-flag: no-brick; no-digest: NOT CAUGHT)\n");
  });
});
