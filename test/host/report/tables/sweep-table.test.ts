// A sweep on a terminal: never wider than the screen but for a path, with commands that can be copied.
import { describe, expect, it } from "vitest";
import { type SweepRow, sweepTable } from "../../../../host/report/tables/sweep-table.js";
import { columnsOf } from "../../../../host/report/wrap.js";

const TRACE = ".everboot/traces/sweep-1-beside-old-mine-ends-as-expected.json";
const ROW: SweepRow = {
  number: 1,
  scenario: "beside-old",
  device: "stm32l476",
  faults: ["power", "double-fetch"],
  depth: 1,
  verdict: "violated",
  violations: [
    { oracle: "ends-as-expected", faults: 0, replay: `everboot replay ${TRACE}` },
    { oracle: "no-rollback", faults: 2, replay: "everboot replay a.json" },
  ],
  incomplete: null,
  judged: 123456,
  bootsExecuted: 4567,
  memory: { boot: null, agent: { objects: 35, bytes: 7381, touching: 6 } },
  seconds: 12.3,
};

describe("the table of a sweep", () => {
  it("has everything where there is room", () => {
    expect(sweepTable("mine", [ROW], 120)).toMatch(/│ +123456 │ +4567 │ +12\.3\n/);
  });

  it("fits the screen, whatever its width; only a path may be longer", () => {
    for (let width = 40; width <= 120; width++)
      for (const line of sweepTable("mine", [ROW], width).split("\n"))
        expect(columnsOf(line) <= width || line.trim() === TRACE, `${width}: ${line}`).toBe(true);
  });

  it("breaks a command so that a shell takes it as it stands", () => {
    expect(sweepTable("mine", [ROW], 80)).toContain(
      `1 ends-as-expected:\n    everboot replay \\\n      ${TRACE}\n1 no-rollback:\n    everboot replay a.json\n`,
    );
  });
});
