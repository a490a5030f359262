// What the oracles remember from one power-up to the next, and what surrounds the device. A history is immutable and there is one object for each content, so
// that two are equal when they are the same; its digest is part of a state's key, by content, so that shares of a campaign
// agree. Fields may be added: nothing is packed.
import { absorb, freshLanes } from "../../core/data/hash.js";
import type { World } from "../world/world.js";

/** The fields of a history. */
interface Facts {
  /** Which of the scenario's offers is the current one. */
  readonly step: number;
  /** The current offer has run or was refused. */
  readonly isDone: boolean;
  /** Slot (0, 1) that is confirmed; -1: none. */
  readonly confirmed: number;
  /** Generation of the image that was confirmed there; -1: none, or none of the scenario's. */
  readonly generation: number;
  /** Slot (0, 1) that was installed into last, or whose image was asked to be tried, since the last confirmation; -1: none. */
  readonly newest: number;
  /** Generation of the image that the newest one would fall back to, as it booted last; -1: none that may run. */
  readonly fallback: number;
  /** What a cut has left to be looked at: OPEN_ bits. */
  readonly open: number;
  /** A Record is known to stand. */
  readonly recordIsKnown: boolean;
  /** Slot A, B was changed since the last confirmation. */
  readonly changedA: boolean;
  readonly changedB: boolean;
  /** Unconfirmed boots of A, of B; counted up to a bound beyond which nothing tells two counts apart. */
  readonly bootsA: number;
  readonly bootsB: number;
  /** A boot of the unconfirmed image in A (1), in B (2) has changed something before it ran: such a boot counts trials. */
  readonly counts: number;
  /** Boot has counted since a trial may have been asked for: there, or where it has booted, one is under way. */
  readonly onTrial: boolean;
  /** Resets (model reset) that struck it; counted up to what it has attempts to spare. */
  readonly trialResets: number;
  /** Whose trial so many have struck that it may be given up: SPENT_ bits. */
  readonly spent: number;
  /** Boots in which the confirmed image's firmware is yet to be reset by the watchdog (incidents.ts). */
  readonly failing: number;
  /** Generation of the image that may then stay instead, the one that it fell back to; -1: none. */
  readonly instead: number;
  /** What surrounds the device; null where no guest can ask for it. */
  readonly world: World | null;
  /** Where an application runs beside the firmware: whose the next call is, NO_TURN where there is none. */
  readonly turn: typeof NO_TURN | typeof APPLICATION_NEXT | typeof APPLICATION_MOVED;
}

/** What the oracles remember. */
export interface History extends Facts {
  /** Four words that tell its content apart. */
  readonly digest: readonly [number, number, number, number];
  /** What follows on it, by the change: computed once. */
  readonly next: Map<string, History>;
}

/** The next call is boot's or the agent's; the application's; the agent's, and in the application's something around the device has changed. */
export const NO_TURN = 0;
export const APPLICATION_NEXT = 1;
export const APPLICATION_MOVED = 2;

/** Boot, or a firmware in its own slot, was cut writing the confirmed slot. */
export const OPEN_MOVED = 1;
/** The newest image's firmware, not confirmed, was cut writing the other slot. */
export const OPEN_WRITTEN = 2;
/** Likewise, and its self-test was not good. */
export const OPEN_RUINED = 4;

/** The image that is offered. */
export const SPENT_OFFERED = 1;
/** The image that must run at rest. */
export const SPENT_WANTED = 2;

const POOL = new Map<string, History>();

const NOTHING: Facts = {
  step: 0,
  isDone: false,
  confirmed: -1,
  generation: -1,
  newest: -1,
  fallback: -1,
  open: 0,
  recordIsKnown: false,
  changedA: false,
  changedB: false,
  bootsA: 0,
  bootsB: 0,
  counts: 0,
  onTrial: false,
  trialResets: 0,
  spent: 0,
  failing: 0,
  instead: -1,
  world: null,
  turn: NO_TURN,
};

/** Nothing has happened yet. */
export const NO_HISTORY: History = historyOf(NOTHING);

function historyOf(facts: Facts): History {
  const numbers = [
    facts.step,
    facts.isDone ? 1 : 0,
    facts.confirmed,
    facts.generation,
    facts.newest,
    facts.fallback,
    facts.open,
    facts.recordIsKnown ? 1 : 0,
    facts.changedA ? 1 : 0,
    facts.changedB ? 1 : 0,
    facts.bootsA,
    facts.bootsB,
    (facts.onTrial ? 1 : 0) | (facts.counts << 1),
    facts.trialResets,
    facts.spent,
    facts.failing,
    facts.instead,
    ...(facts.world?.digest ?? []),
    ...(facts.turn === NO_TURN ? [] : [facts.turn]),
  ];
  const text = numbers.join();
  const known = POOL.get(text);
  if (known !== undefined) return known;
  const lanes = freshLanes();
  absorb(lanes, numbers, 0, numbers.length);
  const [a = 0, b = 0, c = 0, d = 0] = lanes;
  const history: History = { ...facts, digest: [a, b, c, d], next: new Map() };
  POOL.set(text, history);
  return history;
}

/** The history with a change made to it; `name` tells the change from every other. */
export function after(history: History, name: string, change: (facts: Facts) => Partial<Facts>): History {
  let next = history.next.get(name);
  if (next === undefined) {
    history.next.set(name, (next = historyOf({ ...history, ...change(history) })));
  }
  return next;
}

