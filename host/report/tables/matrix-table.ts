// A matrix for people, in a terminal: a row for each campaign, then what was lost and what it all came to. Prints nothing itself.
import type { Loss } from "../losses.js";
import { type MatrixCell, matrixTotals } from "../markdown.js";
import { endingsWords } from "../rows.js";
import { type Column, fitTable } from "./table.js";
import { wrap } from "../wrap.js";

const COLUMNS: readonly Column[] = [
  { head: "scenario" },
  { head: "device" },
  { head: "faults", least: 18 },
  { head: "verdict", least: Number.POSITIVE_INFINITY },
  { head: "states", align: "right", drop: 3 },
  { head: "faults judged", align: "right", drop: 2 },
  { head: "seconds", align: "right", drop: 1 },
];

const LOSS_COLUMNS: readonly Column[] = [
  { head: "kind" },
  { head: "field", least: 24 },
  { head: "not survived", least: 12 },
  { head: "the device then", least: 20 },
];

/**
 * The campaigns as a table, a scenario and a device named once; below it the single faults that are not survived.
 * @param width columns of the screen
 */
export function matrixTable(cells: readonly MatrixCell[], losses: readonly Loss[], width: number): string {
  const said = (words: string) => wrap(words, width, 2);
  const rows = cells.map((cell, at) => cellsOf(cell, cells[at - 1]));
  const lost = losses.map(({ kind, field, lost: count, total, endings }) => [
    ...[kind, field, `${count} of ${total}`, endingsWords(endings)],
  ]);
  return `${[
    fitTable(COLUMNS, rows, width),
    "",
    said(matrixTotals(cells)),
    ...(losses.length === 0
      ? []
      : [
          "",
          said("single faults that are not survived, every one of them safe:"),
          fitTable(LOSS_COLUMNS, lost, width),
        ]),
  ].join("\n")}\n`;
}

function cellsOf(cell: MatrixCell, before: MatrixCell | undefined): string[] {
  const isSameScenario = before?.scenario === cell.scenario;
  const isSameDevice = isSameScenario && before.device === cell.device;
  const isLoud = cell.verdict === "violated" || cell.verdict === "incomplete";
  return [
    isSameScenario ? "" : cell.scenario,
    isSameDevice ? "" : cell.device,
    cell.column,
    isLoud ? cell.short.toUpperCase() : cell.short,
    ...[String(cell.states), String(cell.points), cell.seconds.toFixed(1)],
  ];
}
