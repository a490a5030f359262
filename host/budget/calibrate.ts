// Factors for a cost model from what a target counted over the very boots that were measured: per function, what it executed
// there by what the class table says. Pure arithmetic over both.
import { tally } from "../core/wasm/count.js";
import type { Subject } from "./estimate.js";
import { type CostModel, type FunctionFactor, type HalCost, weigh } from "./model.js";

/** One boot, as counted and as a target executed it. */
export interface Calibration {
  readonly subject: Subject;
  /** By counter of the plan, over the whole boot. */
  readonly counts: ArrayLike<number>;
  /** Of that boot, over all phases; a Hal function is named "hal.NAME" and has no index. */
  readonly executed: readonly Executed[];
  /** What built and executed it. */
  readonly tools: Readonly<Record<string, string>>;
  /** Frames and sizes of the build. */
  readonly built: readonly {
    readonly functionIndex: number | null;
    readonly name: string;
    readonly textBytes: number;
    readonly stackBytes: number;
  }[];
}

/** What a target counted for one function. */
export interface Executed {
  readonly functionIndex: number | null;
  readonly name: string;
  readonly calls: number;
  readonly instructions: number;
  readonly cycles: number | null;
}

interface Sum {
  readonly name: string;
  modelled: number;
  modelledCycles: number;
  instructions: number;
  cycles: number;
  calls: number;
  stackBytes: number;
  textBytes: number;
}

const HAL_PREFIX = "hal.";
const DIGITS = 4;

/** The model with its factors and Hal costs replaced by those of these boots. */
export function calibrated(
  model: CostModel,
  boots: readonly Calibration[],
  terms: CostModel["calibration"],
): CostModel {
  const functions = new Map<string, Sum>();
  const hal = new Map<string, Sum>();
  for (const boot of boots) addBoot(boot, model, functions, hal);
  const hasCycles = model.cycles !== undefined;
  return {
    ...model,
    hal: Object.fromEntries([...hal].sort(byKey).map(([name, sum]) => [name, halCost(sum, hasCycles)])),
    calibration: terms,
    functions: Object.fromEntries(
      [...functions].sort(byKey).map(([hash, sum]) => [hash, factorOf(sum, hasCycles)]),
    ),
  };
}

function addBoot(
  { subject, counts, executed, built }: Calibration,
  model: CostModel,
  functions: Map<string, Sum>,
  hal: Map<string, Sum>,
): void {
  const tallied = new Map(
    tally(subject.plan, counts).functions.map((counted) => [counted.functionIndex, counted]),
  );
  for (const { functionIndex, name, stackBytes, textBytes } of built) {
    const found = executed.find(
      (each) => each.functionIndex === functionIndex && (functionIndex !== null || each.name === name),
    );
    const { calls = 0, instructions = 0 } = found ?? {};
    const cycles = found?.cycles ?? 0;
    const sizes = { calls, instructions, cycles, stackBytes, textBytes };
    if (functionIndex === null) {
      if (name.startsWith(HAL_PREFIX))
        add(hal, name.slice(HAL_PREFIX.length), { name, modelled: 0, modelledCycles: 0, ...sizes });
      continue;
    }
    const classes = tallied.get(functionIndex)?.classes ?? [];
    add(functions, subject.functions.hashOf(functionIndex), {
      name: subject.functions.nameOf(functionIndex),
      modelled: weigh(classes, model.instructions),
      modelledCycles: weigh(classes, model.cycles ?? {}),
      ...sizes,
    });
  }
}

function add(sums: Map<string, Sum>, key: string, more: Sum): void {
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, { ...more });
    return;
  }
  sum.modelled += more.modelled;
  sum.modelledCycles += more.modelledCycles;
  sum.instructions += more.instructions;
  sum.cycles += more.cycles;
  sum.calls += more.calls;
  sum.stackBytes = Math.max(sum.stackBytes, more.stackBytes);
  sum.textBytes = Math.max(sum.textBytes, more.textBytes);
}

function factorOf(sum: Sum, hasCycles: boolean): FunctionFactor {
  const { name, modelled, modelledCycles, instructions, cycles, stackBytes, textBytes } = sum;
  const executed = modelled > 0 && instructions > 0;
  return {
    name,
    ...(executed ? { instructions: short(instructions / modelled) } : {}),
    ...(executed && hasCycles ? { cycles: short(cycles / modelledCycles) } : {}),
    ...{ stackBytes, textBytes },
  };
}

function halCost({ instructions, cycles, calls, stackBytes }: Sum, hasCycles: boolean): HalCost {
  if (calls === 0) return { stackBytes };
  return {
    instructions: short(instructions / calls),
    ...(hasCycles ? { cycles: short(cycles / calls) } : {}),
    stackBytes,
  };
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
