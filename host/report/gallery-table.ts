// The gallery's results for people. Prints nothing itself.
import Table from "cli-table3";
import type { Caught } from "../gallery/catch.js";
import type { GalleryEntry } from "../gallery/entries.js";

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

/** The rows as a table, and in one line how many are as they should be. */
export function galleryTable(rows: readonly GalleryRow[]): string {
  const table = new Table({
    head: ["id", "bug", "what happened", "oracle", "found in", "faults", "boots", "seconds", "fixed twin"],
    style: { head: [], border: [] },
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    colWidths: [4, 25, 40, 18, 22, 8, 7, 9, 16],
    wordWrap: true,
  });
  for (const row of rows) table.push(cellsOf(row));
  const good = rows.filter(({ isAsExpected }) => isAsExpected).length;
  const words = `${good} of ${rows.length} caught as they should be, with fixed twins in which nothing is found`;
  return `${table.toString()}\n${words}\nfaults: of the shortest run that shows it, one that is repeated counted once; boots: executed until then\n`;
}

function cellsOf({ id, reference, happened, oracle, caught, seconds, fixed }: GalleryRow): string[] {
  const twin = [...fixed.caught, ...fixed.incomplete];
  return [
    String(id),
    reference,
    happened,
    oracle,
    caught === null ? "NOT CAUGHT" : `${caught.scenario} on ${caught.device}`,
    caught === null ? "" : String(caught.faults),
    caught === null ? "" : String(caught.bootsExecuted),
    seconds.toFixed(1),
    twin.length === 0 ? `clean, ${fixed.judged} faults` : twin.join(", "),
  ];
}
