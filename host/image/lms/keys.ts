// HSS/LMS keys for images: the public key as SubjectPublicKeyInfo, which node:crypto cannot read, and a signing key over
// a signer's state file. Never copies the state: see state.ts.
import { InvalidKeyError } from "../../core/errors.js";
import { SHA256, SHA512, equalBytes } from "../digest.js";
import type { PublicKey, SigningKey } from "../key-types.js";
import { LmsSigner } from "./signer.js";
import { LMOTS_WINDOWS, LMS_HEIGHTS, type LmsParameters } from "./tree.js";
import { HSS_PUBLIC_KEY_SIZE_BYTES, isHssPublicKey, verifyHss } from "./verify.js";
import { TLV_LMS } from "../tlv.js";

/**
 * SubjectPublicKeyInfo up to the HSS public key, which stands in the BIT STRING as it is: RFC 9708 section 4. (RFC 8708,
 * which it replaces, could be read as if an OCTET STRING wrapped it there; RFC 9802 says for X.509 that none does.)
 *   30 4e                                            SEQUENCE, 78 bytes
 *      30 0d 06 0b 2a 86 48 86 f7 0d 01 09 10 03 11   SEQUENCE { OBJECT IDENTIFIER 1.2.840.113549.1.9.16.3.17 }
 *      03 3d 00                                       BIT STRING, 61 bytes, no unused bits
 */
const SPKI_PREFIX = Buffer.from("304e300d060b2a864886f70d0109100311033d00", "hex");
/** The algorithm alone: what has this is meant as an HSS key, and is read here or nowhere. */
const ALGORITHM = SPKI_PREFIX.subarray(4, 17);
/** How a state file starts (state.ts). */
const STATE_START = '{"format":"everboot HSS state';

/** Whether a file's text is a signer's state, damaged or not. */
export function isLmsStateText(text: string): boolean {
  return text.startsWith(STATE_START);
}

/** Whether DER bytes name the algorithm of HSS keys. */
export function isLmsSpki(der: Uint8Array): boolean {
  return Buffer.from(der).includes(ALGORITHM);
}

/**
 * Reads an HSS public key from SubjectPublicKeyInfo in DER: its one encoding, byte for byte.
 * @throws InvalidKeyError for any other bytes, levels or parameter sets
 */
export function readLmsSpki(der: Uint8Array, where: string): PublicKey {
  const hssKey = der.subarray(SPKI_PREFIX.length);
  if (!equalBytes(der.subarray(0, SPKI_PREFIX.length), SPKI_PREFIX) || !isHssPublicKey(hssKey)) {
    const size = SPKI_PREFIX.length + HSS_PUBLIC_KEY_SIZE_BYTES;
    throw new InvalidKeyError(
      `${where}: expected an HSS public key of 1 to 3 levels with SHA-256/M32 in ${size} bytes of DER, found other bytes`,
    );
  }
  return lmsPublicKey(hssKey);
}

/** A public key from the 60 bytes of RFC 8554, 6.1. */
function lmsPublicKey(hssKey: Uint8Array): PublicKey {
  const encodedDer = Uint8Array.from(Buffer.concat([SPKI_PREFIX, hssKey]));
  const lines =
    Buffer.from(encodedDer)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return {
    type: "lms",
    signatureTlv: TLV_LMS,
    signatureSizesBytes: [0, 0xffff], // the signature's own type codes say which size is right
    digests: [SHA256, SHA512],
    signsPure: false,
    encodedDer,
    pem: `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`,
    verify: ({ digest, isPure }, signature) => !isPure && verifyHss(hssKey, digest, signature),
  };
}

/**
 * The key whose state is in a file. Each signature uses up a leaf, durably, before it is returned.
 * @throws LmsStateError "missing" or "damaged"; its sign() also "exhausted" or "busy"
 */
export function lmsSigningKey(path: string, signer: LmsSigner = new LmsSigner(path)): SigningKey {
  const publicKey = lmsPublicKey(signer.publicKey);
  return {
    publicKey,
    leastSignatureBytes: signer.signatureSizeBytes,
    sign: (content) => {
      const signature = Uint8Array.from(signer.sign(content.digest));
      // The file may hold another key by now, and a fault may have struck while trees were computed.
      if (publicKey.verify(content, signature)) return signature;
      throw new InvalidKeyError(`${path}: expected the key that was read before, found another: sign again`);
    },
  };
}

/**
 * Reads the parameters of a hierarchy: `h10w8` for one tree, `h5w8,h5w8` for two, top first.
 * @throws InvalidKeyError naming what is known
 */
export function parseLmsParameters(text: string): readonly LmsParameters[] {
  return text.split(",").map((level) => {
    const [, heightText, windowText] = /^h(\d{1,2})w(\d)$/.exec(level) ?? [];
    const height = LMS_HEIGHTS.find((known) => String(known) === heightText);
    const window = LMOTS_WINDOWS.find((known) => String(known) === windowText);
    if (height !== undefined && window !== undefined) return { height, window };
    const heights = LMS_HEIGHTS.join(", ");
    throw new InvalidKeyError(
      `LMS parameters: expected h (${heights}) and w (${LMOTS_WINDOWS.join(", ")}) such as h10w8, found "${level}"`,
    );
  });
}
