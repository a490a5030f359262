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

// What surrounds the device: what a guest asks there may be answered otherwise the next time.

/** Bytes of the packet that has come over the link and stands, 0: none. It stands until linkRelease(), over calls, until the next reset. */
export declare function linkSize(): u32;
/** The word at `offset`, a multiple of 4, of that packet; what lies beyond it reads as zero. */
export declare function linkRead32(offset: u32): u32;
/** That packet is done with. */
export declare function linkRelease(): void;
/** Lays down the word at `offset`, a multiple of 4, of a packet that linkSend() sends in the same call; zero where none was laid down. */
export declare function linkWrite32(offset: u32, word: u32): i32;
/** Sends a packet of `sizeBytes` bytes, whole. */
export declare function linkSend(sizeBytes: u32): i32;
/** Whether the clock has reached so many seconds (1 or 0): nobody vouches for that clock. */
export declare function clockReached(seconds: u32): u32;
/**
 * Whether the clock stands in a window, in one look (1 or 0). With `days` (bit 0: Monday … 6: Sunday, of the day on which it begins) `from` and
 * `to` are seconds of the day, and `to` before `from` is past midnight; without any they are seconds of the clock. `to` itself is outside.
 */
export declare function clockInWindow(from: u32, to: u32, days: u32): u32;
/** What the clock says, in seconds. An exploration does not come to an end over it: ask for what is to be known. */
export declare function clockSeconds(): u32;
/** Whether so many seconds have passed since the power-up (1 or 0). */
export declare function uptimeReached(seconds: u32): u32;
/** A MAIN_ input of the main function (1 or 0), as it is just then. */
export declare function input(which: u32): u32;
/** Resets the device, whatever its main function does. Does not return. */
export declare function resetNow(): void;
/** Resets the device if its main function allows it just then; else answers STATUS_UNSAFE. */
export declare function resetIfSafe(): i32;
/** A lease: OK where the main function keeps allowing an interruption until the lease ends by itself; else STATUS_UNSAFE. */
export declare function leaseTake(): i32;
/** Whether that lease holds (1 or 0). */
export declare function leaseHeld(): u32;
/** Draws a nonce of NONCE_WORDS words: the current one from now on. */
export declare function nonceNew(): void;
/** Word `index` of the current nonce or the one before it (NONCE_ number); 0 where there is none. */
export declare function nonce(which: u32, index: u32): u32;
/** Word `index` of RAM that survives a step, but neither a reset nor a loss of power (INFO_SCRATCH_SIZE). */
export declare function scratchRead(index: u32): u32;
export declare function scratchWrite(index: u32, word: u32): void;
/** The same of RAM that no application can read (INFO_KEY_SLOT_SIZE). */
export declare function keySlotRead(index: u32): u32;
export declare function keySlotWrite(index: u32, word: u32): void;
/** For oracles: the main function is told to do now what `request` asks for. */
export declare function acted(request: u32): void;
/** Bits that are the same, one after the other, in every call: no challenge can be made of them. */
export declare function random32(): u32;
