// Shares of a campaign as reports carry them: packed, deflated, base64. Reads and writes no file.
import { deflateSync, inflateSync } from "node:zlib";
import { packPart, unpackPart } from "../../campaign/share-bytes.js";
import type { PartResult } from "../../campaign/share-result.js";
import type { Share } from "../../campaign/options.js";
import type { CampaignPart } from "../../campaign/report.js";
import { MisuseError } from "../../core/errors.js";

/** No share is larger: a report that says otherwise must not fill the memory. */
const MOST_BYTES = 2 ** 31 - 1;

/** A share that is complete. */
export function donePart(part: PartResult): CampaignPart {
  return { index: part.index, count: part.count, done: true, data: deflated(packPart(part)) };
}

/** A share that was ended early, or never begun: it starts over. */
export function openPart({ index, count }: Share): CampaignPart {
  return { index, count, done: false, data: "" };
}

/**
 * What a complete share came to.
 * @throws {MisuseError} where it is damaged or another share than the report says
 */
export function resultOf(part: CampaignPart, where: string): PartResult {
  const what = `${where}: share ${part.index}/${part.count}`;
  const result = unpackPart(inflated(part.data, what), what);
  if (result.index !== part.index || result.count !== part.count)
    throw new MisuseError(`${what}: expected its own data, found that of ${result.index}/${result.count}`);
  return result;
}

function deflated(bytes: Uint8Array): string {
  return deflateSync(bytes).toString("base64");
}

function inflated(data: string, what: string): Uint8Array {
  const bytes = Buffer.from(data, "base64");
  // Buffer.from skips what is no base64.
  if (bytes.toString("base64") !== data)
    throw new MisuseError(`${what}: expected base64, found other characters`);
  try {
    return new Uint8Array(inflateSync(bytes, { maxOutputLength: MOST_BYTES }));
  } catch (error) {
    throw new MisuseError(
      `${what}: expected deflated bytes, found damaged ones (${(error as Error).message})`,
    );
  }
}
