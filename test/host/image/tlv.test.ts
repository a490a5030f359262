// The TLV areas of foreign images: read as imgtool lists them, encoded to the very same bytes. Never judges whether they are enough
// to boot.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeHeader } from "../../../host/image/header.js";
import {
  UNPROTECTED_MAGIC,
  decodeTlvAreas,
  encodeTlvArea,
  tlvName,
  type TlvAreas,
} from "../../../host/image/tlv.js";
import { forge } from "./forge.js";
import { SAMPLES, sample } from "./samples.js";

const LISTED = [
  ...["alltlv", "confirmed", "encx25519", "pure", "romfixed", "sha512", "signed"].map(
    (kind) => `app-ed25519-${kind}`,
  ),
  ...["app-p256-encec256", "app-p256-signed", "app-rsa2048-signed", "app-rsa3072-signed"],
  ...["app2-ed25519-signed", "app2-p256-signed"],
];

describe("the TLV areas", () => {
  it.each(LISTED)("of %s are those that imgtool lists", (name) => {
    const areas = decode(sample(`${name}.bin`), true);
    const listing = readFileSync(`${SAMPLES}/${name}.dumpinfo.txt`, "utf8");
    const listed = [...listing.matchAll(/type: \w+ \((0x\w+)\)\s+len: +(0x\w+)\s+data: ((?:0x\w\w\s+)+)/g)];
    expect(listed.length).toBeGreaterThan(3);
    expect(
      [...areas.protectedEntries, ...areas.unprotectedEntries].map(({ type, data }) => [type, [...data]]),
    ).toEqual(listed.map(([, type, , data = ""]) => [Number(type), data.trim().split(/\s+/).map(Number)]));
  });

  it.each(LISTED)("of %s are encoded to the very same bytes", (name) => {
    const image = sample(`${name}.bin`);
    const { unprotectedEntries, hashedBytes, extentBytes } = decode(image, true);
    expect(encodeTlvArea(UNPROTECTED_MAGIC, unprotectedEntries)).toEqual(
      image.subarray(hashedBytes, extentBytes),
    );
  });

  it("are no bytes at all when there is no entry", () => {
    expect(encodeTlvArea(UNPROTECTED_MAGIC, [])).toEqual(new Uint8Array(0));
  });

  it("are not encoded when they outgrow their 16-bit size", () => {
    const entry = { type: 0xa0, data: new Uint8Array(0x8000) };
    expect(() => encodeTlvArea(UNPROTECTED_MAGIC, [entry, entry])).toThrow(/TLV area size/);
  });

  it("are listed without strict rules even where a judgement would refuse them", () => {
    const image = forge({
      unprotected: (entries) => [...entries, ...entries, { type: 0x02, data: new Uint8Array(44) }],
      protectedEntries: [{ type: 0xa0, data: new Uint8Array(3000) }],
    });
    const areas = decode(image, false);
    expect(areas.unprotectedEntries.map(({ type }) => tlvName(type))).toEqual([
      ...["SHA256", "KEYHASH", "ED25519", "SHA256", "KEYHASH", "ED25519", "PUBKEY"],
    ]);
  });

  it("have names for what MCUboot names and numbers for the rest", () => {
    expect(tlvName(0x24)).toBe("ED25519");
    expect(tlvName(0xa0)).toBe("0x00a0");
  });
});

function decode(image: Uint8Array, strict: boolean): TlvAreas {
  const head = decodeHeader(image);
  if (!head.ok) throw new Error(head.message);
  const tlvs = decodeTlvAreas(image, head.header, { strict });
  if (!tlvs.ok) throw new Error(tlvs.message);
  return tlvs.areas;
}
