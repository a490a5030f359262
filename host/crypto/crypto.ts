// The core's own hashes and signature checks for programs on the host: every bit of the arithmetic is the code that the
// bootloader links. Never signs, never makes keys, never reads files: where the modules come from is the caller's.
import { MisuseError } from "../core/errors.js";
import { CoreModule } from "./core-module.js";
import { digestSizeBytes, hash, type CryptoHash } from "./hash.js";
import { CRYPTO_ALGORITHMS, verifyBy, type CryptoAlgorithm } from "./verify.js";

/** The builds of the core: for speed, or for size as a small device would have it. Both give the same answers. */
export const CRYPTO_BUILDS = ["fast", "small"] as const;
export type CryptoBuild = (typeof CRYPTO_BUILDS)[number];

export interface CryptoOptions {
  /** Which build computes; "fast" by default. */
  readonly build?: CryptoBuild | undefined;
}

/** The core's hashes and signature checks. All of it is synchronous, takes messages of any size, and throws MisuseErrors. */
export interface Crypto {
  /**
   * SHA-256 (FIPS 180-4, 6.2).
   * @returns 32 bytes
   * @throws CryptoArgumentError for anything but a Uint8Array, or an unknown build
   */
  sha256(message: Uint8Array, options?: CryptoOptions): Uint8Array;
  /** SHA-384 (FIPS 180-4, 6.5): 48 bytes; otherwise as sha256. */
  sha384(message: Uint8Array, options?: CryptoOptions): Uint8Array;
  /** SHA-512 (FIPS 180-4, 6.4): 64 bytes; otherwise as sha256. */
  sha512(message: Uint8Array, options?: CryptoOptions): Uint8Array;
  /**
   * Verifies a signature. What is malformed about a signature makes it false; what is malformed about a key throws.
   *
   * | algorithm | standard | raw public key | signature |
   * | --- | --- | --- | --- |
   * | ed25519 | RFC 8032, 5.1.7, cofactorless | 32 bytes | 64 bytes |
   * | ecdsa-p256 | FIPS 186-5, 6.4.2, SHA-256 | X ‖ Y, 64 bytes, or 65 with 0x04 before | DER (RFC 3279, 2.2.3) |
   * | ecdsa-p256-p1363 | the same | the same | r ‖ s, 64 bytes |
   * | rsa-pss-2048, rsa-pss-3072 | RFC 8017, 8.1.2, SHA-256, salt of 32 bytes | RSAPublicKey DER (A.1.1) | 256, 384 bytes |
   * | lms | RFC 8554, 6.3, SHA-256/M32, 1 to 3 levels | u32 levels ‖ LMS key, 60 bytes | HSS signature |
   *
   * @param algorithm one of CRYPTO_ALGORITHMS
   * @param publicKey SubjectPublicKeyInfo DER (RFC 5280, 4.1), or the raw form of the table. Refused: other sizes,
   *   tags, types or curves, bytes behind the end, lengths and numbers not in their shortest form, compressed points,
   *   points off the curve, coordinates of p or more, moduli that are even or of another size, exponents but 65537.
   *   Any 32 bytes are an Ed25519 key, as for node:crypto; those that do not decode to a point verify nothing.
   * @param message the signed bytes themselves, not their digest
   * @returns whether the signature is good
   * @throws InvalidKeyError for a malformed key
   * @throws CryptoArgumentError for an unknown algorithm or build, or anything but a Uint8Array
   * @throws CryptoSizeError for an LMS message that does not fit a WebAssembly memory (4 GiB at most)
   */
  verify(
    algorithm: CryptoAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    options?: CryptoOptions,
  ): boolean;
}

/** An argument that the API does not take: says which, what was expected and what was found. */
export class CryptoArgumentError extends MisuseError {
  override readonly name = "CryptoArgumentError";
}

/**
 * Makes the API over built modules.
 * @param moduleOf gives the compiled crypto-fast.wasm or crypto-small.wasm; asked when a build is first used, and once
 * @returns an object whose functions may be taken from it
 */
export function createCrypto(moduleOf: (build: CryptoBuild) => WebAssembly.Module): Crypto {
  const modules = new Map<CryptoBuild, WebAssembly.Module>();
  const idle = new Map<CryptoBuild, CoreModule>();

  const withCore = <T>(options: CryptoOptions | undefined, work: (core: CoreModule) => T): T => {
    const build = requireOneOf(options?.build ?? "fast", CRYPTO_BUILDS, "build");
    const module = modules.get(build) ?? moduleOf(build);
    modules.set(build, module);
    const core = idle.get(build) ?? new CoreModule(module);
    // An instance that ended in a trap, or whose memory a large LMS message has grown, is not used again.
    idle.delete(build);
    const result = core.use(() => work(core));
    if (!core.isGrown) idle.set(build, core);
    return result;
  };
  const digest = (name: CryptoHash, message: Uint8Array, options: CryptoOptions | undefined): Uint8Array => {
    const bytes = requireBytes(message, "message");
    return withCore(options, (core) => core.read(hash(core, name, bytes), digestSizeBytes(name)));
  };
  return {
    sha256: (message, options) => digest("sha256", message, options),
    sha384: (message, options) => digest("sha384", message, options),
    sha512: (message, options) => digest("sha512", message, options),
    verify: (algorithm, publicKey, message, signature, options) => {
      requireOneOf(algorithm, CRYPTO_ALGORITHMS, "algorithm");
      // Copies: what is checked must be what is used, also where another thread shares the caller's memory.
      const key = new Uint8Array(requireBytes(publicKey, "publicKey"));
      const copy = new Uint8Array(requireBytes(signature, "signature"));
      // Not copied, for it may be large: each of its bytes is read once.
      const bytes = requireBytes(message, "message");
      return withCore(options, (core) =>
        verifyBy(algorithm, core, { publicKey: key, message: bytes, signature: copy }),
      );
    },
  };
}

function requireOneOf<T extends string>(value: T, known: readonly T[], name: string): T {
  if (known.includes(value)) return value;
  throw new CryptoArgumentError(`${name}: expected ${known.join(", ")}, found ${describe(value)}`);
}

/**
 * By its tag, because a Uint8Array of another realm is no instance of this one's class.
 * @returns a view whose length stays as it is, also where the buffer grows while another thread has it
 */
function requireBytes(value: Uint8Array, name: string): Uint8Array {
  if (ArrayBuffer.isView(value) && value[Symbol.toStringTag] === "Uint8Array")
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new CryptoArgumentError(`${name}: expected a Uint8Array, found ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return `"${value.slice(0, 40)}"`;
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}
