// Reading bytes at any alignment: what is copied, and that nothing is where a read cannot be.
import { beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../../host/device/device.js";
import { partById } from "../../../host/device/parts.js";
import { bytesOf } from "../../support/bytes.js";
import { library } from "../../support/library.js";
import { deviceOf, ownPair } from "../../support/scenes.js";

interface Reading {
  readBytes(offset: number, target: number, sizeBytes: number): number;
  buffer(): number;
}

const TEXT = `export { readBytes } from "../hal/flash";
export function buffer(): usize { return memory.data(128, 8); }`;
let device: Device;
let reading: Reading & { memory: WebAssembly.Memory };
const part = partById("tiny");
const slot = part.layout.slotA;
const content = bytesOf(3, 64);

beforeAll(async () => {
  device = deviceOf(part, ownPair);
  reading = (await library<Reading>(TEXT))(device);
  device.provision(slot.offset, content);
  device.exports.beginCall(abi.NOWHERE, 0);
});

/** What a read answers, and the bytes around its target. */
function read(offset: number, sizeBytes: number) {
  const memory = new Uint8Array(reading.memory.buffer);
  const target = reading.buffer() + 8;
  memory.fill(0xa5, target - 8, target + 72);
  const answer = reading.readBytes(offset, target, sizeBytes) !== 0;
  return { answer, before: memory.slice(target - 8, target), bytes: memory.slice(target, target + 72) };
}

describe("readBytes", () => {
  it("copies any size from any alignment, and not one byte more", () => {
    for (let from = 0; from < 8; from++) {
      for (let size = 0; size <= 40; size++) {
        const { answer, before, bytes } = read(slot.offset + from, size);
        expect(answer).toBe(true);
        expect(bytes.slice(0, size)).toEqual(content.slice(from, from + size));
        expect([...before, ...bytes.slice(size)].every((byte) => byte === 0xa5)).toBe(true);
      }
    }
  });

  it("answers false behind the end of flash, and where offset and size wrap around", () => {
    for (const [offset, size] of [
      [0x7ffffff0, 16],
      [0xfffffff0, 32],
      [0xffffffff, 24],
      [slot.offset, 0xffffffff],
    ] as const)
      expect(read(offset, size).answer, `${offset} + ${size}`).toBe(false);
  });
});
