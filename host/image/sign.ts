// Signs a payload into an image, byte for byte as imgtool 2.4 does. Reads and writes no files.
import { concatenate } from "../core/data/bytes.js";
import { SHA256, SHA512, type DigestAlgorithm } from "./digest.js";
import {
  FLAG_NON_BOOTABLE,
  FLAG_RAM_LOAD,
  FLAG_ROM_FIXED,
  HEADER_SIZE_BYTES,
  encodeHeader,
  fitting,
  type ImageHeader,
} from "./header.js";
import type { SigningKey } from "./key-types.js";
import { keyHash } from "./keys.js";
import { protectedEntries, type ProtectedContents } from "./protected.js";
import { hexNumber } from "./reason.js";
import {
  PROTECTED_MAGIC,
  PROTECTED_MAX_BYTES,
  TLV_KEYHASH,
  TLV_SIG_PURE,
  UNPROTECTED_MAGIC,
  encodeTlvArea,
  type TlvContent,
} from "./tlv.js";
import { imageOkOffset, trailerMagic, trailerSizeBytes, type MaxAlignment } from "./trailer.js";
import { InvalidImageOptionError, automaticSecurityCounter, type ImageVersion } from "./version.js";

const ERASED = 0xff;
const SLOT_MAX_BYTES = 0x10000000; // what padding may allocate: 256 MiB, beyond any internal flash
const DEFAULT_MAX_SECTORS = 128; // imgtool

/** How to sign; sizes, addresses and alignments in bytes. Every option is imgtool's of the same name. */
export interface SignOptions extends Omit<ProtectedContents, "securityCounter"> {
  /** Where the payload starts: 32 or more, a multiple of 4. */
  readonly headerSizeBytes: number;
  readonly version: ImageVersion;
  /** Put the header before the payload; otherwise the payload must start with that many zero bytes. */
  readonly padHeader?: boolean | undefined;
  /** Room for image and trailer; without it nothing is checked and nothing can be padded. */
  readonly slotSizeBytes?: number | undefined;
  readonly alignBytes?: number | undefined;
  readonly maxAlignBytes?: MaxAlignment | undefined;
  readonly maxSectors?: number | undefined;
  readonly overwriteOnly?: boolean | undefined;
  readonly securityCounter?: number | "auto" | undefined;
  /** Fill up to the slot's size and end with the trailer's magic. */
  readonly pad?: boolean | undefined;
  /** Set image_ok in the trailer too; implies `pad`. */
  readonly confirm?: boolean | undefined;
  /** Flash offset that the image is linked for. */
  readonly romFixed?: number | undefined;
  /** RAM address to be loaded to. */
  readonly loadAddress?: number | undefined;
  readonly nonBootable?: boolean | undefined;
  /** Sign the bytes themselves instead of their digest. */
  readonly pure?: boolean | undefined;
  readonly shaBits?: 256 | 512 | undefined;
}

/**
 * Signs `payload` and returns the image's bytes: header, payload, TLV areas and, when asked for, padding and trailer.
 * @param signers one key, or several: each makes a pair of KEYHASH and signature, in this order
 * @throws InvalidImageOptionError when options contradict each other or a key, or the image does not fit the slot; then
 *   nothing was signed, as a signature uses up a part of some keys.
 */
export function signImage(
  payload: Uint8Array,
  signers: SigningKey | readonly [SigningKey, ...SigningKey[]],
  options: SignOptions,
): Uint8Array {
  const keys = "sign" in signers ? ([signers] as const) : signers;
  const algorithm = chooseDigest(keys, options);
  const code = payloadBytes(payload, options);
  const { version } = options;
  const securityCounter =
    options.securityCounter === "auto" ? automaticSecurityCounter(version) : options.securityCounter;
  const protectedArea = encodeTlvArea(
    PROTECTED_MAGIC,
    protectedEntries(
      { ...options, securityCounter },
      { version, algorithm, signerKeyHash: keyHash(keys[0].publicKey, algorithm) },
    ),
  );
  if (protectedArea.length > PROTECTED_MAX_BYTES) {
    throw new InvalidImageOptionError(
      `protected TLVs: expected at most ${PROTECTED_MAX_BYTES} bytes, found ${protectedArea.length}`,
    );
  }
  const header: ImageHeader = {
    loadAddress: options.romFixed ?? options.loadAddress ?? 0,
    headerSizeBytes: options.headerSizeBytes,
    protectedSizeBytes: protectedArea.length,
    payloadSizeBytes: code.length,
    flags: headerFlags(options),
    version,
  };
  const hashedBytes = hashedPart(header, code, protectedArea, options);
  const form = { algorithm, isPure: options.pure === true };
  const imageSignedBy = (chosen: readonly SigningKey[]): Uint8Array => {
    const entries = signatureEntries(hashedBytes, chosen, form);
    return fitSlot(concatenate([hashedBytes, encodeTlvArea(UNPROTECTED_MAGIC, entries)]), options);
  };
  imageSignedBy(keys.map(unsigning));
  return imageSignedBy(keys);
}

/** A key whose signatures are empty and as small as the real ones can be: shows whether an image can fit at all. */
function unsigning({ publicKey, leastSignatureBytes }: SigningKey): SigningKey {
  return { publicKey, leastSignatureBytes, sign: () => new Uint8Array(leastSignatureBytes) };
}

/** How a signature is made: over which digest, or over the bytes themselves. */
export interface SignatureForm {
  readonly algorithm: DigestAlgorithm;
  readonly isPure: boolean;
}

