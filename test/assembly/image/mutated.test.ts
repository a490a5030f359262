// The core's parser and verifier against the host's, over images that were changed: the same verdict, never a trap, never
// a read outside what boot may touch, never an accepted change of a signed byte.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/call.js";
import { partById } from "../../../host/device/parts.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import { verifyImage } from "../../../host/image/verify.js";
import { deviceOf, ownPair, testImage, testKey } from "../../support/scenes.js";

const CASES = Number(process.env["EVERBOOT_CASES"] ?? 600);
const tiny = partById("tiny");
const device = deviceOf(tiny, ownPair);
const image = testImage({ generation: 0, payloadSize: 301, linkedFor: tiny.layout.slotA.offset });
const signedSize = 0x20 + 301 + 12;

/** The core's verdict on these bytes in slot A of an otherwise empty device: 0, or a REASON. */
function coreSays(bytes: Uint8Array): number {
  device.exports.wipe();
  device.provision(tiny.layout.keys.offset, encodeKeyTable([testKey.publicKey]));
  device.provision(tiny.layout.slotA.offset, bytes);
  const { end, denials } = executeCall(device, IN_BOOT, 0);
  expect(denials).toBe(0);
  if (end.kind === "jumped") return abi.REASON_OK;
  if (end.kind !== "halted") throw new Error(`boot ${end.kind}`);
  // With slot B empty, an A without magic halts for B's reason, which is the same.
  return end.reason;
}

/** The host's verdict on the same slot content. */
function hostSays(bytes: Uint8Array): number {
  const slot = new Uint8Array(tiny.layout.slotA.size).fill(0xff);
  slot.set(bytes);
  const result = verifyImage(slot, [testKey.publicKey], { slotOffset: tiny.layout.slotA.offset, floor: 0 });
  return result.ok ? abi.REASON_OK : result.reason;
}

type Edit = { readonly at: number; readonly bytes: number[] };
const edited = (edits: readonly Edit[]) => {
  const bytes = image.bytes.slice();
  for (const { at, bytes: patch } of edits) bytes.set(patch.slice(0, bytes.length - at), at);
  return bytes;
};
const places = fc.oneof(
  fc.integer({ min: 0, max: 31 }),
  fc.integer({ min: 0x20 + 301, max: image.bytes.length - 1 }),
  fc.integer({ min: 0, max: image.bytes.length - 1 }),
);
const edits = fc.array(
  fc.record({
    at: places,
    bytes: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 4 }),
  }),
  {
    minLength: 1,
    maxLength: 3,
  },
);

describe("the core's judgement of a changed image", () => {
  it("accepts the unchanged one", () => {
    expect(coreSays(image.bytes)).toBe(abi.REASON_OK);
  });

  it("is the host's, for any edits, and never lets a changed signed byte in", () => {
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = edited(changes);
        const core = coreSays(bytes);
        expect(core).toBe(hostSays(bytes));
        const changed = bytes.slice(0, signedSize).some((byte, index) => byte !== image.bytes[index]);
        if (changed) expect(core).not.toBe(abi.REASON_OK);
      }),
      { numRuns: CASES, seed: 11 },
    );
  });

  it("is the host's for every truncation", () => {
    for (let size = 0; size < image.bytes.length; size += 1) {
      const bytes = image.bytes.slice(0, size);
      const core = coreSays(bytes);
      expect(core, `${size} bytes`).toBe(hostSays(bytes));
      expect(core).not.toBe(abi.REASON_OK);
    }
  });

  it("refuses each single flipped bit of header and protected TLVs", () => {
    for (const [from, to] of [
      [0, 0x20],
      [0x20 + 301, signedSize],
    ] as const) {
      for (let at = from; at < to; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const bytes = image.bytes.slice();
          bytes[at]! ^= 1 << bit;
          expect(coreSays(bytes), `byte ${at}, bit ${bit}`).not.toBe(abi.REASON_OK);
        }
      }
    }
  });
});
