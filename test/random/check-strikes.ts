// Strikes on a random guest, each in a run by itself, against what the explorer says of them all: what is violated, and how
// many the device survives.
import type { Exploration } from "../../host/campaign/explore/exploration.js";
import { NO_FAULTS } from "../../host/campaign/plan/fault-plan.js";
import { RESTS_DOWN, RESTS_WRONG, oracleBit, oracleNames } from "../../host/campaign/plan/oracles.js";
import { Random } from "../../host/core/data/random.js";
import { FLIP_KINDS, FLIP_PLACES, type StrikeChoice } from "../../host/campaign/plan/strike-choice.js";
import { type PlacedStrike, WRITE_EFFECTS, type WriteEffect } from "../../host/campaign/plan/strikes.js";
import type { Device } from "../../host/device/device.js";
import type { Operation } from "../../host/device/operations.js";
import type { RandomCase } from "./cases.js";
import { type PlainRun, type PlainRuns, persistent } from "./plain-runs.js";
import { SECTOR_SIZE } from "./parts.js";
import type { Seated } from "./seat.js";

const SAMPLES = 16;
/** Runs with a strike of one kind; a sample where there are more strikes. */
const RUNS_MAX = 150;
const BITS = 32;
const ALL_POWER_UPS = 100;
const NOT_SURVIVED = RESTS_DOWN | oracleBit("converges");
const NOT_AS_EXPECTED = RESTS_WRONG | NOT_SURVIVED;

/** Which strikes the explorer lays down: everything but flips in each power-up, flips before the first and in one place. */
export function strikesFor({ number, play }: RandomCase): StrikeChoice {
  const random = new Random(number, 1);
  const isFlip = play.models.includes("flip");
  return {
    models: play.models,
    flips: ["rest", FLIP_KINDS[1 + random.below(FLIP_KINDS.length - 1)]!],
    places: [FLIP_PLACES[random.below(FLIP_PLACES.length)]!],
    samples: SAMPLES,
    deeperSamples: 1,
    powerUps: isFlip ? 1 : ALL_POWER_UPS,
    seed: number,
  };
}

/** What is compared, and who is told of differences. */
export interface StrikeCheck {
  readonly seated: Seated;
  readonly one: RandomCase;
  readonly runs: PlainRuns;
  readonly result: Exploration;
  /** Oracles that the explorer says are violated, as a mask. */
  readonly found: number;
  readonly differ: (text: string) => void;
}

/** Strikes of one kind, as the explorer counts their survival. */
interface StrikeKind {
  readonly kind: string;
  readonly strikes: readonly PlacedStrike[];
}

/** Compares strikes of every kind of the case's models. */
export function checkStrikes(check: StrikeCheck): void {
  const { runs, one } = check;
  const calm = runs.run(NO_FAULTS, true);
  // What goes round and round is struck once by the explorer, and again and again here.
  if (calm.gaveUp) return;
  for (const kind of kindsOf(check, calm)) {
    const random = new Random(one.number, 2);
    const isWhole = kind.strikes.length <= RUNS_MAX;
    const chosen = isWhole
      ? kind.strikes
      : Array.from({ length: RUNS_MAX }, () => kind.strikes[random.below(kind.strikes.length)]!);
    const struck = chosen.map((strike) => ({
      strike,
      run: runs.run({ ...NO_FAULTS, strikes: [strike] }),
    }));
    compareOracles(check, kind.kind, struck);
    if (isWhole && kind.kind !== "rest") compareSurvival(check, kind.kind, struck);
    if (kind.kind === "rest") compareFlips(check, calm, struck);
  }
}

function kindsOf({ seated, one }: StrikeCheck, { calls }: PlainRun): StrikeKind[] {
  const { models } = one.play;
  const has = (model: (typeof models)[number]) => models.includes(model);
  const kinds: StrikeKind[] = [];
  if (has("write") || has("misdirected"))
    kinds.push({
      kind: "write",
      strikes: calls.flatMap(({ operations }, call) =>
        persistent(operations).flatMap((operation, index) =>
          effectsOn(operation, has("write"), has("misdirected")).map(([effect, bit]) => ({
            call,
            strike: { kind: "write" as const, operation: index, effect, bit },
          })),
        ),
      ),
    });
  if (has("double-fetch"))
    kinds.push({
      kind: "refetch",
      strikes: calls.flatMap(({ isBoot, reread }, call) =>
        (isBoot ? reread : []).flatMap((offset) =>
          bits().map((bit) => ({ call, strike: { kind: "refetch" as const, offset, bit } })),
        ),
      ),
    });
  if (has("flip")) kinds.push(...flipsOf(seated.device, one));
  return kinds;
}

