// What each table of the device module is called that can be full: then the simulation ends, and says so by name.
import * as abi from "../../assembly/abi.js";
import { CapacityError } from "../core/errors.js";

/** What each table that can be full holds, by its FULL_ number. */
const TABLES: Readonly<Record<number, string>> = {
  [abi.FULL_OPERATIONS]: "operation log (65536 operations and events of one guest call)",
  [abi.FULL_DATA]: "data log (2 MiB that one guest call programs)",
  [abi.FULL_READS]: "read log (524288 questions of one guest call)",
  [abi.FULL_CHOICES]: "list of choices (65536 weak reads of one guest call)",
  [abi.FULL_UNDO]: "undo log (74 MiB of changes on the way back)",
};

/** The error of a table (FULL_ number) that has no room left. */
export function fullOf(table: number): CapacityError {
  return new CapacityError(`the simulation's ${TABLES[table] ?? "memory"} is full`);
}
