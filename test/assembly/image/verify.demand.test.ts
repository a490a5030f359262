// Several signatures in one image: what a key table may demand, and what is enough where it demands nothing. The core
// against what a reader of images/SPEC.md expects, and against the host over pairs in any order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partById } from "../../../host/device/parts.js";
import { SHA256, SHA512 } from "../../../host/image/digest.js";
import type { KeyType, SigningKey } from "../../../host/image/key-types.js";
import { generateKey } from "../../../host/image/keys.js";
import { reasonName } from "../../../host/image/reason.js";
import { signImage } from "../../../host/image/sign.js";
import { type TlvContent, UNPROTECTED_MAGIC, encodeTlvArea } from "../../../host/image/tlv.js";
import { verifyImage } from "../../../host/image/verify.js";
import { bytesOf } from "../../support/bytes.js";
import { lmsKey } from "../../support/lms.js";
import { ownPair, testKey } from "../../support/scenes.js";
import { judgeOf } from "../../support/verdict.js";
import { forge } from "../../host/image/forge.js";
import { fastSha256 } from "../../host/image/samples.js";

const CASES = Number(process.env["EVERBOOT_CASES"] ?? 400);
const part = partById("nrf52840");
const judge = judgeOf(part, ownPair);

const LMS = lmsKey("h5w4");
const OPTIONS = {
  headerSizeBytes: 32,
  padHeader: true,
  version: { major: 1, minor: 0, revision: 0, build: 0 },
  securityCounter: 1,
};
const PAYLOAD = bytesOf(7, 301);
const HASHED_SIZE = 32 + PAYLOAD.length + 12;
const BOTH = ["ed25519", "lms"] as const;

/** An image whose unprotected entries are changed after signing. */
function rearranged(
  keys: readonly [SigningKey, ...SigningKey[]],
  change: (entries: TlvContent[]) => readonly TlvContent[],
): Uint8Array {
  const image = signImage(PAYLOAD, keys, OPTIONS);
  const entries: TlvContent[] = [];
  const view = new DataView(image.buffer);
  for (let at = HASHED_SIZE + 4; at < image.length; at += 4 + view.getUint16(at + 2, true)) {
    const data = image.slice(at + 4, at + 4 + view.getUint16(at + 2, true));
    entries.push({ type: view.getUint16(at, true), data });
  }
  const area = encodeTlvArea(UNPROTECTED_MAGIC, change(entries));
  return Uint8Array.from([...image.subarray(0, HASHED_SIZE), ...area]);
}

const flipped = ({ type, data }: TlvContent, at = 9): TlvContent => {
  const changed = Uint8Array.from(data);
  changed[at]! ^= 4;
  return { type, data: changed };
};

