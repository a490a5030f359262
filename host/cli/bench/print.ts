// How every bench prints its rows: as a table, or as JSON where that is asked for.
import { rowsAsJson, rowsAsTable, type BenchRow } from "../../bench/rows.js";
import { writeBytes } from "../../app/workspace/files.js";

/** Where JSON is to go: a file, or standard output for "-" and where no file is named. */
export interface JsonFlag {
  readonly json?: string | true;
}

/** What --json is for, in every bench. */
export const JSON_HELP = "write JSON to a file, or print it";

/** The file that JSON is to go to; undefined where it goes to none. */
export function jsonFile({ json }: JsonFlag): string | undefined {
  return json === true || json === "-" ? undefined : json;
}

/** Prints rows, or writes them. */
export function print(rows: readonly BenchRow[], flag: JsonFlag): void {
  const file = jsonFile(flag);
  if (flag.json === undefined) process.stdout.write(rowsAsTable(rows));
  else if (file === undefined) process.stdout.write(rowsAsJson(rows));
  else writeBytes(file, rowsAsJson(rows));
}
