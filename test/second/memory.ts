// What the oracles remember of a run, as plain values: which offer stands, which slot was heard to be confirmed, what was written
// since, how often an unconfirmed image has booted. Part of a state: two states that differ in it are two.

/** What is remembered. */
export interface Memory {
  /** Which of the story's offers is the current one. */
  readonly offer: number;
  /** The current offer has run, or was refused. */
  readonly settled: boolean;
  /** Slot that is confirmed; -1: none. */
  readonly confirmed: -1 | 0 | 1;
  /** Generation of the image that was confirmed there; -1: none. */
  readonly generation: number;
  /** Slot that was installed into last, or is asked to be tried, since the last confirmation; -1: none. */
  readonly newest: -1 | 0 | 1;
  /** Generation in the other slot that might have run instead, when the newest booted; -1: none. */
  readonly behind: number;
  /** To be seen at the next power-up: an image on trial was cut writing the other slot, fit or not; the confirmed slot was written past that. */
  readonly unseen: { readonly overwritten: "no" | "fit" | "unfit"; readonly moved: boolean };
  /** A Record is known to stand. */
  readonly recordKnown: boolean;
  /** Slot A, B was written since the last confirmation. */
  readonly written: readonly [boolean, boolean];
  /** Boots of the unconfirmed image in A, B, up to a bound. */
  readonly boots: readonly [number, number];
  /** A boot that ran it has changed something before, in A, in B: boot counts what is on trial. */
  readonly tallied: readonly [boolean, boolean];
  /** Boot has written the Record since a trial may have been asked for. */
  readonly onTrial: boolean;
  /** Resets that struck the trial, up to a bound. */
  readonly resets: number;
  /** So many have struck a trial of the offered image, of the expected one, that it may be given up. */
  readonly givenUp: { readonly offered: boolean; readonly expected: boolean };
  /** Generation of the image to which such a trial has fallen back; -1: none. */
  readonly kept: number;
}

/** Of a device that has just been made. */
export const NOTHING: Memory = {
  offer: 0,
  settled: false,
  confirmed: -1,
  generation: -1,
  newest: -1,
  behind: -1,
  unseen: { overwritten: "no", moved: false },
  recordKnown: false,
  written: [false, false],
  boots: [0, 0],
  tallied: [false, false],
  onTrial: false,
  resets: 0,
  givenUp: { offered: false, expected: false },
  kept: -1,
};

type Slot = 0 | 1;

/** Whether two say the same. */
export function same(a: Memory, b: Memory): boolean {
  return a === b || JSON.stringify(textOf(a)) === JSON.stringify(textOf(b));
}

/** All of it, in a fixed order. */
export function textOf(memory: Memory) {
  const { offer, settled, confirmed, generation, newest, behind, unseen, givenUp } = memory;
  const { recordKnown, written, boots, tallied, onTrial, resets } = memory;
  return [
    ...[offer, settled, confirmed, generation, newest, behind, unseen.overwritten, unseen.moved, recordKnown],
    ...[...written, ...boots, ...tallied, onTrial, resets, givenUp.offered, givenUp.expected, memory.kept],
  ];
}

function withSlot<T>(pair: readonly [T, T], slot: Slot, value: T): readonly [T, T] {
  return slot === 0 ? [value, pair[1]] : [pair[0], value];
}

/** The image that was confirmed in a slot stands there still: nothing was written over it. */
export function standsConfirmed({ confirmed, written }: Memory, slot: Slot): boolean {
  return confirmed === slot && !written[slot];
}

/** The other slot's firmware has written a slot: an installation begins, and a trial that was under way is over. */
export function installed(memory: Memory, slot: Slot): Memory {
  const { written, boots, tallied } = memory;
  return {
    ...memory,
    written: withSlot(written, slot, true),
    boots: withSlot(boots, slot, 0),
    tallied: withSlot(tallied, slot, false),
    newest: slot,
    behind: -1,
    onTrial: false,
    resets: 0,
  };
}

/** Boot, or a firmware in its own slot, has written there: what is confirmed has to say so anew. */
export function moved(memory: Memory, slot: Slot): Memory {
  return memory.confirmed === slot ? { ...memory, confirmed: -1, generation: -1 } : memory;
}

/** The image in a slot is the newest and has not been heard: it is on trial. */
export function isOnTrial(memory: Memory, slot: Slot): boolean {
  return memory.newest === slot && !standsConfirmed(memory, slot);
}

/**
 * The firmware of a slot has written the Record: who is not on trial may thereby ask for a trial of the other slot. By a counter or a
 * retained word it may do so only for what was installed there.
 */
export function requested(memory: Memory, slot: Slot, by: "record" | "other"): Memory {
  const other = slot === 0 ? 1 : 0;
  if (by === "other" && !memory.written[other]) return memory;
  const mayAsk = memory.confirmed !== -1 || memory.newest === other;
  if (!mayAsk || isOnTrial(memory, slot) || standsConfirmed(memory, other)) return memory;
  return installed(memory, other);
}

/** Boot has kept count: a trial is under way where one may have been asked for. */
export function counted(memory: Memory): Memory {
  return memory.written[0] || memory.written[1] ? { ...memory, onTrial: true } : memory;
}

/**
 * The unconfirmed image of a slot has booted, counted up to `most`; beside it an image of generation `behind` may run, and boot has changed
 * something before (`writes`) or not.
 */
export function booted(
  memory: Memory,
  slot: Slot,
  { most, behind, writes }: { readonly most: number; readonly behind: number; readonly writes: boolean },
): Memory {
  const boots = withSlot(memory.boots, slot, Math.min(most, memory.boots[slot] + 1));
  const tallied = writes ? withSlot(memory.tallied, slot, true) : memory.tallied;
  return { ...memory, boots, tallied, behind: memory.newest === slot ? behind : memory.behind };
}

/** What a reset may strike: a trial of the offered image, or of the expected one. */
export interface Trial {
  readonly offered: boolean;
  readonly expected: boolean;
  /** Resets that it cannot take. */
  readonly most: number;
  readonly hasRun: boolean;
  /** Generation beside it; -1: none. */
  readonly behind: number;
}

/** A reset has struck a trial, if it is under way. */
export function wasReset(memory: Memory, { offered, expected, most, hasRun, behind }: Trial): Memory {
  if (!memory.onTrial && !hasRun) return memory;
  const resets = memory.resets >= most ? memory.resets : memory.resets + 1;
  if (resets < most) return { ...memory, resets };
  const { givenUp } = memory;
  return {
    ...memory,
    resets,
    givenUp: { offered: givenUp.offered || offered, expected: givenUp.expected || expected },
    kept: behind,
  };
}

/** The image that runs in a slot says that it is confirmed: only the story's progress is kept beside that, and what was given up. */
export function confirmedIn(memory: Memory, slot: Slot, generation: number): Memory {
  const { offer, settled, givenUp, kept } = memory;
  return { ...NOTHING, offer, settled, givenUp, kept, recordKnown: true, confirmed: slot, generation };
}
