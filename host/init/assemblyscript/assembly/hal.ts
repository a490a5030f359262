// everboot's Hal, ABI 1: the only way to the hardware. The file's name is the name of the imports' module. Offsets and sizes are
// bytes of flash from 0; a status (STATUS_) stands in the high word of a 64-bit answer.

export declare function tryRead32(offset: u32): u64;
export declare function readWords(offset: u32, to: usize, words: u32): i32;
export declare function latch32(offset: u32, word: u32): i32;
export declare function program(offset: u32, sizeBytes: u32): i32;
export declare function erase(offset: u32): i32;
export declare function counterRead(id: u32): u64;
export declare function counterAdvance(id: u32, value: u32): i32;
export declare function receive32(offset: u32): u64;
export declare function info(field: u32, index: u32): u32;
export declare function jump(offset: u32): void;
export declare function halt(reason: u32): void;

export const ABI_VERSION: u32 = 1;
export const STATUS_OK: i32 = 0;
export const STATUS_MISALIGNED: i32 = 2;

// Fields of info(field, index); NOWHERE where there is no such thing.
export const INFO_SECTOR_SIZE: u32 = 4;
export const INFO_SECTOR_AT: u32 = 5;
export const INFO_PROGRAM_MIN: u32 = 6;
export const INFO_PROGRAM_MAX: u32 = 7;
export const INFO_ERASED_WORD: u32 = 8;
export const INFO_BOOTED_OFFSET: u32 = 11;
export const INFO_OFFER_COUNT: u32 = 12;
export const INFO_OFFER_OFFSET: u32 = 13;
export const INFO_OFFER_SIZE: u32 = 14;
export const INFO_SLOT_OFFSET: u32 = 15;
export const INFO_SLOT_SIZE: u32 = 16;
export const INFO_RECORD_OFFSET: u32 = 17;
export const INFO_ATTEMPTS: u32 = 21;
export const NOWHERE: u32 = 0xffffffff;

/** The one-way counter that holds the security floor. */
export const COUNTER_FLOOR: u32 = 0;
export const REASON_MAGIC: u32 = 1;

// An agent's step(input): bit of the input, and answers.
export const INPUT_SELF_TEST_GOOD: u32 = 1;
export const STEP_MORE: i32 = 0;
export const STEP_IDLE: i32 = 1;
export const STEP_CONFIRMED: i32 = 2;
export const STEP_REFUSED: i32 = 3;
