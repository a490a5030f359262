// The image header as bytes, field by field, and what is no header, or fits no slot. Never asks whether a signature holds.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HEADER_SIZE_BYTES,
  decodeHeader,
  encodeHeader,
  flagNames,
  isRomFixed,
  type ImageHeader,
} from "../../../host/image/header.js";
import { sample } from "./samples.js";

const HEADER: ImageHeader = {
  loadAddress: 0x04030201,
  headerSizeBytes: 0x20,
  protectedSizeBytes: 0x0c,
  payloadSizeBytes: 0x40,
  flags: 0x100,
  version: { major: 0xa1, minor: 0xa2, revision: 0xb2b1, build: 0xc4c3c2c1 },
};

describe("the image header", () => {
  it("has every field at its documented offset, little-endian", () => {
    expect(Buffer.from(encodeHeader(HEADER)).toString("hex")).toBe(
      "3db8f396" + "01020304" + "2000" + "0c00" + "40000000" + "00010000" + "a1a2b1b2c1c2c3c4" + "00000000",
    );
  });

  it("comes back from its bytes, whatever it holds", () => {
    const fields = fc.record({
      loadAddress: fc.nat({ max: 0xffffffff }),
      headerSizeBytes: fc.integer({ min: 8, max: 0x3fff }).map((words) => words * 4),
      protectedSizeBytes: fc.nat({ max: 0xffff }),
      payloadSizeBytes: fc.integer({ min: 1, max: 1000 }),
      flags: fc.nat({ max: 0xffffffff }),
      version: fc.record({
        major: fc.nat({ max: 0xff }),
        minor: fc.nat({ max: 0xff }),
        revision: fc.nat({ max: 0xffff }),
        build: fc.nat({ max: 0xffffffff }),
      }),
    });
    fc.assert(
      fc.property(fields, (header) => {
        const bytes = new Uint8Array(0x21000);
        bytes.set(encodeHeader(header));
        expect(decodeHeader(bytes)).toEqual({ ok: true, header });
      }),
    );
  });

  it("is read from a view into a larger buffer", () => {
    const image = sample("app-ed25519-romfixed.bin");
    const shifted = Uint8Array.from([9, 9, 9, ...image]).subarray(3);
    const head = decodeHeader(shifted);
    expect(head).toMatchObject({ ok: true, header: { loadAddress: 0x20000, payloadSizeBytes: 40000 } });
    expect(head.ok && isRomFixed(head.header)).toBe(true);
  });

  it.each([0, 1, 3])("is no header in %d bytes: the magic is missing", (sizeBytes) => {
    expect(decodeHeader(encodeHeader(HEADER).subarray(0, sizeBytes))).toMatchObject({ ok: false, reason: 1 });
  });

  it.each([4, 31, HEADER_SIZE_BYTES])("is no image in %d bytes", (sizeBytes) => {
    expect(decodeHeader(encodeHeader(HEADER).subarray(0, sizeBytes))).toMatchObject({ ok: false, reason: 2 });
  });

  it("fits when header, payload, protected area and one info header just do, and not with one byte less", () => {
    const bytes = new Uint8Array(0x20 + 0x40 + 0x0c + 4);
    bytes.set(encodeHeader(HEADER));
    expect(decodeHeader(bytes).ok).toBe(true);
    expect(decodeHeader(bytes.subarray(0, -1))).toMatchObject({ ok: false, reason: 3 });
  });

  it.each([
    { headerSizeBytes: 0x10000 },
    { protectedSizeBytes: 0x10000 },
    { payloadSizeBytes: 2 ** 32 },
    { payloadSizeBytes: -1 },
    { loadAddress: 0.5 },
    { version: { ...HEADER.version, major: 256 } },
    { version: { ...HEADER.version, revision: 65536 } },
  ])("is not encoded when a field does not fit: %o", (wrong) => {
    expect(() => encodeHeader({ ...HEADER, ...wrong })).toThrow(/expected an integer 0\.\.\d+, found/);
  });

  it("names the flags that have names and shows the others as a number", () => {
    expect(flagNames(0)).toEqual([]);
    expect(flagNames(0x114)).toEqual(["ENCRYPTED_AES128", "NON_BOOTABLE", "ROM_FIXED"]);
    expect(flagNames(0x80000020)).toEqual(["RAM_LOAD", "0x80000000"]);
  });
});
