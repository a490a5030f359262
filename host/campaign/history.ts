// What the oracles remember from one power-up to the next, packed into one word, as it is part of a state's key.
//
//   bit 0 the offered image has run   1 a slot is confirmed  2 which one
//       5 slot A was changed since the last confirmation  6 the same of B   8..15 unconfirmed boots of A  16..23 of B

export const HISTORY_RAN = 1;
const CONFIRMED = 1 << 1;
const CONFIRMED_SLOT = 2;
const CHANGED_SHIFT = 5;
const BOOTS_SHIFT = 8;
const BOOTS_MAX = 255;

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

/** The slot's image is confirmed: it runs and said so. */
export function afterConfirmed(history: number, slot: number): number {
  return (history & HISTORY_RAN) | CONFIRMED | (slot << CONFIRMED_SLOT);
}

/** A slot was erased or programmed: a new installation begins. */
export function afterChanged(history: number, slot: number): number {
  const cleared = history & ~(BOOTS_MAX << (BOOTS_SHIFT + 8 * slot));
  return cleared | (1 << (CHANGED_SHIFT + slot));
}

/** One more boot of an unconfirmed image. */
export function afterTrialBoot(history: number, slot: number): number {
  if (bootsOf(history, slot) === BOOTS_MAX) return history;
  return history + (1 << (BOOTS_SHIFT + 8 * slot));
}
