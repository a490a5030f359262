// The committed history of `bench campaign --against`: what each version came to beside the one before, oldest first. Knows no file.
import { z } from "zod";
import { MisuseError } from "../../core/errors.js";
import type { CampaignRow } from "../rows.js";

const SCHEMA = "everboot.bench-history/1";

const ENTRY = z.strictObject({
  /** Day on which it was measured, as 2026-11-30. */
  date: z.iso.date(),
  /** What was measured against what, in a person's words. */
  note: z.string().min(1),
  /** Processor, cores and Node's version. */
  machine: z.string(),
  rows: z.array(
    z.strictObject({
      what: z.string(),
      figure: z.string(),
      unit: z.string(),
      value: z.number(),
      before: z.number(),
      times: z.number(),
    }),
  ),
});
const HISTORY = z.strictObject({ schema: z.literal(SCHEMA), entries: z.array(ENTRY) });

/** One comparison of two versions. */
export type HistoryEntry = z.infer<typeof ENTRY>;

/**
 * The entries of a history.
 * @param name what errors call it
 * @throws {MisuseError} for what is no history
 */
export function parseHistory(text: string, name: string): HistoryEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MisuseError(`${name}: expected a history of the bench, found no JSON`);
  }
  const parsed = HISTORY.safeParse(value);
  if (parsed.success) return parsed.data.entries;
  const [issue] = parsed.error.issues;
  throw new MisuseError(
    `${name}: expected a history of the bench (${SCHEMA}), found otherwise at ${issue?.path.join(".") || "its top"}`,
  );
}

/** A history as JSON text. */
export function historyText(entries: readonly HistoryEntry[]): string {
  return `${JSON.stringify({ schema: SCHEMA, entries }, null, 2)}\n`;
}

/** An entry of these rows; figures that only one of the two has are left out, and all digits that no clock gives. */
export function entryOf(
  rows: readonly CampaignRow[],
  head: Pick<HistoryEntry, "date" | "note" | "machine">,
): HistoryEntry {
  return {
    ...head,
    rows: rows.flatMap(({ what, figure, unit, value, before, times }) =>
      before === undefined || times === undefined
        ? []
        : [
            {
              ...{ what, figure, unit, value: rounded(value) },
              ...{ before: rounded(before), times: rounded(times.median) },
            },
          ],
    ),
  };
}

/** Four digits that count. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
