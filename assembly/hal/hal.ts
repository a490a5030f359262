// The Hal, ABI 1, as boot and agent import it: the only way to the hardware. The file's name is the import's module
// name. Statuses are the STATUS_ numbers of abi.ts; offsets and sizes are bytes.

/** One aligned bus access; an unreadable word ends the call (Verdict: read fault). */
export declare function read32(offset: u32): u32;
/** The same single access with its status in the high word; never ends the call. */
export declare function tryRead32(offset: u32): u64;
/**
 * Copies `words` words to RAM at `address`, a multiple of 4, each by one such access. Answers the first Status that is not OK, and ends
 * there: the words before it are copied.
 */
export declare function readWords(offset: u32, address: usize, words: u32): i32;
/**
 * Puts a word into the write buffer, for a program of the page that holds `offset`, a multiple of 4. Bytes that are not latched stay
 * erased; every program, done or refused, empties the buffer.
 */
export declare function latch32(offset: u32, word: u32): i32;
/** Programs `sizeBytes` bytes from the write buffer: a program size of the part, of which `offset` is a multiple. */
export declare function program(offset: u32, sizeBytes: u32): i32;
/** Erases the sector that starts at `offset`. */
export declare function erase(offset: u32): i32;
/** One-way counter `id`: value in the low word, status in the high word. */
export declare function counterRead(id: u32): u64;
/** Raises a one-way counter; a lower value is refused, an equal one changes nothing. */
export declare function counterAdvance(id: u32, value: u32): i32;
/** One aligned word of the receive window, status in the high word (agent only). */
export declare function receive32(offset: u32): u64;
/** Word `index` of the RAM that survives a reset but not a power loss. */
export declare function retainedRead(index: u32): u32;
/** Sets word `index`; where there is no such word nothing happens. */
export declare function retainedWrite(index: u32, word: u32): void;
/** An INFO_ field of abi.ts; NOWHERE where there is no such thing. */
export declare function info(field: u32, index: u32): u32;
/** Hands over to the image whose first payload byte is at `offset`. Does not return. */
export declare function jump(offset: u32): void;
/** Stops with a REASON_. Does not return. */
export declare function halt(reason: u32): void;
/** For reports: something worth telling happened, an EVENT_ of abi.ts or a code of the guest's own. Changes nothing. */
export declare function event(code: u32, value: u32): void;
/** For budgets: a PHASE_ of abi.ts begins. Changes nothing. */
export declare function phase(id: u32): void;
