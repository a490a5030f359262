// HSS verification of a signature that is never in memory: what is read, how much at a time, and reads that fail.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hssSignature, type HssSigned } from "./lms-forge.js";
import { CryptoModule, caseCount } from "./module.js";

const CASES = caseCount(60);
const START = 0xffff0000; // as far up as an address can be

interface Piece {
  readonly offset: number;
  readonly sizeBytes: number;
}

describe.each(["crypto-lms-fast", "crypto-lms-small"])("hssVerify by pieces in %s", (build) => {
  let read: (offset: number, target: number, sizeBytes: number) => boolean;
  const module = new CryptoModule(build, {
    lms: {
      readSignature: (offset: number, target: number, sizeBytes: number) =>
        read(offset >>> 0, target, sizeBytes) ? 1 : 0,
    },
  });

  /** Verifies, failing at one of the reads; says what was read. */
  function verify(
    { message, publicKey, signature }: HssSigned,
    options: { failAt?: number; statedSize?: number } = {},
  ): { valid: boolean; pieces: Piece[] } {
    const pieces: Piece[] = [];
    read = (address, target, sizeBytes) => {
      const offset = address - START;
      if (pieces.length === options.failAt) return false;
      pieces.push({ offset, sizeBytes });
      module.write(target, signature.subarray(offset, offset + sizeBytes));
      return true;
    };
    module.clear();
    const [m, k] = [module.input(message), module.input(publicKey)];
    const scratch = module.buffer(module.constant("LMS_SCRATCH_SIZE"));
    const size = options.statedSize ?? signature.length;
    const valid = module.call("hssVerifyPieces", m, message.length, START, size, k, scratch) !== 0;
    expect(module.damage()).toBeUndefined();
    return { valid, pieces };
  }

  const signed = hssSignature([
    { lmsType: 6, otsType: 3, leaf: 1023 },
    { lmsType: 5, otsType: 4, leaf: 0 },
  ]);

  it("reads every byte once, at most 56 at a time", () => {
    const { valid, pieces } = verify(signed);
    expect(valid).toBe(true);
    const counts = new Uint8Array(signed.signature.length);
    for (const { offset, sizeBytes } of pieces) {
      expect(sizeBytes).toBeLessThanOrEqual(56);
      for (let at = offset; at < offset + sizeBytes; at++) counts[at]!++;
    }
    expect([...new Set(counts)]).toEqual([1]);
  });

  it("refuses where any one read fails, and reads no further", () => {
    const { pieces } = verify(signed);
    for (let failAt = 0; failAt < pieces.length; failAt++) {
      const failed = verify(signed, { failAt });
      expect(failed.valid).toBe(false);
      expect(failed.pieces).toEqual(pieces.slice(0, failAt));
    }
  });

  it("never reads beyond the stated size, whatever the signature and its size claim", () => {
    const edit = fc.tuple(
      fc.constantFrom(0, 4, 8, 12, 4 + 40 + 67 * 32, 4 + 40 + 67 * 32 + 4 + 320, 4 + 40 + 67 * 32 + 8 + 320),
      fc.oneof(fc.nat(12), fc.nat(0xffffffff)),
    );
    fc.assert(
      fc.property(
        fc.array(edit, { maxLength: 2 }),
        fc.oneof(fc.nat(signed.signature.length + 100), fc.constantFrom(signed.signature.length, 0xffffffff)),
        (edits, statedSize) => {
          const signature = Buffer.from(signed.signature);
          for (const [offset, value] of edits) signature.writeUInt32BE(value, offset);
          const changed = !signature.equals(signed.signature);
          const { valid, pieces } = verify({ ...signed, signature }, { statedSize });
          for (const { offset, sizeBytes } of pieces)
            expect(offset >= 0 && offset + sizeBytes <= statedSize).toBe(true);
          expect(valid).toBe(!changed && statedSize === signed.signature.length);
        },
      ),
      { numRuns: CASES },
    );
  });

  it("reads nothing of a signature whose key has unknown types or levels but the number of levels", () => {
    for (const [offset, value] of [
      [0, 0],
      [0, 4],
      [4, 10],
      [8, 5],
    ] as const) {
      const publicKey = Buffer.from(signed.publicKey);
      publicKey.writeUInt32BE(value, offset);
      const { valid, pieces } = verify({ ...signed, publicKey });
      expect(valid).toBe(false);
      expect(pieces.length).toBeLessThanOrEqual(1);
    }
  });
});
