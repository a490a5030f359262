// Tables for a terminal that fit its width: cells are wrapped at words, then whole columns are left out and named below; a line is
// never broken by the terminal. Prints nothing.
import Table from "cli-table3";
import { columnsOf, wordsOf, wrap } from "../wrap.js";

/** A column: how it is written, and how much room it needs. */
export interface Column {
  readonly head: string;
  /** Figures, which are never wrapped; text, on the left, when absent. */
  readonly align?: "right";
  /** The fewest columns of a screen in which its text is still easy to read; as many as its longest word when absent. */
  readonly least?: number;
  /** When it may be left out where there is no room: 1 before 2, and so on; never when absent. */
  readonly drop?: number;
}

/** A line between two rows. */
const RULE = /^─/;
/** A bar between two columns, with a space on each side. */
const GAP = 3;
/** No frame around a table: it would cost four columns of the screen, and says nothing. */
const OPEN = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", right: "", "right-mid": "", middle: "│ ", "mid-mid": "┼─" },
};
/** What is left of a column when even those that must stay do not fit. */
const NARROWEST = 4;

/**
 * A table of at most `width` columns of a screen; a row of several lines is set apart from its neighbours.
 * @param rows cells as text, one for each column; line breaks in them stay
 * @param width columns of the screen; below some twenty the table may be wider
 */
export function fitTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const shown = shownColumns(columns, rows, width);
  const widths = sharedWidths(shown, width - GAP * (shown.length - 1));
  const fold = (text: string, at: number) => foldWords(text, widths[at] as number);
  const heads = shown.map(({ column }, at) => fold(column.head, at));
  const body = rows.map((row) => shown.map(({ index }, at) => fold(row[index] ?? "", at)));
  const isTall = body.map((cells) => cells.some((cell) => cell.includes("\n")));
  const table = new Table({
    head: heads,
    colAligns: shown.map(({ column }) => column.align ?? "left"),
    style: { head: [], border: [], "padding-left": 0 },
    chars: OPEN,
  });
  table.push(...body);
  const lines = table
    .toString()
    .split("\n")
    .map((line) => line.replace(/[ ─]$/, "").trimEnd());
  let rules = 0; // the first is below the head, the others between two rows
  const kept = lines.filter((line) => {
    if (!RULE.test(line)) return true;
    const row = rules++;
    return row === 0 || isTall[row - 1] === true || isTall[row] === true;
  });
  const text = kept.join("\n");
  const dropped = columns.filter((column) => !shown.some((each) => each.column === column));
  const note = `not shown in ${width} columns: ${dropped.map(({ head }) => head).join(", ")}`;
  return dropped.length === 0 ? text : `${text}\n${wrap(note, width, 2)}`;
}

/** A column with its place in the rows, and the widths between which it can be. */
interface Shown {
  readonly column: Column;
  readonly index: number;
  readonly least: number;
  /** In which nothing of it is wrapped. */
  readonly most: number;
}

/** The columns that there is room for. */
function shownColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly Shown[] {
  let shown = columns.map((column, index) => measured(column, index, rows));
  for (;;) {
    if (shown.reduce((sum, { least }) => sum + least + GAP, -GAP) <= width) return shown;
    const [first] = shown
      .filter(({ column }) => column.drop !== undefined)
      .sort((a, b) => (a.column.drop ?? 0) - (b.column.drop ?? 0));
    if (first === undefined) return shown;
    shown = shown.filter((each) => each !== first);
  }
}

function measured(column: Column, index: number, rows: readonly (readonly string[])[]): Shown {
  const { head, align, least } = column;
  const cells = rows.map((row) => row[index] ?? "");
  const widest = (texts: readonly string[]) =>
    texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0);
  const most = widest([head, ...cells].flatMap((text) => text.split("\n")));
  const headWord = widest(wordsOf(head));
  if (align === "right") return { column, index, most, least: Math.max(headWord, widest(cells)) };
  const longestWord = widest(cells.flatMap((text) => text.split("\n")).flatMap(heldTogether));
  return { column, index, most, least: Math.min(most, Math.max(headWord, longestWord, least ?? 0)) };
}

/** A line's words, with the spaces that it begins with before its first. */
function heldTogether(line: string): string[] {
  const [first = "", ...others] = wordsOf(line);
  return [(/^ */.exec(line)?.[0] ?? "") + first, ...others];
}

/** How wide each column becomes: its least, and of what is left over the most crowded ones get more; all narrower where that is too much. */
function sharedWidths(shown: readonly Shown[], room: number): number[] {
  const widths = shown.map(({ least }) => least);
  const sum = () => widths.reduce((total, each) => total + each, 0);
  const crowd = (at: number) => (shown[at] as Shown).most / (widths[at] as number);
  while (sum() < room && widths.some((_, at) => crowd(at) > 1)) {
    const next = widths.reduce((most, _, at) => (crowd(at) > crowd(most) ? at : most), 0);
    widths[next] = (widths[next] as number) + 1;
  }
  while (sum() > room && widths.some((each) => each > NARROWEST)) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

/** A text in lines of at most `width` columns, words broken too where they are longer. */
function foldWords(text: string, width: number): string {
  return wrap(text, width)
    .split("\n")
    .flatMap((line) => {
      const letters = [...line];
      const pieces = Array.from({ length: Math.ceil(letters.length / width) }, (_, at) =>
        letters.slice(at * width, (at + 1) * width).join(""),
      );
      return pieces.length === 0 ? [""] : pieces;
    })
    .join("\n");
}
