// Counts × a cost model: instructions and cycles of every function, with how far they may be off. Runs nothing.
import { COST_CLASSES } from "../core/wasm/classes.js";
import { type CountPlan, type Tally, tally } from "../core/wasm/count.js";
import { type CostModel, weigh } from "./model.js";
import type { PhaseName } from "../config/limits.js";
import type { GuestFunctions } from "./functions.js";
import type { FunctionCost } from "./report.js";
import { type Span, around, rounded, sumOf } from "./span.js";

/** A counting guest, and its functions. */
export interface Subject {
  readonly plan: CountPlan;
  readonly functions: GuestFunctions;
}

/** How the core runs: without cache every cycle may take longer. */
export interface Fetching {
  /** Least and most per cent that fetching adds; 0 and 0 with a cache. */
  readonly addedPercent: readonly [number, number];
}

/** What some blocks cost. */
export interface Estimate {
  readonly wasmInstructions: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly instructions: number;
  readonly cycles: Span;
  /** The dearest first. */
  readonly functions: readonly FunctionCost[];
}

/** What counts are priced with. */
export interface Pricing {
  readonly model: CostModel;
  readonly fetching: Fetching;
}

/** Estimates what `counts` (by counter of the plan) cost in a phase. */
export function estimate(
  subject: Subject,
  counts: ArrayLike<number>,
  phase: PhaseName,
  { model, fetching }: Pricing,
): Estimate {
  const tallied = tally(subject.plan, counts);
  const functions = [
    ...tallied.functions
      .filter(({ instructions }) => instructions > 0)
      .map((counted) => functionCost(subject, counted, phase, { model, fetching })),
    ...tallied.imports
      .filter(({ calls }) => calls > 0)
      .map((used) =>
        halCost(subject.functions.importOf(used.functionIndex), used, phase, { model, fetching }),
      ),
  ];
  functions.sort((a, b) => b.cycles.likely - a.cycles.likely || (a.name < b.name ? -1 : 1));
  return {
    wasmInstructions: tallied.functions.reduce((sum, { instructions }) => sum + instructions, 0),
    classes: classesOf(tallied),
    instructions: functions.reduce((sum, { instructions }) => sum + instructions, 0),
    cycles: sumOf(functions.map(({ cycles }) => cycles)),
    functions,
  };
}

function functionCost(
  { functions }: Subject,
  { functionIndex, calls, instructions, classes }: Tally["functions"][number],
  phase: PhaseName,
  { model, fetching }: Pricing,
): FunctionCost {
  const known = model.functions[functions.hashOf(functionIndex)];
  const factors = known?.phases?.[phase] ?? known;
  const calibrated = factors?.instructions !== undefined;
  const executed = weigh(classes, model.instructions) * (factors?.instructions ?? 1);
  const cycles =
    model.cycles === undefined ? undefined : weigh(classes, model.cycles) * (factors?.cycles ?? 1);
  return {
    ...{ name: functions.nameOf(functionIndex), calls, wasmInstructions: instructions },
    instructions: Math.round(executed),
    cycles: cyclesOf({ executed, cycles, calibrated }, model, fetching),
    calibrated,
  };
}

function halCost(
  name: string,
  used: Tally["imports"][number],
  phase: PhaseName,
  { model, fetching }: Pricing,
): FunctionCost {
  const known = model.hal[name];
  const cost = known?.phases?.[phase] ?? known;
  const { calls, words } = used;
  const { instructions: perWord = 0, cycles: cyclesPerWord = 0 } = known?.perWord ?? {};
  const executed = calls * (cost?.instructions ?? 0) + words * perWord;
  const cycles = cost?.cycles === undefined ? undefined : calls * cost.cycles + words * cyclesPerWord;
  const calibrated = cost?.instructions !== undefined;
  return {
    ...{ name: `hal.${name}`, calls, wasmInstructions: 0, instructions: Math.round(executed) },
    cycles: cyclesOf({ executed, cycles, calibrated }, model, fetching),
    calibrated,
  };
}

/** Cycles with their error: of the class table, or of the instructions where the core has none. */
function cyclesOf(
  what: { readonly executed: number; readonly cycles: number | undefined; readonly calibrated: boolean },
  { cyclesPerInstruction: band, errorPercent }: CostModel,
  { addedPercent: [least, most] }: Fetching,
): Span {
  const error = (what.calibrated ? errorPercent.calibrated : errorPercent.uncalibrated) / 100;
  const span =
    band === undefined || what.cycles !== undefined
      ? around(what.cycles ?? 0, error)
      : {
          low: what.executed * band.low * (1 - error),
          likely: (what.executed * (band.low + band.high)) / 2,
          high: what.executed * band.high * (1 + error),
        };
  return rounded({
    low: span.low * (1 + least / 100),
    likely: span.likely * (1 + (least + most) / 200),
    high: span.high * (1 + most / 100),
  });
}

function classesOf({ functions }: Tally): Record<string, number> {
  const sums = COST_CLASSES.map((_, index) =>
    functions.reduce((sum, { classes }) => sum + (classes[index] as number), 0),
  );
  return Object.fromEntries(
    COST_CLASSES.map((name, index) => [name, sums[index] as number] as const).filter(
      ([, count]) => count > 0,
    ),
  );
}

/**
 * Greatest stack in bytes from a function down, Hal calls included; an indirect call may lead to any function of a table. null
 * where a function on the way is not calibrated or comes round to itself.
 */
export function stackOf({ plan, functions }: Subject, from: number, model: CostModel): number | null {
  const known = new Map<number, number | null>();
  const depthOf = (index: number, path: readonly number[]): number | null => {
    if (path.includes(index)) return null;
    const before = known.get(index);
    if (before !== undefined) return before;
    const callees = plan.calleesOf(index);
    if (callees === null) return model.hal[functions.importOf(index)]?.stackBytes ?? null;
    const { stackBytes: frame = null, libraryBytes = 0 } = model.functions[functions.hashOf(index)] ?? {};
    const targets = [...callees.direct, ...(callees.indirect ? functions.tableFunctions : [])];
    const below = [libraryBytes, ...targets.map((callee) => depthOf(callee, [...path, index]))];
    const depth =
      frame === null || below.includes(null)
        ? null
        : frame + Math.max(0, ...below.map((bytes) => bytes as number));
    known.set(index, depth);
    return depth;
  };
  return depthOf(from, []);
}
