// The vectors of images/ENVELOPE.md: what they are said to be made of makes them, host and core read that out of them, and a layout written down
// by hand, byte for byte, is theirs. Numbers of reasons are the page's in both.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { claimsFor } from "../../../../host/image/envelope/about.js";
import { makeEnvelope, verifyEnvelope } from "../../../../host/image/envelope/envelope.js";
import { ENVELOPE_MAX_BYTES, type EnvelopeClaims } from "../../../../host/image/envelope/fields.js";
import { ENVELOPE_REASONS } from "../../../../host/image/envelope/refusal.js";
import { classUuid, vendorUuid } from "../../../../host/image/protected.js";
import { CoreReader, claimsOf } from "../../../assembly/approve/core.js";
import { sample } from "../samples.js";
import { ED25519_KEY, MOST, P256_KEY } from "./forge.js";
import { checkedReasons, largestSaid, pageReasons, vector } from "./page.js";
import { RFC6979_KEY, RFC8032_KEY } from "./published.js";

const VENDOR = vendorUuid("example.com");
const IMAGE = sample("app-ed25519-signed.bin");

function claims(result: ReturnType<typeof claimsFor>): EnvelopeClaims {
  if (!result.ok) throw new Error(result.message);
  return result.claims;
}

const VECTORS = [
  {
    name: "ed25519",
    key: RFC8032_KEY,
    said: claims(
      claimsFor(
        { image: IMAGE },
        {
          vendorId: VENDOR,
          classId: classUuid("board-a", VENDOR),
          kind: "security",
          blockSizeBytes: 4096,
        },
      ),
    ),
  },
  {
    name: "es256",
    key: RFC6979_KEY,
    said: {
      ...claims(
        claimsFor(
          {
            image: sample("app-ed25519-alltlv.bin"),
            base: IMAGE,
            transfer: Buffer.alloc(1000, "patch"),
            bill: Buffer.from("{}"),
          },
          { kind: "both", blockSizeBytes: 256 },
        ),
      ),
      encryption: {
        cipher: "aes-128-ctr",
        keyWrap: "x25519",
        recipient: Uint8Array.from({ length: 32 }, (_, index) => index),
      },
    },
  },
] as const;

describe.each(VECTORS)("the vector $name of the page", ({ name, key, said }) => {
  it("is what host makes of what it is said to be made of", () => {
    expect(Buffer.from(makeEnvelope(said, key)).toString("hex")).toBe(
      Buffer.from(vector(name)).toString("hex"),
    );
  });

  it("is read by host and core, which find the same in it", () => {
    const host = verifyEnvelope(vector(name), [RFC8032_KEY.publicKey, RFC6979_KEY.publicKey]);
    expect(host).toMatchObject({ ok: true, claims: said });
    const core = new CoreReader("approve-full", [RFC8032_KEY.publicKey, RFC6979_KEY.publicKey]);
    const { reason, fields } = core.read(vector(name));
    expect(reason).toBe("OK");
    expect(claimsOf(fields)).toEqual(said);
    const spki = createHash("sha256").update(key.publicKey.encodedDer).digest();
    expect(fields.part("FIELD_SIGNER", 32)).toEqual(spki);
  });
});

describe("the vector ed25519 of the page", () => {
  /** The end of the image's TLVs, found in the file by hand: the trailer's padding follows. */
  const EXTENT = 40_668;

  it("is, byte for byte, what the page's tables say, put together without a CBOR library", () => {
    const sha256 = (...parts: readonly Uint8Array[]) =>
      createHash("sha256").update(Buffer.concat(parts)).digest("hex");
    const image = readFileSync("images/imgtool/app-ed25519-signed.bin").subarray(0, EXTENT);
    const level: string[] = [];
    for (let at = 0; at < EXTENT; at += 4096)
      level.push(sha256(Uint8Array.of(0), image.subarray(at, at + 4096)));
    const node = (left: string, right: string) =>
      sha256(Uint8Array.of(1), Buffer.from(left, "hex"), Buffer.from(right, "hex"));
    // Ten leaves: eight below one node, two below another.
    const rootOfEight = (leaves: readonly string[]) => {
      const [a, b, c, d] = [0, 2, 4, 6].map((at) => node(leaves[at]!, leaves[at + 1]!));
      return node(node(a!, b!), node(c!, d!));
    };
    const root = node(rootOfEight(level.slice(0, 8)), node(level[8]!, level[9]!));
    const keyId = sha256(RFC8032_KEY.publicKey.encodedDer);
    const type = Buffer.from("application/everboot-envelope+cbor").toString("hex");
    const header = `a3 01 27 04 5820 ${keyId} 10 7822 ${type}`;
    const payload = [
      `aa 00 01 01 5820 ${sha256(image)} 02 19 ${EXTENT.toString(16)}`,
      "03 84 01 02 03 04 04 07",
      `05 50 ${Buffer.from(VENDOR).toString("hex")} 06 50 ${Buffer.from(classUuid("board-a", VENDOR)).toString("hex")}`,
      `07 02 08 19 1000 09 5820 ${root}`,
    ].join(" ");
    const bytes = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
    const found = Buffer.from(vector("ed25519"));
    const expected = bytes(`d2 84 58 4b ${header} a0 58 7f ${payload} 58 40`);
    expect(found.subarray(0, expected.length).toString("hex")).toBe(expected.toString("hex"));
    expect(found.length).toBe(expected.length + 64);
    const message = bytes(`84 6a 5369676e617475726531 58 4b ${header} 40 58 7f ${payload}`);
    const key = createPublicKey(RFC8032_KEY.publicKey.pem);
    expect(verify(null, message, key, found.subarray(expected.length))).toBe(true);
  });
});

describe("the page", () => {
  it("has the numbers of the reasons of host and core", () => {
    expect(pageReasons()).toEqual(ENVELOPE_REASONS);
    const core = new CoreReader("approve-full", []);
    const numbers = core.constants.filter((name) => /^ENVELOPE_(?!FIELDS_SIZE|OK)/.test(name));
    const said = Object.fromEntries(
      numbers.map((name) => [name.slice("ENVELOPE_".length), core.constant(name)]),
    );
    expect(ENVELOPE_REASONS).toMatchObject(said);
    expect(numbers.length).toBe(
      Object.values(ENVELOPE_REASONS).filter((number) => number < 21 || number > 33).length,
    );
  });

  it("has every reason in its order of checks, but those that are a field's", () => {
    const fields = Object.entries(ENVELOPE_REASONS).filter(([, number]) => number >= 20 && number <= 33);
    const others = Object.keys(ENVELOPE_REASONS).filter((name) => !fields.some(([field]) => field === name));
    expect([...new Set(checkedReasons())].sort()).toEqual([...others].sort());
  });

  it("says how large the largest envelope is", () => {
    for (const key of [ED25519_KEY, P256_KEY]) expect(makeEnvelope(MOST, key).length).toBe(largestSaid());
    expect(largestSaid()).toBeLessThanOrEqual(ENVELOPE_MAX_BYTES);
  });
});
