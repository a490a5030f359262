// Under a set of fault models on a part: in which shapes a cut can leave an operation, which oracles count, and what is not modelled. The
// physics stands in the device module (assembly/device/content/flash.ts).
import * as abi from "../../../assembly/abi.js";
import { MisuseError } from "../../core/errors.js";
import { flashSizeOf } from "../../device/layout.js";
import type { Layout, PartProfile, Region } from "../../device/profile.js";
import { FAULT_MODELS, type FaultName, STRIKE_MODELS } from "./fault-models.js";
import { ORACLES, type OracleName, oracleBit } from "./oracles.js";
import { type FaultPlan, type Loss, lossOf } from "./fault-plan.js";
import { type ShapeName, shapeName } from "./shapes.js";
import { checkStrike } from "./strikes.js";

/**
 * How a torn program is taken: "dense", every small subset of a word's bits outside the slots, decided when the word is asked for,
 * and a sample in them; or "shapes", in nine shapes everywhere.
 */
export type Tears = "dense" | "shapes";
export const TEAR_MODES: readonly Tears[] = ["dense", "shapes"];

/**
 * What a device must keep up under strikes, whatever becomes of it. Whether it survives is counted: a flip can destroy the
 * only image there is. Where writes fail, a guest that believed one may break a rule of the part by the next: the part
 * answers so, and nothing is done.
 */
const SAFETY: readonly OracleName[] = [
  "authentic",
  "no-wrong-image",
  "no-rollback",
  "flash-rules",
  "boot-never-erases-slot",
  "in-bounds",
  "memory-kept",
];

/** The oracles whose violation counts under these models: all, or where there are strikes, those that speak of safety. */
export function judgedOracles(models: readonly FaultName[]): readonly OracleName[] {
  if (!STRIKE_MODELS.some((name) => models.includes(name))) return ORACLES.map(({ name }) => name);
  const failing = models.includes("write") || models.includes("misdirected");
  return failing ? SAFETY.filter((name) => name !== "flash-rules") : SAFETY;
}

/** Which models are on, what is assumed of the part, and so: in which shapes a cut can leave one. */
export class Faults {
  readonly models: readonly FaultName[];
  /** Name of the part's assumption where it is made; null where none is needed or none is made. */
  readonly assumes: string | null;
  /** ECC errors are modelled, in units of so many bytes; 0: not. */
  readonly eccUnit: number;
  readonly erasedFaults: boolean;
  /** The ways in which a call can be cut: by a loss of power, by a reset; none under strikes alone. */
  readonly losses: readonly Loss[];
  /** There are strikes among the models: survival is counted, and only safety is judged. */
  readonly strikes: boolean;
  /** The oracles whose violation counts, as a mask. */
  readonly judged: number;
  readonly tears: Tears;
  /** The shapes (ERASE_ numbers) of a cut erase; the first leaves no mark. */
  readonly erases: readonly number[];
  readonly #flashSize: number;
  readonly #slots: readonly Region[];
  readonly #slotTears: readonly number[];
  readonly #decided: readonly Region[];
  readonly #tears: readonly number[];
  readonly #wideTears: readonly number[];
  readonly #flicker: number;
  readonly #steadyTears = new Map<readonly number[], readonly number[]>();
  readonly #counters: readonly number[];

