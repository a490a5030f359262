// The fault models as data: what each lets happen, where that is known from, and in which shapes a cut can strike an
// operation under a set of them. The physics stands in the device module (assembly/device/flash.ts).
import * as abi from "../../assembly/abi.js";
import { MisuseError } from "../core/errors.js";
import type { PartProfile, Region } from "../device/profile.js";

/** A fault model's name. */
export type FaultName = "power" | "weak" | "ecc";

/** A named overlay of what can go wrong. */
export interface FaultModel {
  readonly name: FaultName;
  readonly title: string;
  readonly lets: readonly string[];
  readonly sources: readonly string[];
}

/** Every fault model, in the order in which they are listed. */
export const FAULT_MODELS: readonly FaultModel[] = [
  {
    name: "power",
    title: "the power goes before, inside or after any program, erase or counter advance",
    lets: [
      "a torn program: nothing, everything, half of the bytes (either), even or odd bits, all but one bit, one bit only, a scattered half of the bits",
      "a torn erase: untouched; first half erased and alternating bits of the rest; done",
      "a torn counter advance: the old value or the new one",
    ],
    sources: [
      "Tseng et al., DAC 2011: a later cut is not safer, so shapes are not only prefixes",
      "Infineon KBA223960; linux-mtd 2009: an erase passes through mixed states",
    ],
  },
  {
    name: "weak",
    title:
      "what a cut has touched reads either way, differently at every read, until it is done again in full",
    lets: [
      "a torn program: each read of a word sees it as programmed or as it was",
      "a torn erase: each read of a word sees it erased or as it was",
      "a torn counter advance: each read sees the old or the new value, until it is advanced again",
      "the adversary chooses at each read, and every choice is explored",
    ],
    sources: [
      "Poudel et al., TECS 2021: a partial erase leaves unstable cells",
      "linux-mtd 2011; Zephyr issue 103452: a cell reads right now and wrong later",
    ],
  },
  {
    name: "ecc",
    title: "on parts with ECC a torn unit cannot be read; on some, neither can an erased one",
    lets: [
      "a torn program: nothing, everything, or a unit whose every read is an error",
      "a torn erase: untouched; first half erased and the rest unreadable; done",
      "with weak: each read sees it programmed, as it was, or fails",
      "LPC55S69: reading a unit that is not programmed is an error",
    ],
    sources: [
      "Trezor issue 5312 (STM32U5): a double error traps; STM32H7 reference manual: bus fault",
      "Zephyr issues 33140, 24429 (LPC55): reading erased flash faults",
    ],
  },
];

/** What a cut leaves of a program, in the order of the TEAR_ numbers. */
export const TEARS = [
  "none",
  "all",
  "prefix",
  "suffix",
  "even-bits",
  "odd-bits",
  "one-missing",
  "one-only",
  "scattered",
  "flicker",
  "unreadable",
  "unsteady",
] as const;

/** What a cut leaves of an erase, in the order of the ERASE_ numbers. */
export const ERASE_PHASES = [
  "untouched",
  "half",
  "done",
  "weak",
  "half-unreadable",
  "weak-unsteady",
] as const;

/** What a cut leaves of a counter advance, in the order of the COUNTER_ numbers. */
export const COUNTER_OUTCOMES = ["old", "new", "either"] as const;

/** A cut's shape by name. */
export type ShapeName =
  (typeof TEARS)[number] | (typeof ERASE_PHASES)[number] | (typeof COUNTER_OUTCOMES)[number];

/** One power cut: at persistent operation `operation` of guest call `call`, both counted from 0. */
export interface Cut {
  readonly call: number;
  readonly operation: number;
  readonly shape: ShapeName;
}

/** What the weak reads of guest call `call` see, in order: 0 as programmed, then the other ways. */
export interface WeakReads {
  readonly call: number;
  readonly choices: readonly number[];
}

/** All that goes wrong in one run. */
export interface FaultPlan {
  readonly cuts: readonly Cut[];
  readonly reads: readonly WeakReads[];
}

/** A run in which nothing goes wrong. */
export const NO_FAULTS: FaultPlan = { cuts: [], reads: [] };

/** Which models are on, what is assumed of the part, and so: in which shapes a cut can strike. */
export class Faults {
  readonly models: readonly FaultName[];
  /** Name of the part's assumption where it is made; null where none is needed or none is made. */
  readonly assumes: string | null;
  /** ECC errors are modelled, in units of so many bytes; 0: not. */
  readonly eccUnit: number;
  readonly erasedFaults: boolean;
  readonly #decided: readonly Region[];
  readonly #tears: readonly number[];
  readonly #wideTears: readonly number[];
  readonly #decidedTears: readonly number[];
  readonly #erases: readonly number[];
  readonly #counters: readonly number[];

