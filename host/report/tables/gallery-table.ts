// The gallery's results for people. Prints nothing itself.
import type { Caught } from "../../gallery/catch.js";
import type { GalleryEntry } from "../../gallery/entries.js";
import { type Column, fitTable } from "./table.js";
import { faultWords } from "../rows.js";
import { wrap } from "../wrap.js";

const COLUMNS: readonly Column[] = [
  { head: "id", align: "right" },
  { head: "bug", least: 15 },
  { head: "what happened", least: 26 },
  { head: "caught by", least: 26 },
  { head: "boots", align: "right", drop: 3 },
  { head: "twin judged by", align: "right", drop: 2 },
  { head: "seconds", align: "right", drop: 1 },
];

/** What became of a bug and its fixed twin. */
export interface GalleryRow extends GalleryEntry {
  /** Null where the sweep did not find it. */
  readonly caught: Caught | null;
  /** Wall clock of the sweep until the bug was caught. */
  readonly seconds: number;
  readonly fixed: {
    /** Oracles that the sweep found violated. */
    readonly caught: readonly string[];
    readonly incomplete: readonly string[];
    /** Faults judged. */
    readonly judged: number;
    readonly seconds: number;
  };
  /** Caught by its oracle within its boots and with few enough faults; the twin by none, in complete campaigns. */
  readonly isAsExpected: boolean;
}

/**
 * The rows as a table, and in one line how many are as they should be.
 * @param width columns of the screen
 */
export function galleryTable(rows: readonly GalleryRow[], width: number): string {
  const good = rows.filter(({ isAsExpected }) => isAsExpected).length;
  const said = (words: string) => wrap(words, width, 2);
  return `${[
    fitTable(COLUMNS, rows.map(cellsOf), width),
    "",
    said(`${good} of ${rows.length} caught as they should be, with fixed twins in which nothing is found`),
    said(
      "faults: of the shortest run that shows the bug, one that is repeated counted once; boots: executed until then; fixed twin: what is found in the same guest without the bug",
    ),
  ].join("\n")}\n`;
}

function cellsOf({ id, reference, happened, oracle, caught, seconds, fixed }: GalleryRow): string[] {
  const found =
    caught === null
      ? `NOT CAUGHT by ${oracle}`
      : `${oracle}, ${faultWords(caught.faults)}, in ${caught.scenario} on ${caught.device}`;
  return [
    ...[String(id), reference, happened],
    `${found}\n${twinWords(fixed)}`,
    caught === null ? "" : String(caught.bootsExecuted),
    ...[String(fixed.judged), seconds.toFixed(1)],
  ];
}

function twinWords({ caught, incomplete }: GalleryRow["fixed"]): string {
  const found = [...caught, ...incomplete];
  return found.length === 0 ? "fixed twin: nothing" : `FIXED TWIN: ${found.join(", ")}`;
}
