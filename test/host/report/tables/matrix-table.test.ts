// A matrix on a terminal: each campaign a row, loud where it must be, and never wider than the screen.
import { describe, expect, it } from "vitest";
import type { Loss } from "../../../../host/report/losses.js";
import { matrixCell } from "../../../../host/report/markdown.js";
import { matrixTable } from "../../../../host/report/tables/matrix-table.js";
import { columnsOf } from "../../../../host/report/wrap.js";
import { REPORTS, SAMPLES } from "../samples.js";

const LOSS: Loss = {
  kind: "rest",
  field: "active slot: header, protected TLV size",
  lost: 160,
  total: 192,
  endings: ["boot halts: TLV_AREA", "boot halts: IMAGE_SIZE", "does not rest"],
};

describe("the table of a matrix", () => {
  it("names a scenario and a device once, and tells a violation in capitals", () => {
    const cells = [SAMPLES.proved, SAMPLES.violated, { ...SAMPLES.clean, device: "tiny" }].map((report) =>
      matrixCell(report),
    );
    const [, , ...rows] = matrixTable(cells, [], 120).split("\n");
    expect(
      rows.slice(0, 3).map((row) =>
        row
          .split("│")
          .map((cell) => cell.trim())
          .slice(0, 4),
      ),
    ).toEqual([
      ["update", "nrf52840", "power", "proved"],
      ["", "", "power", "VIOLATED"],
      ["", "tiny", "power", "clean to depth 2"],
    ]);
    expect(rows).toContain("3 campaigns (1 proved, 1 violated, 1 clean); 15000 fault points judged.");
  });

  it("says what several endings begin with once", () => {
    expect(matrixTable([matrixCell(SAMPLES.survives)], [LOSS], 120)).toMatch(
      / 160 of 192 +│ boot halts: TLV_AREA, IMAGE_SIZE, does not rest\n/,
    );
  });

  it("fits the screen, whatever its width", () => {
    const cells = REPORTS.map((report) => matrixCell(report));
    for (let width = 40; width <= 120; width++)
      for (const line of matrixTable(cells, [LOSS], width).split("\n"))
        expect(columnsOf(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
  });
});