  /**
   * @param decided where a torn program reads the same at every read, by the assumption
   */
  constructor(
    part: PartProfile,
    models: readonly FaultName[],
    assumption: { readonly name: string; readonly decided: readonly Region[] } | null = null,
  ) {
    const weak = models.includes("weak");
    const ecc = models.includes("ecc") && part.ecc !== undefined;
    this.models = models;
    this.assumes = weak && assumption !== null ? assumption.name : null;
    this.eccUnit = ecc ? (part.ecc?.unitBytes.value ?? 0) : 0;
    this.erasedFaults = ecc && part.ecc?.erasedFaults === true;
    this.#decided = assumption === null ? [] : assumption.decided;
    const tears = ecc
      ? [abi.TEAR_NONE, abi.TEAR_ALL, abi.TEAR_UNREADABLE]
      : Array.from({ length: abi.TEAR_COUNT }, (_, shape) => shape);
    const halves = ecc ? [abi.TEAR_PREFIX, abi.TEAR_SUFFIX] : [];
    const flicker = !weak ? [] : [ecc ? abi.TEAR_UNSTEADY : abi.TEAR_WEAK];
    this.#tears = [...tears, ...flicker];
    this.#wideTears = [...tears, ...halves, ...flicker];
    this.#decidedTears = tears;
    this.#erases = [
      abi.ERASE_UNTOUCHED,
      ecc ? abi.ERASE_UNREADABLE : abi.ERASE_HALF,
      abi.ERASE_DONE,
      ...(weak ? [ecc ? abi.ERASE_UNSTEADY : abi.ERASE_WEAK] : []),
    ];
    this.#counters = [abi.COUNTER_OLD, abi.COUNTER_NEW, ...(weak ? [abi.COUNTER_WEAK] : [])];
  }

  /** The shapes (TEAR_, ERASE_ or COUNTER_ numbers) of a cut in an operation; the first leaves no mark. */
  shapesOf(kind: number, offset: number, sizeBytes: number): readonly number[] {
    if (kind === abi.OP_ERASE) return this.#erases;
    if (kind === abi.OP_COUNTER) return this.#counters;
    const isDecided = this.#decided.some((at) => offset >= at.offset && offset < at.offset + at.size);
    if (isDecided) return this.#decidedTears;
    return this.eccUnit !== 0 && sizeBytes > this.eccUnit ? this.#wideTears : this.#tears;
  }

  /**
   * Refuses faults that these models do not have on this part: the device would not know what they leave.
   * @throws {MisuseError} naming the cut's shape.
   */
  check({ cuts }: FaultPlan): void {
    const known = new Set<ShapeName>([
      ...this.#wideTears.map((shape) => shapeName(abi.OP_PROGRAM, shape)),
      ...this.#erases.map((shape) => shapeName(abi.OP_ERASE, shape)),
      ...this.#counters.map((shape) => shapeName(abi.OP_COUNTER, shape)),
    ]);
    for (const { shape } of cuts) {
      if (!known.has(shape))
        throw new MisuseError(
          `cut shape "${shape}": expected one of ${this.models.join(",")} on this device: ${[...known].join(", ")}`,
        );
    }
  }

  /** What no campaign under these models shows, for every report. */
  get notModelled(): readonly string[] {
    const missing = FAULT_MODELS.filter(({ name }) => !this.models.includes(name));
    return [...missing.map(({ name, title }) => `${name}: ${title}`), ...NEVER_MODELLED];
  }
}

const NEVER_MODELLED = [
  "bit flips, failed and misdirected writes, instruction glitches",
  "a cut that disturbs other units than the one being written, or leaves part of a word weak",
  "an application that writes the Record or the slots against the Hal's rules",
  "silicon: timing, wear-out and analogue effects",
] as const;

/**
 * Reads a list of fault models, like "power,weak".
 * @throws {MisuseError} naming an unknown one, or where power is not among them.
 */
export function parseFaults(text: string): FaultName[] {
  const names = text.split(",").map((name) => name.trim());
  const known = FAULT_MODELS.map(({ name }) => name);
  for (const name of names) {
    if (!known.some((one) => one === name))
      throw new MisuseError(`unknown fault model "${name}", expected some of ${known.join(", ")}`);
  }
  if (!names.includes("power"))
    throw new MisuseError(`fault models: expected power among them, found ${text}`);
  return known.filter((name) => names.includes(name));
}

/** A shape's name; `kind` is an OP_ number. */
export function shapeName(kind: number, shape: number): ShapeName {
  const names = kind === abi.OP_PROGRAM ? TEARS : kind === abi.OP_ERASE ? ERASE_PHASES : COUNTER_OUTCOMES;
  return names[shape] as ShapeName;
}

/** The number of a shape among those of its kind; -1 for a name that is none. */
export function shapeNumber(shape: ShapeName): number {
  for (const names of [TEARS, ERASE_PHASES, COUNTER_OUTCOMES] as const) {
    const index = (names as readonly string[]).indexOf(shape);
    if (index !== -1) return index;
  }
  return -1;
}

/** The shape of an operation (OP_…) that was not cut. */
export function wholeShape(kind: number): number {
  if (kind === abi.OP_PROGRAM) return abi.TEAR_ALL;
  return kind === abi.OP_ERASE ? abi.ERASE_DONE : abi.COUNTER_NEW;
}
