// Shares of a campaign as reports carry them: packed, deflated, base64. Reads and writes no file.
import { deflateSync, inflateSync } from "node:zlib";
import { packShare, unpackShare } from "../../campaign/packed/share-bytes.js";
import type { ShareResult } from "../../campaign/share-result.js";
import type { Suspended } from "../../campaign/explore/states/suspended.js";
import { packSuspended, unpackSuspended } from "../../campaign/packed/suspended-bytes.js";
import type { Share } from "../../campaign/options.js";
import type { PackedShare } from "../../campaign/report.js";
import { MisuseError } from "../../core/errors.js";

/** No share is larger: a report that says otherwise must not fill the memory. */
const MOST_BYTES = 2 ** 31 - 1;

/** A share that is complete. */
export function doneShare(result: ShareResult): PackedShare {
  return { index: result.index, count: result.count, done: true, data: deflated(packShare(result)) };
}

/** A share that was ended early, with what it can be gone on with; or never begun, or without that: then it starts over. */
export function openShare({ index, count }: Share, suspended: Suspended | null): PackedShare {
  return { index, count, done: false, data: suspended === null ? "" : deflated(packSuspended(suspended)) };
}

/**
 * What an open share can be gone on with; null where it starts over.
 * @throws {MisuseError} where it is damaged
 */
export function suspendedOf({ index, count, data }: PackedShare, where: string): Suspended | null {
  const what = `${where}: share ${index}/${count}`;
  return data === "" ? null : unpackSuspended(inflated(data, what), what);
}

/**
 * What a complete share came to.
 * @throws {MisuseError} where it is damaged or another share than the report says
 */
export function resultOf(packed: PackedShare, where: string): ShareResult {
  const what = `${where}: share ${packed.index}/${packed.count}`;
  const result = unpackShare(inflated(packed.data, what), what);
  if (result.index !== packed.index || result.count !== packed.count)
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
