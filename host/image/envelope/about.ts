// What an envelope says, held against the files that it is about: claims made from them, and each claim judged. Reads no file and checks no
// signature.
import { REASON_KEY_UNKNOWN } from "../../../assembly/abi.js";
import { readClaims } from "../claims.js";
import { SHA256, equalBytes, toHex } from "../digest.js";
import { decodeHeader } from "../header.js";
import type { Refusal } from "../reason.js";
import { TLV_UUID_CLASS, TLV_UUID_VENDOR, decodeTlvAreas, type TlvAreas } from "../tlv.js";
import { verifyImage } from "../verify.js";
import { InvalidImageOptionError, formatVersion, type ImageVersion } from "../version.js";
import { BLOCK_SIZES, isBlockSize, isReplaced, type EnvelopeClaims, type UpdateKind } from "./fields.js";
import { merkleRoot } from "./merkle.js";

/** Files that an envelope is about, as their bytes; what follows an image in its file does not count. */
export interface EnvelopeFiles {
  readonly image: Uint8Array;
  /** What is sent in the image's place. */
  readonly transfer?: Uint8Array | undefined;
  /** The image that a patch is to be applied to. */
  readonly base?: Uint8Array | undefined;
  readonly bill?: Uint8Array | undefined;
}

/** What the maker of an envelope says besides what the files say; an id that is undefined is the image's own. */
export interface EnvelopeOptions {
  readonly vendorId?: Uint8Array | undefined;
  readonly classId?: Uint8Array | undefined;
  readonly kind: UpdateKind;
  readonly blockSizeBytes: number;
}

type ClaimsFor =
  { readonly ok: true; readonly claims: EnvelopeClaims } | (Refusal & { readonly of: "image" | "base" });

/**
 * Makes the claims for files; image and base must be whole and signed, by whomever.
 * @throws InvalidImageOptionError when an option does not go with the files
 */
export function claimsFor(files: EnvelopeFiles, options: EnvelopeOptions): ClaimsFor {
  const { image: bytes, transfer, base, bill } = files;
  const { kind, blockSizeBytes } = options;
  if (!isBlockSize(blockSizeBytes))
    throw new InvalidImageOptionError(`block size: expected ${BLOCK_SIZES}, found ${blockSizeBytes}`);
  if ((base === undefined) !== (transfer === undefined)) {
    const [there, lacking] = base === undefined ? ["a transfer", "base"] : ["a base", "transfer"];
    throw new InvalidImageOptionError(`${lacking}: expected one beside ${there}, found none`);
  }
  const image = wholeImage(bytes);
  if (!image.ok) return { ...image, of: "image" };
  const origin = base === undefined ? undefined : wholeImage(base);
  if (origin?.ok === false) return { ...origin, of: "base" };
  const sent = transfer ?? image.bytes;
  if (sent.length === 0)
    throw new InvalidImageOptionError("transfer: expected at least one byte, found none");
  const claims: EnvelopeClaims = {
    digest: image.digest,
    sizeBytes: image.bytes.length,
    version: image.version,
    securityCounter: image.securityCounter,
    vendorId: idOf("vendor", options.vendorId, image.vendorIds),
    classId: idOf("class", options.classId, image.classIds),
    kind,
    blockSizeBytes,
    root: merkleRoot(sent, blockSizeBytes),
    transferSizeBytes: sent.length,
    ...(origin !== undefined && { baseDigest: origin.digest }),
    ...(bill !== undefined && { billDigest: SHA256.hash(bill) }),
  };
  return { ok: true, claims };
}

/** The id that is given, which must be what the image says where it says one; else the image's. */
function idOf(what: string, given: Uint8Array | undefined, own: readonly Uint8Array[]): Uint8Array {
  const [first, second] = own;
  const id = given ?? first;
  if (id === undefined || (given === undefined && second !== undefined))
    throw new InvalidImageOptionError(`${what}: expected one, as the image says ${own.length}, found none`);
  const other = own.find((one) => !equalBytes(one, id));
  if (other !== undefined)
    throw new InvalidImageOptionError(
      `${what}: expected the image's, ${formatUuid(other)}, found ${formatUuid(id)}`,
    );
  return id;
}

/** What an image says of itself; `bytes` from its header to the end of its TLVs. */
interface ImageFacts {
  readonly ok: true;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly version: ImageVersion;
  readonly securityCounter: number;
  readonly vendorIds: readonly Uint8Array[];
  readonly classIds: readonly Uint8Array[];
}

function factsOf(file: Uint8Array): ImageFacts | Refusal {
  const head = decodeHeader(file);
  if (!head.ok) return head;
  const tlvs = decodeTlvAreas(file, head.header, { strict: true });
  if (!tlvs.ok) return tlvs;
  const { areas } = tlvs;
  const bytes = file.subarray(0, areas.extentBytes);
  return {
    ok: true,
    bytes,
    digest: SHA256.hash(bytes),
    version: head.header.version,
    securityCounter: readClaims(areas).securityCounter,
    vendorIds: idsIn(areas, TLV_UUID_VENDOR),
    classIds: idsIn(areas, TLV_UUID_CLASS),
  };
}

