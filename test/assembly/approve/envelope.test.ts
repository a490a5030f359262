// Core and host, envelope by envelope: what one refuses the other refuses for the same reason, and what both accept says the same in both. And the core
// reads one wherever it stands in memory.
import { describe, expect, it } from "vitest";
import { makeEnvelope, verifyEnvelope } from "../../../host/image/envelope/envelope.js";
import { ED25519_KEY, MOST, P256_KEY } from "../../host/image/envelope/forge.js";
import { CoreReader, claimsOf } from "./core.js";
import { FULL, KEYS, encryption, payloadOf, withValue, without, type Entry } from "./parts.js";
import { REFUSED, REFUSED_EARLIER } from "./refused.js";

const core = new CoreReader("approve-full", KEYS);

describe("core and host", () => {
  it.each(REFUSED)("refuse %s: %s", (_, reason, envelope) => {
    expect(verifyEnvelope(envelope, KEYS)).toMatchObject({ ok: false, reason });
    const { reason: found, fields } = core.read(envelope);
    expect(found).toBe(reason);
    expect(fields.bytes.equals(Buffer.alloc(fields.bytes.length))).toBe(true);
  });

  it.each(REFUSED_EARLIER)("refuse %s, for the first of both: %s", (_, reason, envelope) => {
    expect(verifyEnvelope(envelope, KEYS)).toMatchObject({ ok: false, reason });
    expect(core.read(envelope).reason).toBe(reason);
  });

  it.each([
    ["all fields", FULL],
    ["no optional field", without(10, 11, 12, 13)],
    ["a base alone", without(12, 13)],
    ["an encryption alone", without(11, 13)],
    ["a bill alone", without(10, 11, 12)],
    ["the largest sizes", withValue(2, 2 ** 28)],
    ["a recipient of one byte", withValue(12, encryption(2, 0x34, Uint8Array.of(1)))],
    ["a version of zeros", withValue(3, [0, 0, 0, 0])],
  ] as const)("accept an envelope with %s, and read the same in it", (_, entries) => {
    const envelope = payloadOf(entries);
    const host = verifyEnvelope(envelope, KEYS);
    const { reason, fields } = core.read(envelope);
    expect(reason).toBe("OK");
    expect(host).toMatchObject({ ok: true, claims: claimsOf(fields) });
    const present = (entries as readonly Entry[]).reduce(
      (bits, [label]) => bits | (1 << (label as number)),
      0,
    );
    expect(fields.word("FIELD_PRESENT")).toBe(present);
  });

  it("accept every block size that there is", () => {
    for (let size = 256; size <= 65536; size *= 2)
      expect(core.read(payloadOf(withValue(8, size))).reason, String(size)).toBe("OK");
  });
});

describe("the core", () => {
  it("reads an envelope wherever it stands in memory", () => {
    for (let misalignment = 0; misalignment < 16; misalignment++)
      for (const key of [ED25519_KEY, P256_KEY])
        expect(core.read(makeEnvelope(MOST, key), misalignment).reason).toBe("OK");
  });
});
