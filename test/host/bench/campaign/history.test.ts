// The history that is committed: what is kept of a comparison, and what is refused.
import { describe, expect, it } from "vitest";
import { entryOf, historyText, parseHistory } from "../../../../host/bench/campaign/history.js";
import type { CampaignRow } from "../../../../host/bench/rows.js";

const HEAD = { date: "2026-11-30", note: "second against first", machine: "a processor" };
const ROW: CampaignRow = {
  ...{ what: "fixpoint", figure: "fresh", unit: "/s", value: 1_234_567, before: 411_522.3 },
  times: { median: 3.00012, least: 2.9, most: 3.1 },
};

describe("a history", () => {
  it("is read as it was written", () => {
    const entries = [entryOf([ROW], HEAD), entryOf([], { ...HEAD, date: "2026-12-01" })];
    expect(parseHistory(historyText(entries), "h.json")).toEqual(entries);
  });

  it("keeps four digits, and only what both builds have", () => {
    const { before, times, ...alone } = ROW;
    const { rows } = entryOf([ROW, alone, { ...alone, before }, { ...alone, times }] as CampaignRow[], HEAD);
    expect(rows).toEqual([
      { what: "fixpoint", figure: "fresh", unit: "/s", value: 1_235_000, before: 411_500, times: 3 },
    ]);
  });

  it.each([
    ["", "h.json: expected a history of the bench, found no JSON"],
    ["{}", "h.json: expected a history of the bench (everboot.bench-history/1), found otherwise at schema"],
    [
      JSON.stringify({ schema: "everboot.bench-history/1", entries: [{ ...HEAD, date: "today", rows: [] }] }),
      "h.json: expected a history of the bench (everboot.bench-history/1), found otherwise at entries.0.date",
    ],
  ])("is not %j", (text, message) => {
    expect(() => parseHistory(text, "h.json")).toThrow(message);
  });
});
