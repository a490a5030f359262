// Cost models: what an instruction class costs on a core, the committed factors per function, and what Hal calls cost.
// Plain data (models/*.json); reading the files is the caller's affair.
import { MisuseError } from "../core/errors.js";
import type { PhaseName } from "../config/limits.js";
import { COST_CLASSES, type CostClass } from "../core/wasm/classes.js";
import type { CpuCore } from "../device/profile.js";

export const MODEL_SCHEMA = "everboot.cost-model/1";

/** Factors, or costs of one call. */
export interface Factors {
  /** Absent where the function was built but not executed. */
  readonly instructions?: number;
  /** Absent where the core has no cycle table. */
  readonly cycles?: number;
}

/** By phase, for what does several things: where a phase is missing, the whole's factors are the best that is known. */
export type PhaseFactors = Readonly<Partial<Record<PhaseName, Factors>>>;

/** What one function's cost is beside what the class table says, as a target counted it: executed ÷ what the table says. */
export interface FunctionFactor extends Factors {
  /** For readers; the key is the hash of the body. */
  readonly name: string;
  readonly phases?: PhaseFactors;
  /** Frame in bytes: what the function itself pushes; null where that is not known. */
  readonly stackBytes: number | null;
  /** Deepest stack of what it calls of the compiler's library; 0 when absent, null where that is not known. */
  readonly libraryBytes?: number | null;
  readonly textBytes: number;
}

/** What a call of a Hal function costs, the function itself without the call. */
export interface HalCost extends Factors {
  readonly phases?: PhaseFactors;
  /** Of readWords, beside what each call costs: what each of its words costs. */
  readonly perWord?: Factors;
  /** With all that it calls; null where that is not known. */
  readonly stackBytes: number | null;
}

/** One core's model. */
export interface CostModel {
  readonly schema: typeof MODEL_SCHEMA;
  readonly core: CpuCore;
  readonly title: string;
  /** Where the tables come from, one sentence each. */
  readonly sources: readonly string[];
  /** A core whose code this one executes as it is: instructions, Hal costs and functions are taken from there. */
  readonly instructionsFrom?: CpuCore;
  /** Instructions that one of a class becomes, on average. */
  readonly instructions: Readonly<Partial<Record<CostClass, number>>>;
  /** Cycles that one of a class takes, on average; absent where no cycle table of the core is public. */
  readonly cycles?: Readonly<Partial<Record<CostClass, number>>>;
  /** Where there is no cycle table: least and most cycles per instruction. */
  readonly cyclesPerInstruction?: { readonly low: number; readonly high: number; readonly source: string };
  /** How far a calibrated and another function may be off, in per cent. */
  readonly errorPercent: {
    readonly calibrated: number;
    readonly uncalibrated: number;
    /** How far functions without a factor may be off on average. */
    readonly uncalibratedOnAverage: number;
    readonly source: string;
  };
  /** By the name of the import. */
  readonly hal: Readonly<Record<string, HalCost>>;
  /** What the factors were taken from. */
  readonly calibration: {
    readonly tools: Readonly<Record<string, string>>;
    readonly inputs: readonly string[];
  };
  /** By the hash of the body. */
  readonly functions: Readonly<Record<string, FunctionFactor>>;
}

/**
 * Reads a model.
 * @throws {MisuseError} for text that is no model of this schema, or one with a class that is not known.
 */
export function parseModel(text: string, where: string): CostModel {
  let model: CostModel;
  try {
    model = JSON.parse(text) as CostModel;
  } catch {
    throw new MisuseError(`${where}: expected a cost model, found no JSON`);
  }
  if (model.schema !== MODEL_SCHEMA)
    throw new MisuseError(`${where}: expected schema ${MODEL_SCHEMA}, found ${String(model.schema)}`);
  if ((model.cycles === undefined) === (model.cyclesPerInstruction === undefined))
    throw new MisuseError(`${where}: expected either cycles or cyclesPerInstruction`);
  for (const table of [model.instructions, model.cycles ?? {}]) {
    const unknown = Object.keys(table).find((name) => !(COST_CLASSES as readonly string[]).includes(name));
    if (unknown !== undefined) throw new MisuseError(`${where}: unknown cost class "${unknown}"`);
  }
  return model;
}

/** Sum of counts × costs; a class without a cost is free. */
export function weigh(
  classes: ArrayLike<number>,
  costs: Readonly<Partial<Record<CostClass, number>>>,
): number {
  let sum = 0;
  COST_CLASSES.forEach((name, index) => {
    sum += (classes[index] ?? 0) * (costs[name] ?? 0);
  });
  return sum;
}
