// The host's own HSS verification: RFC 8554's test cases, everything that can be wrong with a signature, and the core's
// opinion of the same bytes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHssPublicKey, verifyHss } from "../../../../host/image/lms/verify.js";
import {
  HSS_VECTORS,
  coreVerifies,
  hssSignature,
  type HssSigned,
  type LmsShape,
} from "../../../assembly/crypto/lms-forge.js";
import { CryptoModule, caseCount } from "../../../assembly/crypto/module.js";

const core = new CryptoModule("crypto-fast");
const hostVerifies = ({ publicKey, message, signature }: HssSigned): boolean =>
  verifyHss(publicKey, message, signature);

const flip = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1;
  return changed;
};

describe("verifyHss", () => {
  it.each(HSS_VECTORS)("accepts RFC 8554's %s, and no change of it", (_, vector) => {
    const { message, publicKey, signature } = vector;
    expect(hostVerifies(vector)).toBe(true);
    expect(hostVerifies({ ...vector, message: flip(message, 3) })).toBe(false);
    for (let at = 0; at < publicKey.length; at++)
      expect(hostVerifies({ ...vector, publicKey: flip(publicKey, at) }), `key byte ${at}`).toBe(false);
    for (let at = 0; at < signature.length; at += 61)
      expect(hostVerifies({ ...vector, signature: flip(signature, at) }), `byte ${at}`).toBe(false);
  });

  it("refuses every truncation, and bytes left over", () => {
    const vector = HSS_VECTORS[0]![1];
    for (let size = 0; size < vector.signature.length; size += 37)
      expect(hostVerifies({ ...vector, signature: vector.signature.subarray(0, size) })).toBe(false);
    for (const extra of [1, 4, 32, 56])
      expect(
        hostVerifies({ ...vector, signature: Buffer.concat([vector.signature, Buffer.alloc(extra)]) }),
      ).toBe(false);
    for (const size of [0, 4, 59, 61])
      expect(hostVerifies({ ...vector, publicKey: Buffer.alloc(size, vector.publicKey) })).toBe(false);
  });

  const level = fc.record({
    lmsType: fc.constantFrom(4, 5, 6, 7, 8, 9, 10),
    otsType: fc.constantFrom(0, 1, 2, 3, 4, 5),
    leaf: fc.oneof(fc.constantFrom(0, 31, 32, 1023, 2 ** 25 - 1, 2 ** 25), fc.nat({ max: 31 })),
    height: fc.constantFrom(undefined, 5),
  });
  it("agrees with the core over made-up signatures of every type, level count and leaf", () => {
    let valid = 0;
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 4 }), (levels) => {
        const shapes = levels.map(({ lmsType, otsType, leaf, height }): LmsShape => {
          const isKnown = lmsType >= 5 && lmsType <= 9;
          return {
            lmsType,
            otsType,
            leaf,
            ...(isKnown && height === undefined ? {} : { height: 5 }),
            ...(otsType >= 1 && otsType <= 4 ? {} : { window: 4 }),
          };
        });
        const signed = hssSignature(shapes);
        const host = hostVerifies(signed);
        expect(host).toBe(coreVerifies(core, signed));
        if (host) valid++;
      }),
      { numRuns: caseCount(120), seed: 3 },
    );
    expect(valid).toBeGreaterThan(3);
  });
});

describe("isHssPublicKey", () => {
  const key = HSS_VECTORS[0]![1].publicKey;
  it("takes 1 to 3 levels of the known types and nothing else", () => {
    const withWord = (offset: number, value: number) => {
      const changed = Buffer.from(key);
      changed.writeUInt32BE(value, offset);
      return isHssPublicKey(changed);
    };
    expect([0, 1, 2, 3, 4, 0x01000000].map((levels) => withWord(0, levels))).toEqual([
      ...[false, true, true, true, false, false],
    ]);
    expect([4, 5, 9, 10].map((type) => withWord(4, type))).toEqual([false, true, true, false]);
    expect([0, 1, 4, 5].map((type) => withWord(8, type))).toEqual([false, true, true, false]);
    expect([0, 59, 61].map((size) => isHssPublicKey(Buffer.alloc(size, key)))).toEqual([false, false, false]);
  });
});
