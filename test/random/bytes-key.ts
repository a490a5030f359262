// What a power-on state is, byte for byte: all of the device's memory that survives, read where the module keeps it, and what
// the oracles remember. Knows nothing of the device's own digests and keys.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as abi from "../../assembly/abi.js";
import type { Position } from "../../host/campaign/play/position.js";
import type { Device } from "../../host/device/device.js";
import { flashSizeOf } from "../../host/device/layout.js";

const MAP = readFileSync(join(import.meta.dirname, "../../assembly/device/map.ts"), "utf8");
const MARKS = placeOf("MARKS");
const TORN = placeOf("TORN");

/** A digest of a state at power-on. */
export function bytesKey(device: Device, { cause, history }: Position): string {
  const size = flashSizeOf(device.part);
  const hash = createHash("sha256").update(
    JSON.stringify([cause, Object.entries(history).filter(([name]) => !["digest", "next"].includes(name))]),
  );
  const memory = new Uint8Array(device.exports.memory.buffer);
  const add = (from: number, length: number) => hash.update(memory.subarray(from, from + length));
  const table = (number: number, length: number) => add(device.table(number) * 4, length);
  table(abi.TABLE_FLASH, size);
  table(abi.TABLE_WEAK, size);
  add(MARKS, size / device.part.programMin.value);
  add(TORN, size / (device.part.ecc?.unitBytes.value ?? size));
  table(abi.TABLE_COUNTERS, abi.COUNTER_COUNT * 4);
  table(abi.TABLE_COUNTERS_WEAK, abi.COUNTER_COUNT * 4);
  table(abi.TABLE_RETAINED, abi.RETAINED_COUNT * 4);
  table(abi.TABLE_SHADOWS, abi.SHADOW_COUNT * 4);
  table(abi.TABLE_RESET_CAUSE, 4);
  return hash.digest("hex");
}

/** Where the device module keeps a table that the host has no number of. */
function placeOf(name: string): number {
  const [, place] = new RegExp(`const ${name}: usize = (0x[0-9a-f]+);`).exec(MAP) ?? [];
  if (place === undefined) throw new Error(`map.ts: no ${name}`);
  return Number(place);
}
