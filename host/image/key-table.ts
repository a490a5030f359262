// The provisioned table as it stands on flash (images/SPEC.md): public keys, versions of other installed images, and the
// algorithms that every image must be signed with. Writes bytes only.
import type { KeyType, PublicKey } from "./key-types.js";
import { TLV_DEPENDENCY } from "./tlv.js";
import type { ImageVersion } from "./version.js";

const TABLE_MAGIC = 0x544b4245; // "EBKT", little-endian
const TABLE_VERSION = 2;
const TABLE_HEADER_SIZE_BYTES = 24;
/** What the boot core takes: keys and installed images together. */
export const ENTRY_COUNT_MAX = 16;
const ENTRY_HEADER_SIZE_BYTES = 4;

/** Bit of each algorithm in the table's demand. */
const DEMAND_BITS: Readonly<Record<KeyType, number>> = {
  ed25519: 1,
  "ecdsa-p256": 2,
  "rsa-2048": 4,
  "rsa-3072": 8,
  lms: 16,
};

/** Another image that the device is provisioned with, as dependencies name it. */
export interface InstalledImage {
  /** Image id, 0 to 255. */
  readonly id: number;
  readonly version: ImageVersion;
}

/**
 * Encodes `keys` and `installed` as a provisioned table: a header of 24 bytes, then one entry each, padded to words.
 * @param demanded algorithms of which each must have a valid signature; none: any one valid signature is enough
 */
export function encodeKeyTable(
  keys: readonly Pick<PublicKey, "signatureTlv" | "encodedDer">[],
  installed: readonly InstalledImage[] = [],
  demanded: readonly KeyType[] = [],
): Uint8Array {
  const entries = [
    ...keys.map(({ signatureTlv, encodedDer }) => ({ type: signatureTlv, data: encodedDer })),
    ...installed.map((image) => ({ type: TLV_DEPENDENCY, data: encodeInstalled(image) })),
  ];
  const entriesSize = entries.reduce(
    (sum, { data }) => sum + ENTRY_HEADER_SIZE_BYTES + padded(data.length),
    0,
  );
  const table = new Uint8Array(TABLE_HEADER_SIZE_BYTES + entriesSize);
  const view = new DataView(table.buffer);
  const counts = entries.length | (TABLE_VERSION << 16);
  view.setUint32(0, TABLE_MAGIC, true);
  view.setUint32(4, counts, true);
  view.setUint32(8, entriesSize, true);
  view.setUint32(12, ~counts >>> 0, true);
  const demand = demanded.reduce((bits, type) => bits | DEMAND_BITS[type], 0);
  view.setUint32(16, demand, true);
  view.setUint32(20, ~demand >>> 0, true);
  let at = TABLE_HEADER_SIZE_BYTES;
  for (const { type, data } of entries) {
    view.setUint16(at, type, true);
    view.setUint16(at + 2, data.length, true);
    table.set(data, at + ENTRY_HEADER_SIZE_BYTES);
    at += ENTRY_HEADER_SIZE_BYTES + padded(data.length);
  }
  return table;
}

function encodeInstalled({ id, version }: InstalledImage): Uint8Array {
  const data = new Uint8Array(12);
  const view = new DataView(data.buffer);
  view.setUint8(0, id);
  view.setUint8(4, version.major);
  view.setUint8(5, version.minor);
  view.setUint16(6, version.revision, true);
  view.setUint32(8, version.build, true);
  return data;
}

function padded(size: number): number {
  return (size + 3) & ~3;
}
