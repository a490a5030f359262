// Every single fault of a scene's calm run, by kind, as lists that are drawn from by number: the run is executed twice and
// what it does and asks for is listed. Like the explorer's lists (explore/strikes/strike-lists.ts), but for whole runs from the start.
import * as abi from "../../../assembly/abi.js";
import type { Operation } from "../../device/operations.js";
import { flashSizeOf, sectorsOf } from "../../device/layout.js";
import type { Cut, FaultPlan, Loss } from "../plan/fault-plan.js";
import { shapeName } from "../plan/shapes.js";
import { type RunSubject, runPlain } from "../play/plain.js";
import { Random } from "../../core/data/random.js";
import type { StrikeChoice } from "../plan/strike-choice.js";
import {
  type StrikeRange,
  counterFlips,
  drawnPair,
  flipRegions,
  offerFlips,
  ramFlips,
  readFlips,
  refetchFlips,
  restFlips,
  writeStrikes,
} from "../plan/strike-kinds.js";
import type { Strike } from "../plan/strikes.js";

/** Faults of one kind. */
export interface FaultList {
  readonly size: number;
  at(index: number): FaultPlan;
}

/** A persistent operation of the calm run. */
interface CalmOperation {
  readonly call: number;
  /** From 0 in its call. */
  readonly operation: number;
  readonly kind: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A guest call of the calm run. */
interface CalmCall {
  readonly isBoot: boolean;
  /** Flash reads. */
  reads: number;
  /** Bytes of boot's RAM up to the last that it used. */
  ram: number;
  /** Offsets of words that it read more than once. */
  readonly refetched: readonly number[];
}

interface CalmRun {
  readonly calls: readonly CalmCall[];
  readonly operations: readonly CalmOperation[];
  /** Changes of retained words, each with its number in its call. */
  readonly retained: readonly { readonly call: number; readonly retained: number }[];
  /** Offsets of words that any call asked for, in order. */
  readonly words: readonly number[];
}

const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;
/** A read that no call gets to: what is left of it after a call says how many there were. */
const NEVER = 0xffffffff;

/** The single faults of a scene, a list for each kind that the models have. */
export function faultLists(subject: RunSubject, choice: StrikeChoice): FaultList[] {
  const calm = calmRun(subject);
  const has = (model: StrikeChoice["models"][number]) => choice.models.includes(model);
  const flips = (kind: StrikeChoice["flips"][number]) => has("flip") && choice.flips.includes(kind);
  const writes = (model: "write" | "misdirected") =>
    has(model) ? [listOf(calm.operations.flatMap((one) => writesOf(subject, one, model)))] : [];
  const lists = [
    ...subject.faults.losses.map((loss) => cutList(subject, calm, loss)),
    ...writes("write"),
    ...writes("misdirected"),
    ...(flips("rest") ? restLists(subject, calm, choice) : []),
    ...(flips("pair") ? [pairList(subject, calm, choice)] : []),
    ...(flips("offer") ? [inCalls([{ call: 0, range: offerFlips(subject.scene) }])] : []),
    ...(flips("read") ? [perCall(calm, ({ reads }) => readFlips(reads))] : []),
    ...(flips("ram") ? [perCall(calm, ({ reads, ram }) => ramFlips(reads, ram))] : []),
    ...(has("double-fetch") ? [perCall(calm, ({ refetched }) => refetchFlips(refetched))] : []),
  ];
  return lists.filter(({ size }) => size > 0);
}

/** At most `count` faults, as many of each kind as there are or as the others leave room for; drawn with the seed. */
export function sampleOf(lists: readonly FaultList[], count: number, seed: number): FaultPlan[] {
  const quotas = new Map<FaultList, number>();
  let left = count;
  [...lists]
    .sort((a, b) => a.size - b.size)
    .forEach((list, index) => {
      const quota = Math.min(list.size, Math.floor(left / (lists.length - index)));
      quotas.set(list, quota);
      left -= quota;
    });
  return lists.flatMap((list, salt) => drawn(list, quotas.get(list) ?? 0, new Random(seed, salt)));
}

function drawn(list: FaultList, count: number, random: Random): FaultPlan[] {
  if (count === list.size) return Array.from({ length: count }, (_, index) => list.at(index));
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.below(list.size));
  return [...chosen].sort((a, b) => a - b).map((index) => list.at(index));
}

/** Runs without faults, twice: reads can only be counted in calls that are known to come. */
function calmRun({ device, scene, start }: RunSubject): CalmRun {
  const calls: CalmCall[] = [];
  const operations: CalmOperation[] = [];
  const retained: { call: number; retained: number }[] = [];
  const asked = new Set<number>();
  device.exports.trackClear();
  runPlain(device, scene, start, {
    tracks: true,
    onCall: ({ index, position, operations: done }) => {
      const tracked = new Uint8Array(
        device.words.buffer,
        device.table(abi.TABLE_TRACKED) * 4,
        flashSizeOf(device.part) / 4,
      );
      const refetched: number[] = [];
      tracked.forEach((count, word) => {
        if (count > 0) asked.add(word * 4);
        if (count > 1) refetched.push(word * 4);
      });
      const isBoot = position.bootedOffset === abi.NOWHERE;
      calls.push({ isBoot, reads: 0, ram: 0, refetched: isBoot ? refetched : [] });
      done
        .filter(isPersistent)
        .forEach((one, operation) => operations.push(calmOperation(index, operation, one)));
      done
        .filter(({ kind }) => kind === "retained")
        .forEach((_, change) => retained.push({ call: index, retained: change }));
      device.exports.trackClear();
    },
  });
  device.exports.rollback();
  const strikes = calls.map((_, call) => ({ call, strike: { kind: "read", read: NEVER, bit: 0 } as const }));
  runPlain(device, scene, start, {
    faults: { cuts: [], reads: [], strikes },
    onCall: ({ index }) => {
      const call = calls[index];
      if (call === undefined) return;
      call.reads = NEVER - device.flipsLeft();
      if (call.isBoot) call.ram = device.boot.usedEnd;
    },
  });
  device.exports.rollback();
  return { calls, operations, retained, words: [...asked].sort((a, b) => a - b) };
}

