// Screens as text that is committed beside the tests: what a person reads, without the figures that no two runs, or no two builds, share. Test
// helper only.
import { expect } from "vitest";
import { columnsOf } from "../../host/report/wrap.js";

/** What a command prints where standard output is no terminal. */
const COLUMNS = 80;

/**
 * A screen to compare with a file. Times and the digests of guests become "#", as many as take the same room where that is so for all.
 * @param text what a command has printed; no line of it may be wider than the screen
 */
export function screenOf(text: string): string {
  for (const line of text.split("\n")) expect(columnsOf(line), line).toBeLessThanOrEqual(COLUMNS);
  return text
    .replace(/^time: \d+\.\d+ s, CPU: \d+\.\d+ s, workers: \d+$/gm, "time: # s, CPU: # s, workers: #")
    .replace(/(?<=, guest \S+\s+\(|[a-z]@)[0-9a-f]{12}\b/g, "#".repeat(12));
}
