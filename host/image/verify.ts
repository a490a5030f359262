// Judges an image as the boot core must: the host's independent opinion, written from images/SPEC.md and sharing no
// code with the core. Never decides by anything that is not checked first.
import {
  REASON_DIGEST,
  REASON_DIGEST_MISSING,
  REASON_KEY_MISSING,
  REASON_KEY_UNKNOWN,
  REASON_SIGNATURE,
  REASON_SIGNATURE_MISSING,
  REASON_TLV_ENTRY,
} from "../../assembly/abi.js";
import { dependencyRefusal, floorRefusal, readClaims } from "./claims.js";
import { digestAlgorithm, equalBytes, toHex, type DigestAlgorithm, type Hash } from "./digest.js";
import { decodeHeader, isRomFixed, judgeHeader, type ImageHeader } from "./header.js";
import type { KeyType, PublicKey, SignedContent } from "./key-types.js";
import { keyHash } from "./keys.js";
import type { ImageDependency } from "./protected.js";
import { refuse, type Refusal } from "./reason.js";
import {
  TLV_ECDSA,
  TLV_ED25519,
  TLV_KEYHASH,
  TLV_LMS,
  TLV_RSA2048_PSS,
  TLV_RSA3072_PSS,
  TLV_SIG_PURE,
  decodeTlvAreas,
  tlvName,
  type TlvAreas,
  type TlvEntry,
} from "./tlv.js";
import type { ImageVersion } from "./version.js";

/** What the judgement depends on beside image and keys; what is undefined is not judged. */
export interface VerifyOptions {
  /** Flash offset in bytes of the slot that the image is in or meant for. */
  readonly slotOffset?: number | undefined;
  /** Algorithms of which each must have a valid pair by one of the keys; none: any one valid pair is enough. */
  readonly demanded?: readonly KeyType[] | undefined;
  /** Security floor: the least security counter that may boot. */
  readonly floor?: number | undefined;
  /** Version of each other image on the device by image id; dependencies are judged against these. */
  readonly otherImages?: ReadonlyMap<number, ImageVersion> | undefined;
  /** Another SHA-256 to judge by; tests that judge thousands of images pass a faster one. */
  readonly sha256?: Hash | undefined;
}

/** An image that may boot, and what it says; sizes and offsets in bytes. */
export interface AcceptedImage {
  readonly ok: true;
  readonly version: ImageVersion;
  /** 0 when the image carries none. */
  readonly securityCounter: number;
  /** Header to end of TLVs; whatever follows is not part of the image. */
  readonly extentBytes: number;
  readonly headerSizeBytes: number;
  readonly payloadSizeBytes: number;
  /** Flash offset that the image is linked for; undefined when it may run from anywhere. */
  readonly linkedOffset: number | undefined;
  readonly digest: Uint8Array;
  readonly digestName: DigestAlgorithm["name"];
  readonly isPure: boolean;
  /** The keys whose signatures were asked for and valid: one, or one of each algorithm that is demanded. */
  readonly signers: readonly [Signer, ...Signer[]];
  readonly dependencies: readonly ImageDependency[];
  /** Bytes behind the image: padding and trailer, or anything else. */
  readonly trailingBytes: number;
}

/** A key whose signature was valid, and its hash as the image names it. */
export interface Signer {
  readonly key: PublicKey;
  readonly keyHash: Uint8Array;
}

export type VerifyResult = AcceptedImage | Refusal;

/** Which algorithm a signature entry is of. */
const SIGNATURE_TYPES: ReadonlyMap<number, KeyType> = new Map([
  [TLV_ED25519, "ed25519"],
  [TLV_ECDSA, "ecdsa-p256"],
  [TLV_RSA2048_PSS, "rsa-2048"],
  [TLV_RSA3072_PSS, "rsa-3072"],
  [TLV_LMS, "lms"],
]);

/**
 * Judges the image at the start of `bytes` (a file, or a slot's whole content) by `publicKeys`.
 * The order of checks is that of images/SPEC.md: header, TLV structure, digest, signature, floor, dependencies.
 */
