// HSS/LMS verification: the test cases of RFC 8554, every parameter set, and everything about a signature that can be
// wrong: types, numbers, sizes, single bits, reads that fail.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILDS, CryptoModule, caseCount } from "./module.js";
import {
  HASH_SIZE,
  HSS_VECTORS,
  coreVerifies,
  hssSignature,
  type HssSigned,
  type LmsShape,
} from "./lms-forge.js";

const CASES = caseCount(150);

const FIRST = HSS_VECTORS[0]![1];

function verify(module: CryptoModule, signed: HssSigned, misalignment = 0): boolean {
  const valid = coreVerifies(module, signed, misalignment);
  expect(module.damage()).toBeUndefined();
  return valid;
}

const patched = (bytes: Buffer, offset: number, value: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE(value >>> 0, offset);
  return copy;
};

describe.each(BUILDS)("hssVerifyInMemory in %s", (build) => {
  const module = new CryptoModule(build);
  const refuses = (signed: HssSigned): void => expect(verify(module, signed)).toBe(false);

  it.each(HSS_VECTORS)("accepts RFC 8554's %s", (_, signed) => {
    for (const misalignment of [0, 1, 7]) expect(verify(module, signed, misalignment)).toBe(true);
  });

  it.each(HSS_VECTORS)("refuses RFC 8554's %s after any single bit flip", (_, signed) => {
    const { message, publicKey, signature } = signed;
    const all = Buffer.concat([message, publicKey, signature]);
    fc.assert(
      fc.property(fc.nat(8 * all.length - 1), (bit) => {
        const changed = Buffer.from(all);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        refuses({
          message: changed.subarray(0, message.length),
          publicKey: changed.subarray(message.length, message.length + publicKey.length),
          signature: changed.subarray(message.length + publicKey.length),
        });
      }),
      { numRuns: CASES },
    );
  });

  it("accepts signatures of random shapes and refuses them after any single bit flip or cut", () => {
    const shape = fc.record({
      lmsType: fc.integer({ min: 5, max: 9 }),
      // Type 4 takes ten times the hashes of the others.
      otsType: fc.constantFrom(1, 2, 2, 3, 3, 3, 3, 3, 3, 4),
      place: fc.nat(2 ** 25 - 1),
    });
    const shapes = fc.array(shape, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(shapes, fc.uint8Array({ maxLength: 200 }), fc.nat(), (levels, bytes, at) => {
        const message = Buffer.from(bytes);
        const signed = hssSignature(
          levels.map(({ lmsType, otsType, place }) => {
            return { lmsType, otsType, leaf: place % 2 ** (5 * (lmsType - 4)) };
          }),
          { message },
        );
        expect(verify(module, signed, at % 16)).toBe(true);
        const { signature } = signed;
        const flipped = Buffer.from(signature);
        flipped[at % signature.length]! ^= 1 << (at & 7);
        refuses({ ...signed, signature: flipped });
        refuses({ ...signed, signature: signature.subarray(0, at % signature.length) });
      }),
      { numRuns: CASES },
    );
  });

  it("uses less than 2 KiB of scratch memory", () => {
    expect(module.constant("LMS_SCRATCH_SIZE")).toBeLessThan(2048);
  });

  it.each([
    [5, 5],
    [6, 10],
    [7, 15],
    [8, 20],
    [9, 25],
  ])("accepts LMS type %i, with first, last and other leaves, and no leaf beyond", (lmsType, height) => {
    for (const leaf of [0, 1, 2 ** height - 1, 2 ** (height - 1)]) {
      const signed = hssSignature([{ lmsType, otsType: 3, leaf }]);
      expect(verify(module, signed)).toBe(true);
    }
    // The public key fits these forgeries: the leaf number alone is wrong.
    refuses(hssSignature([{ lmsType, otsType: 3, leaf: 2 ** height }]));
    refuses(hssSignature([{ lmsType, otsType: 3, leaf: 2 ** 31 + 1 }]));
    refuses(hssSignature([{ lmsType, otsType: 3, leaf: 2 ** 32 - 1 }]));
  });

  it.each([1, 2, 3, 4])("accepts LM-OTS type %i for messages of any size", (otsType) => {
    for (const size of [0, 1, 9, 10, 32, 64, 1000]) {
      const message = Buffer.alloc(size, 0x6d);
      expect(verify(module, hssSignature([{ lmsType: 5, otsType, leaf: 3 }], { message }))).toBe(true);
    }
  });

  it("accepts one, two and three levels of any kinds, and no others", () => {
    const levels: LmsShape[] = [
      { lmsType: 6, otsType: 4, leaf: 1000 },
      { lmsType: 5, otsType: 2, leaf: 31 },
      { lmsType: 9, otsType: 3, leaf: 0x1234567 },
      { lmsType: 5, otsType: 3, leaf: 1 },
    ];
    expect(verify(module, hssSignature(levels.slice(0, 1)))).toBe(true);
    expect(verify(module, hssSignature(levels.slice(0, 2)))).toBe(true);
    expect(verify(module, hssSignature(levels.slice(0, 3)))).toBe(true);
    refuses(hssSignature(levels));
  });

  it("refuses unknown types in the top key, in a signature and in a certified key", () => {
    for (const type of [0, 1, 4, 10, 11, 0x7fffffff, 0xe0000001, 0xffffffff]) {
      refuses({ ...FIRST, publicKey: patched(FIRST.publicKey, 4, type) });
      refuses(hssSignature([{ lmsType: type, otsType: 3, leaf: 0, height: 5 }]));
      refuses(
        hssSignature([
          { lmsType: 5, otsType: 3, leaf: 0 },
          { lmsType: type, otsType: 3, leaf: 0, height: 5 },
        ]),
      );
    }
    for (const type of [0, 5, 6, 8, 0x80000004, 0xffffffff]) {
      refuses({ ...FIRST, publicKey: patched(FIRST.publicKey, 8, type) });
      refuses(hssSignature([{ lmsType: 5, otsType: type, leaf: 0, window: 8 }]));
    }
  });

  it("refuses types in a signature that are not its key's, even known ones", () => {
    const signed = hssSignature([{ lmsType: 5, otsType: 4, leaf: 0 }]);
    const [otsTypeAt, lmsTypeAt] = [4 + 4, 4 + 40 + 34 * HASH_SIZE];
    expect(signed.signature.readUInt32BE(otsTypeAt)).toBe(4);
    expect(signed.signature.readUInt32BE(lmsTypeAt)).toBe(5);
    for (const type of [1, 2, 3, 5])
      refuses({ ...signed, signature: patched(signed.signature, otsTypeAt, type) });
    for (const type of [4, 6, 7, 9])
      refuses({ ...signed, signature: patched(signed.signature, lmsTypeAt, type) });
  });

  it("refuses another number of levels in the key or the signature", () => {
    for (const levels of [0, 1, 3, 4, 0x80000002, 0xffffffff])
      refuses({ ...FIRST, publicKey: patched(FIRST.publicKey, 0, levels) });
    for (const signedKeys of [0, 2, 3, 0x80000001, 0xffffffff])
      refuses({ ...FIRST, signature: patched(FIRST.signature, 0, signedKeys) });
  });

  it("refuses every size but the right one, and reads nothing beyond it", () => {
    const { signature } = FIRST;
    for (let size = 0; size < signature.length; size += size < 64 ? 1 : 61)
      refuses({ ...FIRST, signature: signature.subarray(0, size) });
    refuses({ ...FIRST, signature: signature.subarray(0, signature.length - 1) });
    refuses({ ...FIRST, signature: Buffer.concat([signature, Buffer.of(0)]) });
    refuses({ ...FIRST, signature: Buffer.concat([signature, signature]) });
  });

  it("refuses a path, a chain or a randomizer exchanged with another", () => {
    const signed = hssSignature([{ lmsType: 6, otsType: 3, leaf: 77 }]);
    const exchange = (first: number, second: number): void => {
      const changed = Buffer.from(signed.signature);
      signed.signature.copy(changed, first, second, second + HASH_SIZE);
      signed.signature.copy(changed, second, first, first + HASH_SIZE);
      refuses({ ...signed, signature: changed });
    };
    const [randomizer, chains, path] = [4 + 8, 4 + 40, 4 + 40 + 67 * HASH_SIZE + 4];
    exchange(randomizer, chains);
    exchange(chains, chains + HASH_SIZE);
    exchange(chains + 65 * HASH_SIZE, chains + 66 * HASH_SIZE);
    exchange(path, path + HASH_SIZE);
    exchange(path + 8 * HASH_SIZE, path + 9 * HASH_SIZE);
    exchange(chains, path);
  });
});
