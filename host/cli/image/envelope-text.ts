// What an envelope says, as rows of a screen of 80 columns and as plain JSON. Prints nothing and judges nothing.
import { toHex } from "../../image/digest.js";
import { formatUuid, isSaidByNoFile, type JudgedClaim } from "../../image/envelope/about.js";
import { isReplaced, type EnvelopeClaims } from "../../image/envelope/fields.js";
import { formatVersion } from "../../image/version.js";

/** A digest of 64 digits beside it fills the screen. */
const LABEL_WIDTH = 12;
/** Digits of a digest that holds: it need not be read again. */
const SHORT_DIGITS = 16;

type Row = readonly [label: string, value: string];

const KIND_WORDS = {
  features: "new features",
  security: "security fixes",
  both: "new features and security fixes",
} as const;

function rowsText(rows: readonly Row[]): string {
  return rows.map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)}${value}\n`).join("");
}

/** All claims, whole. */
export function claimsText(
  claims: EnvelopeClaims,
  signed: { readonly algorithm: string; readonly keyHash: string },
): string {
  const { encryption, baseDigest, billDigest } = claims;
  return rowsText([
    ["algorithm", signed.algorithm],
    ["key hash", signed.keyHash],
    ["digest", toHex(claims.digest)],
    ["size", `${claims.sizeBytes} bytes`],
    ["version", formatVersion(claims.version)],
    ["counter", String(claims.securityCounter)],
    ["vendor", formatUuid(claims.vendorId)],
    ["class", formatUuid(claims.classId)],
    ["kind", KIND_WORDS[claims.kind]],
    ["transfer", transferText(claims)],
    ["blocks", blocksText(claims)],
    ["root", toHex(claims.root)],
    ...(baseDigest === undefined ? [] : [["base", toHex(baseDigest)] as const]),
    ...(encryption === undefined
      ? []
      : [
          ["cipher", `${encryption.cipher}, its key wrapped by ${encryption.keyWrap}`] as const,
          ["recipient", toHex(encryption.recipient)] as const,
        ]),
    ...(billDigest === undefined ? [] : [["bill", toHex(billDigest)] as const]),
  ]);
}

function transferText({ transferSizeBytes, baseDigest, encryption }: EnvelopeClaims): string {
  if (!isReplaced({ baseDigest, encryption })) return "the image itself";
  const what = [encryption && "encrypted", baseDigest && "a patch of the base"].filter(
    (word) => word !== undefined,
  );
  return `${transferSizeBytes} bytes, ${what.join(", ")}`;
}

function blocksText({ transferSizeBytes, blockSizeBytes }: EnvelopeClaims): string {
  const count = Math.ceil(transferSizeBytes / blockSizeBytes);
  const last = transferSizeBytes - (count - 1) * blockSizeBytes;
  return `${count} of ${blockSizeBytes} bytes${last === blockSizeBytes ? "" : `, the last of ${last}`}`;
}

const OUTCOME_WORDS: Readonly<Record<JudgedClaim["outcome"], string>> = {
  holds: "holds",
  fails: "fails",
  unsaid: "not said by the image",
  unjudged: "not judged, as no such file was given",
};

/** What came of each claim. */
export function judgedText(
  claims: EnvelopeClaims,
  judged: readonly JudgedClaim[],
  signed: { readonly keyType: string; readonly keyHash: string },
): string {
  return rowsText([
    ["key", signed.keyType],
    ["key hash", signed.keyHash],
    ...judged.map((one): Row => [one.claim, outcomeText(claims, one)]),
  ]);
}

function outcomeText({ kind }: EnvelopeClaims, one: JudgedClaim): string {
  const { claim, outcome, said } = one;
  if (isSaidByNoFile(one))
    return `not judged, as no file says it: ${claim === "kind" ? KIND_WORDS[kind] : said}`;
  return outcome === "unjudged" ? OUTCOME_WORDS[outcome] : `${OUTCOME_WORDS[outcome]}: ${shortened(said)}`;
}

function shortened(text: string): string {
  return text.replace(/\b[0-9a-f]{64}\b/g, (digits) => `${digits.slice(0, SHORT_DIGITS)}…`);
}

/** All claims as plain JSON: bytes in hexadecimal digits, absent ones null. */
export function claimsJson(claims: EnvelopeClaims) {
  const { encryption, baseDigest, billDigest } = claims;
  return {
    digest: toHex(claims.digest),
    imageSizeBytes: claims.sizeBytes,
    version: formatVersion(claims.version),
    securityCounter: claims.securityCounter,
    vendorId: formatUuid(claims.vendorId),
    classId: formatUuid(claims.classId),
    kind: claims.kind,
    blockSizeBytes: claims.blockSizeBytes,
    root: toHex(claims.root),
    transferSizeBytes: claims.transferSizeBytes,
    baseDigest: baseDigest === undefined ? null : toHex(baseDigest),
    encryption: encryption === undefined ? null : { ...encryption, recipient: toHex(encryption.recipient) },
    billDigest: billDigest === undefined ? null : toHex(billDigest),
  };
}
