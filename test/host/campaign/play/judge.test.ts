// What no-brick asks of a boot that does not jump: images that could run, where they stand or where boot could move them.
import { describe, expect, it } from "vitest";
import { Identifier } from "../../../../host/campaign/play/identify.js";
import { Judge } from "../../../../host/campaign/play/judge.js";
import { oracleNames } from "../../../../host/campaign/plan/oracles.js";
import { partById } from "../../../../host/device/parts.js";
import { deviceOf, ownPair, pairOf, smallScene } from "../../../support/scenes.js";
import { fromText } from "../../core/wasm/fixtures.js";

const tiny = partById("tiny");
const scene = smallScene("update", "tiny", 300);
const [, updateForA, updateForB] = scene.images;

/** What is said of a boot that does not jump, with this image in slot B and nothing in slot A. */
function saidOf(image: Uint8Array, { mayWrite = 0, floor = 0 } = {}): readonly string[] {
  const text = `(module (memory (export "memory") 1) (func (export "boot"))
    (func (export "abiVersion") (result i32) (i32.const 1))
    (func (export "mayWrite") (result i32) (i32.const ${mayWrite})))`;
  const device = deviceOf(tiny, pairOf("halting", fromText(text), ownPair.agent));
  device.provision(tiny.layout.slotB.offset, image);
  device.exports.markProvisioned();
  const { counterAdvance } = device.hal as unknown as { counterAdvance(id: number, value: number): number };
  if (floor > 0) {
    device.exports.beginCall(0xffffffff, 0);
    expect(counterAdvance(0, floor)).toBe(0);
  }
  return oracleNames(new Judge(device, scene, new Identifier(device, scene.images)).noJump());
}

describe("a boot that does not jump", () => {
  it("bricks where an image stands that can run there", () => {
    expect(saidOf(updateForB!.bytes)).toEqual(["no-brick"]);
  });

  it("does not where the image would have to be moved, and boot writes no slot", () => {
    expect(saidOf(updateForA!.bytes)).toEqual([]);
  });

  it("does where boot writes slots, and so could move it", () => {
    expect(saidOf(updateForA!.bytes, { mayWrite: 1 })).toEqual(["no-brick"]);
  });

  it("does not where the image is below the floor", () => {
    expect(saidOf(updateForA!.bytes, { mayWrite: 1, floor: 7 })).toEqual([]);
    expect(saidOf(updateForB!.bytes, { floor: 7 })).toEqual([]);
  });
});