type Persistent = Extract<Operation, { readonly kind: "program" | "erase" | "counter" }>;

function isPersistent(operation: Operation): operation is Persistent {
  return "status" in operation && operation.kind !== "stray" && operation.status === abi.STATUS_OK;
}

function calmOperation(call: number, operation: number, done: Persistent): CalmOperation {
  const kind = KINDS[done.kind as keyof typeof KINDS];
  if (done.kind === "counter") return { call, operation, kind, offset: done.id, sizeBytes: 0 };
  return { call, operation, kind, offset: done.offset, sizeBytes: done.sizeBytes };
}

/** Every cut of the run by a loss: before each call, in each operation, after each change of a retained word. */
function cutList({ faults }: RunSubject, { calls, operations, retained }: CalmRun, loss: Loss): FaultList {
  const reset = loss === "reset" ? ({ reset: true } as const) : {};
  const cuts: Cut[] = [
    ...calls.map((_, call) => ({ call, before: true, ...reset }) as const),
    ...operations.flatMap(({ call, operation, kind, offset, sizeBytes }) =>
      faults
        .shapesOf(kind, offset, sizeBytes)
        .map((shape) => ({ call, operation, shape: shapeName(kind, shape), ...reset })),
    ),
    ...(loss === "reset" ? retained.map((at) => ({ ...at, reset: true }) as const) : []),
  ];
  return {
    size: cuts.length,
    at: (index) => ({ cuts: [cuts[index] as Cut], reads: [], strikes: [] }),
  };
}

function struck(call: number, ...strikes: readonly Strike[]): FaultPlan {
  return { cuts: [], reads: [], strikes: strikes.map((strike) => ({ call, strike })) };
}

function listOf(plans: readonly FaultPlan[]): FaultList {
  return { size: plans.length, at: (index) => plans[index] as FaultPlan };
}

/** How an operation of the run can go wrong under one model. */
function writesOf({ device }: RunSubject, done: CalmOperation, model: "write" | "misdirected"): FaultPlan[] {
  const sector = sectorsOf(device.part).find((one) => done.offset < one.offset + one.size);
  const strikes = writeStrikes({ ...done, sectorBytes: sector?.size ?? 0 }, (name) => name === model);
  return strikes.map((strike) => struck(done.call, strike));
}

/** Calls that begin a power-up. */
function bootsOf({ calls }: CalmRun): number[] {
  return calls.flatMap(({ isBoot }, call) => (isBoot ? [call] : []));
}

/** Words at rest, in the places that are struck, that the calm run asks for. */
function wordsAt({ device }: RunSubject, { words }: CalmRun, { places }: StrikeChoice): number[] {
  const regions = flipRegions(device.layout, places);
  return words.filter((word) => regions.some(({ offset, size }) => word >= offset && word < offset + size));
}

function restLists(subject: RunSubject, calm: CalmRun, choice: StrikeChoice): FaultList[] {
  const atBoots = (range: StrikeRange) => inCalls(bootsOf(calm).map((call) => ({ call, range })));
  const rest = atBoots(restFlips(wordsAt(subject, calm, choice)));
  return choice.places.includes("counters") ? [rest, atBoots(counterFlips(subject.device.part))] : [rest];
}

function pairList(subject: RunSubject, calm: CalmRun, choice: StrikeChoice): FaultList {
  const boots = bootsOf(calm);
  const words = wordsAt(subject, calm, choice);
  return {
    size: words.length === 0 ? 0 : choice.samples,
    at: (index) => {
      const random = new Random(choice.seed, index);
      // The power-up is drawn first: the same seed gives the same pairs as ever.
      const call = boots[random.below(boots.length)] as number;
      return struck(call, ...drawnPair(words, random));
    },
  };
}

/** A list over all calls of the run, of which each has strikes of its own. */
function perCall({ calls }: CalmRun, rangeOf: (call: CalmCall) => StrikeRange): FaultList {
  return inCalls(calls.map((one, call) => ({ call, range: rangeOf(one) })));
}

/** The strikes of these calls, one call after the other. */
function inCalls(calls: readonly { readonly call: number; readonly range: StrikeRange }[]): FaultList {
  return {
    size: calls.reduce((sum, { range }) => sum + range.size, 0),
    at: (index) => {
      let within = index;
      for (const { call, range } of calls) {
        if (within < range.size) return struck(call, range.at(within));
        within -= range.size;
      }
      throw new RangeError(`expected a fault of the list, found number ${index}`);
    },
  };
}
