// Shares of a campaign as reports carry them: packed, sealed with a digest that says whose they are, deflated, base64. The seal is against
// mistakes and damage: whoever forges a report can make one. Reads and writes no file.
import { createHash } from "node:crypto";
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
export function doneShare(result: ShareResult, identity: string): PackedShare {
  const share = { index: result.index, count: result.count, done: true };
  return { ...share, data: deflated(sealed(packShare(result), share, identity)) };
}

/** A share that was ended early, with what it can be gone on with; or never begun, or without that: then it starts over. */
export function openShare(
  { index, count }: Share,
  suspended: Suspended | null,
  identity: string,
): PackedShare {
  const share = { index, count, done: false };
  if (suspended === null) return { ...share, data: "" };
  return { ...share, data: deflated(sealed(packSuspended(suspended), share, identity)) };
}

type Sealed = Omit<PackedShare, "data">;
const SEAL_BYTES = 32;

/** Bytes with the seal in front of them that says that they are this share's of this campaign. */
function sealed(bytes: Uint8Array, share: Sealed, identity: string): Uint8Array {
  return Buffer.concat([sealOf(bytes, share, identity), bytes]);
}

function sealOf(bytes: Uint8Array, { index, count, done }: Sealed, identity: string): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([identity, index, count, done]))
    .update(bytes)
    .digest();
}

/**
 * The bytes behind a seal.
 * @throws {MisuseError} where they are another share's or campaign's, or were changed
 */
function unsealed(
  data: Uint8Array,
  share: Sealed,
  { identity, what }: { identity: string; what: string },
): Uint8Array {
  const bytes = data.subarray(SEAL_BYTES);
  if (sealOf(bytes, share, identity).compare(data.subarray(0, SEAL_BYTES)) !== 0)
    throw new MisuseError(
      `${what}: expected its own data as it was written, found changed bytes or another share's`,
    );
  return bytes;
}

/**
 * What an open share can be gone on with; null where it starts over.
 * @throws {MisuseError} where it is damaged
 */
export function suspendedOf(share: PackedShare, identity: string, where: string): Suspended | null {
  const what = `${where}: share ${share.index}/${share.count}`;
  if (share.data === "") return null;
  return unpackSuspended(unsealed(inflated(share.data, what), share, { identity, what }), what);
}

/**
 * What a complete share came to.
 * @throws {MisuseError} where it is damaged or another share than the report says
 */
export function resultOf(packed: PackedShare, identity: string, where: string): ShareResult {
  const what = `${where}: share ${packed.index}/${packed.count}`;
  return unpackShare(unsealed(inflated(packed.data, what), packed, { identity, what }), what);
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
