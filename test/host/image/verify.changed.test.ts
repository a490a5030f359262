// The host's judgement on images that were changed: any changed byte that counts is refused, and nothing makes it throw. Never asks
// our own core, which verify.mutated.test.ts of assembly/image does.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SHA256 } from "../../../host/image/digest.js";
import { verifyImage } from "../../../host/image/verify.js";
import { forge } from "./forge.js";
import { fastSha256, sample, seedKey } from "./samples.js";

const KEY = seedKey().publicKey;

describe("verifyImage on changed bytes", () => {
  const image = sample("app-ed25519-signed.bin");
  const extentBytes = 0x9edc;
  const hashedBytes = 0x9e4c;

  it("refuses every single changed byte from header to end of TLVs", () => {
    const accepted: number[] = [];
    for (let offset = 0; offset < extentBytes; offset++) {
      const original = image[offset] ?? 0;
      image[offset] = original ^ (1 + ((offset * 37) % 255));
      if (verifyImage(image, [KEY], { sha256: fastSha256 }).ok) accepted.push(offset);
      image[offset] = original;
    }
    expect(accepted).toEqual([]);
    expect(verifyImage(image, [KEY])).toMatchObject({ ok: true, extentBytes });
  });

  it("refuses every flipped bit of the header and the TLVs, and many of the payload, by its own SHA-256", () => {
    const accepted: number[] = [];
    const offsets = [
      ...range(0, 32, 1),
      ...range(32, hashedBytes - 12, 997),
      ...range(hashedBytes - 12, extentBytes, 1),
    ];
    for (const offset of offsets) {
      for (let bit = 0; bit < 8; bit++) {
        image[offset] = (image[offset] ?? 0) ^ (1 << bit);
        if (verifyImage(image, [KEY]).ok) accepted.push(offset * 8 + bit);
        image[offset] = (image[offset] ?? 0) ^ (1 << bit);
      }
    }
    expect(accepted).toEqual([]);
  });

  it("does not care for bytes behind the image", () => {
    const padded = Uint8Array.from(image);
    padded.fill(0, extentBytes);
    expect(verifyImage(padded, [KEY])).toMatchObject({ ok: true, trailingBytes: 0x20000 - extentBytes });
    expect(verifyImage(padded.subarray(0, extentBytes), [KEY])).toMatchObject({ ok: true, trailingBytes: 0 });
  });

  it("refuses every truncation", () => {
    const accepted = range(0, extentBytes, 1).filter((sizeBytes) => {
      return verifyImage(image.subarray(0, sizeBytes), [KEY], { sha256: fastSha256 }).ok;
    });
    expect(accepted).toEqual([]);
  });

  it("computes the digest that Node computes, whatever the length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(Buffer.from(SHA256.hash(bytes))).toEqual(Buffer.from(fastSha256(bytes)));
      }),
      { numRuns: 200 },
    );
  });

  it("neither throws nor accepts anything when several fields and bytes are changed at once", () => {
    const small = forge({ payload: new Uint8Array(300).fill(7) });
    const place = fc.nat({ max: small.length - 1 });
    const change = fc.oneof(
      fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
      fc.record({
        at: fc.constantFrom(
          4,
          8,
          10,
          12,
          14,
          16,
          20,
          332,
          334,
          336,
          338,
          344,
          346,
          348,
          350,
          384,
          386,
          420,
          422,
        ),
        bytes: fc.constantFrom(
          [0, 0],
          [0xff, 0xff],
          [0xff, 0xff, 0xff, 0xff],
          [4, 0],
          [0, 0x80],
          [0, 0, 0, 0x80],
          [3, 0],
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), place, (changes, cut) => {
        const changed = Uint8Array.from(small);
        for (const { at, bytes } of changes) changed.set([...bytes].slice(0, changed.length - at), at);
        fc.pre(Buffer.compare(changed, small) !== 0);
        expect(verifyImage(changed, [KEY]).ok).toBe(false);
        expect(verifyImage(changed.subarray(0, cut), [KEY]).ok).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("neither throws nor accepts anything that is not an image", () => {
    const magic = Uint8Array.of(0x3d, 0xb8, 0xf3, 0x96);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (noise, hasMagic) => {
        const bytes = hasMagic ? Uint8Array.from([...magic, ...noise]) : noise;
        expect(verifyImage(bytes, [KEY]).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

function range(start: number, end: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => start + index * step);
}