/** The unprotected entries for `hashedBytes` (header, payload, protected area): digest, SIG_PURE, a pair of each key. */
export function signatureEntries(
  hashedBytes: Uint8Array,
  keys: readonly SigningKey[],
  { algorithm, isPure }: SignatureForm,
): readonly TlvContent[] {
  const digest = algorithm.hash(hashedBytes);
  return [
    { type: algorithm.tlvType, data: digest },
    ...(isPure ? [{ type: TLV_SIG_PURE, data: Uint8Array.of(1) }] : []),
    ...keys.flatMap((key) => [
      { type: TLV_KEYHASH, data: keyHash(key.publicKey, algorithm) },
      { type: key.publicKey.signatureTlv, data: key.sign({ hashedBytes, digest, isPure }) },
    ]),
  ];
}

/** The one digest of the image, which every key must go with. */
function chooseDigest(
  keys: readonly [SigningKey, ...SigningKey[]],
  { pure, shaBits }: SignOptions,
): DigestAlgorithm {
  for (const { publicKey } of keys) {
    if (pure === true && !publicKey.signsPure)
      throw new InvalidImageOptionError(`pure: expected an ed25519 key, found ${publicKey.type}`);
  }
  // imgtool pairs pure signatures with SHA-512 and knows no other pair.
  const usual = pure === true ? SHA512 : (keys[0].publicKey.digests[0] ?? SHA256);
  const algorithm = shaBits === undefined ? usual : shaBits === 256 ? SHA256 : SHA512;
  for (const { publicKey } of keys) {
    if (publicKey.digests.includes(algorithm) && (pure !== true || algorithm === SHA512)) continue;
    const how = pure === true ? "a pure signature" : `key type ${publicKey.type}`;
    const found = shaBits ?? algorithm.sizeBytes * 8;
    throw new InvalidImageOptionError(`sha: expected a digest that goes with ${how}, found ${found}`);
  }
  return algorithm;
}

function headerFlags({ romFixed, loadAddress, nonBootable }: SignOptions): number {
  if (romFixed !== undefined && loadAddress !== undefined) {
    throw new InvalidImageOptionError(
      "load address: expected either that or a fixed flash offset, found both",
    );
  }
  let flags = 0;
  if (loadAddress !== undefined && loadAddress !== 0) flags |= FLAG_RAM_LOAD;
  if (romFixed !== undefined) flags |= FLAG_ROM_FIXED;
  if (nonBootable === true) flags |= FLAG_NON_BOOTABLE;
  return flags;
}

/** The payload proper: the input, less the zeros that keep a header's place. */
function payloadBytes(payload: Uint8Array, { headerSizeBytes, padHeader }: SignOptions): Uint8Array {
  fitting("header size", headerSizeBytes, 16);
  if (headerSizeBytes < HEADER_SIZE_BYTES || headerSizeBytes % 4 !== 0) {
    throw new InvalidImageOptionError(
      `header size: expected ${HEADER_SIZE_BYTES} or more and a multiple of 4, found ${headerSizeBytes}`,
    );
  }
  if (padHeader !== true && payload.subarray(0, headerSizeBytes).some((byte) => byte !== 0)) {
    throw new InvalidImageOptionError(
      `payload: expected ${headerSizeBytes} zero bytes to put the header in, found other bytes; or pad the header`,
    );
  }
  const code = padHeader === true ? payload : payload.subarray(headerSizeBytes);
  if (code.length === 0) throw new InvalidImageOptionError("payload: expected at least one byte, found none");
  return code;
}

function hashedPart(
  header: ImageHeader,
  code: Uint8Array,
  protectedArea: Uint8Array,
  { padHeader }: SignOptions,
): Uint8Array {
  const room = new Uint8Array(header.headerSizeBytes).fill(padHeader === true ? ERASED : 0);
  room.set(encodeHeader(header));
  return concatenate([room, code, protectedArea]);
}

/** Checks that image and trailer fit the slot, padded or not, and pads when asked to. */
function fitSlot(image: Uint8Array, options: SignOptions): Uint8Array {
  const { slotSizeBytes, confirm = false, alignBytes = 8, maxSectors = DEFAULT_MAX_SECTORS } = options;
  const pad = confirm || options.pad === true;
  const maxAlignBytes = options.maxAlignBytes ?? (Math.max(8, alignBytes) as MaxAlignment);
  if (![1, 2, 4, 8, 16, 32].includes(alignBytes) || maxAlignBytes < alignBytes) {
    throw new InvalidImageOptionError(
      `align: expected a power of two up to the maximal alignment ${maxAlignBytes}, found ${alignBytes}`,
    );
  }
  if (slotSizeBytes === undefined) {
    if (pad) throw new InvalidImageOptionError("slot size: expected a number of bytes to pad to, found none");
    return image;
  }
  const isOverwriteOnly = options.overwriteOnly === true;
  const trailerBytes = trailerSizeBytes({ alignBytes, maxAlignBytes, maxSectors, isOverwriteOnly });
  if (image.length + trailerBytes > slotSizeBytes) {
    const found = `an image of ${hexNumber(image.length)} bytes and a trailer of ${hexNumber(trailerBytes)}`;
    throw new InvalidImageOptionError(
      `slot size: expected room for ${found}, found ${hexNumber(slotSizeBytes)}`,
    );
  }
  if (!pad) return image;
  if (slotSizeBytes > SLOT_MAX_BYTES) {
    const found = hexNumber(slotSizeBytes);
    throw new InvalidImageOptionError(
      `slot size: expected at most ${hexNumber(SLOT_MAX_BYTES)} to pad to, found ${found}`,
    );
  }
  const padded = new Uint8Array(slotSizeBytes).fill(ERASED);
  padded.set(image);
  const magic = trailerMagic(maxAlignBytes);
  padded.set(magic, slotSizeBytes - magic.length);
  if (confirm && !isOverwriteOnly) padded[imageOkOffset(slotSizeBytes, maxAlignBytes)] = 1;
  return padded;
}
