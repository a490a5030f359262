// The core's parser and verifier against the host's, over images that were changed: the same verdict, never a trap, never
// a read outside what boot may touch, never an accepted change of a signed byte.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partById } from "../../../host/device/parts.js";
import type { KeyType, SigningKey } from "../../../host/image/key-types.js";
import { generateKey } from "../../../host/image/keys.js";
import { reasonName } from "../../../host/image/reason.js";
import { signImage } from "../../../host/image/sign.js";
import { verifyImage } from "../../../host/image/verify.js";
import { bytesOf } from "../../support/bytes.js";
import { lmsKey } from "../../support/lms.js";
import { ed25519Pair, ownPair, p256Pair, testKey } from "../../support/scenes.js";
import { judgeOf } from "../../support/verdict.js";
import { fastSha256 } from "../../host/image/samples.js";

const CASES = Number(process.env["EVERBOOT_CASES"] ?? 300);
const PAYLOAD_SIZE = 301;
const SIGNED_SIZE = 0x20 + PAYLOAD_SIZE + 12;
const ERASED = 0xff;

type Keys = readonly [SigningKey, ...SigningKey[]];
const LMS = lmsKey("h5w4");
const KINDS: readonly {
  readonly name: string;
  readonly keys: Keys;
  readonly demanded?: readonly KeyType[];
  readonly pair?: typeof ownPair;
  /** RSA keys do not fit the key region of "tiny". */
  readonly device?: string;
}[] = [
  { name: "Ed25519", keys: [testKey] },
  { name: "Ed25519, small build", keys: [testKey], pair: ed25519Pair },
  { name: "P-256", keys: [generateKey("ecdsa-p256")] },
  { name: "P-256, small build", keys: [generateKey("ecdsa-p256")], pair: p256Pair },
  { name: "RSA-2048", keys: [generateKey("rsa-2048")], device: "nrf52840" },
  { name: "RSA-3072", keys: [generateKey("rsa-3072")], device: "nrf52840" },
  { name: "LMS", keys: [LMS] },
  { name: "LMS of two levels", keys: [lmsKey("h5w4,h5w4")] },
  { name: "Ed25519 and LMS, either enough", keys: [testKey, LMS] },
  { name: "Ed25519 and LMS, both demanded", keys: [testKey, LMS], demanded: ["ed25519", "lms"] },
  {
    name: "P-256 and Ed25519, both demanded",
    keys: [generateKey("ecdsa-p256"), testKey],
    demanded: ["ed25519", "ecdsa-p256"],
  },
];

type Edit = { readonly at: number; readonly bytes: number[] };
/** Places in an image of this size: half of them in the header or behind the payload. */
const places = (size: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: 31 }),
    fc.integer({ min: 0x20 + PAYLOAD_SIZE, max: SIGNED_SIZE + 120 }),
    fc.integer({ min: 0x20 + PAYLOAD_SIZE, max: size - 1 }),
    fc.integer({ min: 0, max: size - 1 }),
  );
const editsOf = (size: number): fc.Arbitrary<readonly Edit[]> =>
  fc.array(
    fc.record({
      at: places(size),
      bytes: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 3 },
  );

describe.each(KINDS)("the core's judgement of a changed image, $name", (kind) => {
  const { keys, demanded = [], pair = ownPair, device = "tiny" } = kind;
  const part = partById(device);
  const judge = judgeOf(part, pair);
  const publicKeys = keys.map(({ publicKey }) => publicKey);
  const { offset: slotOffset } = part.layout.slotA;
  const image = signImage(bytesOf(3, PAYLOAD_SIZE), keys, {
    headerSizeBytes: 0x20,
    padHeader: true,
    version: { major: 1, minor: 0, revision: 0, build: 0 },
    securityCounter: 1,
    romFixed: slotOffset,
  });
  const slotSize = part.layout.slotA.size;

  const edited = (edits: readonly Edit[]) => {
    const bytes = image.slice();
    for (const { at, bytes: patch } of edits) bytes.set(patch.slice(0, bytes.length - at), at);
    return bytes;
  };
  const coreSays = (bytes: Uint8Array) => judge(bytes, { keys: publicKeys, demanded });
  // With slot B empty, an A without magic halts for B's reason, which is the same.
  const hostSays = (bytes: Uint8Array): string => {
    const slot = new Uint8Array(slotSize).fill(0xff);
    slot.set(bytes);
    const result = verifyImage(slot, publicKeys, { slotOffset, floor: 0, demanded, sha256: fastSha256 });
    return result.ok ? "OK" : reasonName(result.reason);
  };

  it("accepts the unchanged one", () => {
    expect(coreSays(image)).toBe("OK");
    expect(hostSays(image)).toBe("OK");
  });

  it("is the host's, for any edits, and never lets a changed signed byte in", () => {
    fc.assert(
      fc.property(editsOf(image.length), (changes) => {
        const bytes = edited(changes);
        const core = coreSays(bytes);
        expect(core).toBe(hostSays(bytes));
        if (Buffer.compare(bytes.subarray(0, SIGNED_SIZE), image.subarray(0, SIGNED_SIZE)) !== 0)
          expect(core).not.toBe("OK");
      }),
      { numRuns: CASES, seed: 11 },
    );
  });

  it("is the host's for truncations", () => {
    const step = image.length < 600 ? 1 : 11;
    for (let size = 0; size < image.length; size += step) {
      const bytes = image.slice(0, size);
      const core = coreSays(bytes);
      expect(core, `${size} bytes`).toBe(hostSays(bytes));
      // Where one signature is enough, what is cut off may be the other. A signature may end as erased flash reads.
      const isCut = image.subarray(size).some((byte) => byte !== ERASED);
      if (isCut && (keys.length === 1 || demanded.length > 0)) expect(core, `${size} bytes`).not.toBe("OK");
    }
  });

  it("refuses each single flipped bit of header and protected TLVs", () => {
    for (const [from, to] of [
      [0, 0x20],
      [0x20 + PAYLOAD_SIZE, SIGNED_SIZE],
    ] as const) {
      for (let at = from; at < to; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const bytes = image.slice();
          bytes[at]! ^= 1 << bit;
          expect(coreSays(bytes), `byte ${at}, bit ${bit}`).not.toBe("OK");
        }
      }
    }
  });
});