/** Everything that can go wrong with a write. */
function effectsOn(
  operation: Operation,
  fails: boolean,
  strays: boolean,
): (readonly [effect: WriteEffect, bit: number])[] {
  const effects: (readonly [WriteEffect, number])[] = [];
  if (fails)
    for (const effect of Object.keys(WRITE_EFFECTS) as WriteEffect[])
      if (effect !== "stray" && !(effect === "worn" && operation.kind === "counter"))
        effects.push([effect, 0]);
  if (strays && operation.kind === "program")
    for (let bit = Math.log2(operation.sizeBytes); 2 ** bit < SECTOR_SIZE; bit++)
      effects.push(["stray", bit]);
  return effects;
}

/** Every flip before the first power-up, asked for or not. */
function flipsOf(device: Device, one: RandomCase): StrikeKind[] {
  const places = strikesFor(one).places;
  const strikes = places.flatMap((place): PlacedStrike[] => {
    if (place === "counters") return [];
    const { offset, size } = device.layout[place];
    return Array.from({ length: size / 4 }, (_, word) =>
      bits().map((bit) => ({ call: 0, strike: { kind: "flip" as const, offset: offset + word * 4, bit } })),
    ).flat();
  });
  const counters = bits().map((bit) => ({ call: 0, strike: { kind: "counter" as const, id: 0, bit } }));
  return [
    { kind: "rest", strikes },
    ...(places.includes("counters") ? [{ kind: "counter", strikes: counters }] : []),
  ];
}

function bits(): number[] {
  return Array.from({ length: BITS }, (_, bit) => bit);
}

type Struck = readonly { readonly strike: PlacedStrike; readonly run: PlainRun }[];

/** Nothing is violated that the explorer does not know of. */
function compareOracles({ seated, found, differ }: StrikeCheck, kind: string, struck: Struck): void {
  const missed = struck.filter(({ run }) => (run.violations & seated.faults.judged & ~found) !== 0);
  if (missed.length === 0) return;
  const names = missed.reduce((mask, { run }) => mask | run.violations, 0) & seated.faults.judged & ~found;
  differ(
    `${missed.length} of kind ${kind} violate ${oracleNames(names).join()}, ${JSON.stringify(missed[0]!.strike)}`,
  );
}

/** Of a kind of which every strike was made, as many survive, and as many end as expected. */
function compareSurvival({ result, differ }: StrikeCheck, kind: string, struck: Struck): void {
  const seen = { total: 0, survived: 0, asExpected: 0 };
  for (const { run } of struck) {
    seen.total++;
    if (survives(run)) seen.survived++;
    if ((run.violations & NOT_AS_EXPECTED) === 0) seen.asExpected++;
  }
  const found = { total: 0, survived: 0, asExpected: 0 };
  for (const field of result.survival.fields.filter((one) => one.kind === kind)) {
    found.total += field.total;
    found.survived += field.survived;
    found.asExpected += field.asExpected;
  }
  if (JSON.stringify(seen) !== JSON.stringify(found))
    differ(`${kind}: ${JSON.stringify(seen)} run by run, ${JSON.stringify(found)} explored`);
}

/** A single flip is survived, or is listed among those that are not; one that nothing asks for changes nothing. */
function compareFlips({ result, differ }: StrikeCheck, calm: PlainRun, struck: Struck): void {
  const lost = new Map<number, number>();
  for (const { kind, flips } of result.survival.fields)
    if (kind === "rest") for (const [offset, mask] of flips) lost.set(offset, (lost.get(offset) ?? 0) | mask);
  const wrong = struck.filter(({ strike: { strike }, run }) => {
    if (strike.kind !== "flip") return false;
    const isLost = (((lost.get(strike.offset) ?? 0) >>> strike.bit) & 1) !== 0;
    return survives(run) ? isLost : !isLost && survives(calm);
  });
  if (wrong.length === 0) return;
  const [first] = wrong;
  differ(`${wrong.length} flips are survived or not, ${JSON.stringify(first!.strike.strike)}`);
}

function survives({ violations }: PlainRun): boolean {
  return (violations & NOT_SURVIVED) === 0;
}
