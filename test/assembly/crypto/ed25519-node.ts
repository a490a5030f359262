// Ed25519 for tests: signatures and answers of node:crypto, the vectors of RFC 8032. Tests nothing itself.
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Signed {
  readonly publicKey: Buffer;
  readonly message: Buffer;
  readonly signature: Buffer;
}

const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex"); // RFC 8410, section 4
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex"); // RFC 8410, section 7

/** SubjectPublicKeyInfo of any 32 bytes. */
export const ed25519Spki = (publicKey: Uint8Array): Buffer => Buffer.concat([SPKI_PREFIX, publicKey]);

export function nodeVerify({ publicKey, message, signature }: Signed): boolean {
  const key = createPublicKey({ key: ed25519Spki(publicKey), format: "der", type: "spki" });
  return verify(null, message, key, signature);
}

/** A signature by the key of a seed of 32 bytes. */
export function signWith(seed: Uint8Array, message: Uint8Array): Signed {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length);
  return { publicKey, message: Buffer.from(message), signature: sign(null, message, key) };
}

interface VectorFile {
  readonly cases: readonly {
    readonly name: string;
    readonly publicKey: string;
    readonly message: readonly string[];
    readonly signature: string;
  }[];
}

const FILE = join(import.meta.dirname, "../../vectors/rfc8032-ed25519.json");

/** RFC 8032, 7.1: each test's name and what it signs. */
export const ED25519_VECTORS = (JSON.parse(readFileSync(FILE, "utf8")) as VectorFile).cases.map(
  ({ name, publicKey, message, signature }): [string, Signed] => [
    name,
    {
      publicKey: Buffer.from(publicKey, "hex"),
      message: Buffer.from(message.join(""), "hex"),
      signature: Buffer.from(signature, "hex"),
    },
  ],
);
