// What is signed is what was said, and of one ECDSA signature both forms are taken: of makeEnvelope and verifyEnvelope alone. Reasons one by one stand
// with the core's tests, which hold both readers against each other.
import { p256 } from "@noble/curves/nist.js";
import { describe, expect, it } from "vitest";
import { makeEnvelope, verifyEnvelope } from "../../../../host/image/envelope/envelope.js";
import { CoreReader } from "../../../assembly/approve/core.js";
import { ED25519_KEY, LEAST, MOST, P256_KEY } from "./forge.js";

describe("makeEnvelope", () => {
  it("signs no transfer size other than the image's where nothing else is sent", () => {
    expect(() => makeEnvelope({ ...LEAST, transferSizeBytes: 5 }, ED25519_KEY)).toThrow(/TRANSFER_NEEDED/);
  });
});

describe("an ES256 signature", () => {
  it.each([
    ["few claims", LEAST],
    ["all claims", MOST],
  ])("over %s is valid as (r, s) and as (r, n − s), in host and core", (_, claims) => {
    const envelope = makeEnvelope(claims, P256_KEY);
    const order = p256.Point.Fn.ORDER;
    const s = BigInt(`0x${Buffer.from(envelope.subarray(-32)).toString("hex")}`);
    const other = Buffer.from((order - s).toString(16).padStart(64, "0"), "hex");
    const twin = Buffer.concat([envelope.subarray(0, -32), other]);
    expect(twin.equals(envelope)).toBe(false);
    expect(verifyEnvelope(twin, [P256_KEY.publicKey])).toMatchObject({ ok: true, claims });
    expect(new CoreReader("approve-full", [P256_KEY.publicKey]).read(twin).reason).toBe("OK");
  });
});
