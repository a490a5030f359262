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
  /** A Record is known to stand. */
  readonly recordKnown: boolean;
  /** Slot A, B was written since the last confirmation. */
  readonly written: readonly [boolean, boolean];
  /** Boots of the unconfirmed image in A, B, up to a bound. */
  readonly boots: readonly [number, number];
  /** Boot has written the Record since a trial may have been asked for. */
  readonly onTrial: boolean;
  /** Resets that struck the trial, up to a bound. */
  readonly resets: number;
}

/** Of a device that has just been made. */
export const NOTHING: Memory = {
  offer: 0,
  settled: false,
  confirmed: -1,
  generation: -1,
  newest: -1,
  recordKnown: false,
  written: [false, false],
  boots: [0, 0],
  onTrial: false,
  resets: 0,
};

type Slot = 0 | 1;

/** Whether two say the same. */
export function same(a: Memory, b: Memory): boolean {
  return a === b || JSON.stringify(textOf(a)) === JSON.stringify(textOf(b));
}

/** All of it, in a fixed order. */
export function textOf(memory: Memory) {
  const { offer, settled, confirmed, generation, newest, recordKnown, written, boots, onTrial, resets } =
    memory;
  return [offer, settled, confirmed, generation, newest, recordKnown, ...written, ...boots, onTrial, resets];
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
  const { written, boots } = memory;
  return {
    ...memory,
    written: withSlot(written, slot, true),
    boots: withSlot(boots, slot, 0),
    newest: slot,
    onTrial: false,
    resets: 0,
  };
}

/** Boot, or a firmware in its own slot, has written there: what is confirmed has to say so anew. */
export function moved(memory: Memory, slot: Slot): Memory {
  return memory.confirmed === slot ? { ...memory, confirmed: -1, generation: -1 } : memory;
}

/** The firmware of a slot has written the Record: that may ask for a trial of the other slot, unless that is the confirmed one. */
export function requested(memory: Memory, slot: Slot): Memory {
  const other = slot === 0 ? 1 : 0;
  if (memory.confirmed === -1 || standsConfirmed(memory, other)) return memory;
  return installed(memory, other);
}

/** Boot has written the Record: a trial is under way where one may have been asked for. */
export function counted(memory: Memory): Memory {
  return memory.written[0] || memory.written[1] ? { ...memory, onTrial: true } : memory;
}

/** The unconfirmed image of a slot has booted, counted up to `most`. */
export function booted(memory: Memory, slot: Slot, most: number): Memory {
  return { ...memory, boots: withSlot(memory.boots, slot, Math.min(most, memory.boots[slot] + 1)) };
}

/** A reset has struck, which counts up to `most` while a trial is under way. */
export function wasReset(memory: Memory, most: number): Memory {
  const isTrial = memory.onTrial || memory.boots[0] > 0 || memory.boots[1] > 0;
  return isTrial && memory.resets < most ? { ...memory, resets: memory.resets + 1 } : memory;
}

/** The image that runs in a slot says that it is confirmed: only the story's progress is kept beside that. */
export function confirmedIn(memory: Memory, slot: Slot, generation: number): Memory {
  const { offer, settled, confirmed, resets, written } = memory;
  const outlived = confirmed === slot || (confirmed !== -1 && written[confirmed]);
  return {
    ...NOTHING,
    offer,
    settled,
    recordKnown: true,
    confirmed: slot,
    generation,
    resets: outlived ? resets : 0,
  };
}
