// Claims made from files, and judged by files: what holds, what fails, what nobody says, what was not given. Signs nothing.
import { describe, expect, it } from "vitest";
import {
  claimsFor,
  formatUuid,
  judgeClaims,
  type EnvelopeFiles,
} from "../../../../host/image/envelope/about.js";
import { REASON_KEY_MISSING, REASON_SIGNATURE_MISSING } from "../../../../assembly/abi.js";
import type { EnvelopeClaims } from "../../../../host/image/envelope/fields.js";
import { vendorUuid } from "../../../../host/image/protected.js";
import { TLV_KEYHASH, TLV_SHA256 } from "../../../../host/image/tlv.js";
import { forge } from "../forge.js";
import { sample } from "../samples.js";

const IMAGE = sample("app-ed25519-alltlv.bin");
const OLD = sample("app-ed25519-signed.bin");
const OPTIONS = { kind: "features", blockSizeBytes: 1024 } as const;
const OTHER = vendorUuid("example.org");

function claims(files: EnvelopeFiles, options: Parameters<typeof claimsFor>[1] = OPTIONS): EnvelopeClaims {
  const made = claimsFor(files, options);
  if (!made.ok) throw new Error(made.message);
  return made.claims;
}

function outcomes(said: EnvelopeClaims, files: EnvelopeFiles): Readonly<Record<string, string>> {
  const result = judgeClaims(said, files);
  if (!result.ok) throw new Error(result.message);
  return Object.fromEntries(result.judged.map(({ claim, outcome }) => [claim, outcome]));
}

const FULL = { image: IMAGE, base: OLD, transfer: Buffer.from("a patch"), bill: Buffer.from("{}") };
const HOLDS = {
  ...{ size: "holds", digest: "holds", version: "holds", counter: "holds" },
  ...{ vendor: "holds", class: "holds", kind: "unjudged", blocks: "holds" },
};

describe("claims", () => {
  it("are what the image says, and hold for it", () => {
    const said = claims({ image: IMAGE });
    expect(said).toMatchObject({
      sizeBytes: 0x9f7b,
      transferSizeBytes: 0x9f7b,
      securityCounter: 7,
      kind: "features",
    });
    expect(outcomes(said, { image: IMAGE })).toEqual(HOLDS);
  });

  it("do not count what follows the image in its file", () => {
    const longer = Buffer.concat([IMAGE, Buffer.from("anything")]);
    expect(claims({ image: longer })).toEqual(claims({ image: IMAGE }));
    expect(claims({ image: IMAGE.subarray(0, 0x9f7b) })).toEqual(claims({ image: IMAGE }));
  });

  it("with a base are of the image in all but blocks and transfer size", () => {
    const said = claims(FULL);
    expect(said).toMatchObject({ sizeBytes: 0x9f7b, transferSizeBytes: 7 });
    expect(outcomes(said, FULL)).toEqual({ ...HOLDS, base: "holds", bill: "holds" });
    expect(outcomes(said, { image: IMAGE })).toEqual({
      ...HOLDS,
      blocks: "unjudged",
      base: "unjudged",
      bill: "unjudged",
    });
  });

  it("of kind and encryption are in the list, though no file says them", () => {
    const said: EnvelopeClaims = {
      ...claims(FULL),
      encryption: { cipher: "aes-256-ctr", keyWrap: "x25519", recipient: Uint8Array.of(1) },
    };
    const judged = { ...HOLDS, base: "holds", bill: "holds", encryption: "unjudged" };
    expect(outcomes(said, FULL)).toEqual(judged);
  });

  it("fail one by one, each where its own file or field is another", () => {
    const said = claims(FULL);
    const only = (claim: string) => ({ ...HOLDS, base: "holds", bill: "holds", [claim]: "fails" });
    expect(outcomes({ ...said, sizeBytes: 1 }, FULL)).toEqual(only("size"));
    expect(outcomes({ ...said, digest: new Uint8Array(32) }, FULL)).toEqual(only("digest"));
    expect(outcomes({ ...said, version: { ...said.version, build: 5 } }, FULL)).toEqual(only("version"));
    expect(outcomes({ ...said, securityCounter: 8 }, FULL)).toEqual(only("counter"));
    expect(outcomes({ ...said, vendorId: OTHER }, FULL)).toEqual(only("vendor"));
    expect(outcomes({ ...said, classId: OTHER }, FULL)).toEqual(only("class"));
    expect(outcomes({ ...said, transferSizeBytes: 8 }, FULL)).toEqual(only("blocks"));
    expect(outcomes(said, { ...FULL, transfer: Buffer.from("b patch") })).toEqual(only("blocks"));
    expect(outcomes(said, { ...FULL, base: IMAGE })).toEqual(only("base"));
    expect(outcomes(said, { ...FULL, bill: Buffer.from("[]") })).toEqual(only("bill"));
  });

  it("fail where an unsigned part of the image was changed, too", () => {
    const changed = Uint8Array.from(IMAGE);
    changed[0x9f7a] = changed[0x9f7a]! ^ 1;
    expect(outcomes(claims({ image: IMAGE }), { image: changed })).toEqual({
      ...HOLDS,
      digest: "fails",
      blocks: "fails",
    });
  });

  it("fail for a base or a bill that the envelope does not know", () => {
    const said = claims({ image: IMAGE });
    expect(outcomes(said, { image: IMAGE, base: OLD, bill: OLD })).toEqual({
      ...HOLDS,
      base: "fails",
      bill: "fails",
    });
  });

  it("of vendor and class are not the image's where it says none", () => {
    const said = claims({ image: OLD }, { ...OPTIONS, vendorId: OTHER, classId: OTHER });
    expect(outcomes(said, { image: OLD })).toEqual({ ...HOLDS, vendor: "unsaid", class: "unsaid" });
  });

  it("take a security counter of 0 where the image has none", () => {
    const image = forge({ protectedEntries: [] });
    expect(claims({ image }, { ...OPTIONS, vendorId: OTHER, classId: OTHER }).securityCounter).toBe(0);
  });
});

