// The record of a state, word by word: what the states module keeps behind a state's key (assembly/states). Constants.

export const CAUSE_MASK = 7;
export const FLAG_CHANGED = 8;
export const FLAG_CONFIRMED = 16;
export const FLAG_OVERDUE = 32;
export const FLAG_STRUCK = 64;

/** Words of a record. The first four are the key. */
export const MOMENT = 4;
export const PLACE = 5;
/** FLAG_ bits and cause << 8, shape. */
export const STANDING = 6;
export const FROM = 7;
/** Operation << 8, kind. */
export const OPERATION = 8;
/** Least number of faults; with FAULT_LED_HERE above it: one word, as any explorer may change it. */
export const DEPTH = 9;
export const FAULT_LED_HERE = 0x80000000;
export const JUDGED = 10;
/** The one follower; or where the list of several stands. */
export const FOLLOWER = 11;
export const VIOLATIONS = 12;
/** What few edges have: where the list of it stands; 0: nothing. */
export const EXTRAS = 13;
export const ITEM = 14;
export const SINCE_CALLS = 15;
export const SINCE_POWER_UPS = 16;
export const SINCE_STEPS = 17;
/** Ending << 2; below it how many followers there are: 0, 1, or SEVERAL. */
export const ENDING = 18;
/** Index into the list of histories of the explorer that added the state, as MOMENT is one of its moments. */
export const HISTORY = 19;
export const RECORD_WORDS = 20;

/** In place of a number of followers: their list begins with it. */
export const SEVERAL = 2;
export const FOLLOWERS_MASK = 3;
export const OPERATION_MASK = 0xffffff;
