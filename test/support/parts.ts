// Parts made for tests: rules, program sizes, polarities and uneven sectors that no real profile has together.
import type { Figure, Layout, PartProfile, ProgramRule } from "../../host/device/profile.js";

export interface MadePart {
  readonly rule: ProgramRule;
  readonly programMin: number;
  readonly programMax: number;
  readonly erasedByte?: number;
  /** ECC in units of so many bytes; `erasedFaults` where a unit that is not programmed cannot be read. */
  readonly ecc?: { readonly unitBytes: number; readonly erasedFaults: boolean };
  /** Sizes of the sectors in bytes, in order: keys, slot A, slot B in the first three, the Record in the others. */
  readonly sectors?: readonly number[];
}

const UNEVEN = [512, 1024, 1024, 512, 512, 2048, 512];

/** A part whose Record region is everything from its fourth sector on. */
export function madePart(made: MadePart): PartProfile {
  const sizes = made.sectors ?? UNEVEN;
  const offsets = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  const region = (index: number, size = sizes[index]!) => ({ offset: offsets[index]!, size });
  const layout: Layout = {
    keys: region(0),
    slotA: region(1),
    slotB: region(2),
    record: region(
      3,
      sizes.slice(3).reduce((sum, size) => sum + size, 0),
    ),
  };
  return {
    id: `${made.rule} ${made.programMin}..${made.programMax}${made.erasedByte === 0 ? " to zero" : ""}${eccWords(made)}`,
    title: "made for a test",
    sectors: sizes.map((size) => ({
      count: figure(1),
      sizeBytes: figure(size),
      eraseTypicalMicros: figure(size),
      eraseMaxMicros: figure(2 * size),
    })),
    programMin: figure(made.programMin),
    programMax: figure(made.programMax),
    programTypicalMicros: figure(3),
    programMaxMicros: figure(5),
    endurance: figure(10_000),
    rule: made.rule,
    ruleSource: { source: "made for a test", mark: "seen" },
    ...(made.ecc === undefined
      ? {}
      : { ecc: { unitBytes: figure(made.ecc.unitBytes), erasedFaults: made.ecc.erasedFaults } }),
    record: made.rule === "and" ? "refreshed" : "sealed",
    erasedByte: made.erasedByte ?? 0xff,
    layout,
    notes: [],
  };
}

function eccWords({ ecc }: MadePart): string {
  return ecc === undefined ? "" : `, ECC per ${ecc.unitBytes}${ecc.erasedFaults ? ", erased faults" : ""}`;
}

function figure(value: number): Figure {
  return { value, source: "made for a test", mark: "seen" };
}
