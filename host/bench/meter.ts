// `bench meter`: what counting costs: the same boot as it ships, metered, and counting with the counters read at every phase,
// in turns. Knows no files: the device and its scene are given.
import { type MachineOptions, machineAt } from "../campaign/machine.js";
import { type CallEnd, IN_BOOT, executeCall } from "../campaign/play/call.js";
import type { Device } from "../device/device.js";
import type { Scene } from "../campaign/plan/scenario.js";
import { type MeteredGuest, countingGuest, meterGuest } from "../core/metered.js";
import { decode } from "../core/wasm/decode.js";
import { withFuel } from "../core/wasm/fuel.js";
import { type Effort, interleave, median, medianRatio } from "./measure.js";
import type { ValueRow } from "./rows.js";

/** What the command line asks for. */
export const METER_EFFORT: Effort = { rounds: 301, sampleMicros: 2000, warmUpMicros: 300_000 };

/** What is booted. */
export interface MeterBench {
  /** Name of a guest pair, which the rows show, and what its device is made of. */
  readonly guests: readonly { readonly name: string; readonly machine: MachineOptions }[];
  readonly scene: Scene;
  readonly effort: Effort;
}

/**
 * Boots every guest in three ways, in turns.
 * @throws Error where a boot does not jump
 */
export function benchMeter({ guests, scene, effort }: MeterBench): ValueRow[] {
  return guests.flatMap(({ name, machine }) => {
    const { name: boot, boot: binary } = machine.guest;
    const ways = [unmetered(machine), undefined, countingGuest({ name: boot, binary, entry: "boot" })];
    const boots = ways.map((metered) => booting(machine, metered, scene));
    for (const boot of boots) {
      const { kind } = boot();
      if (kind !== "jumped")
        throw new Error(`${name}: expected a boot that jumps, found one that ends: ${kind}`);
    }
    const [plain, ...others] = interleave(boots, effort);
    return [
      { what: "boot-unmetered", build: name, value: median(plain!), unit: "µs" },
      ...["metered", "counting"].map((what, index) => ({
        what: `${what}-over-unmetered`,
        build: name,
        value: medianRatio(others[index]!, plain!),
        unit: "×",
      })),
    ];
  });
}

/** A whole boot; a counting one is read at every phase, as a budget reads it. */
function booting(options: MachineOptions, metered: MeteredGuest | undefined, scene: Scene): () => CallEnd {
  const counts = new Float64Array(metered?.counters.names.length ?? 0);
  const isCounting = counts.length > 0;
  const made: { device?: Device } = {};
  const { device } = machineAt(
    {
      ...options,
      ...(metered === undefined ? {} : { instrument: () => metered }),
      ...(isCounting ? { onPhase: () => made.device?.boot.readCounts(counts) } : {}),
    },
    scene,
  );
  made.device = device;
  return () => executeCall(device, IN_BOOT, 0).end;
}

/** The guest with fuel that nothing charges, so that it can be called like the others. */
function unmetered({ guest: { name, boot: binary } }: MachineOptions): MeteredGuest {
  const guest = meterGuest({ name, binary, entry: "boot" });
  const untouched = withFuel(decode(binary), guest.fuel, {
    ...{ counters: [], checkpointsOnly: true, blocksIn: () => [] },
    ...{ counterOfBlock: () => 0, counterOfLength: () => undefined },
  });
  return { ...guest, module: new WebAssembly.Module(untouched as BufferSource) };
}
