// Signature verification by the core's functions: places what they take, hashes or streams the message, asks. Decides
// nothing itself but sizes and the form of keys.
import { InvalidKeyError } from "../core/errors.js";
import type { CoreModule } from "./core-module.js";
import { hash } from "./hash.js";
import { readEd25519Key, readHssKey, readP256Key, readRsaKey } from "./public-key.js";

/** Names of the signature algorithms that the core verifies. */
export const CRYPTO_ALGORITHMS = [
  "ed25519",
  "ecdsa-p256",
  "ecdsa-p256-p1363",
  "rsa-pss-2048",
  "rsa-pss-3072",
  "lms",
] as const;
export type CryptoAlgorithm = (typeof CRYPTO_ALGORITHMS)[number];

/** What is verified; the key and the signature are copies of the caller's. */
export interface SignedMessage {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

type Verifier = (core: CoreModule, signed: SignedMessage, owner: string) => boolean;

const ED25519_SIGNATURE_SIZE_BYTES = 64; // RFC 8032, 5.1.6
const P1363_SIGNATURE_SIZE_BYTES = 64; // r, then s
const P256_NUMBER_SIZE_BYTES = 32;
// Sizes that no good signature exceeds, so that larger ones need no memory; the core judges sizes exactly.
const MAX_DER_SIGNATURE_SIZE_BYTES = 72; // two numbers below 2^256, RFC 3279, 2.2.3
const MAX_HSS_SIGNATURE_SIZE_BYTES = 4 + 3 * (40 + 265 * 32 + 4 + 25 * 32) + 2 * 56; // RFC 8554, 6.2, three levels

const VERIFIERS: Readonly<Record<CryptoAlgorithm, Verifier>> = {
  ed25519: verifyEd25519,
  "ecdsa-p256": (core, signed, owner) => verifyP256(core, signed, { owner, encoding: "der" }),
  "ecdsa-p256-p1363": (core, signed, owner) => verifyP256(core, signed, { owner, encoding: "p1363" }),
  "rsa-pss-2048": (core, signed, owner) => verifyRsa(core, signed, { owner, modulusBits: 2048 }),
  "rsa-pss-3072": (core, signed, owner) => verifyRsa(core, signed, { owner, modulusBits: 3072 }),
  lms: verifyLms,
};

/**
 * Verifies one signature, within a use of the core.
 * @returns whether it is good; false too for a signature that is malformed
 * @throws InvalidKeyError for a key that the algorithm does not have
 * @throws CryptoSizeError where an LMS message does not fit the memory
 */
export function verifyBy(algorithm: CryptoAlgorithm, core: CoreModule, signed: SignedMessage): boolean {
  return VERIFIERS[algorithm](core, signed, `${algorithm} public key`);
}

/** RFC 8032, 5.1.7, the message streamed. */
function verifyEd25519(
  core: CoreModule,
  { publicKey, message, signature }: SignedMessage,
  owner: string,
): boolean {
  const rawKey = readEd25519Key(publicKey, owner);
  if (signature.length !== ED25519_SIGNATURE_SIZE_BYTES) return false;
  const [key, s] = [core.place(rawKey), core.place(signature)];
  const context = core.reserve(core.constant("SHA512_CONTEXT_SIZE"));
  core.call("ed25519Begin", context, s, key);
  core.stream(message, (address, sizeBytes) => core.call("sha512Update", context, address, sizeBytes));
  const scratch = core.reserve(core.constant("ED25519_SCRATCH_SIZE"));
  return core.call("ed25519Check", context, s, key, scratch) !== 0;
}

/** FIPS 186-5, 6.4.2, with SHA-256. */
function verifyP256(
  core: CoreModule,
  { publicKey, message, signature }: SignedMessage,
  { owner, encoding }: { owner: string; encoding: "der" | "p1363" },
): boolean {
  const key = core.place(readP256Key(publicKey, owner));
  const scratch = core.reserve(core.constant("P256_SCRATCH_SIZE"));
  if (core.call("p256PublicKeyValid", key, scratch) === 0) {
    throw new InvalidKeyError(`${owner}: expected a point of P-256, found coordinates that are none`);
  }
  let raw: number;
  if (encoding === "der") {
    if (signature.length > MAX_DER_SIGNATURE_SIZE_BYTES) return false;
    raw = core.reserve(P1363_SIGNATURE_SIZE_BYTES);
    if (core.call("ecdsaDerToRaw", core.place(signature), signature.length, raw) === 0) return false;
  } else {
    if (signature.length !== P1363_SIGNATURE_SIZE_BYTES) return false;
    raw = core.place(signature);
  }
  const digest = hash(core, "sha256", message);
  return core.call("p256Verify", digest, raw, raw + P256_NUMBER_SIZE_BYTES, key, scratch) !== 0;
}

/** RFC 8017, 8.1.2, with SHA-256, MGF1-SHA-256 and a salt of 32 bytes. */
function verifyRsa(
  core: CoreModule,
  { publicKey, message, signature }: SignedMessage,
  { owner, modulusBits }: { owner: string; modulusBits: 2048 | 3072 },
): boolean {
  const modulus = readRsaKey(publicKey, modulusBits, owner);
  if (signature.length !== modulus.length) return false;
  const digest = hash(core, "sha256", message);
  const [s, n] = [core.place(signature), core.place(modulus)];
  const scratch = core.reserve(core.constant("RSA_SCRATCH_SIZE"));
  return core.call("rsaPssVerify", digest, s, n, modulus.length, scratch) !== 0;
}

/** RFC 8554, 6.3; the message lies in the memory whole, because its hash starts with parts of the signature. */
function verifyLms(
  core: CoreModule,
  { publicKey, message, signature }: SignedMessage,
  owner: string,
): boolean {
  const key = core.place(readHssKey(publicKey, owner));
  if (signature.length > MAX_HSS_SIGNATURE_SIZE_BYTES) return false;
  const scratch = core.reserve(core.constant("LMS_SCRATCH_SIZE"));
  const [s, m] = [core.place(signature), core.place(message)];
  return core.call("hssVerifyInMemory", m, message.length, s, signature.length, key, scratch) !== 0;
}
