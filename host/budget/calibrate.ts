// Factors for a cost model from what a target counted over the very boots that were measured: per function, what it executed
// there by what the class table says. Pure arithmetic over both.
import type { PhaseName } from "../config/limits.js";
import { tally } from "../core/wasm/count.js";
import type { Subject } from "./estimate.js";
import { type CostModel, type Factors, type HalCost, type PhaseFactors, weigh } from "./model.js";

/** One boot, as counted and as a target executed it, phase by phase. */
export interface Calibration {
  /** Which boot, in words. */
  readonly where: string;
  readonly subject: Subject;
  readonly phases: readonly {
    readonly phase: PhaseName;
    /** By counter of the plan. */
    readonly counts: ArrayLike<number>;
    /** A Hal function is named "hal.NAME" and has no index. */
    readonly executed: readonly Executed[];
  }[];
  /** What built and executed it. */
  readonly tools: Readonly<Record<string, string>>;
  /** Frames and sizes of the build. */
  readonly built: readonly {
    readonly functionIndex: number | null;
    readonly name: string;
    readonly textBytes: number;
    readonly stackBytes: number | null;
    readonly libraryBytes: number | null;
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

/** What is divided: executed, by what the class table says or by calls. */
interface Ratio {
  readonly instructions: number;
  readonly cycles: number;
  readonly perInstructions: number;
  readonly perCycles: number;
}

interface Sum {
  readonly name: string;
  stackBytes: number | null;
  libraryBytes: number | null;
  textBytes: number;
  readonly phases: Map<PhaseName, Ratio>;
  /** Of a function that reads many words in a call: each phase of each boot. */
  readonly reads: Reads[];
}

/** What calls that read so many words executed. */
interface Reads {
  readonly calls: number;
  readonly words: number;
  readonly instructions: number;
  readonly cycles: number;
}

const HAL_PREFIX = "hal.";
const DIGITS = 4;
/** Where a phase's factor is nearer to the whole's than this it is not kept by itself. */
const LIKE_THE_WHOLE = 0.01;
const NOTHING: Ratio = { instructions: 0, cycles: 0, perInstructions: 0, perCycles: 0 };

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
    // What none of these boots calls keeps its price.
    hal: Object.fromEntries(
      [
        ...Object.entries(model.hal).filter(([name]) => !hal.has(name)),
        ...[...hal].map(
          ([name, sum]) => [name, { ...halCostOf(sum, hasCycles), stackBytes: sum.stackBytes }] as const,
        ),
      ].sort(byKey),
    ),
    calibration: terms,
    functions: Object.fromEntries(
      [...functions].sort(byKey).map(([hash, sum]) => {
        const { name, stackBytes, libraryBytes, textBytes } = sum;
        const library = libraryBytes === 0 ? {} : { libraryBytes };
        return [hash, { name, ...factorsOf(sum, hasCycles), stackBytes, ...library, textBytes }];
      }),
    ),
  };
}

function addBoot(
  { subject, phases, built }: Calibration,
  model: CostModel,
  functions: Map<string, Sum>,
  hal: Map<string, Sum>,
): void {
  for (const { functionIndex, name, ...sizes } of built) {
    if (functionIndex === null && !name.startsWith(HAL_PREFIX)) continue;
    const sum =
      functionIndex === null
        ? sumIn(hal, name.slice(HAL_PREFIX.length), name)
        : sumIn(functions, subject.functions.hashOf(functionIndex), subject.functions.nameOf(functionIndex));
    sum.stackBytes = greatest(sum.stackBytes, sizes.stackBytes);
    sum.libraryBytes = greatest(sum.libraryBytes, sizes.libraryBytes);
    sum.textBytes = Math.max(sum.textBytes, sizes.textBytes);
  }
  for (const { phase, counts, executed } of phases) {
    const { functions: counted, imports } = tally(subject.plan, counts);
    const tallied = new Map(counted.map((each) => [each.functionIndex, each]));
    const used = new Map(imports.map((each) => [subject.functions.importOf(each.functionIndex), each]));
    for (const { functionIndex, name, calls, instructions, cycles } of executed) {
      const found = { instructions, cycles: cycles ?? 0 };
      if (functionIndex === null) {
        const plain = name.slice(HAL_PREFIX.length);
        const sum = sumIn(hal, plain, name);
        add(sum, phase, { ...found, perInstructions: calls, perCycles: calls });
        const words = used.get(plain)?.words ?? 0;
        if (words > 0) sum.reads.push({ ...found, calls, words });
        continue;
      }
      const classes = tallied.get(functionIndex)?.classes ?? [];
      add(sumIn(functions, subject.functions.hashOf(functionIndex), name), phase, {
        ...found,
        perInstructions: weigh(classes, model.instructions),
        perCycles: weigh(classes, model.cycles ?? {}),
      });
    }
  }
}

