// Images by someone who chooses every byte of a slot to make boot slow or to slip through at a limit. The core is asked,
// and the host where it judges the same.
import { describe, expect, it } from "vitest";
import { partById } from "../../../host/device/parts.js";
import { parseDependencies } from "../../../host/image/protected.js";
import { reasonName } from "../../../host/image/reason.js";
import { signImage } from "../../../host/image/sign.js";
import {
  TLV_ED25519,
  TLV_KEYHASH,
  TLV_RSA3072_PSS,
  type TlvContent,
  UNPROTECTED_MAGIC,
  encodeTlvArea,
} from "../../../host/image/tlv.js";
import { verifyImage } from "../../../host/image/verify.js";
import { parseVersion } from "../../../host/image/version.js";
import { bytesOf } from "../../support/bytes.js";
import { ownPair, testKey } from "../../support/scenes.js";
import { judgeOf } from "../../support/verdict.js";

const judge = judgeOf(partById("nrf52840"), ownPair);
const keys = [testKey.publicKey];
const PAYLOAD = bytesOf(5, 300);
const OPTIONS = {
  headerSizeBytes: 32,
  padHeader: true,
  version: parseVersion("1.0.0"),
  securityCounter: 1,
};
/** Header, payload and protected area with the security counter. */
const HASHED_SIZE = 32 + PAYLOAD.length + 12;
const DIGEST_ENTRY_SIZE = 36;
/** Pairs that are tried in one image (images/SPEC.md). */
const TRIED_MAX = 16;

const image = signImage(PAYLOAD, [testKey], OPTIONS);
const ownPairBytes = image.slice(HASHED_SIZE + 4 + DIGEST_ENTRY_SIZE);
const keyHash = { type: TLV_KEYHASH, data: ownPairBytes.slice(4, 36) };
const signature = { type: TLV_ED25519, data: ownPairBytes.slice(40) };
const wrong = { type: TLV_ED25519, data: signature.data.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) };
const digest = {
  type: 0x10,
  data: image.slice(HASHED_SIZE + 8, HASHED_SIZE + 4 + DIGEST_ENTRY_SIZE),
};

/** The image with other pairs behind its digest. */
const withPairs = (pairs: readonly TlvContent[][]): Uint8Array =>
  Uint8Array.from([
    ...image.subarray(0, HASHED_SIZE),
    ...encodeTlvArea(UNPROTECTED_MAGIC, [digest, ...pairs.flat()]),
  ]);

function bothSay(bytes: Uint8Array, demanded: readonly "ed25519"[] = []): string {
  const slot = new Uint8Array(bytes.length + 64).fill(0xff);
  slot.set(bytes);
  const host = verifyImage(slot, keys, { demanded });
  const core = judge(bytes, { keys, demanded });
  expect(core).toBe(host.ok ? "OK" : reasonName(host.reason));
  return core;
}

describe("an unprotected area full of pairs", () => {
  const right = [keyHash, signature];
  const times = (pair: readonly TlvContent[], count: number) =>
    Array.from({ length: count }, () => [...pair]);
  const stranger = { type: TLV_KEYHASH, data: new Uint8Array(32) };

  it.each([
    ["wrong signatures by a known key", [keyHash, wrong], "SIGNATURE"],
    ["keys that nobody knows", [stranger, signature], "KEY_UNKNOWN"],
  ] as const)("of %s: 16 are tried, whatever stands behind them", (_, junk, reason) => {
    for (const demanded of [[], ["ed25519"]] as const) {
      expect(bothSay(withPairs([...times(junk, TRIED_MAX - 1), right]), demanded)).toBe("OK");
      expect(bothSay(withPairs([...times(junk, TRIED_MAX), right]), demanded)).toBe(reason);
      expect(bothSay(withPairs(times(junk, 600)), demanded)).toBe(reason);
    }
  });

  it("that are passed over does not count as tried", () => {
    const other = [stranger, { type: TLV_RSA3072_PSS, data: new Uint8Array(0) }];
    expect(bothSay(withPairs([...times(other, 1500), right]), ["ed25519"])).toBe("OK");
    expect(bothSay(withPairs([...times(other, 1500), right]))).toBe("KEY_UNKNOWN");
  });
});

describe("a dependency on any version of image 1", () => {
  const dependencies = parseDependencies("(1, 0.0.0+0)", parseVersion);
  const dependent = signImage(PAYLOAD, [testKey], { ...OPTIONS, dependencies });

  it("is met by version 0.0.0, and not by none or by another image's", () => {
    const withInstalled = (id: number) =>
      judge(dependent, { keys, installed: [{ id, version: parseVersion("0.0.0") }] });
    expect(withInstalled(1)).toBe("OK");
    expect(withInstalled(2)).toBe("DEPENDENCY");
    expect(judge(dependent, { keys })).toBe("DEPENDENCY");
  });
});