  /**
   * @param decided where a torn program reads the same at every read, by the assumption
   */
  constructor(
    part: PartProfile,
    models: readonly FaultName[],
    assumption: { readonly name: string; readonly decided: readonly Region[] } | null = null,
    { tears = "shapes", layout = part.layout }: { readonly tears?: Tears; readonly layout?: Layout } = {},
  ) {
    const weak = models.includes("weak");
    const ecc = models.includes("ecc") && part.ecc !== undefined;
    this.models = models;
    this.#flashSize = flashSizeOf(part);
    this.losses = (["power", "reset"] as const).filter((loss) => models.includes(loss));
    this.strikes = STRIKE_MODELS.some((name) => models.includes(name));
    this.judged = judgedOracles(models).reduce((mask, name) => mask | oracleBit(name), 0);
    this.assumes = weak && assumption !== null ? assumption.name : null;
    this.eccUnit = ecc ? (part.ecc?.unitBytes.value ?? 0) : 0;
    this.erasedFaults = ecc && part.ecc?.erasedFaults === true;
    this.#decided = assumption === null ? [] : assumption.decided;
    // A torn unit with an error-correcting code shows none of its bits. A strike finds no open word.
    this.tears = ecc || this.strikes ? "shapes" : tears;
    this.#slots = [layout.slotA, layout.slotB];
    const whole = [abi.TEAR_NONE, abi.TEAR_ALL];
    const shapes = Array.from({ length: abi.TEAR_COUNT }, (_, shape) => shape);
    const isDense = this.tears === "dense";
    const torn = ecc ? [...whole, abi.TEAR_UNREADABLE] : isDense ? [...shapes, abi.TEAR_OPEN] : shapes;
    const halves = ecc ? [abi.TEAR_PREFIX, abi.TEAR_SUFFIX] : [];
    this.#flicker = ecc ? abi.TEAR_UNSTEADY : abi.TEAR_WEAK;
    const flicker = weak ? [this.#flicker] : [];
    this.#tears = [...torn, ...flicker];
    this.#wideTears = [...torn, ...halves, ...flicker];
    this.#slotTears = isDense
      ? [...shapes, abi.TEAR_SAMPLED_MOST, abi.TEAR_SAMPLED_HALF, ...flicker]
      : this.#tears;
    this.erases = [
      abi.ERASE_UNTOUCHED,
      ecc ? abi.ERASE_UNREADABLE : abi.ERASE_HALF,
      abi.ERASE_DONE,
      ...(weak ? [ecc ? abi.ERASE_UNSTEADY : abi.ERASE_WEAK] : []),
    ];
    this.#counters = [abi.COUNTER_OLD, abi.COUNTER_NEW, ...(weak ? [abi.COUNTER_WEAK] : [])];
  }

  /** The shapes (TEAR_, ERASE_ or COUNTER_ numbers) of a cut in an operation; the first leaves no mark. */
  shapesOf(kind: number, offset: number, sizeBytes: number): readonly number[] {
    if (kind === abi.OP_ERASE) return this.erases;
    if (kind === abi.OP_COUNTER) return this.#counters;
    const isSlot = this.tears === "dense" && liesIn(this.#slots, offset, sizeBytes);
    const tears = this.#tearsOf(sizeBytes, isSlot);
    return liesIn(this.#decided, offset, sizeBytes) ? this.#steady(tears) : tears;
  }

  /** The same shapes without the one that leaves weak bits: always the one list, so that whoever keeps something by a list finds it. */
  #steady(tears: readonly number[]): readonly number[] {
    let steady = this.#steadyTears.get(tears);
    if (steady === undefined) {
      steady = tears.filter((shape) => shape !== this.#flicker);
      this.#steadyTears.set(tears, steady);
    }
    return steady;
  }

  #tearsOf(sizeBytes: number, isSlot: boolean): readonly number[] {
    if (isSlot) return this.#slotTears;
    return this.eccUnit !== 0 && sizeBytes > this.eccUnit ? this.#wideTears : this.#tears;
  }

  /**
   * Refuses faults that these models do not have on this part: the device would not know what they leave.
   * @throws {MisuseError} naming the cut's shape, or the strike that hits nothing.
   */
  check({ cuts, strikes = [] }: FaultPlan): void {
    for (const { strike } of strikes) checkStrike(strike, this.#flashSize);
    const known = new Set<ShapeName>([
      ...[...this.#wideTears, ...this.#slotTears].map((shape) => shapeName(abi.OP_PROGRAM, shape)),
      ...(this.tears === "dense" ? (["bits"] as const) : []),
      ...this.erases.map((shape) => shapeName(abi.OP_ERASE, shape)),
      ...this.#counters.map((shape) => shapeName(abi.OP_COUNTER, shape)),
    ]);
    for (const cut of cuts) {
      if (!this.losses.includes(lossOf(cut)))
        throw new MisuseError(
          `a ${cut.reset === true ? "reset" : "loss of power"}: not among ${this.models.join(",")}`,
        );
      if (!("shape" in cut)) continue;
      const { shape } = cut;
      if (!known.has(shape))
        throw new MisuseError(
          `cut shape "${shape}": expected one of ${this.models.join(",")} on this device: ${[...known].join(", ")}`,
        );
    }
  }

  /** What no campaign under these models shows, for every report. */
  get notModelled(): readonly string[] {
    const missing = FAULT_MODELS.filter(({ name }) => !this.models.includes(name));
    const left = this.losses.length === 0 || this.eccUnit !== 0 ? [] : [NOT_MODELLED.tears[this.tears]];
    const hasNoCode = this.models.includes("ecc") && this.eccUnit === 0;
    const none = hasNoCode ? [`ecc: ${NOT_MODELLED.ecc}`] : [];
    return [
      ...none,
      ...missing.map(({ name, title }) => `${name}: ${title}`),
      ...left,
      ...NOT_MODELLED.always,
    ];
  }

  /** How torn programs are taken, by region; null where nothing is torn. */
  get torn(): Torn | null {
    if (this.losses.length === 0) return null;
    if (this.eccUnit !== 0) return { slots: TORN.ecc, elsewhere: TORN.ecc };
    return this.tears === "dense"
      ? { slots: TORN.sampled, elsewhere: TORN.dense }
      : { slots: TORN.shapes, elsewhere: TORN.shapes };
  }
}

/** How torn programs are taken, in words. */
export interface Torn {
  readonly slots: string;
  readonly elsewhere: string;
}

const TORN = {
  shapes: "nine shapes",
  dense: "nine shapes and every small subset of a word's bits",
  sampled: "nine shapes and a seeded sample",
  ecc: "unreadable units",
} as const;

/** What no model covers: for every report, and for `everboot faults`. */
export const NOT_MODELLED = {
  always: [
    "instruction glitches; flips in registers and on the wasm stack; more than two flips",
    "a cut that disturbs other units than the one being written, or leaves part of a word weak",
    "RAM that a brown-out or a reset corrupts",
    "an application that writes the Record or the slots against the Hal's rules",
    "silicon: timing, wear-out and analogue effects",
  ],
  /** What the two ways of tearing leave out. */
  tears: {
    shapes: "of a torn unit, other subsets of its bits than these nine shapes",
    dense:
      "of a torn word of which more than 12 bits change, and of words of one program torn together, subsets with more than 4 bits missing and more than 4 landed, other than the nine shapes; in the slots, other subsets than these and a seeded sample",
  },
  ecc: "the part has no error-correcting code, so the model adds nothing",
} as const;

/** Whether a range lies in one of these regions. */
function liesIn(regions: readonly Region[], offset: number, sizeBytes: number): boolean {
  for (const region of regions)
    if (offset >= region.offset && offset + sizeBytes <= region.offset + region.size) return true;
  return false;
}
