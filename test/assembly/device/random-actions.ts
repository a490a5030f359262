// What may happen to a device, at random: programs, erases and counter advances, whole or cut in any shape, retained words, resets;
// and all that lasts of it, to compare. On parts of every rule, with weak bits, torn units and weak counters.
import fc from "fast-check";
import * as abi from "../../../assembly/abi.js";
import { COUNTERS, ERASES } from "../../../host/campaign/plan/shapes.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { bytesOf, difference } from "../../support/bytes.js";
import { marksOf, tornOf } from "../../support/digests.js";
import { FlashModel, phasesOf, tearsOf } from "../../support/flash-model.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

export const RUNS = Number(process.env["EVERBOOT_CASES"] ?? 40);

export const MADE: readonly PartProfile[] = [
  madePart({ rule: "and", programMin: 4, programMax: 4 }),
  madePart({ rule: "once", programMin: 8, programMax: 16, erasedByte: 0 }),
  madePart({
    rule: "once-or-zero",
    programMin: 32,
    programMax: 32,
    ecc: { unitBytes: 32, erasedFaults: false },
  }),
  madePart({ rule: "twice", programMin: 1, programMax: 4, erasedByte: 0 }),
  madePart({ rule: "once", programMin: 512, programMax: 512, ecc: { unitBytes: 16, erasedFaults: true } }),
];

export type Action =
  | { readonly kind: "program"; readonly place: number; readonly seed: number; readonly shape: number }
  | { readonly kind: "erase"; readonly place: number; readonly shape: number }
  | { readonly kind: "counter"; readonly id: number; readonly rise: number; readonly shape: number }
  | { readonly kind: "retain"; readonly index: number; readonly word: number }
  | { readonly kind: "reset"; readonly cause: number };

/** Shapes as faults.ts has them, and one more for an operation that is not cut. */
export const WHOLE = 99;
const shapes = (count: number) => fc.oneof(fc.constant(WHOLE), fc.nat({ max: count - 1 }));
const programs = fc.record<Extract<Action, { kind: "program" }>>({
  kind: fc.constant("program"),
  place: fc.nat({ max: 6 }),
  seed: fc.nat({ max: 5 }),
  shape: shapes(abi.TEAR_UNSTEADY + 1),
});
const erases = fc.record<Extract<Action, { kind: "erase" }>>({
  kind: fc.constant("erase"),
  place: fc.nat({ max: 3 }),
  shape: shapes(ERASES.length),
});
const counters = fc.record<Extract<Action, { kind: "counter" }>>({
  kind: fc.constant("counter"),
  id: fc.nat({ max: abi.COUNTER_COUNT - 1 }),
  rise: fc.nat({ max: 3 }),
  shape: shapes(COUNTERS.length),
});
const retains = fc.record<Extract<Action, { kind: "retain" }>>({
  kind: fc.constant("retain"),
  index: fc.nat({ max: abi.RETAINED_COUNT - 1 }),
  word: fc.nat({ max: 3 }),
});
const resets = fc.record<Extract<Action, { kind: "reset" }>>({
  kind: fc.constant("reset"),
  cause: fc.nat({ max: 3 }),
});
export const operations = fc.oneof(
  { weight: 6, arbitrary: programs },
  { weight: 2, arbitrary: erases },
  { weight: 1, arbitrary: counters },
);
export const actions = fc.array(fc.oneof({ weight: 8, arbitrary: operations }, retains, resets), {
  maxLength: 25,
});

/** Shapes that an operation of this kind has on a part. */
export function shapeCount(part: PartProfile, kind: "program" | "erase" | "counter"): number {
  if (kind === "counter") return COUNTERS.length;
  return (kind === "program" ? tearsOf(part) : phasesOf(part)).length;
}

/** Does an action, in a call of its own where it is cut. */
export function act(hal: Hal, action: Action): void {
  const { part } = hal.device;
  const { offset } = part.layout.record;
  const within = (shape: number, body: () => void) => {
    if (shape === WHOLE || !("shape" in action)) body();
    else hal.cut(shape % shapeCount(part, action.kind), body);
  };
  if (action.kind === "program") {
    const size = action.seed % 2 === 0 ? part.programMin.value : part.programMax.value;
    const data =
      action.seed === 5 ? new Uint8Array(size) : bytesOf(action.seed, size).map((byte) => byte | 0x11);
    within(action.shape, () => hal.programBytes(placeOf(hal, action.place), data));
  } else if (action.kind === "erase") {
    const sectors = new FlashModel(part).sectors.filter((sector) => sector.offset >= offset);
    within(action.shape, () => hal.erase(sectors[action.place]!.offset));
  } else if (action.kind === "counter") {
    const value = hal.counterRead(action.id).word + action.rise;
    within(action.shape, () => hal.counterAdvance(action.id, value));
  } else if (action.kind === "retain") hal.retainedWrite(action.index, action.word);
  else hal.device.exports.reset(action.cause);
}

/** Where a program begins: in the first half of the Record's first sector, from place 4 on in the second. */
function placeOf({ device }: Hal, place: number): number {
  const { part } = device;
  const { offset } = part.layout.record;
  const sector = new FlashModel(part).sectors.find((one) => one.offset === offset);
  const half = (sector?.size ?? 0) / 2;
  return offset + (place < 4 ? 0 : half - 4 * part.programMax.value) + place * part.programMax.value;
}

/** Everything that lasts, as the tables of the module have it. */
export function persistent(hal: Hal) {
  const { device } = hal;
  const words = (table: number, count: number) => [
    ...device.words.slice(device.table(table), device.table(table) + count),
  ];
  return {
    content: device.flash(0, flashSize(hal)),
    weak: hal.weak(0, flashSize(hal)),
    digests: words(abi.TABLE_DIGESTS, 4 * device.part.sectors.length),
    regions: words(abi.TABLE_REGION_DIGESTS, 16),
    counters: words(abi.TABLE_COUNTERS, abi.COUNTER_COUNT),
    weakCounters: words(abi.TABLE_COUNTERS_WEAK, abi.COUNTER_COUNT),
    faulty: device.callWord(abi.CALL_FAULTY),
    faultyBySector: words(abi.TABLE_SECTORS, 8 * hal.info(abi.INFO_SECTOR_COUNT)).filter(
      (_, at) => at % 8 === 6,
    ),
    retained: words(abi.TABLE_RETAINED, abi.RETAINED_COUNT),
    cause: hal.info(abi.INFO_RESET_CAUSE),
    marks: marksOf(device),
    torn: tornOf(device),
  };
}

export function flashSize(hal: Hal): number {
  return hal.info(abi.INFO_FLASH_SIZE);
}

/** Throws where two things differ; expect() is too slow for so many. */
export function agree(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, found ${left}`);
}

export function agreeOnAll(
  found: ReturnType<typeof persistent>,
  expected: ReturnType<typeof persistent>,
): void {
  for (const name of ["content", "weak", "marks", "torn"] as const)
    agree(name, difference(found[name], expected[name]), undefined);
  for (const name of [
    "digests",
    "regions",
    "counters",
    "weakCounters",
    "faulty",
    "faultyBySector",
    "retained",
    "cause",
  ] as const)
    agree(name, found[name], expected[name]);
}
