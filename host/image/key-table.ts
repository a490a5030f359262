// The provisioned key table as it stands on flash (images/SPEC.md): what boot looks KEYHASH up in. Writes bytes only.
import type { PublicKey } from "./keys.js";

const TABLE_MAGIC = 0x544b4245; // "EBKT", little-endian
const TABLE_VERSION = 1;
const TABLE_HEADER_SIZE_BYTES = 16;
const ENTRY_HEADER_SIZE_BYTES = 4;

/** Encodes `keys` as a key table: a header of 16 bytes, then one entry per key, padded to words. */
export function encodeKeyTable(keys: readonly Pick<PublicKey, "signatureTlv" | "encodedDer">[]): Uint8Array {
  const spans = keys.map(({ encodedDer }) => (encodedDer.length + 3) & ~3);
  const entriesSize = spans.reduce((sum, span) => sum + ENTRY_HEADER_SIZE_BYTES + span, 0);
  const table = new Uint8Array(TABLE_HEADER_SIZE_BYTES + entriesSize);
  const view = new DataView(table.buffer);
  const counts = keys.length | (TABLE_VERSION << 16);
  view.setUint32(0, TABLE_MAGIC, true);
  view.setUint32(4, counts, true);
  view.setUint32(8, entriesSize, true);
  view.setUint32(12, ~counts >>> 0, true);
  let at = TABLE_HEADER_SIZE_BYTES;
  keys.forEach(({ signatureTlv, encodedDer }, index) => {
    view.setUint16(at, signatureTlv, true);
    view.setUint16(at + 2, encodedDer.length, true);
    table.set(encodedDer, at + ENTRY_HEADER_SIZE_BYTES);
    at += ENTRY_HEADER_SIZE_BYTES + (spans[index] as number);
  });
  return table;
}
