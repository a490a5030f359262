// SHA-256, SHA-384 and SHA-512 against node:crypto and, for SHA-256, the one-shot digest of as-sha256.
import { createHash } from "node:crypto";
import { digest as otherSha256 } from "@chainsafe/as-sha256";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILDS, CryptoModule, caseCount } from "./module.js";

const MAX_SIZE = 1100;

interface Algorithm {
  readonly name: string;
  readonly node: string;
  /** Prefix of the functions that absorb, and of the constants. */
  readonly family: "sha256" | "sha512";
  readonly blockSize: number;
  readonly digestSize: number;
}

const ALGORITHMS: readonly Algorithm[] = [
  { name: "sha256", node: "sha256", family: "sha256", blockSize: 64, digestSize: 32 },
  { name: "sha384", node: "sha384", family: "sha512", blockSize: 128, digestSize: 48 },
  { name: "sha512", node: "sha512", family: "sha512", blockSize: 128, digestSize: 64 },
];

/** Starts a hash in a new module layout and gives back how to go on. */
function begin(module: CryptoModule, { name, family, digestSize }: Algorithm) {
  module.clear();
  const prefix = family.toUpperCase();
  const context = module.buffer(module.constant(`${prefix}_CONTEXT_SIZE`));
  const digest = module.buffer(digestSize);
  module.call(`${name}Init`, context);
  return {
    update: (address: number, sizeBytes: number) =>
      module.call(`${family}Update`, context, address, sizeBytes),
    block: (content: Uint8Array) => {
      module.write(context + module.constant(`${prefix}_BLOCK`), content);
      module.call(`${family}Block`, context);
    },
    final: () => {
      module.call(`${name}Final`, context, digest);
      expect(module.damage()).toBeUndefined();
      return module.bytes(digest, digestSize).toString("hex");
    },
  };
}

const expected = (algorithm: Algorithm, message: Uint8Array) =>
  createHash(algorithm.node).update(message).digest("hex");

const message = Uint8Array.from({ length: MAX_SIZE }, (_, index) => (index * 167 + (index >> 8) * 31) & 0xff);

describe.each(BUILDS)("%s", (build) => {
  const module = new CryptoModule(build);

  it.each(ALGORITHMS)("hashes a message of every length to 1100 like node:crypto ($name)", (algorithm) => {
    for (let size = 0; size <= MAX_SIZE; size++) {
      const hash = begin(module, algorithm);
      const part = message.subarray(0, size);
      hash.update(module.input(part, size % 8), size);
      expect(hash.final(), `${size} bytes`).toBe(expected(algorithm, part));
    }
  });

  it("hashes with SHA-256 like the one-shot digest of as-sha256", () => {
    const sha256 = ALGORITHMS[0]!;
    for (let size = 0; size <= MAX_SIZE; size++) {
      const hash = begin(module, sha256);
      const part = message.subarray(0, size);
      hash.update(module.input(part), size);
      expect(hash.final(), `${size} bytes`).toBe(Buffer.from(otherSha256(part)).toString("hex"));
    }
  });

  it.each(ALGORITHMS)("gives the same digest wherever the message is split ($name)", (algorithm) => {
    const splits = fc.array(fc.record({ size: fc.nat({ max: 300 }), misalignment: fc.nat({ max: 7 }) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(splits, (parts) => {
        const hash = begin(module, algorithm);
        let at = 0;
        for (const { size, misalignment } of parts) {
          const part = message.subarray(at, Math.min(at + size, MAX_SIZE));
          hash.update(module.input(part, misalignment), part.length);
          at += part.length;
        }
        expect(hash.final()).toBe(expected(algorithm, message.subarray(0, at)));
      }),
      { numRuns: caseCount(300) },
    );
  });

  it.each(ALGORITHMS)("absorbs whole blocks from the context's own buffer ($name)", (algorithm) => {
    const { blockSize } = algorithm;
    for (const [blocks, before, after] of [
      [1, 0, 0],
      [3, 0, 5],
      [2, 2 * blockSize, blockSize - 1],
      [1, blockSize, 3 * blockSize],
    ] as const) {
      const hash = begin(module, algorithm);
      const address = module.input(message);
      hash.update(address, before);
      for (let index = 0; index < blocks; index++) {
        const at = before + index * blockSize;
        hash.block(message.subarray(at, at + blockSize));
      }
      const at = before + blocks * blockSize;
      hash.update(address + at, after);
      expect(hash.final()).toBe(expected(algorithm, message.subarray(0, at + after)));
    }
  });

  it.each(ALGORITHMS)("counts a message of more than 2^29 bytes right ($name)", (algorithm) => {
    // Its length in bits needs more than 32 of them. Only the count is absorbed that far: the total stands behind
    // the block, and a hash with a wrong total must differ from the right one.
    const { blockSize, family } = algorithm;
    module.clear();
    const prefix = family.toUpperCase();
    const context = module.buffer(module.constant(`${prefix}_CONTEXT_SIZE`));
    const digest = module.buffer(algorithm.digestSize);
    module.call(`${algorithm.name}Init`, context);
    const total = Buffer.alloc(8);
    total.writeBigUInt64LE(2n ** 33n);
    module.write(context + module.constant(`${prefix}_BLOCK`) + blockSize, total);
    module.call(`${algorithm.name}Final`, context, digest);
    // The same padding block, absorbed by hand: a one, zeros, and 2^36 bits.
    const padding = Buffer.alloc(blockSize);
    padding[0] = 0x80;
    padding.writeBigUInt64BE(2n ** 36n, blockSize - 8);
    const state = module.bytes(digest, algorithm.digestSize);
    module.call(`${algorithm.name}Init`, context);
    module.write(context + module.constant(`${prefix}_BLOCK`), padding);
    module.call(`${family}Block`, context);
    const wordSize = blockSize / 16;
    const swapped = module.bytes(context, algorithm.digestSize);
    if (wordSize === 4) swapped.swap32();
    else swapped.swap64();
    expect(state.toString("hex")).toBe(swapped.toString("hex"));
  });
});