describe("an image signed by Ed25519 and LMS", () => {
  const keys = [testKey.publicKey, LMS.publicKey];
  const image = signImage(PAYLOAD, [testKey, LMS], OPTIONS);
  const [ed25519Key, lmsPublic] = keys as [(typeof keys)[0], (typeof keys)[0]];

  it("boots where both are demanded, in either order, and where one of them is or none", () => {
    expect(judge(image, { keys, demanded: BOTH })).toBe("OK");
    expect(judge(signImage(PAYLOAD, [LMS, testKey], OPTIONS), { keys, demanded: BOTH })).toBe("OK");
    expect(judge(image, { keys, demanded: ["lms"] })).toBe("OK");
    expect(judge(image, { keys, demanded: ["ed25519"] })).toBe("OK");
    expect(judge(image, { keys })).toBe("OK");
  });

  it("boots over SHA-512 too", () => {
    const long = signImage(PAYLOAD, [testKey, LMS], { ...OPTIONS, shaBits: 512 });
    expect(judge(long, { keys, demanded: BOTH })).toBe("OK");
    expect(judge(long, { keys: [lmsPublic] })).toBe("OK");
  });

  it("is refused where a key of a demanded algorithm is not provisioned, and boots by either where none is", () => {
    for (const key of keys) {
      expect(judge(image, { keys: [key], demanded: BOTH })).toBe("KEY_UNKNOWN");
      expect(judge(image, { keys: [key] })).toBe("OK");
    }
    const others = [generateKey("ed25519").publicKey, lmsKey("h5w4", 2).publicKey];
    expect(judge(image, { keys: [ed25519Key, others[1]!], demanded: BOTH })).toBe("KEY_UNKNOWN");
    expect(judge(image, { keys: [others[0]!, lmsPublic], demanded: BOTH })).toBe("KEY_UNKNOWN");
    expect(judge(image, { keys: others })).toBe("KEY_UNKNOWN");
  });

  it.each([
    ["without the Ed25519 pair", "SIGNATURE_MISSING", "OK", ([d, , , h, s]: TlvContent[]) => [d!, h!, s!]],
    ["without the LMS pair", "SIGNATURE_MISSING", "OK", ([d, h, s]: TlvContent[]) => [d!, h!, s!]],
    [
      "with a damaged Ed25519 signature",
      "SIGNATURE",
      "OK",
      ([d, h, s, ...r]: TlvContent[]) => [d!, h!, flipped(s!), ...r],
    ],
    [
      "with a damaged LMS signature",
      "SIGNATURE",
      "OK",
      (all: TlvContent[]) => [...all.slice(0, 4), flipped(all[4]!, 500)],
    ],
    [
      "with both damaged",
      "SIGNATURE",
      "SIGNATURE",
      ([d, h, s, k, l]: TlvContent[]) => [d!, h!, flipped(s!), k!, flipped(l!)],
    ],
    [
      "with the Ed25519 pair twice instead",
      "SIGNATURE_MISSING",
      "OK",
      ([d, h, s]: TlvContent[]) => [d!, h!, s!, h!, s!],
    ],
    [
      "with the LMS pair twice instead",
      "SIGNATURE_MISSING",
      "OK",
      ([d, , , h, s]: TlvContent[]) => [d!, h!, s!, h!, s!],
    ],
    [
      "with one KEYHASH before both signatures",
      "SIGNATURE_MISSING",
      "OK",
      ([d, h, s, , l]: TlvContent[]) => [d!, h!, s!, l!],
    ],
    [
      "with the KEYHASHes exchanged",
      "KEY_UNKNOWN",
      "KEY_UNKNOWN",
      ([d, h, s, k, l]: TlvContent[]) => [d!, k!, s!, h!, l!],
    ],
    ["without any pair", "KEY_MISSING", "KEY_MISSING", ([d]: TlvContent[]) => [d!]],
    [
      "with a signature cut short",
      "SIGNATURE",
      "OK",
      (all: TlvContent[]) => [...all.slice(0, 4), { type: 0xb0, data: all[4]!.data.slice(0, -1) }],
    ],
    [
      "with a signature too long",
      "SIGNATURE",
      "OK",
      (all: TlvContent[]) => [
        ...all.slice(0, 4),
        { type: 0xb0, data: Uint8Array.from([...all[4]!.data, 0]) },
      ],
    ],
    [
      "with an empty LMS signature",
      "SIGNATURE",
      "OK",
      (all: TlvContent[]) => [...all.slice(0, 4), { type: 0xb0, data: new Uint8Array(0) }],
    ],
  ] as const)("%s: %s where both are demanded, %s where none is", (_, demandedSays, anySays, change) => {
    const changed = rearranged([testKey, LMS], (entries) => change(entries));
    expect(judge(changed, { keys, demanded: BOTH })).toBe(demandedSays);
    expect(judge(changed, { keys })).toBe(anySays);
  });

  it("counts a wrong pair before the right one of the same algorithm for nothing", () => {
    const changed = rearranged([testKey, LMS], ([d, h, s, ...rest]) => [
      d!,
      h!,
      flipped(s!),
      h!,
      s!,
      ...rest,
    ]);
    expect(judge(changed, { keys, demanded: BOTH })).toBe("OK");
    const lacking = rearranged([testKey, LMS], ([d, h, s]) => [d!, h!, flipped(s!), h!, s!]);
    expect(judge(lacking, { keys, demanded: BOTH })).toBe("SIGNATURE_MISSING");
  });

  it("counts an unknown key for nothing where another pair of the algorithm is valid", () => {
    const stranger = generateKey("ed25519");
    const demanded = BOTH;
    expect(judge(signImage(PAYLOAD, [stranger, testKey, LMS], OPTIONS), { keys, demanded })).toBe("OK");
    expect(judge(signImage(PAYLOAD, [stranger, testKey], OPTIONS), { keys, demanded })).toBe(
      "SIGNATURE_MISSING",
    );
  });

  it("is not refused for a pair that nobody asks for: of another algorithm, or once there is a valid one", () => {
    const short = (entry: TlvContent) => ({ type: entry.type, data: entry.data.slice(0, 63) });
    const first = rearranged([testKey, LMS], ([d, h, s, ...rest]) => [d!, h!, short(s!), ...rest]);
    expect(judge(first, { keys, demanded: ["lms"] })).toBe("OK");
    expect(judge(first, { keys, demanded: BOTH })).toBe("TLV_ENTRY");
    expect(judge(first, { keys })).toBe("TLV_ENTRY");
    const second = rearranged([testKey, LMS], ([d, h, s, ...rest]) => [d!, h!, s!, h!, short(s!), ...rest]);
    expect(judge(second, { keys, demanded: BOTH })).toBe("OK");
  });

  it("is refused with SIG_PURE put in: LMS never signs the bytes themselves", () => {
    const pure = { type: 0x25, data: Uint8Array.of(1) };
    const changed = rearranged([LMS], ([d, ...rest]) => [d!, pure, ...rest]);
    expect(judge(changed, { keys })).toBe("SIGNATURE");
  });

  it("may carry a vendor's TLV with the number of an LMS signature where imgtool puts it: in the protected area", () => {
    const vendors = { type: 0xb0, data: Uint8Array.of(0x12, 0x34) };
    const signed = forge({ key: testKey, protectedEntries: [vendors, vendors] });
    expect(judge(signed, { keys: [testKey.publicKey] })).toBe("OK");
    expect(judge(signed, { keys: [testKey.publicKey], demanded: BOTH })).toBe("SIGNATURE_MISSING");
  });
});

