// Plays a scenario without faults with a boot guest that keeps how far it writes, for the RAM that its greatest power-up takes.
import { type MachineOptions, machineAt } from "../campaign/machine.js";
import { runPlain } from "../campaign/play/plain.js";
import type { Scene } from "../campaign/plan/scenario.js";
import { WATERMARKS, watermarkGuest } from "../core/metered.js";

/** Linear memory that boot writes. */
export interface RamUse {
  /** Least address written, and behind the greatest; null where it writes nothing. */
  readonly written: { readonly start: number; readonly end: number } | null;
  /** Depth of the stack that it keeps in linear memory, by its `__stack_pointer`; null where it has none. */
  readonly shadowStackBytes: number | null;
}

/** Plays a scene for the RAM that boot takes. */
export function measureRam(options: MachineOptions, scene: Scene): RamUse {
  const { fuel } = options;
  const limited = fuel === undefined ? {} : { fuel };
  const instrument: MachineOptions["instrument"] = (boot) =>
    watermarkGuest({ ...boot, entry: "boot", ...limited });
  const { device, start } = machineAt({ ...options, instrument }, scene);
  const marks = new Float64Array(WATERMARKS.length);
  let [lowest, highest, stack, stackTop] = [Infinity, 0, Infinity, 0];
  runPlain(device, scene, start, {
    onCall: () => {
      device.boot.readCounts(marks);
      const [low, high, bottom, top] = marks as unknown as readonly [number, number, number, number];
      lowest = Math.min(lowest, low);
      highest = Math.max(highest, high);
      stack = Math.min(stack, bottom);
      stackTop = Math.max(stackTop, top);
    },
  });
  return {
    written: highest === 0 ? null : { start: lowest, end: highest },
    shadowStackBytes: stackTop === 0 ? null : stackTop - stack,
  };
}