function sumIn(sums: Map<string, Sum>, key: string, name: string): Sum {
  const nothing = {
    stackBytes: 0,
    libraryBytes: 0,
    textBytes: 0,
    phases: new Map<PhaseName, Ratio>(),
    reads: [],
  };
  const sum = sums.get(key) ?? { name, ...nothing };
  sums.set(key, sum);
  return sum;
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

function add({ phases }: Sum, phase: PhaseName, more: Ratio): void {
  phases.set(phase, plus(phases.get(phase) ?? NOTHING, more));
}

function plus(a: Ratio, b: Ratio): Ratio {
  return {
    instructions: a.instructions + b.instructions,
    cycles: a.cycles + b.cycles,
    perInstructions: a.perInstructions + b.perInstructions,
    perCycles: a.perCycles + b.perCycles,
  };
}

/** A Hal function's cost by calls and phases; of one that reads many words by calls and words, which no phase changes. */
function halCostOf(sum: Sum, hasCycles: boolean): Omit<HalCost, "stackBytes"> {
  if (sum.reads.length === 0) return factorsOf(sum, hasCycles);
  const instructions = perCallAndWord(sum.reads, "instructions");
  if (!hasCycles) return { instructions: instructions.call, perWord: { instructions: instructions.word } };
  const cycles = perCallAndWord(sum.reads, "cycles");
  return {
    ...{ instructions: instructions.call, cycles: cycles.call },
    perWord: { instructions: instructions.word, cycles: cycles.word },
  };
}

/** What a call and what a word costs, so that the sum of the squares of all relative errors is least. */
function perCallAndWord(
  reads: readonly Reads[],
  what: "instructions" | "cycles",
): { readonly call: number; readonly word: number } {
  let [cc, cw, ww, c, w] = [0, 0, 0, 0, 0];
  for (const { calls, words, [what]: executed } of reads) {
    const [x, y] = [calls / executed, words / executed];
    [cc, cw, ww, c, w] = [cc + x * x, cw + x * y, ww + y * y, c + x, w + y];
  }
  const determinant = cc * ww - cw * cw;
  return {
    call: short((c * ww - w * cw) / determinant),
    word: short((w * cc - c * cw) / determinant),
  };
}

/** The factors of all phases together, and of each that has others. */
function factorsOf({ phases }: Sum, hasCycles: boolean): Factors & { readonly phases?: PhaseFactors } {
  const whole = factors([...phases.values()].reduce(plus, NOTHING), hasCycles);
  const apart = [...phases].flatMap(([phase, ratio]) => {
    const own = factors(ratio, hasCycles);
    return own.instructions === undefined || isLike(own, whole) ? [] : [[phase, own] as const];
  });
  return { ...whole, ...(apart.length === 0 ? {} : { phases: Object.fromEntries(apart) }) };
}

function isLike(own: Factors, whole: Factors): boolean {
  const near = (a = 0, b = 0) => Math.abs(a - b) <= LIKE_THE_WHOLE * b;
  return near(own.instructions, whole.instructions) && near(own.cycles, whole.cycles);
}

function factors({ instructions, cycles, perInstructions, perCycles }: Ratio, hasCycles: boolean): Factors {
  if (perInstructions === 0 || instructions === 0) return {};
  return {
    instructions: short(instructions / perInstructions),
    ...(hasCycles && perCycles > 0 ? { cycles: short(cycles / perCycles) } : {}),
  };
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
