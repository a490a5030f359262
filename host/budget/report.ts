// A budget as plain data: what a scenario's boots cost on a part. Whole numbers only, so that two runs give the same bytes.
import type { PhaseName } from "../config/limits.js";
import type { Span } from "./span.js";

export const BUDGET_SCHEMA = "everboot.budget/1";

/** What a budget is of. */
export interface BudgetSubject {
  readonly scenario: string;
  readonly device: string;
  readonly guest: string;
  /** SHA-256 of the boot binary, in hex. */
  readonly bootSha256: string;
  readonly images: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/** How times were come by. */
export interface BudgetTerms {
  readonly core: string;
  readonly clockHz: number;
  readonly waitStates: number;
  readonly cache: "on" | "off" | "none";
  /** How the core's figures were got and how far they may be off; one sentence each. */
  readonly accuracy: readonly string[];
}

/** Flash operations and what the datasheet says they take. */
export interface FlashCost {
  readonly programs: number;
  readonly programmedBytes: number;
  readonly erases: number;
  /** Counter advances; no time is known for them. */
  readonly counterAdvances: number;
  readonly typicalMicros: number;
  readonly maxMicros: number;
}

/** What a function cost in a phase, its callees left out. */
export interface FunctionCost {
  readonly name: string;
  readonly calls: number;
  /** Executed wasm instructions, exact; 0 for a function of the Hal. */
  readonly wasmInstructions: number;
  /** Of the target core. */
  readonly instructions: number;
  readonly cycles: Span;
  /** A factor of this very body stands in the model; else the model's wider error holds. */
  readonly calibrated: boolean;
}

/** One phase of a boot. */
export interface PhaseCost {
  readonly phase: PhaseName;
  readonly wasmInstructions: number;
  /** Wasm instructions by cost class, where there are any. */
  readonly classes: Readonly<Record<string, number>>;
  readonly instructions: number;
  readonly cycles: Span;
  readonly cpuMicros: Span;
  readonly flash: FlashCost;
  /** The dearest first. */
  readonly functions: readonly FunctionCost[];
}

/** One boot: from reset to the first instruction of the application, or to a halt. */
export interface BootCost {
  /** Number of the power-up in the scenario, from 1. */
  readonly powerUp: number;
  /** How it ended, like "runs v2 for slot B". */
  readonly what: string;
  readonly wasmInstructions: number;
  readonly instructions: number;
  readonly cycles: Span;
  readonly cpuMicros: Span;
  readonly flash: FlashCost;
  /** CPU and flash: typical flash time in `likely`, maximal in `high`. */
  readonly bootMicros: Span;
  readonly phases: readonly PhaseCost[];
}

/** One function of the binary. */
export interface FunctionSize {
  readonly name: string;
  readonly bodyBytes: number;
  /** Key of its factor in the models. */
  readonly hash: string;
  /** Shortest chain of callers down to it; empty where nothing retains it. */
  readonly retainedBy: readonly string[];
  /** What would go with it if it went, itself included. */
  readonly retainedBytes: number;
}

/** What the boot build takes, as wasm. */
export interface SizeCost {
  readonly wasmBytes: number;
  readonly codeBytes: number;
  readonly nameBytes: number;
  /** Constants: bytes of the data segments. */
  readonly dataBytes: number;
  readonly tableEntries: number;
  /** The largest first. */
  readonly functions: readonly FunctionSize[];
}

/** RAM of the greatest power-up. */
export interface RamCost {
  /** Linear memory from where its use begins to behind the last byte that holds data or was written. */
  readonly linearBytes: number;
  /** Of these, constants that a target would leave in flash. */
  readonly constantBytes: number;
  /** Greatest call stack of boot on the target, as calibrated; null where a function on its way is not. */
  readonly stackBytes: number | null;
  /** Depth of a stack that the guest keeps in linear memory; null where it has none. */
  readonly shadowStackBytes: number | null;
}

/** What an update wears. */
export interface WearCost {
  /** Operations of boot and firmware over the whole scenario. */
  readonly flash: FlashCost;
  /** Most erases of one sector of each region. */
  readonly erasesPerSector: Readonly<Record<"slotA" | "slotB" | "record", number>>;
}

/** A target build's own figures (`--target`). */
export interface TargetCost {
  readonly core: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly textBytes: number;
  readonly rodataBytes: number;
  readonly dataBytes: number;
  readonly bssBytes: number;
  readonly stackBytes: Readonly<Record<string, number | null>>;
  readonly boots: readonly {
    readonly powerUp: number;
    readonly instructions: number;
    /** By the timing model; null where the core has none. */
    readonly cycles: number | null;
    readonly phases: readonly {
      readonly phase: PhaseName;
      readonly instructions: number;
      readonly cycles: number | null;
    }[];
  }[];
}

export interface BudgetReport {
  readonly schema: typeof BUDGET_SCHEMA;
  readonly subject: BudgetSubject;
  readonly terms: BudgetTerms;
  readonly boots: readonly BootCost[];
  /** Index of the boot that takes longest (likely time). */
  readonly slowest: number;
  readonly size: SizeCost;
  readonly ram: RamCost;
  readonly wear: WearCost;
  readonly target: TargetCost | null;
}
