// What the protected TLV area says of an image: builds its entries in imgtool's order, reads back those that decide.
import { createHash } from "node:crypto";
import type { DigestAlgorithm } from "./digest.js";
import { fitting } from "./header.js";
import {
  TLV_BOOT_RECORD,
  TLV_DEPENDENCY,
  TLV_SEC_CNT,
  TLV_UUID_CLASS,
  TLV_UUID_VENDOR,
  isNamedType,
  type TlvContent,
} from "./tlv.js";
import { InvalidImageOptionError, type ImageVersion } from "./version.js";

/** Another image that must be there: its number 0..255 and the least version that will do. */
export interface ImageDependency {
  readonly imageId: number;
  readonly leastVersion: ImageVersion;
}

/** The contents of a protected area before they are encoded; what is undefined is left out. */
export interface ProtectedContents {
  readonly securityCounter?: number | undefined;
  /** Software type of the boot record, up to 12 bytes of text. */
  readonly bootRecord?: string | undefined;
  readonly dependencies?: readonly ImageDependency[] | undefined;
  /** A UUID, or a name (a domain) that one is made from. */
  readonly vendorId?: string | undefined;
  /** A UUID, or a name that one is made from within the vendor's. */
  readonly classId?: string | undefined;
  readonly customTlvs?: readonly TlvContent[] | undefined;
}

/** What a boot record repeats of its image: version, digest algorithm and the signer's key hash. */
export interface BootRecordSource {
  readonly version: ImageVersion;
  readonly algorithm: DigestAlgorithm;
  readonly signerKeyHash: Uint8Array;
}

const SOFTWARE_TYPE_MAX_BYTES = 12; // imgtool, MAX_SW_TYPE_LENGTH
const CUSTOM_TYPE_LEAST = 0xa0; // MCUboot docs/design.md: xxA0..xxFE are vendor-specific
const CUSTOM_TYPE_MOST = 0xfffe;
const DNS_NAMESPACE = Buffer.from("6ba7b8109dad11d180b400c04fd430c8", "hex"); // RFC 9562 6.6

/**
 * Lists the protected entries in imgtool's order: security counter, boot record, dependencies, vendor, class, custom.
 * @throws InvalidImageOptionError when a value does not fit its entry or a class has no vendor.
 */
export function protectedEntries(
  contents: ProtectedContents,
  source: BootRecordSource,
): readonly TlvContent[] {
  const { securityCounter, bootRecord, dependencies, vendorId, classId, customTlvs } = contents;
  const entries: TlvContent[] = [];
  if (securityCounter !== undefined) {
    entries.push({
      type: TLV_SEC_CNT,
      data: littleEndian32(fitting("security counter", securityCounter, 32)),
    });
  }
  if (bootRecord !== undefined) {
    entries.push({ type: TLV_BOOT_RECORD, data: encodeBootRecord(bootRecord, source) });
  }
  for (const dependency of dependencies ?? []) {
    entries.push({ type: TLV_DEPENDENCY, data: encodeDependency(dependency) });
  }
  const vendor = vendorId === undefined ? undefined : vendorUuid(vendorId);
  if (vendor !== undefined) entries.push({ type: TLV_UUID_VENDOR, data: vendor });
  if (classId !== undefined) entries.push({ type: TLV_UUID_CLASS, data: classUuid(classId, vendor) });
  const customTypes = new Set<number>();
  for (const { type, data } of customTlvs ?? []) {
    if (type < CUSTOM_TYPE_LEAST || type > CUSTOM_TYPE_MOST || isNamedType(type) || customTypes.has(type)) {
      throw new InvalidImageOptionError(
        `custom TLV: expected a type 0x00a0..0xfffe, each only once and none that has a name of its own, found 0x${type.toString(16).padStart(4, "0")}`,
      );
    }
    customTypes.add(type);
    entries.push({ type, data });
  }
  return entries;
}

/**
 * Reads dependencies as imgtool takes them: `(1, 2.0.0+0)`, several separated by commas.
 * @param parse reads the version's text
 * @throws InvalidImageOptionError when the text has another shape.
 */
export function parseDependencies(
  text: string,
  parse: (text: string) => ImageVersion,
): readonly ImageDependency[] {
  if (!/^\s*\([^()]*\)\s*(,\s*\([^()]*\)\s*)*$/.test(text)) {
    throw new InvalidImageOptionError(`dependencies: expected "(ID, VERSION), …", found "${text}"`);
  }
  return [...text.matchAll(/\(([^()]*)\)/g)].map(([, inner = ""]) => {
    const match = /^\s*([0-9]{1,3})\s*,\s*(\S+)\s*$/.exec(inner);
    if (match === null) {
      throw new InvalidImageOptionError(`dependencies: expected "(ID, VERSION)", found "(${inner})"`);
    }
    return { imageId: fitting("image id", Number(match[1]), 8), leastVersion: parse(match[2] ?? "") };
  });
}