/** Facts of an image that would be judged by its signature if its key were known; one that nobody signed is refused before that. */
function wholeImage(file: Uint8Array): ImageFacts | Refusal {
  const judged = verifyImage(file, []);
  return !judged.ok && judged.reason !== REASON_KEY_UNKNOWN ? judged : factsOf(file);
}

function idsIn(areas: TlvAreas, type: number): readonly Uint8Array[] {
  return areas.protectedEntries
    .filter((entry) => entry.type === type)
    .map(({ data }) => Uint8Array.from(data));
}

/** What came of one claim: "unsaid" where the image says nothing of it, "unjudged" where no file was given that does, or none ever says it. */
export type Outcome = "holds" | "fails" | "unsaid" | "unjudged";

/** Claims that stand in no file but the envelope. */
const OWN_CLAIMS = ["kind", "encryption"] as const;

/** One claim, as it is said and as it was found. */
export interface JudgedClaim {
  readonly claim:
    | "size"
    | "digest"
    | "version"
    | "counter"
    | "vendor"
    | "class"
    | "blocks"
    | "base"
    | "bill"
    | (typeof OWN_CLAIMS)[number];
  readonly outcome: Outcome;
  readonly said: string;
  /** What the files say; the same where the claim holds. */
  readonly found: string;
}

/** Judges every claim by the files, or refuses the image or the base, of which nothing can be compared. */
export function judgeClaims(
  claims: EnvelopeClaims,
  files: EnvelopeFiles,
):
  | { readonly ok: true; readonly judged: readonly JudgedClaim[] }
  | (Refusal & { readonly of: "image" | "base" }) {
  const image = factsOf(files.image);
  if (!image.ok) return { ...image, of: "image" };
  const base = files.base === undefined ? undefined : factsOf(files.base);
  if (base?.ok === false) return { ...base, of: "base" };
  const { encryption } = claims;
  const sent = isReplaced(claims) ? files.transfer : (files.transfer ?? image.bytes);
  const blocks = (bytes: Uint8Array): string =>
    `${bytes.length} bytes, root ${toHex(merkleRoot(bytes, claims.blockSizeBytes))}`;
  const digest = (bytes: Uint8Array | undefined): string => (bytes === undefined ? "none" : toHex(bytes));
  return {
    ok: true,
    judged: [
      compared("size", String(claims.sizeBytes), String(image.bytes.length)),
      compared("digest", toHex(claims.digest), toHex(image.digest)),
      compared("version", formatVersion(claims.version), formatVersion(image.version)),
      compared("counter", String(claims.securityCounter), String(image.securityCounter)),
      ids("vendor", claims.vendorId, image.vendorIds),
      ids("class", claims.classId, image.classIds),
      optional("kind", claims.kind, undefined),
      optional(
        "blocks",
        `${claims.transferSizeBytes} bytes, root ${toHex(claims.root)}`,
        sent && blocks(sent),
      ),
      ...either("base", claims.baseDigest, files.base && digest(base?.digest)),
      ...(encryption === undefined
        ? []
        : [optional("encryption", `${encryption.cipher}, ${encryption.keyWrap}`, undefined)]),
      ...either("bill", claims.billDigest, files.bill && digest(SHA256.hash(files.bill))),
    ],
  };
}

/** Whether a claim is one that no file says, so that nothing it could be held against was left out. */
export function isSaidByNoFile({ claim }: JudgedClaim): boolean {
  return OWN_CLAIMS.some((own) => own === claim);
}

type ClaimName = JudgedClaim["claim"];

function compared(claim: ClaimName, said: string, found: string): JudgedClaim {
  return { claim, outcome: said === found ? "holds" : "fails", said, found };
}

function optional(claim: ClaimName, said: string, found: string | undefined): JudgedClaim {
  return found === undefined
    ? { claim, outcome: "unjudged", said, found: "none" }
    : compared(claim, said, found);
}

/** A claim that may be absent: judged where it is there or where its file is given, which then has no claim. */
function either(
  claim: ClaimName,
  said: Uint8Array | undefined,
  found: string | undefined,
): readonly JudgedClaim[] {
  if (said === undefined && found === undefined) return [];
  return [optional(claim, said === undefined ? "none" : toHex(said), found)];
}

function ids(claim: ClaimName, said: Uint8Array, own: readonly Uint8Array[]): JudgedClaim {
  const text = formatUuid(said);
  if (own.length === 0) return { claim, outcome: "unsaid", said: text, found: "none" };
  const other = own.find((one) => !equalBytes(one, said));
  return compared(claim, text, formatUuid(other ?? said));
}

/** A UUID as it is written (RFC 9562 4). */
export function formatUuid(bytes: Uint8Array): string {
  const digits = toHex(bytes);
  return [0, 8, 12, 16, 20].map((from, at, all) => digits.slice(from, all[at + 1])).join("-");
}
