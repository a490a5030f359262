// The part of a Markdown file that a command makes: what stands between two marks. Knows nothing of what is put there.
import { MisuseError } from "../../core/errors.js";
import { readText, writeBytes } from "./files.js";

/** The marks, each on a line of its own, between which a command puts what it makes. */
export interface Marks {
  readonly start: string;
  readonly end: string;
}

/** The marks of a command by its name. */
export function marksOf(command: string): Marks {
  return { start: `<!-- everboot ${command} -->`, end: `<!-- /everboot ${command} -->` };
}

/**
 * Checks that a file has the marks: before the work for what is to stand there.
 * @throws {MisuseError} where they are not there; FileError for a file that cannot be read
 */
export function checkMarks(path: string, marks: Marks): void {
  partsOf(path, marks);
}

/**
 * Puts a text, which ends with a line break, between the marks of a file, as the file is by now.
 * @throws {MisuseError} where they are not there; FileError for a file that cannot be read or written
 */
export function writeBetween(path: string, marks: Marks, text: string): void {
  const { before, after } = partsOf(path, marks);
  writeBytes(path, `${before}${marks.start}\n${text}${marks.end}${after}`);
}

function partsOf(path: string, { start, end }: Marks): { readonly before: string; readonly after: string } {
  const text = readText(path, "a Markdown file");
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new MisuseError(`${path}: expected the marks ${start} and ${end}`);
  return { before: text.slice(0, from), after: text.slice(to + end.length) };
}
