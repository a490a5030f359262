// Entries of the protected area: identifiers, boot record, dependencies and custom ones, and which texts make none. Never signs an
// image.
import { describe, expect, it } from "vitest";
import { SHA256, SHA512, toHex } from "../../../host/image/digest.js";
import {
  decodeDependency,
  parseDependencies,
  protectedEntries,
  type ProtectedContents,
} from "../../../host/image/protected.js";
import { tlvName } from "../../../host/image/tlv.js";
import { parseVersion } from "../../../host/image/version.js";

const SOURCE = {
  version: parseVersion("1.2.3"),
  algorithm: SHA256,
  signerKeyHash: new Uint8Array(32).fill(0xaa),
};

describe("protected entries", () => {
  it("take a vendor and class given as UUIDs as they are", () => {
    const vendorId = "CFBFF0D1-9375-5685-968C-48CE8B15AE17";
    const entries = listed({ vendorId, classId: "5f36311295cf534fa3d1fc8ef6f4962a" });
    expect(entries).toEqual([
      [0x74, "cfbff0d193755685968c48ce8b15ae17"],
      [0x75, "5f36311295cf534fa3d1fc8ef6f4962a"],
    ]);
  });

  it("make the same UUIDs from the names that stand for them", () => {
    expect(listed({ vendorId: "example.com", classId: "board-a" })).toEqual([
      [0x74, "cfbff0d193755685968c48ce8b15ae17"],
      [0x75, "5f36311295cf534fa3d1fc8ef6f4962a"],
    ]);
  });

  it("describe a SHA-512 image as such in its boot record", () => {
    const source = { ...SOURCE, algorithm: SHA512, signerKeyHash: new Uint8Array(64) };
    const [record] = protectedEntries({ bootRecord: "NSPE" }, source);
    expect(toHex(record?.data ?? new Uint8Array(0))).toBe(
      "a5" +
        "01644e535045" +
        "0465312e322e33" +
        `055840${"00".repeat(64)}` +
        "0666534841353132" +
        `025840${"00".repeat(64)}`,
    );
  });

  it("hold several dependencies in the order given", () => {
    const dependencies = parseDependencies(" (1, 2.0.0+0),(255,1.2.3+4) ", parseVersion);
    expect(protectedEntries({ dependencies }, SOURCE).map(({ data }) => decodeDependency(data))).toEqual(
      dependencies,
    );
    expect(dependencies).toEqual([
      { imageId: 1, leastVersion: parseVersion("2.0.0") },
      { imageId: 255, leastVersion: parseVersion("1.2.3+4") },
    ]);
  });

  it.each([
    "",
    "1, 2.0.0",
    "(1 2.0.0)",
    "(1, 2.0.0",
    "(1, 2.0.0)(2, 1.0)",
    "(256, 1.0)",
    "(1, 2.x)",
    "(-1, 2.0)",
  ])("take no dependencies from %j", (text) => {
    expect(() => parseDependencies(text, parseVersion)).toThrow(/expected/);
  });

  it("hold a vendor's entry with the number of an LMS signature", () => {
    expect(listed({ customTlvs: [{ type: 0xb0, data: Uint8Array.of(2) }] })).toEqual([[0xb0, "02"]]);
    expect([tlvName(0xb0), tlvName(0xb0, true)]).toEqual(["LMS", "0x00b0"]);
  });

  it("hold a custom type only once", () => {
    const custom = { type: 0xa0, data: Uint8Array.of(1) };
    expect(() => listed({ customTlvs: [custom, custom] })).toThrow(/only once/);
    expect(listed({ customTlvs: [custom] })).toEqual([[0xa0, "01"]]);
  });
});

function listed(contents: ProtectedContents): readonly (readonly [number, string])[] {
  return protectedEntries(contents, SOURCE).map(({ type, data }) => [type, toHex(data)]);
}