describe("claimsFor", () => {
  it.each([
    [
      "a vendor that the image contradicts",
      { image: IMAGE },
      { ...OPTIONS, vendorId: OTHER },
      /vendor: expected the image's/,
    ],
    [
      "a class that the image contradicts",
      { image: IMAGE },
      { ...OPTIONS, classId: OTHER },
      /class: expected the image's/,
    ],
    ["no vendor anywhere", { image: OLD }, OPTIONS, /vendor: expected one/],
    ["no class anywhere", { image: OLD }, { ...OPTIONS, vendorId: OTHER }, /class: expected one/],
    [
      "a block size between two",
      { image: IMAGE },
      { ...OPTIONS, blockSizeBytes: 1000 },
      /block size: .*found 1000/,
    ],
    [
      "a base without a transfer",
      { image: IMAGE, base: OLD },
      OPTIONS,
      /transfer: expected one beside a base/,
    ],
    [
      "a transfer without a base",
      { image: IMAGE, transfer: OLD },
      OPTIONS,
      /base: expected one beside a transfer/,
    ],
    [
      "an empty transfer",
      { image: IMAGE, base: OLD, transfer: new Uint8Array(0) },
      OPTIONS,
      /transfer: expected at least/,
    ],
  ] as const)("throws for %s", (_, files, options, message) => {
    expect(() => claimsFor(files, options)).toThrow(message);
  });

  it("refuses an image or a base that is damaged, and says which", () => {
    const damaged = Uint8Array.from(IMAGE);
    damaged[0x300] = damaged[0x300]! ^ 1;
    expect(claimsFor({ image: damaged }, OPTIONS)).toMatchObject({ ok: false, of: "image", reason: 13 });
    expect(claimsFor({ ...FULL, base: damaged }, OPTIONS)).toMatchObject({
      ok: false,
      of: "base",
      reason: 13,
    });
    expect(judgeClaims(claims({ image: IMAGE }), { image: Buffer.from("none") })).toMatchObject({
      ok: false,
      of: "image",
    });
  });

  it.each([
    ["no signature", [TLV_SHA256], REASON_KEY_MISSING],
    ["a key's hash and no signature", [TLV_SHA256, TLV_KEYHASH], REASON_SIGNATURE_MISSING],
  ])("announces no image that has %s, and takes none for a base", (_, types, reason) => {
    const unsigned = forge({ unprotected: (entries) => entries.filter(({ type }) => types.includes(type)) });
    const options = { ...OPTIONS, vendorId: OTHER, classId: OTHER };
    expect(claimsFor({ image: unsigned }, options)).toMatchObject({ ok: false, of: "image", reason });
    expect(claimsFor({ ...FULL, base: unsigned }, OPTIONS)).toMatchObject({ ok: false, of: "base", reason });
  });
});

describe("formatUuid", () => {
  it("writes a UUID with its dashes", () => {
    expect(formatUuid(vendorUuid("cfbff0d1-9375-5685-968c-48ce8b15ae17"))).toBe(
      "cfbff0d1-9375-5685-968c-48ce8b15ae17",
    );
  });
});
