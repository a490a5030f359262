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
  name: string;
  modelled: number;
  modelledCycles: number;
  instructions: number;
  cycles: number | null;
  calls: number;
  stackBytes: number;
  textBytes: number;
}

const HAL_PREFIX = "hal.";
const DIGITS = 4;

/** The model with its factors and Hal costs replaced by those of these boots; functions that no boot executed have none. */
export function calibrated(
  model: CostModel,
  boots: readonly Calibration[],
  terms: CostModel["calibration"],
): CostModel {
  const functions = new Map<string, Sum>();
  const hal = new Map<string, Sum>();
  for (const boot of boots) addBoot(boot, model, functions, hal);
  return {
    ...model,
    hal: Object.fromEntries([...hal].sort(byKey).map(([name, sum]) => [name, halCost(sum)])),
    calibration: terms,
    functions: Object.fromEntries(
      [...functions]
        .filter(([, { modelled }]) => modelled > 0)
        .sort(byKey)
        .map(([hash, sum]) => [hash, factorOf(sum)]),
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
  const buildOf = (wanted: Executed) =>
    built.find(({ functionIndex, name }) =>
      wanted.functionIndex === null ? name === wanted.name : functionIndex === wanted.functionIndex,
    ) ?? { textBytes: 0, stackBytes: 0 };
  for (const found of executed) {
    const { stackBytes, textBytes } = buildOf(found);
    if (found.functionIndex === null) {
      if (!found.name.startsWith(HAL_PREFIX)) continue;
      const name = found.name.slice(HAL_PREFIX.length);
      add(hal, name, { ...found, name, modelled: 0, modelledCycles: 0, stackBytes, textBytes });
      continue;
    }
    const classes = tallied.get(found.functionIndex)?.classes;
    if (classes === undefined) continue;
    add(functions, subject.hashOf(found.functionIndex), {
      ...found,
      name: subject.nameOf(found.functionIndex),
      modelled: weigh(classes, model.instructions),
      modelledCycles: weigh(classes, model.cycles ?? {}),
      ...{ stackBytes, textBytes },
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
  sum.cycles = sum.cycles === null || more.cycles === null ? null : sum.cycles + more.cycles;
  sum.calls += more.calls;
  sum.stackBytes = Math.max(sum.stackBytes, more.stackBytes);
  sum.textBytes = Math.max(sum.textBytes, more.textBytes);
}

function factorOf({
  name,
  modelled,
  modelledCycles,
  instructions,
  cycles,
  stackBytes,
  textBytes,
}: Sum): FunctionFactor {
  return {
    name,
    instructions: short(instructions / modelled),
    ...(cycles === null || modelledCycles === 0 ? {} : { cycles: short(cycles / modelledCycles) }),
    ...{ stackBytes, textBytes },
  };
}

function halCost({ instructions, cycles, calls, stackBytes }: Sum): HalCost {
  const each = Math.max(1, calls);
  return {
    instructions: short(instructions / each),
    ...(cycles === null ? {} : { cycles: short(cycles / each) }),
    stackBytes,
  };
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
