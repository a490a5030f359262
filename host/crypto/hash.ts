// SHA-2 by the core's functions, messages of any size.
import type { CoreModule } from "./core-module.js";

const SHA384_AND_512 = { update: "sha512Update", contextSize: "SHA512_CONTEXT_SIZE" } as const;
const HASHES = {
  sha256: {
    init: "sha256Init",
    update: "sha256Update",
    final: "sha256Final",
    contextSize: "SHA256_CONTEXT_SIZE",
    digestSizeBytes: 32,
  },
  sha384: { ...SHA384_AND_512, init: "sha384Init", final: "sha384Final", digestSizeBytes: 48 },
  sha512: { ...SHA384_AND_512, init: "sha512Init", final: "sha512Final", digestSizeBytes: 64 },
} as const;
export type CryptoHash = keyof typeof HASHES;

/** Size of a digest in bytes. */
export function digestSizeBytes(name: CryptoHash): number {
  return HASHES[name].digestSizeBytes;
}

/**
 * Hashes a message (FIPS 180-4), within a use of the core.
 * @returns the address of the digest, which stands until the use ends
 */
export function hash(core: CoreModule, name: CryptoHash, message: Uint8Array): number {
  const { init, update, final, contextSize, digestSizeBytes } = HASHES[name];
  const context = core.reserve(core.constant(contextSize));
  core.call(init, context);
  core.stream(message, (address, sizeBytes) => core.call(update, context, address, sizeBytes));
  const digest = core.reserve(digestSizeBytes);
  core.call(final, context, digest);
  return digest;
}
