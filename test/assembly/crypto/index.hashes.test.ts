// SHA-256, SHA-384 and SHA-512 against NIST's examples, node:crypto, noble and, for SHA-256, the one-shot digest of
// as-sha256.
import { createHash } from "node:crypto";
import { digest as otherSha256 } from "@chainsafe/as-sha256";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILDS, CryptoModule, caseCount } from "./module.js";

const MAX_SIZE = 1100;

interface Algorithm {
  readonly name: string;
  readonly node: string;
  readonly noble: (message: Uint8Array) => Uint8Array;
  /** Prefix of the functions that absorb, and of the constants. */
  readonly family: "sha256" | "sha512";
  readonly blockSize: number;
  readonly digestSize: number;
}

const ALGORITHMS: readonly Algorithm[] = [
  { name: "sha256", node: "sha256", noble: sha256, family: "sha256", blockSize: 64, digestSize: 32 },
  { name: "sha384", node: "sha384", noble: sha384, family: "sha512", blockSize: 128, digestSize: 48 },
  { name: "sha512", node: "sha512", noble: sha512, family: "sha512", blockSize: 128, digestSize: 64 },
];

const TWO_BLOCKS_256 = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
const TWO_BLOCKS_512 =
  "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

// FIPS 180-2, appendices B, C and D: the examples of one block, of two, and of a million times "a".
const NIST_EXAMPLES: readonly [name: string, example: string, message: string, digest: string][] = [
  ["sha256", "B.1", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["sha256", "B.2", TWO_BLOCKS_256, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
  ["sha256", "B.3", "a".repeat(1e6), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  [
    "sha512",
    "C.1",
    "abc",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  ],
  [
    "sha512",
    "C.2",
    TWO_BLOCKS_512,
    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
  ],
  [
    "sha512",
    "C.3",
    "a".repeat(1e6),
    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
  ],
  [
    "sha384",
    "D.1",
    "abc",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
  ],
  [
    "sha384",
    "D.2",
    TWO_BLOCKS_512,
    "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
  ],
  [
    "sha384",
    "D.3",
    "a".repeat(1e6),
    "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985",
  ],
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

  it.each(NIST_EXAMPLES)("hashes as %s in example %s of FIPS 180-2", (name, _, text, digest) => {
    const algorithm = ALGORITHMS.find((candidate) => candidate.name === name)!;
    const hash = begin(module, algorithm);
    const part = module.input(Buffer.from(text.slice(0, 100_000)));
    for (let size = 0; size < text.length; size += 100_000) {
      hash.update(part, Math.min(text.length - size, 100_000));
    }
    expect(hash.final()).toBe(digest);
    expect(expected(algorithm, Buffer.from(text))).toBe(digest);
  });

  it.each(ALGORITHMS)(
    "hashes a message of every length to 1100 like node:crypto and noble ($name)",
    (algorithm) => {
      for (let size = 0; size <= MAX_SIZE; size++) {
        const hash = begin(module, algorithm);
        const part = message.subarray(0, size);
        hash.update(module.input(part, size % 8), size);
        const digest = hash.final();
        expect(digest, `${size} bytes`).toBe(expected(algorithm, part));
        expect(digest, `${size} bytes`).toBe(Buffer.from(algorithm.noble(part)).toString("hex"));
      }
    },
  );

  it("hashes with SHA-256 like the one-shot digest of as-sha256", () => {
    const algorithm = ALGORITHMS[0]!;
    for (let size = 0; size <= MAX_SIZE; size++) {
      const hash = begin(module, algorithm);
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
