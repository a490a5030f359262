// The implementations that ours are measured against. node:crypto is always there, the others are development
// dependencies: one that is not installed is told of and left out.
import { hash, verify } from "node:crypto";
import { PSS, type Sample } from "./samples.js";

/** Another implementation. */
export interface Peer {
  readonly name: string;
  /**
   * The peer's work on a sample, with everything prepared that it lets prepare; undefined where it has no such
   * algorithm. A run returns the digest, as bytes or hex, or whether the signature is good.
   */
  readonly subject: (sample: Sample) => (() => unknown) | undefined;
}

/** Packages by name, and how each becomes a peer. */
type Packages = Readonly<Record<string, () => Promise<Peer["subject"]>>>;

const PACKAGES: Packages = {
  "@noble/curves": nobleCurves,
  "@noble/hashes": nobleHashes,
  "@chainsafe/as-sha256": asSha256,
  "hash-wasm": hashWasm,
  "libsodium-wrappers": libsodium,
};

/**
 * Loads every peer that is installed.
 * @param tell is given one line for each that is not
 */
export async function loadPeers(
  tell: (line: string) => void,
  packages: Packages = PACKAGES,
): Promise<Peer[]> {
  const peers: Peer[] = [{ name: "node:crypto", subject: nodeCrypto }];
  for (const [name, load] of Object.entries(packages)) {
    try {
      peers.push({ name, subject: await load() });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
      tell(`${name} is not installed, its rows are left out (npm ci installs it)`);
    }
  }
  return peers;
}

function nodeCrypto(sample: Sample): (() => unknown) | undefined {
  const { message } = sample;
  switch (sample.algorithm) {
    case "sha256":
    case "sha512":
      return () => hash(sample.algorithm, message, "buffer");
    case "ed25519":
      return () => verify(null, message, sample.key, sample.signature);
    case "p256":
      return () =>
        verify("sha256", message, { key: sample.key, dsaEncoding: "ieee-p1363" }, sample.signature);
    case "rsa-pss":
      return () => verify("sha256", message, { key: sample.key, ...PSS }, sample.signature);
    case "lms":
      return undefined;
  }
}

async function nobleCurves(): Promise<Peer["subject"]> {
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  const { p256 } = await import("@noble/curves/nist.js");
  return (sample) => {
    if (sample.algorithm === "ed25519") {
      // zip215 false: RFC 8032's check, as ours
      return () => ed25519.verify(sample.signature, sample.message, sample.publicKey, { zip215: false });
    }
    if (sample.algorithm !== "p256") return undefined;
    const key = Uint8Array.from([4, ...sample.publicKey]); // SEC 1, 2.3.3: uncompressed
    return () => p256.verify(sample.signature, sample.message, key, { lowS: false });
  };
}

async function nobleHashes(): Promise<Peer["subject"]> {
  const { sha256, sha512 } = await import("@noble/hashes/sha2.js");
  return ({ algorithm, message }) => {
    if (algorithm === "sha256") return () => sha256(message);
    return algorithm === "sha512" ? () => sha512(message) : undefined;
  };
}

/** Its one-shot digest only: its update is wrong where a message is split elsewhere than at multiples of 64 bytes. */
async function asSha256(): Promise<Peer["subject"]> {
  const { digest } = await import("@chainsafe/as-sha256");
  return ({ algorithm, message }) => (algorithm === "sha256" ? () => digest(message) : undefined);
}

async function hashWasm(): Promise<Peer["subject"]> {
  const { createSHA256, createSHA512 } = await import("hash-wasm");
  const hashers = { sha256: await createSHA256(), sha512: await createSHA512() };
  return ({ algorithm, message }) => {
    if (algorithm !== "sha256" && algorithm !== "sha512") return undefined;
    const hasher = hashers[algorithm];
    return () => hasher.init().update(message).digest("binary");
  };
}

async function libsodium(): Promise<Peer["subject"]> {
  const { default: sodium } = await import("libsodium-wrappers");
  await sodium.ready;
  return (sample) => {
    if (sample.algorithm === "sha512") return () => sodium.crypto_hash(sample.message);
    if (sample.algorithm !== "ed25519") return undefined;
    return () => sodium.crypto_sign_verify_detached(sample.signature, sample.message, sample.publicKey);
  };
}
