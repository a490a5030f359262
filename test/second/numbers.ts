// The numbers of ABI 1 that a second explorer needs, written down once more from the documents: nothing is imported from the
// project, so that a wrong number here or there shows as a difference.

/** In place of an offset or an answer: there is none. */
export const NOWHERE = 0xffffffff;

/** What the Hal answers to an operation. */
export const STATUS = {
  ok: 0,
  outOfRange: 1,
  misaligned: 2,
  badSize: 3,
  notErased: 4,
  writeLimit: 5,
  denied: 6,
  unreadable: 7,
  noSuchCounter: 8,
  counterBackwards: 9,
  outOfOrder: 10,
  nothingOffered: 11,
  full: 13,
} as const;

/** Fields of info(). */
export const INFO = {
  abi: 0,
  flashSize: 1,
  sectorCount: 2,
  sectorOffset: 3,
  sectorSize: 4,
  sectorAt: 5,
  programMin: 6,
  programMax: 7,
  erasedWord: 8,
  programRule: 9,
  resetCause: 10,
  bootedOffset: 11,
  offerCount: 12,
  offerOffset: 13,
  offerSize: 14,
  slotOffset: 15,
  slotSize: 16,
  recordOffset: 17,
  recordSize: 18,
  keysOffset: 19,
  keysSize: 20,
  attempts: 21,
  counterMax: 22,
} as const;

export const ABI_VERSION = 1;

/** Program rules by name, as info() tells them. */
export const RULES = { and: 0, once: 1, "once-or-zero": 2, twice: 3 } as const;

/** Why the device was reset; `open` is decided when a guest asks, and no guest ever sees it. */
export const CAUSE = { power: 0, soft: 1, fault: 2, watchdog: 3, pin: 4, open: 7 } as const;
/** What an open cause may turn out to be: a brown-out is told as a loss of power, though retained words are kept. */
export const OPEN_CAUSES: readonly number[] = [CAUSE.watchdog, CAUSE.soft, CAUSE.pin, CAUSE.power];

/** What a step of the agent answers. */
export const STEP = { more: 0, idle: 1, confirmed: 2, refused: 3 } as const;
/** Input of a step whose self-test passed. */
export const SELF_TEST_GOOD = 1;

/** The event by which a guest tells what Record it found; NOWHERE is its value where there is none. */
export const EVENT_RECORD = 0x45423;

/** The counter that holds the security floor. */
export const FLOOR = 0;
export const COUNTERS = 8;
export const RETAINED_WORDS = 16;

/** What mayWrite() answers of a guest that may write slots. */
export const MAY_WRITE_SLOTS = 1;
