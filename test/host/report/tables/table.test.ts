// Tables fit the screen: words wrap first, then columns go, and what went is named.
import { describe, expect, it } from "vitest";
import { type Column, fitTable } from "../../../../host/report/tables/table.js";
import { columnsOf } from "../../../../host/report/wrap.js";

const COLUMNS: readonly Column[] = [
  { head: "name" },
  { head: "what happened", least: 16 },
  { head: "boots", align: "right", drop: 2 },
  { head: "seconds", align: "right", drop: 1 },
];
const ROWS = [
  ["first", "the pointer was followed before it was checked", "12 345", "1.5"],
  ["second", "nothing", "7", "0.1"],
];

function widest(text: string): number {
  return Math.max(...text.split("\n").map(columnsOf));
}

describe("a table", () => {
  it("has one line for each row where there is room, and no lines between them", () => {
    expect(fitTable(COLUMNS, ROWS, 120)).toBe(
      [
        "name   │ what happened                                  │  boots │ seconds",
        "───────┼────────────────────────────────────────────────┼────────┼────────",
        "first  │ the pointer was followed before it was checked │ 12 345 │     1.5",
        "second │ nothing                                        │      7 │     0.1",
      ].join("\n"),
    );
  });

  it("wraps text at words where there is less, and sets a row of several lines apart", () => {
    const rows = [...ROWS, ["third", "likewise", "8", "0.2"]];
    expect(fitTable(COLUMNS, rows, 60)).toBe(
      [
        "name   │ what happened                   │  boots │ seconds",
        "───────┼─────────────────────────────────┼────────┼────────",
        "first  │ the pointer was followed before │ 12 345 │     1.5",
        "       │ it was checked                  │        │",
        "───────┼─────────────────────────────────┼────────┼────────",
        "second │ nothing                         │      7 │     0.1",
        "third  │ likewise                        │      8 │     0.2",
      ].join("\n"),
    );
  });

  it("leaves columns out in their order before text becomes narrower than its least, and names them", () => {
    expect(fitTable(COLUMNS, ROWS, 42)).toMatch(/ boots\n[^]*\nnot shown in 42 columns: seconds$/);
    expect(fitTable(COLUMNS, ROWS, 30)).toMatch(
      /^name +│ what happened\n[^]*\nnot shown in 30 columns:\n {2}boots, seconds$/,
    );
  });

  it("breaks words when nothing else is left, and is never wider than the screen", () => {
    for (let width = 20; width <= 120; width++)
      expect(widest(fitTable(COLUMNS, ROWS, width))).toBeLessThanOrEqual(width);
  });

  it("loses no text of the columns that it shows", () => {
    const text = fitTable(COLUMNS.slice(0, 2), ROWS, 22);
    const cells = text.split("\n").map((line) => line.split("│")[1]?.trim() ?? "");
    expect(cells.join("").replace(/ /g, "")).toContain("thepointerwasfollowedbeforeitwaschecked");
  });

  it("takes a table without rows", () => {
    expect(fitTable(COLUMNS, [], 80).split("\n")[0]).toBe("name │ what happened │ boots │ seconds");
  });
});
