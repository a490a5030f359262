// crypto.verify against node:crypto, noble and the published vectors: good, damaged and malformed signatures.
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CRYPTO_BUILDS } from "../../../host/crypto/crypto.js";
import { CRYPTO_ALGORITHMS, type CryptoAlgorithm } from "../../../host/crypto/verify.js";
import { LmsTree } from "../../../host/image/lms/tree.js";
import { ED25519_VECTORS } from "../../assembly/crypto/ed25519-node.js";
import { HSS_VECTORS } from "../../assembly/crypto/lms-forge.js";
import { caseCount } from "../../assembly/crypto/module.js";
import { RFC6979_VECTORS } from "../../assembly/crypto/p256-numbers.js";
import {
  answerOf,
  api,
  nodeAnswerOf,
  samplesOf,
  withFlippedBit,
  type Answer,
  type Sample,
} from "./samples.js";

const CASES = caseCount(200);

/** noble's answer to a signature as it was made or with one bit flipped; undefined for what noble does not have. */
function nobleAnswers({ algorithm, raw, message, signature }: Sample): boolean | undefined {
  const point = Buffer.concat([Buffer.of(4), raw]);
  const options = { lowS: false, format: algorithm === "ecdsa-p256" ? "der" : "compact" } as const;
  try {
    if (algorithm === "ed25519") return ed25519.verify(signature, message, raw, { zip215: false });
    if (algorithm.startsWith("ecdsa")) return p256.verify(signature, message, point, options);
    return undefined;
  } catch {
    return false;
  }
}

/** The answer of both builds, which must be the same. */
function answers(sample: Sample, key: Uint8Array): Answer {
  const [first, second] = CRYPTO_BUILDS.map((build) => answerOf(sample, key, build)) as [Answer, Answer];
  expect(second).toBe(first);
  return first;
}

describe.each(CRYPTO_ALGORITHMS)("crypto.verify by %s", (algorithm) => {
  const hasReference = algorithm !== "lms";
  const fields = fc.constantFrom("message", "signature", "raw", "spki");
  const tails = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.uint8Array({ minLength: 60, maxLength: 400, size: "max" }),
    fc.constantFrom("zeros", "ones"),
  );

  function expectGood(sample: Sample): void {
    if (hasReference) expect(nodeAnswerOf(sample, sample.spki)).toBe("good");
    expect(nobleAnswers(sample)).not.toBe(false);
    expect(answers(sample, sample.spki)).toBe("good");
    expect(answers(sample, sample.raw)).toBe("good");
  }

  function expectFlippedIsNotGood(
    sample: Sample,
    field: "message" | "signature" | "raw" | "spki",
    bit: number,
  ) {
    if (sample[field].length === 0) return;
    const changed = { ...sample, [field]: withFlippedBit(sample[field], bit) };
    const answer = answers(changed, field === "raw" ? changed.raw : changed.spki);
    if (field === "message" || field === "signature") expect(answer).toBe("bad");
    expect(answer).not.toBe("good");
    // Where the key is refused node:crypto may still read it: it overlooks unused bits, NULL's tag, hybrid points.
    const isComparable = hasReference && field !== "raw" && answer !== "no key";
    if (isComparable) expect(nodeAnswerOf(changed, changed.spki)).toBe("bad");
    if (field !== "spki") expect(nobleAnswers(changed)).not.toBe(true);
  }

  function expectOddIsBad(sample: Sample, sizeKept: number, tail: Uint8Array | "zeros" | "ones"): void {
    const { signature } = sample;
    const filler = Buffer.alloc(signature.length - sizeKept, tail === "ones" ? 0xff : 0);
    const added = typeof tail === "string" ? filler : tail;
    for (const bytes of [
      Buffer.concat([signature.subarray(0, sizeKept), added]),
      Buffer.concat([signature, added]),
      signature.subarray(0, -1),
    ]) {
      if (bytes.equals(signature)) continue;
      const odd = { ...sample, signature: bytes };
      expect(answers(odd, odd.spki)).toBe("bad");
      if (hasReference) expect(nodeAnswerOf(odd, odd.spki)).toBe("bad");
    }
  }

  it("accepts what is good, refuses one flipped bit and any other bytes, as node:crypto and noble do", () => {
    fc.assert(
      fc.property(samplesOf(algorithm), fields, fc.nat(), tails, (sample, field, place, tail) => {
        expectGood(sample);
        expectFlippedIsNotGood(sample, field, place);
        expectOddIsBad(sample, place % 3 === 0 ? 0 : place % sample.signature.length, tail);
      }),
      { numRuns: CASES },
    );
  });
});

describe.each(CRYPTO_BUILDS)("crypto.verify, build %s", (build) => {
  it.each([
    ...ED25519_VECTORS.map(([name, signed]) => ["RFC 8032", name, "ed25519", signed] as const),
    ...HSS_VECTORS.map(([name, signed]) => ["RFC 8554", name, "lms", signed] as const),
    ...RFC6979_VECTORS.map(([name, { r, s, publicKey }]) => {
      const signed = { publicKey, message: Buffer.from(name), signature: Buffer.concat([r, s]) };
      return ["RFC 6979, A.2.5,", name, "ecdsa-p256-p1363", signed] as const;
    }),
  ])("accepts %s %s", (_, _name, algorithm: CryptoAlgorithm, { publicKey, message, signature }) => {
    expect(api.verify(algorithm, publicKey, message, signature, { build })).toBe(true);
    const longer = Buffer.concat([signature, Buffer.of(0)]);
    expect(api.verify(algorithm, publicKey, message, longer, { build })).toBe(false);
  });

  it("accepts what an LMS tree signed, whatever the message's size, and keeps working behind a large one", () => {
    const secret = { identifier: Buffer.alloc(16, 1), seed: Buffer.alloc(32, 2) };
    const tree = new LmsTree({ height: 5, window: 4 }, secret);
    const key = Buffer.concat([Buffer.of(0, 0, 0, 1), tree.publicKey]);
    for (const [leaf, size] of [0, 1, 65535, 65536, 200_000, 5_000_000, 300].entries()) {
      const message = Buffer.alloc(size, leaf);
      const signature = Buffer.concat([Buffer.alloc(4), tree.sign(message, leaf)]);
      expect(api.verify("lms", key, message, signature, { build })).toBe(true);
      signature[20]! ^= 1;
      expect(api.verify("lms", key, message, signature, { build })).toBe(false);
    }
  });

  it.each(CRYPTO_ALGORITHMS)("reads the whole of a message of several chunks (%s)", (algorithm) => {
    for (const size of [65535, 65536, 65537, 131072, 200_000]) {
      const messages = fc.constant(Buffer.alloc(size, size));
      const [sample] = fc.sample(samplesOf(algorithm, messages), { numRuns: 1, seed: size });
      expect(answerOf(sample!, sample!.raw, build)).toBe("good");
      for (const at of [0, 65535, 65536, 131071, 131072, size - 1]) {
        const changed = { ...sample!, message: withFlippedBit(sample!.message, 8 * at) };
        expect(answerOf(changed, changed.raw, build), `byte ${at} of ${size}`).toBe("bad");
      }
    }
  });
});