/** Something else surrounds the device. */
export function withWorld(history: History, world: World | null): History {
  return world === history.world ? history : after(history, `world ${world?.id ?? ""}`, () => ({ world }));
}

/** Somebody else has the next call. */
export function withTurn(history: History, turn: History["turn"]): History {
  return turn === history.turn ? history : after(history, `turn ${turn}`, () => ({ turn }));
}

/** Unconfirmed boots of a slot since it was last written. */
export function bootsOf({ bootsA, bootsB }: History, slot: number): number {
  return slot === 0 ? bootsA : bootsB;
}

/** Whether a slot was written since the last confirmation. */
export function wasChanged({ changedA, changedB }: History, slot: number): boolean {
  return slot === 0 ? changedA : changedB;
}

/** Whether the image in `slot` (-1: none) is the one that was confirmed there: nothing was written over it. */
export function isConfirmed(history: History, slot: number): boolean {
  return slot !== -1 && slot === history.confirmed && !wasChanged(history, slot);
}

/**
 * The next offer is the current one.
 * @param wanted the image that must run was among the offers until then: what has struck its trial is not forgotten
 */
export function afterStep(history: History, wanted: boolean): History {
  return after(
    history,
    wanted ? "step" : "step, struck no more",
    ({ step, trialResets, spent, instead }) => ({
      step: step + 1,
      isDone: false,
      trialResets: wanted ? trialResets : 0,
      spent: spent & SPENT_WANTED,
      instead: (spent & SPENT_WANTED) === 0 ? -1 : instead,
    }),
  );
}

/** The current offer has run or was refused. */
export function afterDone(history: History): History {
  return after(history, "done", () => ({ isDone: true }));
}

/** Boot or a confirming firmware relied on a Record: from now on there is one. */
export function afterRecord(history: History): History {
  return history.recordIsKnown ? history : after(history, "record", () => ({ recordIsKnown: true }));
}

/**
 * The slot's image, of this generation, is confirmed: it runs and said so. Beside that, the scenario's progress is kept, and which trials
 * resets have used up.
 */
export function afterConfirmed(history: History, slot: number, generation: number): History {
  return after(history, `confirmed ${slot} ${generation}`, (before) => ({
    ...NOTHING,
    step: before.step,
    isDone: before.isDone,
    spent: before.spent,
    // Another image does not fail.
    failing: before.confirmed === slot && before.generation === generation ? before.failing : 0,
    instead: before.instead,
    world: before.world,
    recordIsKnown: true,
    confirmed: slot,
    generation,
  }));
}

/** A slot was erased or programmed: a new installation begins; or what stands there may be tried anew. */
export function afterChanged(history: History, slot: number): History {
  const isNew = history.newest === slot && history.fallback === -1;
  const isOver = !history.onTrial && history.trialResets === 0 && isNew;
  if (wasChanged(history, slot) && bootsOf(history, slot) === 0 && isOver) return history;
  const counts = history.counts & ~(1 << slot);
  const over = { onTrial: false, trialResets: 0, newest: slot, fallback: -1, counts };
  return slot === 0
    ? after(history, `changed 0 ${counts}`, () => ({ changedA: true, bootsA: 0, ...over }))
    : after(history, `changed 1 ${counts}`, () => ({ changedB: true, bootsB: 0, ...over }));
}

/**
 * Boot itself changed a slot, a firmware its own, or the scenario past all rules: no installation; where the confirmed image stands no
 * more, whether it is confirmed, its firmware has to say anew.
 */
export function afterMoved(history: History, slot: number): History {
  return history.confirmed === slot
    ? after(history, "moved", () => ({ confirmed: -1, generation: -1 }))
    : history;
}

/** A slot's content was changed past all rules: nothing is known any more of what stood there. */
export function afterIncidentIn(history: History, slot: number): History {
  const moved = afterMoved(history, slot);
  if (moved.newest !== (slot ^ 1) || moved.fallback === -1) return moved;
  return after(moved, "no fallback", () => ({ fallback: -1 }));
}

/** The Record was destroyed past all rules: whoever finds none has lost none. */
export function afterRecordLost(history: History): History {
  return history.recordIsKnown ? after(history, "record lost", () => ({ recordIsKnown: false })) : history;
}

/** The firmware in `slot` is that of the confirmed image, and fails. */
export function isFailing(history: History, slot: number): boolean {
  return history.failing > 0 && isConfirmed(history, slot);
}

/** From now on the confirmed image's firmware is reset in its next `boots` boots. */
export function afterFailing(history: History, boots: number): History {
  return history.failing === boots ? history : after(history, `failing ${boots}`, () => ({ failing: boots }));
}

/** A boot has ended of the firmware in `slot`: one fewer in which it is to be reset, where it was. */
export function afterFailedBoot(history: History, slot: number): History {
  return isFailing(history, slot) ? afterFailing(history, history.failing - 1) : history;
}

/** The step of the scenario that stood next has happened. */
export function afterIncident(history: History): History {
  return after(history, "incident", ({ step }) => ({ step: step + 1, isDone: false }));
}

/** A cut has left something to be looked at (OPEN_ bits). */
export function afterOpen(history: History, bits: number): History {
  const open = history.open | bits;
  return open === history.open ? history : after(history, `open ${open}`, () => ({ open }));
}

/** It was looked at. */
export function afterLook(history: History): History {
  return history.open === 0 ? history : after(history, "look", () => ({ open: 0 }));
}