describe("LMS signatures", () => {
  it.each(["h5w1", "h5w8", "h5w2,h5w4", "h5w1,h5w1,h5w1"])(
    "of a key with %s boot, and not with a bit flipped",
    (how) => {
      const key = lmsKey(how);
      const image = signImage(PAYLOAD, key, OPTIONS);
      const keys = [key.publicKey];
      expect(judge(image, { keys, demanded: ["lms"] })).toBe("OK");
      const signatureStart = image.length - key.leastSignatureBytes;
      for (let at = signatureStart; at < image.length; at += Math.ceil(key.leastSignatureBytes / 40)) {
        const changed = Uint8Array.from(image);
        changed[at]! ^= 0x20;
        expect(judge(changed, { keys }), `byte ${at - signatureStart}`).toBe("SIGNATURE");
      }
    },
  );

  it("of 26 KiB are read though RAM holds 16", () => {
    expect(lmsKey("h5w1,h5w1,h5w1").leastSignatureBytes).toBeGreaterThan(26_000);
  });
});

/** What an image of the property below is made of: pairs, halves of pairs, and what is no pair. */
const KEYS: readonly SigningKey[] = [testKey, LMS, generateKey("ecdsa-p256"), generateKey("rsa-2048")];
const OTHERS: readonly SigningKey[] = [generateKey("ed25519"), lmsKey("h5w8", 3)];
const TYPES: readonly KeyType[] = ["ed25519", "lms", "ecdsa-p256", "rsa-2048", "rsa-3072"];

describe("pairs in any order, under any demand", () => {
  const signed = rearrangedEntries([...KEYS, ...OTHERS] as [SigningKey, ...SigningKey[]]);
  const [digest, ...pairs] = signed.entries;
  const pieces = [
    ...pairs,
    ...pairs.filter(({ type }) => type !== 1).map((signature) => flipped(signature, 40)),
    { type: 0x23, data: new Uint8Array(384).fill(1) },
    { type: 0x30, data: new Uint8Array(5) },
  ];
  const whole = pairs.flatMap((entry, index) => (entry.type === 1 ? [[entry, pairs[index + 1]!]] : []));
  const broken = whole.map(([hash, signature]) => [hash!, flipped(signature!, 40)]);
  const parts = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...whole) },
    { weight: 2, arbitrary: fc.constantFrom(...broken) },
    { weight: 2, arbitrary: fc.constantFrom(...pieces).map((piece) => [piece]) },
  );

  it("are judged by the core as by the host, and accepted only where every demand is met", () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 6 }),
        fc.subarray([...TYPES], { maxLength: 2 }),
        fc.subarray([...KEYS], { minLength: 1 }),
        (chosen, demanded, provisioned) => {
          const entries = [digest!, ...chosen.flat()];
          const area = encodeTlvArea(UNPROTECTED_MAGIC, entries);
          const image = Uint8Array.from([...signed.hashed, ...area]);
          const keys = provisioned.map(({ publicKey }) => publicKey);
          const core = judge(image, { keys, demanded });
          const slot = new Uint8Array(image.length + 512).fill(0xff);
          slot.set(image);
          const host = verifyImage(slot, keys, { demanded, sha256: fastSha256 });
          expect(core).toBe(host.ok ? "OK" : reasonName(host.reason));
          if (core !== "OK") return;
          accepted++;
          // Whatever was accepted holds, unbroken, a signature by a provisioned key of each demanded type.
          const valid = provisioned.filter(({ publicKey }) => {
            const own = pairs[2 * KEYS.findIndex((key) => key.publicKey === publicKey) + 1]!;
            return entries.some((entry) => entry === own);
          });
          expect(valid.length).toBeGreaterThan(0);
          for (const type of demanded) expect(valid.map(({ publicKey }) => publicKey.type)).toContain(type);
        },
      ),
      { numRuns: CASES, seed: 5 },
    );
    expect(accepted).toBeGreaterThan(CASES / 10);
  });
});

