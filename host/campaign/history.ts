// What the oracles remember from one power-up to the next, packed into one word, as it is part of a state's key.
//
//   bit 0 the current offer has run or was refused   1 a slot is confirmed  2 which one   3 a Record is known to stand
//       5 slot A was changed since the last confirmation  6 the same of B
//       8..15 unconfirmed boots of A  16..23 of B   24..31 which of the scenario's offers is the current one

export const HISTORY_DONE = 1;
const CONFIRMED = 1 << 1;
const CONFIRMED_SLOT = 2;
const RECORD_KNOWN = 1 << 3;
const CHANGED_SHIFT = 5;
const BOOTS_SHIFT = 8;
const BOOTS_MAX = 255;
const STEP_SHIFT = 24;
/** What a confirmation does not forget: the scenario's progress. */
const PROGRESS = (0xff << STEP_SHIFT) | HISTORY_DONE;

/** Slot that is confirmed, -1 for none. */
export function confirmedSlot(history: number): number {
  return (history & CONFIRMED) === 0 ? -1 : (history >>> CONFIRMED_SLOT) & 1;
}

/** Unconfirmed boots of a slot since it was last written. */
export function bootsOf(history: number, slot: number): number {
  return (history >>> (BOOTS_SHIFT + 8 * slot)) & BOOTS_MAX;
}

/** Whether a slot was written since the last confirmation. */
export function wasChanged(history: number, slot: number): boolean {
  return ((history >>> (CHANGED_SHIFT + slot)) & 1) !== 0;
}

/** Index of the scenario's current offer. */
export function stepOf(history: number): number {
  return history >>> STEP_SHIFT;
}

/** The next offer is the current one. */
export function afterStep(history: number): number {
  return (history + (1 << STEP_SHIFT)) & ~HISTORY_DONE;
}

/** Boot or a confirming firmware relied on a Record: from now on there is one. */
export function afterRecord(history: number): number {
  return history | RECORD_KNOWN;
}

/** Whether a Record was ever relied on. */
export function recordIsKnown(history: number): boolean {
  return (history & RECORD_KNOWN) !== 0;
}

/** The slot's image is confirmed: it runs and said so. */
export function afterConfirmed(history: number, slot: number): number {
  return (history & PROGRESS) | RECORD_KNOWN | CONFIRMED | (slot << CONFIRMED_SLOT);
}

/** A slot was erased or programmed: a new installation begins. */
export function afterChanged(history: number, slot: number): number {
  const cleared = history & ~(BOOTS_MAX << (BOOTS_SHIFT + 8 * slot));
  return cleared | (1 << (CHANGED_SHIFT + slot));
}

/**
 * Boot itself changed a slot, a firmware its own, or the scenario past all rules: no installation; whether it is confirmed, its
 * firmware has to say anew.
 */
export function afterMoved(history: number, slot: number): number {
  return confirmedSlot(history) === slot ? history & ~(CONFIRMED | (1 << CONFIRMED_SLOT)) : history;
}

/** The firmware in `slot` wrote the Record: where it is confirmed, that may ask for a new trial of the other slot. */
export function afterRequest(history: number, slot: number): number {
  if (slot !== confirmedSlot(history)) return history;
  return (history & ~(BOOTS_MAX << (BOOTS_SHIFT + 8 * (slot ^ 1)))) | (1 << (CHANGED_SHIFT + (slot ^ 1)));
}

/** One more boot of an unconfirmed image. */
export function afterTrialBoot(history: number, slot: number): number {
  if (bootsOf(history, slot) === BOOTS_MAX) return history;
  return history + (1 << (BOOTS_SHIFT + 8 * slot));
}