/** Decodes a DEPENDENCY entry's 12 bytes: image id u8, 3 bytes of padding, version. */
export function decodeDependency(data: Uint8Array): ImageDependency {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    imageId: view.getUint8(0),
    leastVersion: {
      major: view.getUint8(4),
      minor: view.getUint8(5),
      revision: view.getUint16(6, true),
      build: view.getUint32(8, true),
    },
  };
}

/** Decodes a SEC_CNT entry's 4 bytes. */
export function decodeSecurityCounter(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0, true);
}

function encodeDependency({ imageId, leastVersion }: ImageDependency): Uint8Array {
  const data = new Uint8Array(12);
  const view = new DataView(data.buffer);
  view.setUint8(0, fitting("image id", imageId, 8));
  view.setUint8(4, leastVersion.major);
  view.setUint8(5, leastVersion.minor);
  view.setUint16(6, leastVersion.revision, true);
  view.setUint32(8, leastVersion.build, true);
  return data;
}

function littleEndian32(value: number): Uint8Array {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, value, true);
  return data;
}

// A boot record is a CBOR map (RFC 8949) whose keys are those of PSA attestation's software components: 1 type,
// 2 measurement (zeros here: a boot loader may fill it in), 4 version, 5 signer, 6 description of the measurement.
function encodeBootRecord(softwareType: string, source: BootRecordSource): Uint8Array {
  const typeBytes = Buffer.byteLength(softwareType);
  if (typeBytes > SOFTWARE_TYPE_MAX_BYTES) {
    throw new InvalidImageOptionError(
      `boot record: expected a software type of at most ${SOFTWARE_TYPE_MAX_BYTES} bytes, found ${typeBytes}`,
    );
  }
  const { major, minor, revision } = source.version;
  return Uint8Array.from([
    ...cborHead(CBOR_MAP, 5),
    ...[1, ...cborText(softwareType)],
    ...[4, ...cborText(`${major}.${minor}.${revision}`)],
    ...[5, ...cborHead(CBOR_BYTES, source.signerKeyHash.length), ...source.signerKeyHash],
    ...[6, ...cborText(source.algorithm.name)],
    ...[
      2,
      ...cborHead(CBOR_BYTES, source.algorithm.sizeBytes),
      ...new Uint8Array(source.algorithm.sizeBytes),
    ],
  ]);
}

const CBOR_BYTES = 2; // major types of RFC 8949 3.1
const CBOR_TEXT = 3;
const CBOR_MAP = 5;

/** Head of a CBOR item of up to 255 elements: lengths below 24 stand in the first byte. */
function cborHead(majorType: number, length: number): readonly number[] {
  return length < 24 ? [(majorType << 5) | length] : [(majorType << 5) | 24, length];
}

function cborText(text: string): readonly number[] {
  const bytes = Buffer.from(text);
  return [...cborHead(CBOR_TEXT, bytes.length), ...bytes];
}

/** A vendor's UUID of 16 bytes: the one that is written out, or the one that is made from a domain. */
export function vendorUuid(vendorId: string): Uint8Array {
  return parseUuid(vendorId) ?? nameUuid(DNS_NAMESPACE, vendorId);
}

/**
 * A class's UUID of 16 bytes: the one that is written out, or the one that is made from a name within the vendor's.
 * @throws InvalidImageOptionError when a name has no vendor.
 */
export function classUuid(classId: string, vendor: Uint8Array | undefined): Uint8Array {
  const uuid = parseUuid(classId) ?? (vendor && nameUuid(vendor, classId));
  if (uuid === undefined) {
    throw new InvalidImageOptionError(
      `class id: expected a UUID, or a vendor id beside it, found "${classId}" alone`,
    );
  }
  return uuid;
}

function parseUuid(text: string): Uint8Array | undefined {
  const isUuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text);
  return isUuid ? Uint8Array.from(Buffer.from(text.replaceAll("-", ""), "hex")) : undefined;
}

/** Name-based UUID, version 5 (RFC 9562 5.5): SHA-1 of namespace and name, with version and variant set. */
function nameUuid(namespace: Uint8Array, name: string): Uint8Array {
  const uuid = createHash("sha1").update(namespace).update(name).digest().subarray(0, 16);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x50;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return Uint8Array.from(uuid);
}