function rearrangedEntries(keys: readonly [SigningKey, ...SigningKey[]]) {
  let entries: readonly TlvContent[] = [];
  const image = rearranged(keys, (found) => (entries = found));
  return { entries, hashed: image.subarray(0, HASHED_SIZE) };
}

describe("a digest that a key does not go with", () => {
  it("makes the key unknown, whatever the signature", () => {
    const rsa = KEYS[3]!;
    const entries = (algorithm: typeof SHA256) => {
      const hashed = signImage(PAYLOAD, rsa, OPTIONS).subarray(0, HASHED_SIZE);
      const digest = algorithm.hash(hashed);
      return Uint8Array.from([
        ...hashed,
        ...encodeTlvArea(UNPROTECTED_MAGIC, [
          { type: algorithm.tlvType, data: digest },
          { type: 1, data: algorithm.hash(rsa.publicKey.encodedDer) },
          { type: 0x20, data: rsa.sign({ hashedBytes: hashed, digest, isPure: false }) },
        ]),
      ]);
    };
    expect(judge(entries(SHA256), { keys: [rsa.publicKey] })).toBe("OK");
    expect(judge(entries(SHA512), { keys: [rsa.publicKey] })).toBe("KEY_UNKNOWN");
  });
});

describe("signatures of a length that no key makes", () => {
  it.each([
    ["ed25519", KEYS[0]!, [0, 63, 65, 60_000]],
    ["ecdsa-p256", KEYS[2]!, [0, 7, 73, 60_000]],
    ["rsa-2048", KEYS[3]!, [0, 255, 257, 384, 60_000]],
    ["rsa-3072", generateKey("rsa-3072"), [0, 256, 383, 385, 60_000]],
  ] as const)("of type %s are refused before a byte of them is read", (_, key, lengths) => {
    for (const length of lengths) {
      const changed = rearranged([key], ([d, h, s]) => [
        d!,
        h!,
        { type: s!.type, data: new Uint8Array(length) },
      ]);
      expect(judge(changed, { keys: [key.publicKey] }), `${length} bytes`).toBe("TLV_ENTRY");
    }
  });
});

describe("keys that are not encoded as they must be", () => {
  it.each(KEYS.map((key) => [key.publicKey.type, key] as const))(
    "of type %s are unknown, whatever else fits",
    (_, key) => {
      const image = signImage(PAYLOAD, key, OPTIONS);
      const { signatureTlv, encodedDer } = key.publicKey;
      // The KEYHASH goes with the changed encoding, so that nothing but its form is left to refuse it.
      const reasonFor = (der: Uint8Array) => {
        const area = image.slice(HASHED_SIZE);
        const hash = SHA256.hash(der);
        area.set(hash, 4 + 36 + 4);
        const changed = Uint8Array.from([...image.subarray(0, HASHED_SIZE), ...area]);
        return judge(changed, { keys: [{ signatureTlv, encodedDer: der }] });
      };
      expect(reasonFor(encodedDer)).toBe("OK");
      const prefix = { ed25519: 12, lms: 20, "ecdsa-p256": 27, "rsa-2048": 9, "rsa-3072": 9 }[
        key.publicKey.type
      ];
      for (let at = 0; at < prefix; at++) {
        const changed = Uint8Array.from(encodedDer);
        changed[at]! ^= 1;
        expect(reasonFor(changed), `byte ${at}`).toBe("KEY_UNKNOWN");
      }
      expect(reasonFor(encodedDer.slice(0, -1))).toBe("KEY_UNKNOWN");
      expect(reasonFor(Uint8Array.from([...encodedDer, 0]))).toBe("KEY_UNKNOWN");
      expect(reasonFor(new Uint8Array(0))).toBe("KEY_UNKNOWN");
      if (key.publicKey.type !== "rsa-2048") return;
      for (const at of [9, ...[265, 266, 267, 268, 269]]) {
        const changed = Uint8Array.from(encodedDer);
        changed[at]! ^= 0x80;
        expect(reasonFor(changed), `byte ${at}`).toBe("KEY_UNKNOWN");
      }
    },
  );
});
