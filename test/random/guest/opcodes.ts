// What an instruction of a random guest does, by number: `a`, `b` and `c` are registers, or small numbers where it says so.
// Constants only, no code.

/** Does nothing. */
export const NOTHING: u32 = 0;
/** a = word */
export const SET: u32 = 1;
/** a = b + word */
export const ADD: u32 = 2;
/** a = b + c */
export const SUM: u32 = 3;
/** a = word − b */
export const REST_OF: u32 = 4;
/** a = b & word */
export const AND: u32 = 5;
/** a = b ^ word */
export const XOR: u32 = 6;
/** a = b ^ c */
export const DIFFER: u32 = 7;
/** a = b >> word */
export const SHIFT: u32 = 8;
/** a = b << word */
export const RAISE: u32 = 9;
/** a = info(word, b + c as a number) */
export const INFO: u32 = 10;
/** a = flash[b + word]; ends the call where it cannot be read */
export const READ: u32 = 11;
/** a = flash[b + word], c = status */
export const TRY: u32 = 12;
/** a = window[b + word], c = status */
export const RECEIVE: u32 = 13;
/** write buffer[b + word] = a */
export const LATCH: u32 = 14;
/** a = status of programming b + word, the smallest size times two to the c */
export const PROGRAM: u32 = 15;
/** a = status of erasing b + word */
export const ERASE: u32 = 16;
/** a = counter[word], c = status */
export const COUNTER_READ: u32 = 17;
/** a = status of raising counter[word] to b */
export const COUNTER_ADVANCE: u32 = 18;
/** a = retained[word] */
export const RETAINED_READ: u32 = 19;
/** retained[word] = a */
export const RETAINED_WRITE: u32 = 20;
/** event(word, a) */
export const EVENT: u32 = 21;
/** Skips c instructions where a = b + word. */
export const IF_EQUAL: u32 = 22;
/** … where a ≠ b + word. */
export const IF_OTHER: u32 = 23;
/** … where a < b + word. */
export const IF_LESS: u32 = 24;
/** Skips c instructions. */
export const SKIP: u32 = 25;
/** Goes back over c instructions. */
export const BACK: u32 = 26;
/** jump(a + word) */
export const JUMP: u32 = 27;
/** halt(word) */
export const HALT: u32 = 28;
/** The call's answer is a + word. */
export const RETURN: u32 = 29;
/** Traps. */
export const TRAP: u32 = 30;
/** a = 1 where an image of `word` bytes stands at b and is whole, else 0; looked at up to the first word that is wrong. */
export const VERIFY: u32 = 31;
/** a = how many bytes at b are as in the window at c, up to the first word that is not, at most `word` of them. */
export const ALIKE: u32 = 32;
/** a = 1 where everything from b to c + word is blank, else 0; looked at up to the first word that is not. */
export const BLANK: u32 = 33;
/** Copies a bytes of the window at c to b in the smallest programs; a = the last status. */
export const COPY: u32 = 34;
/** Of a journal of cells (a word, then its complement, one smallest program each) from b on, `word` cells: a = the last
 *  value, 0 for none, b = where the next cell goes, b's own end where it is full. */
export const LAST: u32 = 35;
