// How often JavaScript calls the exports of a device module, by name. What guests call in it goes from wasm to wasm and is not
// counted, nor are calls between modules of the device.
import type { Device } from "../../device/device.js";
import { LacksError } from "./build.js";

/**
 * Counts the calls of a device's exports from now on: what took hold of a function before calls it uncounted.
 * @returns calls by export, which go on being counted
 * @throws {LacksError} where the exports cannot be replaced
 */
export function countCalls({ exports }: Pick<Device, "exports">): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const open = exports as unknown as Record<string, unknown>;
  if (Object.isFrozen(exports)) throw new LacksError("exports of the device module that can be counted");
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value !== "function") continue;
    counts.set(name, 0);
    open[name] = (...words: readonly unknown[]): unknown => {
      counts.set(name, (counts.get(name) as number) + 1);
      return (value as (...words: readonly unknown[]) => unknown)(...words);
    };
  }
  return counts;
}
