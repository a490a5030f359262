// What keys are to the rest of the image tool, whatever makes and checks their signatures. Types only.
import type { DigestAlgorithm } from "./digest.js";

export const KEY_TYPES = ["ed25519", "ecdsa-p256", "rsa-2048", "rsa-3072", "lms"] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** What a signature is made over: the hashed bytes, their digest, and whether the bytes themselves are the message. */
export interface SignedContent {
  readonly hashedBytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly isPure: boolean;
}

/** A key that checks signatures; another scheme is another implementation of this. */
export interface PublicKey {
  readonly type: KeyType;
  /** TLV type of this key's signatures. */
  readonly signatureTlv: number;
  /** Smallest and largest signature in bytes. */
  readonly signatureSizesBytes: readonly [least: number, most: number];
  /** Digests that this key's signatures go with; the first is the usual one. */
  readonly digests: readonly DigestAlgorithm[];
  /** Whether the key also signs the bytes themselves (SIG_PURE). */
  readonly signsPure: boolean;
  /** What KEYHASH is the digest of: SubjectPublicKeyInfo (RFC 5280), or for RSA the PKCS#1 key (RFC 8017). */
  readonly encodedDer: Uint8Array;
  readonly pem: string;
  verify(content: SignedContent, signature: Uint8Array): boolean;
}

/** A key that makes signatures, whatever holds the secret. */
export interface SigningKey {
  readonly publicKey: PublicKey;
  /** Size in bytes of the smallest signature that the key makes. */
  readonly leastSignatureBytes: number;
  sign(content: SignedContent): Uint8Array;
}

/** A signing key that stands in memory whole; `pem` is PKCS#8 and secret. */
export interface PrivateKey extends SigningKey {
  readonly pem: string;
}
