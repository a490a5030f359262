// How far a model is off what a target executed, by phase and by function. Pure arithmetic.
import { tally } from "../core/wasm/count.js";
import type { Calibration, Executed } from "./calibrate.js";
import { type Subject, estimate } from "./estimate.js";
import { type CostModel, weigh } from "./model.js";
import type { FunctionCost } from "./report.js";

/** One figure that is modelled and counted. */
export interface Deviation {
  readonly where: string;
  readonly what: string;
  readonly modelled: number;
  readonly counted: number;
  /** Of what was counted. */
  readonly percent: number;
}

/** What the models promise, in per cent. */
export const PROMISED = { phasePercent: 5, functionPercent: 10, smallPhase: 50 } as const;

/** A phase below this is so short that which way it went through a function tells: it is judged by the difference itself. */
const SMALL_PHASE = 1000;

/** Functions below this share of their boot are not judged one by one: a handful of instructions is no figure. */
const JUDGED_SHARE = 0.01;
/** Functions that executed less are not judged by the class table. */
const LEAST_EXECUTED = 100;
const NO_FETCHING = { addedPercent: [0, 0] } as const;

/** Cycles where the model has them, else instructions. */
export function deviations(boots: readonly Calibration[], model: CostModel) {
  const byCycles = model.cycles !== undefined;
  const counted = ({ instructions, cycles }: Executed) => (byCycles ? (cycles ?? 0) : instructions);
  const modelled = ({ instructions, cycles }: FunctionCost) => (byCycles ? cycles.likely : instructions);
  const phases: Deviation[] = [];
  const functions: Deviation[] = [];
  const classOnly: number[] = [];
  for (const { where, subject, phases: parts } of boots) {
    const sums = new Map<string, { modelled: number; counted: number; calibrated: boolean }>();
    let whole = 0;
    for (const { phase, counts, executed } of parts) {
      const made = estimate(subject, counts, phase, { model, fetching: NO_FETCHING });
      const total = executed.reduce((sum, each) => sum + counted(each), 0);
      whole += total;
      if (made.functions.every(({ calibrated }) => calibrated))
        phases.push(deviation(where, phase, byCycles ? made.cycles.likely : made.instructions, total));
      for (const each of made.functions) {
        const sum = sums.get(each.name) ?? { modelled: 0, counted: 0, calibrated: each.calibrated };
        sums.set(each.name, { ...sum, modelled: sum.modelled + modelled(each) });
      }
      for (const each of executed) {
        const name = each.functionIndex === null ? each.name : subject.functions.nameOf(each.functionIndex);
        const sum = sums.get(name) ?? { modelled: 0, counted: 0, calibrated: false };
        sums.set(name, { ...sum, counted: sum.counted + counted(each) });
      }
      classOnly.push(...byClassTable(subject, counts, executed, model));
    }
    for (const [name, sum] of sums)
      if (sum.calibrated && sum.counted >= JUDGED_SHARE * whole)
        functions.push(deviation(where, name, sum.modelled, sum.counted));
  }
  const byPercent = (a: Deviation, b: Deviation) => Math.abs(b.percent) - Math.abs(a.percent);
  functions.sort(byPercent);
  const uncalibratedPercent = classOnly.reduce((sum, each) => sum + each, 0) / Math.max(1, classOnly.length);
  const [small, large] = [phases.filter(isSmall), phases.filter((each) => !isSmall(each))];
  const phasePercent = Math.max(0, ...large.map(({ percent }) => Math.abs(percent)));
  const smallPhase = Math.max(0, ...small.map((each) => Math.abs(each.modelled - each.counted)));
  const functionPercent = Math.max(0, ...functions.map(({ percent }) => Math.abs(percent)));
  const kept =
    large.length > 0 &&
    smallPhase <= PROMISED.smallPhase &&
    functions.length > 0 &&
    phasePercent <= PROMISED.phasePercent &&
    functionPercent <= PROMISED.functionPercent &&
    uncalibratedPercent <= model.errorPercent.uncalibratedOnAverage;
  return {
    phases,
    functions,
    uncalibratedPercent,
    verdict: { phasePercent, smallPhase, functionPercent, kept },
  };
}

/** How far each function is off by the class table alone, in per cent. */
function byClassTable(
  { plan }: Subject,
  counts: ArrayLike<number>,
  executed: readonly Executed[],
  model: CostModel,
): number[] {
  const tallied = new Map(tally(plan, counts).functions.map((each) => [each.functionIndex, each]));
  return executed.flatMap(({ functionIndex, instructions, cycles }) => {
    const classes = functionIndex === null ? undefined : tallied.get(functionIndex)?.classes;
    if (classes === undefined || instructions < LEAST_EXECUTED) return [];
    const counted = model.cycles === undefined ? instructions : (cycles ?? 0);
    const made = weigh(classes, model.cycles ?? model.instructions);
    return [Math.abs((100 * (made - counted)) / counted)];
  });
}

function isSmall({ counted }: Deviation): boolean {
  return counted < SMALL_PHASE;
}

function deviation(where: string, what: string, modelled: number, counted: number): Deviation {
  return {
    where,
    what,
    modelled,
    counted,
    percent: counted === 0 ? 0 : (100 * (modelled - counted)) / counted,
  };
}
