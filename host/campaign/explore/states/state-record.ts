// The record of a state, word by word: what the states module keeps behind a state's key (assembly/states). Constants.

export const CAUSE_MASK = 7;
export const FLAG_CHANGED = 8;
export const FLAG_CONFIRMED = 16;
export const FLAG_OVERDUE = 32;
export const FLAG_STRUCK = 64;
export const FLAG_FAULT_LED_HERE = 128;

/** Words of a record. The first four are the key. */
export const MOMENT = 4;
export const PLACE = 5;
/** FLAG_ bits and cause << 8, shape. */
export const STANDING = 6;
export const FROM = 7;
/** Operation << 8, kind. */
export const OPERATION = 8;
export const DEPTH = 9;
export const JUDGED = 10;
/** The one follower; or where several begin in the list of followers. */
export const FOLLOWER = 11;
export const VIOLATIONS = 12;
/** What few edges have: an index into the list of these; 0: nothing. */
export const EXTRAS = 13;
export const ITEM = 14;
export const SINCE_CALLS = 15;
export const SINCE_POWER_UPS = 16;
export const SINCE_STEPS = 17;
/** Ending << 2; below it how many followers there are: 0, 1, or SEVERAL. */
export const ENDING = 18;
export const HISTORY = 19;
export const RECORD_WORDS = 20;

/** In place of a number of followers: the list of followers begins with it. */
export const SEVERAL = 2;
export const FOLLOWERS_MASK = 3;
export const OPERATION_MASK = 0xffffff;
