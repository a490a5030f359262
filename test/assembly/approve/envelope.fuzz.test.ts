// The core's reader of envelopes against the host's, over envelopes that were changed: the same answer, the same fields, never a write
// outside of them; what both accept is what cborg's strict decoder takes and encodes to the same bytes again.
import { Tagged, decode, type DecodeOptions } from "cborg";
import { describe, expect, it } from "vitest";
import { Random } from "../../../host/core/data/random.js";
import { encodeClaims } from "../../../host/image/envelope/claims.js";
import { makeEnvelope, verifyEnvelope } from "../../../host/image/envelope/envelope.js";
import { ENVELOPE_REASONS } from "../../../host/image/envelope/refusal.js";
import type { SigningKey } from "../../../host/image/key-types.js";
import {
  ED25519_KEY,
  LEAST,
  MOST,
  P256_KEY,
  Raw,
  cbor,
  headerEntries,
  rawMap,
  signed,
  signedPayload,
} from "../../host/image/envelope/forge.js";
import { mutated, shuffled } from "../../host/image/envelope/mutate.js";
import { CoreReader, claimsOf } from "./core.js";

const CASES = Number(process.env["EVERBOOT_CASES"] ?? 500);
const STRICT: DecodeOptions = {
  ...{ strict: true, allowIndefinite: false, allowUndefined: false, rejectDuplicateMapKeys: true },
  ...{ useMaps: true, tags: Tagged.preserve(18) },
};
/** Not met by chance: a larger envelope and a broken key table, which the tests beside this one make. */
const ELSEWHERE = ["SIZE_LIMIT", "KEY_TABLE"];

const KINDS: readonly { readonly name: string; readonly build: string; readonly key: SigningKey }[] = [
  { name: "Ed25519", build: "approve-full", key: ED25519_KEY },
  { name: "Ed25519, small build", build: "approve-ed25519", key: ED25519_KEY },
  { name: "P-256", build: "approve-full", key: P256_KEY },
  { name: "P-256, small build", build: "approve-p256", key: P256_KEY },
];

describe.each(KINDS)("the core's judgement of a changed envelope, $name", ({ build, key }) => {
  const core = new CoreReader(build, [key.publicKey]);
  const met = new Set<string>();
  const bases = [LEAST, MOST].map((claims) => ({
    envelope: makeEnvelope(claims, key),
    header: rawMap(headerEntries(key)),
    payload: encodeClaims(claims),
  }));

  /** Both judgements, which must be one; the claims too. */
  const judged = (envelope: Uint8Array, misalignment: number): string => {
    const host = verifyEnvelope(envelope, [key.publicKey]);
    const { reason, fields } = core.read(envelope, misalignment);
    const expected = host.ok ? host.claims : host.reason;
    const found = reason === "OK" ? claimsOf(fields) : reason;
    // A comparison by vitest takes longer than both judgements.
    if (found !== expected) expect(found, Buffer.from(envelope).toString("hex")).toEqual(expected);
    if (!host.ok && (host.offset > envelope.length || !fields.bytes.every((byte) => byte === 0)))
      expect.unreachable(`fields left behind: ${Buffer.from(envelope).toString("hex")}`);
    met.add(reason);
    return reason;
  };
  const expectStrict = (bytes: Uint8Array): void =>
    expect(Buffer.from(cbor(decode(bytes, STRICT)))).toEqual(Buffer.from(bytes));
  /** Those that were accepted, each with the envelope that it was made from. */
  const drawn = (seed: number, make: (base: (typeof bases)[number], random: Random) => Uint8Array) => {
    const random = new Random(seed);
    const accepted: { readonly envelope: Uint8Array; readonly from: Uint8Array }[] = [];
    for (let index = 0; index < CASES; index++) {
      const base = bases[index % bases.length]!;
      const envelope = make(base, random);
      if (judged(envelope, index % 16) !== "OK") continue;
      expectStrict(envelope);
      accepted.push({ envelope, from: base.envelope });
    }
    return accepted;
  };

  it("is the host's for the unchanged one", () => {
    for (const { envelope } of bases) {
      expect(judged(envelope, 0)).toBe("OK");
      expectStrict(envelope);
    }
  });

  it("is the host's for every truncation, and for every flip of a bit, which none survives", () => {
    // The small builds differ in hashes and curves alone.
    const step = build === "approve-full" ? 1 : 7;
    for (const { envelope } of bases) {
      for (let size = 0; size < envelope.length; size++)
        expect(judged(envelope.subarray(0, size), size % 16)).not.toBe("OK");
      for (let bit = 0; bit < envelope.length * 8; bit += step) {
        const changed = Uint8Array.from(envelope);
        changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
        expect(judged(changed, 0)).not.toBe("OK");
      }
    }
  });

  it("is the host's for changed bytes, and none is accepted but the unchanged", () => {
    for (const { envelope, from } of drawn(1, ({ envelope }, random) => mutated(envelope, random)))
      expect(Buffer.from(envelope).equals(from), Buffer.from(envelope).toString("hex")).toBe(true);
  });

  it("is the host's for a changed header that is rightly signed", () => {
    drawn(2, ({ header, payload }, random) => signed(mutated(header, random), payload, key));
    drawn(3, ({ payload }, random) => signed(rawMap(shuffled(headerEntries(key), random)), payload, key));
  });

  it("is the host's for a changed payload that is rightly signed, and refused where cborg refuses it", () => {
    drawn(4, ({ payload }, random) => {
      const changed = mutated(payload, random);
      const envelope = signedPayload(changed, key);
      const judgement = verifyEnvelope(envelope, [key.publicKey]);
      if (judgement.ok) expectStrict(changed);
      else if (["TRUNCATED", "NOT_SHORTEST"].includes(judgement.reason))
        expect(() => decode(changed, STRICT)).toThrow();
      return envelope;
    });
  });

  it("is the host's for other entries in a payload, in another order, twice or lacking", () => {
    drawn(5, ({ payload }, random) => {
      const entries = [...(decode(payload, STRICT) as ReadonlyMap<number, unknown>)];
      return signedPayload(rawMap(shuffled(entries, random)), key);
    });
  });

  it("is the host's for other entries in an encryption", () => {
    const inner: readonly (readonly [number, unknown])[] = [
      [0, 1],
      [1, 0x33],
      [2, new Uint8Array(32)],
    ];
    drawn(8, (_, random) => {
      const entries = [...(decode(bases[1]!.payload, STRICT) as ReadonlyMap<number, unknown>)];
      const changed = new Raw(rawMap(shuffled(inner, random)));
      return signedPayload(
        rawMap(entries.map(([label, value]) => [label, label === 12 ? changed : value])),
        key,
      );
    });
  });

  it("is the host's for bytes of no order", () => {
    drawn(6, (_, random) => Uint8Array.from({ length: random.below(80) }, () => random.below(256)));
    drawn(7, ({ envelope }, random) => {
      const start = random.below(envelope.length);
      return Uint8Array.from(envelope, (byte, at) => (at < start ? byte : random.below(256)));
    });
  });

  it("has met every reason that such changes can come to", () => {
    const reasons = Object.keys(ENVELOPE_REASONS).filter((reason) => !ELSEWHERE.includes(reason));
    expect([...met].sort()).toEqual([...reasons, "OK"].sort());
  });
});
