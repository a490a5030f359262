// What the bench puts into a document.
import { expect, it } from "vitest";
import { CASES, TARGETS } from "../../../../host/bench/campaign/cases.js";
import { entryOf } from "../../../../host/bench/campaign/history.js";
import { speedMarkdown } from "../../../../host/bench/campaign/table.js";
import type { CampaignRow } from "../../../../host/bench/rows.js";

const HEAD = { date: "2026-11-30", note: "second against first", machine: "a processor" };
const ROWS: readonly CampaignRow[] = [
  {
    ...{ what: "fixpoint", figure: "fresh", unit: "/s", value: 1_234_567, before: 411_522 },
    times: { median: 3, least: 2.9, most: 3.1 },
  },
  {
    what: "fixpoint",
    figure: "resident bytes per state",
    unit: "bytes",
    value: 120,
    before: 240,
    remark: "a | b",
  },
  { what: "dense-tears", figure: "warm", unit: "/s", value: 2 },
  { what: "calls-fixpoint", figure: "all calls", unit: "a point", value: 6.27, before: 8 },
];

it("has the figures beside what was aimed at, where the time goes, and every version", () => {
  const entry = entryOf(ROWS, HEAD);
  expect(speedMarkdown({ rows: ROWS, head: HEAD, history: [entry] })).toBe(
    [
      "Measured on 2026-11-30: a processor. second against first",
      "",
      "| scene | measured | aimed at | times as good as before | now | before |",
      "| --- | --- | --- | --- | --- | --- |",
      "| fixpoint | fresh | ≥ 3.0 ×; ≥ 1 000 000 /s | 3.00 × (2.90–3.10) | 1 234 567 /s | 411 522 /s |",
      "| fixpoint | resident bytes per state | ≤ 150 bytes | a \\| b | 120 bytes | 240 bytes |",
      "| dense-tears | warm |  | – | 2.00 /s | – |",
      "",
      "| scene | measured | now | before |",
      "| --- | --- | --- | --- |",
      "| calls-fixpoint | all calls | 6.27 a point | 8.00 a point |",
      "",
      `| day | version | ${TARGETS.map(({ id, figure }) => `${id}, ${figure}`).join(" | ")} |`,
      `| ${["day", "version", ...TARGETS].map(() => "---").join(" | ")} |`,
      "| 2026-11-30 | second against first | – | 3.00 × | – | – | – | – | – |",
    ].join("\n"),
  );
});

it("aims only at what is measured", () => {
  const ids = CASES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id } of TARGETS) expect(ids).toContain(id);
});