export function verifyImage(
  bytes: Uint8Array,
  publicKeys: readonly PublicKey[],
  options: VerifyOptions = {},
): VerifyResult {
  const head = decodeHeader(bytes);
  if (!head.ok) return head;
  const { header } = head;
  const headerRefusal = judgeHeader(header, options.slotOffset);
  if (headerRefusal !== undefined) return headerRefusal;
  const tlvs = decodeTlvAreas(bytes, header, { strict: true });
  if (!tlvs.ok) return tlvs;
  const { areas } = tlvs;
  const digested = checkDigest(bytes, areas, options);
  if (!digested.ok) return digested;
  const signed = checkSignatures(areas, { keys: publicKeys, digested }, options.demanded ?? []);
  if (!signed.ok) return signed;
  const claims = readClaims(areas);
  const refusal = floorRefusal(claims, options) ?? dependencyRefusal(claims, options);
  if (refusal !== undefined) return refusal;
  return {
    ok: true,
    ...describe(header),
    securityCounter: claims.securityCounter,
    dependencies: claims.dependencies,
    extentBytes: areas.extentBytes,
    trailingBytes: bytes.length - areas.extentBytes,
    digest: Uint8Array.from(digested.content.digest),
    digestName: digested.algorithm.name,
    isPure: digested.content.isPure,
    signers: signed.signers,
  };
}

function describe(header: ImageHeader) {
  const { version, headerSizeBytes, payloadSizeBytes, loadAddress } = header;
  return {
    version,
    headerSizeBytes,
    payloadSizeBytes,
    linkedOffset: isRomFixed(header) ? loadAddress : undefined,
  };
}

type DigestResult =
  { readonly ok: true; readonly content: SignedContent; readonly algorithm: DigestAlgorithm } | Refusal;

/** Finds the image's digest and compares it with one computed here. */
function checkDigest(bytes: Uint8Array, areas: TlvAreas, options: VerifyOptions): DigestResult {
  const entries = areas.unprotectedEntries;
  const entry = entries.find(({ type }) => digestAlgorithm(type) !== undefined);
  const algorithm = entry && digestAlgorithm(entry.type);
  if (entry === undefined || algorithm === undefined) {
    return refuse(REASON_DIGEST_MISSING, areas.hashedBytes, "expected a SHA256 or SHA512 entry, found none");
  }
  const hashedBytes = bytes.subarray(0, areas.hashedBytes);
  const digest =
    algorithm.name === "SHA256" && options.sha256 ? options.sha256(hashedBytes) : algorithm.hash(hashedBytes);
  if (!equalBytes(digest, entry.data)) {
    const message = `expected the content's ${algorithm.name} ${toHex(digest)}, found ${toHex(entry.data)}`;
    return refuse(REASON_DIGEST, entry.offset, message);
  }
  const isPure = entries.some(({ type }) => type === TLV_SIG_PURE);
  return { ok: true, algorithm, content: { hashedBytes, digest, isPure } };
}

interface Digested {
  readonly content: SignedContent;
  readonly algorithm: DigestAlgorithm;
}

type SignerResult = { readonly ok: true; readonly signer: Signer } | Refusal;
type SignatureResult = { readonly ok: true; readonly signers: readonly [Signer, ...Signer[]] } | Refusal;

/** How many pairs are tried, whatever stands behind them. */
const TRIED_MAX = 16;

/**
 * Tries each KEYHASH with the first signature behind it, until what is valid is enough: one pair, or one of each demanded
 * algorithm. When it never is, the answer is the refusal that came closest among the algorithms that lack a valid pair: a
 * wrong signature before an unknown key, and that before a signature that is not there.
 */
