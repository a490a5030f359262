// A search that was ended early as bytes and back, so that it can wait in a file until somebody goes on with it. Compresses nothing and
// opens no file.
import { encode } from "cborg";
import type { Suspended } from "../explore/states/suspended.js";
import { bytesOf, unpacked, wordsOf } from "./packed-bytes.js";
import { type PackedSuspended, VERSION, suspendedSchema } from "./share-schema.js";

/** A search as bytes. */
export function packSuspended({ depth, counted, states }: Suspended): Uint8Array {
  const packed: PackedSuspended = {
    ...{ version: VERSION, depth, counted: { ...counted } },
    ...{ records: bytesOf(states.records), lists: bytesOf(states.lists) },
  };
  return encode(packed);
}

/**
 * Reads a search back.
 * @param where names its origin in errors
 * @throws {MisuseError} in one line, naming what is wrong with it; whether its states are sound is looked at when they are taken up
 */
export function unpackSuspended(data: Uint8Array, where: string): Suspended {
  const { depth, counted, records, lists } = unpacked(suspendedSchema, data, where);
  return {
    ...{ depth, counted },
    states: { records: wordsOf(records, `${where}: records`), lists: wordsOf(lists, `${where}: lists`) },
  };
}
