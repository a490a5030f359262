// A guest's binary, checked, metered and compiled: all of it that no device has a part in. What is counted beside fuel is chosen here; wires
// and calls nothing.
import { checkShape, pagesIn, refusing } from "./guest-check.js";
import { capMemory } from "./wasm/cap.js";
import { compileCountReader } from "./wasm/count-reader.js";
import { type CountPlan, count, counterExportOf } from "./wasm/count.js";
import { inspect } from "./wasm/inspect.js";
import { meter } from "./wasm/meter.js";
import { WATERMARK_EXPORTS, watermark } from "./wasm/watermark.js";

/** Basic blocks that one call may execute before it counts as hung. */
export const DEFAULT_FUEL = 1n << 28n;

/** A binary that is to be metered. */
export interface MeteringOptions {
  /** Shown in errors. */
  readonly name: string;
  /** The guest's wasm binary, as it would ship. */
  readonly binary: Uint8Array;
  /** The export that is called: "boot", "step" or "run". */
  readonly entry: string;
  /** Blocks per call; DEFAULT_FUEL when absent. */
  readonly fuel?: bigint;
}

/** A guest's binary, checked, metered and compiled: all of it that no device has a part in. */
export interface MeteredGuest {
  readonly module: WebAssembly.Module;
  /** What the module was compiled from, where its memory grows: a part's RAM has yet to bound that. */
  readonly growing?: Uint8Array;
  readonly facts: ReturnType<typeof inspect>;
  /** Blocks per call. */
  readonly fuel: bigint;
  /** Numbers that it exports for the host, by name, where it counts; `sums`: they go on over new instances. */
  readonly counters: {
    readonly names: readonly string[];
    readonly sums: boolean;
    /** Module that reads them all at once (count-reader.ts). */
    readonly reader?: WebAssembly.Module;
  };
}

/** A guest that counts its basic blocks, and what the counters mean. */
export interface CountingGuest extends MeteredGuest {
  readonly plan: CountPlan;
}

/**
 * Checks, meters and compiles a guest's binary: some 50 ms for one that holds every algorithm, so that who builds devices
 * by the dozen does it once.
 * @throws {GuestError} naming the guest and what does not fit.
 */
export function meterGuest(options: MeteringOptions): MeteredGuest {
  return compiled(options, (binary, initialFuel) => meter(binary, { initialFuel }));
}

/**
 * Like meterGuest(), for a guest that counts what it executes; its fuel is charged for functions and loops alone.
 * @throws {GuestError} naming the guest and what does not fit.
 */
export function countingGuest(options: MeteringOptions): CountingGuest {
  let plan: CountPlan | undefined;
  const guest = compiled(options, (binary, initialFuel) => {
    const counting = count(binary, { initialFuel });
    plan = counting.plan;
    return counting.binary;
  });
  const known = plan as CountPlan | undefined as CountPlan;
  const names = Array.from({ length: known.counterCount }, (_, counter) => counterExportOf(counter));
  return { ...guest, plan: known, counters: { names, sums: true, reader: compileCountReader(names.length) } };
}

/** Names of the counters of a guest with watermarks, in the order in which readCounts() gives them. */
export const WATERMARKS = [
  WATERMARK_EXPORTS.lowest,
  WATERMARK_EXPORTS.highest,
  WATERMARK_EXPORTS.stack,
  WATERMARK_EXPORTS.stackTop,
] as const;

/**
 * Like meterGuest(), for a guest that keeps how far it writes in linear memory (WATERMARKS).
 * @throws {GuestError} naming the guest and what does not fit.
 */
export function watermarkGuest(options: MeteringOptions): MeteredGuest {
  const guest = compiled(options, (binary, initialFuel) => watermark(meter(binary, { initialFuel })));
  return { ...guest, counters: { names: WATERMARKS, sums: false } };
}

function compiled(
  options: MeteringOptions,
  rewritten: (binary: Uint8Array, initialFuel: bigint) => Uint8Array,
): MeteredGuest {
  const { name, binary, fuel = DEFAULT_FUEL } = options;
  const facts = refusing(name, () => inspect(binary));
  checkShape(options, facts);
  // The fuel is there from the beginning for the start function; each call gets its own.
  const code = refusing(name, () => rewritten(binary, fuel));
  const module = refusing(name, () => new WebAssembly.Module(code as BufferSource));
  const growing = facts.growsMemory ? { growing: code } : {};
  return { module, ...growing, facts, fuel, counters: { names: [], sums: false } };
}

/** A metered guest's module on a part with so much RAM. */
export function fitted({ module, growing }: MeteredGuest, ramBytes: number | undefined): WebAssembly.Module {
  if (growing === undefined || ramBytes === undefined) return module;
  return new WebAssembly.Module(capMemory(growing, pagesIn(ramBytes)) as BufferSource);
}