function checkSignatures(
  areas: TlvAreas,
  judge: SignatureJudge,
  demanded: readonly KeyType[],
): SignatureResult {
  const best = new Map<KeyType, SignerResult>();
  let missing = refuse(REASON_KEY_MISSING, areas.hashedBytes, "expected a KEYHASH entry, found none");
  let named: TlvEntry | undefined;
  let tried = 0;
  for (const entry of areas.unprotectedEntries) {
    if (tried === TRIED_MAX) break;
    const algorithm = SIGNATURE_TYPES.get(entry.type);
    if (entry.type === TLV_KEYHASH) {
      const { sizeBytes } = judge.digested.algorithm;
      if (entry.data.length !== sizeBytes) {
        const message = `expected ${sizeBytes} bytes of KEYHASH, found ${entry.data.length}`;
        return refuse(REASON_TLV_ENTRY, entry.offset, message);
      }
      const what = demanded.length === 0 ? "a signature" : `signatures of ${demanded.join(" and ")}`;
      missing = refuse(REASON_SIGNATURE_MISSING, entry.offset, `expected ${what} behind KEYHASH, found none`);
      named = entry;
      continue;
    }
    if (algorithm === undefined || named === undefined) continue;
    const hash = named;
    named = undefined;
    const earlier = best.get(algorithm);
    if (earlier?.ok === true || (demanded.length > 0 && !demanded.includes(algorithm))) continue;
    tried++;
    const result = checkSignature(hash, entry, judge);
    if (!result.ok && result.reason === REASON_TLV_ENTRY) return result;
    if (result.ok || earlier?.reason !== REASON_SIGNATURE) best.set(algorithm, result);
    const signers = enough(best, demanded);
    if (signers !== undefined) return { ok: true, signers };
  }
  const refusals = [...best.values()].filter((result): result is Refusal => !result.ok);
  return refusals.find(({ reason }) => reason === REASON_SIGNATURE) ?? refusals[0] ?? missing;
}

/** Whose signatures are enough; undefined while one is lacking. */
function enough(
  best: ReadonlyMap<KeyType, SignerResult>,
  demanded: readonly KeyType[],
): readonly [Signer, ...Signer[]] | undefined {
  const valid = [...best.values()].flatMap((result) => (result.ok ? [result.signer] : []));
  const [first, ...others] = valid;
  if (first === undefined || !demanded.every((type) => best.get(type)?.ok === true)) return undefined;
  return [first, ...others];
}

interface SignatureJudge {
  readonly keys: readonly PublicKey[];
  readonly digested: Digested;
}

function checkSignature(
  named: TlvEntry,
  signature: TlvEntry,
  { keys, digested }: SignatureJudge,
): SignerResult {
  const { algorithm, content } = digested;
  const name = tlvName(signature.type);
  const key = keys.find(
    (candidate) =>
      candidate.signatureTlv === signature.type &&
      candidate.digests.includes(algorithm) &&
      equalBytes(keyHash(candidate, algorithm), named.data),
  );
  if (key === undefined) {
    const known = keys.map((one) => `${one.type} ${toHex(keyHash(one, algorithm)).slice(0, KNOWN_DIGITS)}…`);
    const which = known.length === 0 ? "" : ` (${known.join(", ")})`;
    const message = `expected the KEYHASH of one of ${keys.length} known keys${which}, found ${toHex(named.data)} with ${name}`;
    return refuse(REASON_KEY_UNKNOWN, named.offset, message);
  }
  const [least, most] = key.signatureSizesBytes;
  if (signature.data.length < least || signature.data.length > most) {
    const range = least === most ? least : `${least}..${most}`;
    const message = `expected ${range} bytes of ${name}, found ${signature.data.length}`;
    return refuse(REASON_TLV_ENTRY, signature.offset, message);
  }
  // SIG_PURE is not signed itself: with a key that cannot sign so, it would only choose what the signature means.
  if ((content.isPure && !key.signsPure) || !key.verify(content, signature.data)) {
    const found = signatureFound(key, content, signature.data);
    return refuse(REASON_SIGNATURE, signature.offset, `expected a valid ${name} signature, found ${found}`);
  }
  return { ok: true, signer: { key, keyHash: Uint8Array.from(named.data) } };
}

const TAG_SEQUENCE = 0x30;
/** Hexadecimal digits of a known key's hash in an error. */
const KNOWN_DIGITS = 12;

/** What stands in place of a valid signature, in words: another, or for ECDSA a valid one with zeros behind it. */
function signatureFound(key: PublicKey, content: SignedContent, data: Uint8Array): string {
  const end = 2 + (data[1] ?? 0);
  const rest = data.subarray(end);
  const isPadded =
    key.type === "ecdsa-p256" &&
    data[0] === TAG_SEQUENCE &&
    rest.length > 0 &&
    rest.every((byte) => byte === 0);
  if (!isPadded || !key.verify(content, data.subarray(0, end))) return "another";
  return `one with ${rest.length} bytes of zeros behind it, as imgtool --pad-sig makes them for MCUboot before 1.5`;
}
