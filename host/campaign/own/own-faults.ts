// Every single fault of a scene's calm run, by kind, as lists that are drawn from by number: the run is executed twice and
// what it does and asks for is listed. Like the explorer's lists (strike-tasks.ts), but for whole runs from the start.
import * as abi from "../../../assembly/abi.js";
import type { Operation } from "../../device/device.js";
import { flashSizeOf, sectorsOf } from "../../device/layout.js";
import { type Cut, type FaultPlan, type Loss, shapeName } from "../plan/faults.js";
import { type RunSubject, runPlain } from "../play/plain.js";
import { Random } from "../../core/data/random.js";
import type { StrikeChoice } from "../explore/strike-lists.js";
import type { Strike, WriteEffect } from "../plan/strikes.js";

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

const BITS = 32;
const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;
/** A read that no call gets to: what is left of it after a call says how many there were. */
const NEVER = 0xffffffff;

/** The single faults of a scene, a list for each kind that the models have. */
export function faultLists(subject: RunSubject, choice: StrikeChoice): FaultList[] {
  const calm = calmRun(subject);
  const has = (model: StrikeChoice["models"][number]) => choice.models.includes(model);
  const flips = (kind: StrikeChoice["flips"][number]) => has("flip") && choice.flips.includes(kind);
  const lists = [
    ...subject.faults.losses.map((loss) => cutList(subject, calm, loss)),
    ...(has("write") ? [listOf(calm.operations.flatMap(failures))] : []),
    ...(has("misdirected") ? [listOf(calm.operations.flatMap((one) => strays(subject, one)))] : []),
    ...(flips("rest") ? restLists(subject, calm, choice) : []),
    ...(flips("pair") ? [pairList(subject, calm, choice)] : []),
    ...(flips("offer") ? [offerList(subject)] : []),
    ...(flips("read") ? [perCall(calm, ({ reads }) => reads * BITS, readAt)] : []),
    ...(flips("ram") ? [perCall(calm, ({ reads, ram }) => reads * ram * 8, ramAt)] : []),
    ...(has("double-fetch") ? [perCall(calm, ({ refetched }) => refetched.length * BITS, refetchAt)] : []),
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

function failures({ call, operation, kind }: CalmOperation): FaultPlan[] {
  const effects: readonly WriteEffect[] =
    kind === abi.OP_COUNTER ? ["dropped", "failed"] : ["dropped", "failed", "worn"];
  return effects.map((effect) => struck(call, { kind: "write", operation, effect, bit: 0 }));
}

/** A program that lands elsewhere in its sector: each address bit above those of its own size. */
function strays(
  { device }: RunSubject,
  { call, operation, kind, offset, sizeBytes }: CalmOperation,
): FaultPlan[] {
  if (kind !== abi.OP_PROGRAM) return [];
  const sector = sectorsOf(device.part).find((one) => offset < one.offset + one.size);
  const plans: FaultPlan[] = [];
  for (let bit = Math.log2(sizeBytes); 2 ** bit < (sector?.size ?? 0); bit++)
    plans.push(struck(call, { kind: "write", operation, effect: "stray", bit }));
  return plans;
}

/** Calls that begin a power-up. */
function bootsOf({ calls }: CalmRun): number[] {
  return calls.flatMap(({ isBoot }, call) => (isBoot ? [call] : []));
}

/** Words at rest, in the places that are struck, that the calm run asks for. */
function wordsAt({ device }: RunSubject, { words }: CalmRun, { places }: StrikeChoice): number[] {
  const regions = places.flatMap((place) => (place === "counters" ? [] : [device.layout[place]]));
  return words.filter((word) => regions.some(({ offset, size }) => word >= offset && word < offset + size));
}

function restLists(subject: RunSubject, calm: CalmRun, choice: StrikeChoice): FaultList[] {
  const boots = bootsOf(calm);
  const words = wordsAt(subject, calm, choice);
  const bits = words.length * BITS;
  const rest: FaultList = {
    size: boots.length * bits,
    at: (index) => {
      const within = index % bits;
      const offset = words[Math.floor(within / BITS)] as number;
      return struck(boots[Math.floor(index / bits)] as number, { kind: "flip", offset, bit: within % BITS });
    },
  };
  if (!choice.places.includes("counters")) return [rest];
  const counters = boots.flatMap((call) =>
    Array.from({ length: BITS }, (_, bit) => struck(call, { kind: "counter", id: abi.COUNTER_FLOOR, bit })),
  );
  return [rest, listOf(counters)];
}

function pairList(subject: RunSubject, calm: CalmRun, choice: StrikeChoice): FaultList {
  const boots = bootsOf(calm);
  const words = wordsAt(subject, calm, choice);
  return {
    size: words.length === 0 ? 0 : choice.samples,
    at: (index) => {
      const random = new Random(choice.seed, index);
      const flip = (): Strike => ({
        kind: "flip",
        offset: words[random.below(words.length)] as number,
        bit: random.below(BITS),
      });
      return struck(boots[random.below(boots.length)] as number, flip(), flip());
    },
  };
}

function offerList({ scene }: RunSubject): FaultList {
  const bytes = scene.images.reduce((sum, image) => sum + ((image.bytes.length + 3) & ~3), 0);
  return {
    size: scene.scenario.steps.length === 0 ? 0 : bytes * 8,
    at: (index) => struck(0, { kind: "offer", offset: Math.floor(index / BITS) * 4, bit: index % BITS }),
  };
}

/** A list over all calls, of which each has so many faults. */
function perCall(
  { calls }: CalmRun,
  sizeOf: (call: CalmCall) => number,
  strikeAt: (call: CalmCall, index: number) => Strike,
): FaultList {
  const sizes = calls.map(sizeOf);
  return {
    size: sizes.reduce((sum, size) => sum + size, 0),
    at: (index) => {
      let call = 0;
      let within = index;
      while (within >= (sizes[call] as number)) within -= sizes[call++] as number;
      return struck(call, strikeAt(calls[call] as CalmCall, within));
    },
  };
}

function readAt(_call: CalmCall, index: number): Strike {
  return { kind: "read", read: Math.floor(index / BITS), bit: index % BITS };
}

function ramAt({ ram }: CalmCall, index: number): Strike {
  const bits = ram * 8;
  const within = index % bits;
  return { kind: "ram", read: Math.floor(index / bits), address: Math.floor(within / 8), bit: within % 8 };
}

function refetchAt({ refetched }: CalmCall, index: number): Strike {
  return { kind: "refetch", offset: refetched[Math.floor(index / BITS)] as number, bit: index % BITS };
}
