// The fields of an image in words, header to end of TLVs: for reports that say which of them a fault struck. Judges nothing.
import { AREA_INFO_SIZE_BYTES, HEADER_SIZE_BYTES, decodeHeader } from "./header.js";
import { decodeTlvAreas, tlvName } from "./tlv.js";

/** A named range of an image's bytes. */
export interface ImageField {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const HEADER_FIELDS: readonly (readonly [name: string, offset: number, size: number])[] = [
  ["magic", 0, 4],
  ["load address", 4, 4],
  ["size", 8, 2],
  ["protected TLV size", 10, 2],
  ["image size", 12, 4],
  ["flags", 16, 4],
  ["version", 20, 8],
  ["reserved", 28, 4],
];
const ENTRY_HEADER_SIZE = 4;

/** The fields of the image that `bytes` are, in order; what cannot be told apart is one field. */
export function imageFields(bytes: Uint8Array): readonly ImageField[] {
  const decoded = decodeHeader(bytes);
  if (!decoded.ok) return [{ name: "no image", offset: 0, size: bytes.length }];
  const { header } = decoded;
  const fields = HEADER_FIELDS.map(([name, offset, size]) => ({ name: `header, ${name}`, offset, size }));
  const payloadEnd = header.headerSizeBytes + header.payloadSizeBytes;
  fields.push({
    name: "behind the header",
    offset: HEADER_SIZE_BYTES,
    size: header.headerSizeBytes - HEADER_SIZE_BYTES,
  });
  fields.push({ name: "payload", offset: header.headerSizeBytes, size: header.payloadSizeBytes });
  const tlvs = decodeTlvAreas(bytes, header, { strict: false });
  if (!tlvs.ok) return [...fields, { name: "TLVs", offset: payloadEnd, size: bytes.length - payloadEnd }];
  const { protectedEntries, unprotectedEntries, hashedBytes } = tlvs.areas;
  for (const [kind, start, entries] of [
    ["protected TLV", payloadEnd, protectedEntries],
    ["TLV", hashedBytes, unprotectedEntries],
  ] as const) {
    if (entries.length > 0)
      fields.push({ name: `${kind} area header`, offset: start, size: AREA_INFO_SIZE_BYTES });
    for (const { type, data, offset } of entries)
      fields.push({
        name: `${kind} ${tlvName(type, entries === protectedEntries)}`,
        offset,
        size: ENTRY_HEADER_SIZE + data.length,
      });
  }
  return fields.filter(({ size }) => size > 0);
}
