// ABI 1: the numbers that guests, the device module and the host agree on. Constants only, no code.
// TypeScript imports this file too. Every list is append-only: a number, once given, keeps its meaning.

export const ABI_VERSION: u32 = 1;

// --- Status: what a flash, counter or receive operation answers ---------------------------------------------

export const STATUS_OK: i32 = 0;
/** Offset or size reaches outside the flash, the receive window or the retained words. */
export const STATUS_OUT_OF_RANGE: i32 = 1;
/** Offset is not a multiple of the access size (4 for words, the program size for programs). */
export const STATUS_MISALIGNED: i32 = 2;
/** Not one of the part's program sizes, or the program would cross a page. */
export const STATUS_BAD_SIZE: i32 = 3;
/** The part would have to turn a 0 into a 1, or a program-once unit was programmed before. */
export const STATUS_NOT_ERASED: i32 = 4;
/** The unit was already programmed as often as the part allows between two erases. */
export const STATUS_WRITE_LIMIT: i32 = 5;
/** The guest may not do this here (boot never writes a slot, nobody writes keys). */
export const STATUS_DENIED: i32 = 6;
/** The word cannot be read (ECC, or erased on a part where that faults). */
export const STATUS_UNREADABLE: i32 = 7;
/** No counter has this number (there are COUNTER_COUNT). */
export const STATUS_NO_SUCH_COUNTER: i32 = 8;
/** A one-way counter was asked to go down. */
export const STATUS_COUNTER_BACKWARDS: i32 = 9;
/** A word was latched outside the range that was then programmed. */
export const STATUS_OUT_OF_ORDER: i32 = 10;
/** Nothing is offered, or the call belongs to agents only. */
export const STATUS_NOTHING_OFFERED: i32 = 11;
/** The part says that the operation failed; nothing was done. */
export const STATUS_FAILED: i32 = 12;
/** A one-way counter was asked to hold more than it can (INFO_COUNTER_MAX); nothing was done. */
export const STATUS_FULL: i32 = 13;
/** The main function does not allow it now. */
export const STATUS_UNSAFE: i32 = 14;

// --- info(field, index) -------------------------------------------------------------------------------------

export const INFO_ABI: u32 = 0;
/** Flash size in bytes. */
export const INFO_FLASH_SIZE: u32 = 1;
export const INFO_SECTOR_COUNT: u32 = 2;
/** Offset in bytes of sector `index`. */
export const INFO_SECTOR_OFFSET: u32 = 3;
/** Size in bytes of sector `index`. */
export const INFO_SECTOR_SIZE: u32 = 4;
/** Index of the sector that holds byte offset `index`. */
export const INFO_SECTOR_AT: u32 = 5;
/** Smallest program size in bytes, a power of two. */
export const INFO_PROGRAM_MIN: u32 = 6;
/** Largest program size in bytes, a power of two; every power of two between is allowed too. */
export const INFO_PROGRAM_MAX: u32 = 7;
/** Erased word: 0xFFFFFFFF or 0. */
export const INFO_ERASED_WORD: u32 = 8;
/** One of the RULE_ numbers. */
export const INFO_PROGRAM_RULE: u32 = 9;
/** One of the CAUSE_ numbers. */
export const INFO_RESET_CAUSE: u32 = 10;
/** Offset that boot jumped to in this power-up; NOWHERE in boot itself. */
export const INFO_BOOTED_OFFSET: u32 = 11;
/** Number of images in the receive window. */
export const INFO_OFFER_COUNT: u32 = 12;
/** Offset in bytes of offered image `index` in the receive window, a multiple of 4. */
export const INFO_OFFER_OFFSET: u32 = 13;
/** Size in bytes of offered image `index`, header to end of TLVs. */
export const INFO_OFFER_SIZE: u32 = 14;
/** Offset in bytes of slot `index` (0 = A, 1 = B). */
export const INFO_SLOT_OFFSET: u32 = 15;
export const INFO_SLOT_SIZE: u32 = 16;
/** The Record region: offset and size in bytes, at least two whole sectors. */
export const INFO_RECORD_OFFSET: u32 = 17;
export const INFO_RECORD_SIZE: u32 = 18;
/** The provisioned key table: offset and size in bytes. */
export const INFO_KEYS_OFFSET: u32 = 19;
export const INFO_KEYS_SIZE: u32 = 20;
/** Boots that an unconfirmed image gets. */
export const INFO_ATTEMPTS: u32 = 21;
/** The greatest value that a one-way counter can hold; NOWHERE, the greatest number there is, where it holds all of them. */
export const INFO_COUNTER_MAX: u32 = 22;
/** Retained words that there are. */
export const INFO_RETAINED_COUNT: u32 = 23;
/** Bytes of the scratch, and of the key slot: RAM that survives a step, but neither a reset nor a loss of power. */
export const INFO_SCRATCH_SIZE: u32 = 24;
export const INFO_KEY_SLOT_SIZE: u32 = 25;
/** Bytes of the largest packet that the link carries, in either direction. */
export const INFO_LINK_MAX: u32 = 26;
/** Bytes of one frame of the link at the most: of a line, where it is a serial line. */
export const INFO_LINK_FRAME: u32 = 27;

/** Answer of info() where there is none. */
export const NOWHERE: u32 = 0xffffffff;

/** Program rule: programming clears bits, as often as one likes. */
export const RULE_AND: u32 = 0;
/** Program rule: a unit is programmed once between erases, whatever the data. */
export const RULE_ONCE: u32 = 1;
/** Program rule: once, and then only to all zero. */
export const RULE_ONCE_OR_ZERO: u32 = 2;
/** Program rule: clears bits, at most twice per unit between erases. */
export const RULE_TWICE: u32 = 3;

export const CAUSE_POWER: u32 = 0;
export const CAUSE_SOFT: u32 = 1;
export const CAUSE_FAULT: u32 = 2;
export const CAUSE_WATCHDOG: u32 = 3;
/** The reset pin was pulled. */
export const CAUSE_PIN: u32 = 4;

/** The one-way counter that holds the security floor. */
export const COUNTER_FLOOR: u32 = 0;

// --- Agent: step(input) -------------------------------------------------------------------------------------

/** Input bit: the firmware's self-test passed. */
export const INPUT_SELF_TEST_GOOD: u32 = 1;

// --- What surrounds the device: link, clock, main function, entropy ----------------------------------------

/** For input(): the main function treats somebody just now. */
export const MAIN_THERAPY: u32 = 0;
/** A patient is connected. */
export const MAIN_PATIENT: u32 = 1;
/** The battery is low. */
export const MAIN_BATTERY_LOW: u32 = 2;
/** Somebody who may has agreed to the interruption. */
export const MAIN_CONSENT: u32 = 3;
export const MAIN_COUNT: u32 = 4;

/** For nonce(): the nonce that was drawn last, and the one before it. */
export const NONCE_CURRENT: u32 = 0;
export const NONCE_OLDER: u32 = 1;
/** Words of a nonce. */
export const NONCE_WORDS: u32 = 4;

/** Of a window of clockInWindow(): bits 0 (Monday) to 6 (Sunday) of its days; without any, its ends are seconds of the clock itself. */
export const DAYS_ALL: u32 = 0x7f;

/** There is more to do: call step again. */
export const STEP_MORE: i32 = 0;
/** Nothing (more) to do before the next reset. */
export const STEP_IDLE: i32 = 1;
/** The running image is confirmed, durably. */
export const STEP_CONFIRMED: i32 = 2;
/** The offer cannot be installed; the status that says why was sent as EVENT_OFFER_REFUSED. */
export const STEP_REFUSED: i32 = 3;

// --- phase(id): for budgets ---------------------------------------------------------------------------------

/** Header and TLVs are read and checked. */
export const PHASE_PARSE: u32 = 1;
/** The image is read and hashed. */
export const PHASE_HASH: u32 = 2;
/** Keys are looked up, signatures checked. */
export const PHASE_SIGNATURE: u32 = 3;
/** All else: which slot, what to write, the floor. */
export const PHASE_DECIDE: u32 = 4;
/** The Record is read or written. */
export const PHASE_RECORD: u32 = 5;

// --- event(code, value): for reports ------------------------------------------------------------------------
// Codes are the letters "EB" (0x45, 0x42) and a digit: the host believes what EVENT_RECORD says, and a guest that someone else has written
// hardly sends such codes by chance. Codes 1 to 5, which meant the same once, mean nothing now.

/** Verification of a slot failed; value = slot << 16 | reason. */
export const EVENT_SLOT_REFUSED: u32 = 0x45421;
/** A slot was accepted; value = slot. */
export const EVENT_SLOT_ACCEPTED: u32 = 0x45422;
/** The Record was read; value = its first word, NOWHERE when there is none. */
export const EVENT_RECORD: u32 = 0x45423;
/** The offer was refused; value = reason. */
export const EVENT_OFFER_REFUSED: u32 = 0x45424;
/** The floor counter refused to rise; value = the counter it should hold. */
export const EVENT_FLOOR_NOT_RAISED: u32 = 0x45425;

// --- Reasons: why an image is refused, and why boot halts ---------------------------------------------------
// One number per cause. boot halts with the reason of its first choice.

export const REASON_OK: u32 = 0;
/** First word is not IMAGE_MAGIC (an empty slot reads so too). */
export const REASON_MAGIC: u32 = 1;
/** Header size below 32, not a multiple of 4, or past the slot. */
export const REASON_HEADER_SIZE: u32 = 2;
/** Header + payload + TLV areas do not fit the slot (or overflow). */
export const REASON_IMAGE_SIZE: u32 = 3;
/** A header flag that this core does not know or support (encryption, compression, RAM_LOAD). */
export const REASON_FLAGS: u32 = 4;
/** The header says that the image is not to be booted. */
export const REASON_NON_BOOTABLE: u32 = 5;
/** ROM_FIXED with a load address other than the slot's. */
export const REASON_WRONG_SLOT: u32 = 6;
/** A TLV area's info header is missing or its total is wrong. */
export const REASON_TLV_AREA: u32 = 7;
/** A TLV entry reaches past its area, or has a length that its type does not allow. */
export const REASON_TLV_ENTRY: u32 = 8;
/** The protected area is larger than this core's buffer. */
export const REASON_TLV_TOO_LARGE: u32 = 9;
/** A TLV that may stand only once stands twice. */
export const REASON_TLV_DUPLICATE: u32 = 10;
/** A TLV stands in an area where it is not allowed. */
export const REASON_TLV_MISPLACED: u32 = 11;
/** No digest of a type that this build can compute. */
export const REASON_DIGEST_MISSING: u32 = 12;
/** The digest is not that of the image. */
export const REASON_DIGEST: u32 = 13;
/** No KEYHASH TLV: the image names no key. */
export const REASON_KEY_MISSING: u32 = 14;
/** No provisioned key has this KEYHASH. */
export const REASON_KEY_UNKNOWN: u32 = 15;
/** A KEYHASH stands there, and no signature behind it that is still asked for. */
export const REASON_SIGNATURE_MISSING: u32 = 16;
/** A signature that is asked for does not verify. */
export const REASON_SIGNATURE: u32 = 17;
/** Security counter below the floor. */
export const REASON_FLOOR: u32 = 18;
/** A word of the image could not be read. */
export const REASON_UNREADABLE: u32 = 19;
/** The provisioned key table is damaged or missing. */
export const REASON_KEY_TABLE: u32 = 20;
/** The image depends on another image that is not there. */
export const REASON_DEPENDENCY: u32 = 21;
/** The device's layout is not usable by this core. */
export const REASON_LAYOUT: u32 = 22;
/** The Record could not be written durably. */
export const REASON_RECORD_WRITE: u32 = 23;
/** Verification passes of the same image disagreed. */
export const REASON_UNSTABLE: u32 = 24;
/** Nothing in the offer is meant for the inactive slot. */
export const REASON_NO_MATCHING_IMAGE: u32 = 25;
/** The floor counter cannot be read. */
export const REASON_COUNTER_READ: u32 = 26;
/** A slot could not be erased or programmed. */
export const REASON_SLOT_WRITE: u32 = 27;
/** The offered image stands in the slot already and failed its trials too often. */
export const REASON_TRIALS_FAILED: u32 = 28;
/** The floor counter cannot hold the image's security counter: nothing could keep older images out afterwards. */
export const REASON_COUNTER_FULL: u32 = 29;

// --- Device to host: how a guest call ended, what it did, how an operation can be cut -----------------------

/** The call has not stopped: it returned, or it trapped. */
export const STOP_NONE: u32 = 0;
/** jump(offset); value = offset. */
export const STOP_JUMP: u32 = 1;
/** halt(reason); value = reason. */
export const STOP_HALT: u32 = 2;
/** A read that the bus answered with a fault; value = offset. */
export const STOP_READ_FAULT: u32 = 3;
/** The power went in operation `value` of the call, counted from 0. */
export const STOP_POWER: u32 = 4;
/** Never given any more: a log that is full is no end of a call (FULL_). */
export const STOP_LOG_FULL: u32 = 5;
/** The device was reset in the call while its RAM stayed powered (model reset); value as for STOP_POWER. */
export const STOP_RESET: u32 = 6;
/** The call asked for a word that is open (TEAR_OPEN); value = offset. It is made anew when that is decided: no guest's doing. */
export const STOP_OPEN: u32 = 7;
/** The guest has asked for a reset, and it came. */
export const STOP_OWN_RESET: u32 = 8;
/** The power went, or the device was reset, right after question `value` of the call that is logged among the operations, from 0. */
export const STOP_ASKED: u32 = 9;
/** An application asked for what only boot and the firmware may ask for, and would not have been answered: its call is over. */
export const STOP_REFUSED: u32 = 10;

// Tables of the device that can be full, for the host's full(): the simulation ends there and says nothing of the guest.

/** The operation log. */
export const FULL_OPERATIONS: u32 = 0;
/** The bytes that logged programs write. */
export const FULL_DATA: u32 = 1;
/** The log of what a call depended on. */
export const FULL_READS: u32 = 2;
/** The choices of weak reads. */
export const FULL_CHOICES: u32 = 3;
/** The log that leads back to earlier moments. */
export const FULL_UNDO: u32 = 4;

// Kinds of logged operations, each with what the three words behind its kind hold.

/** Offset, size in bytes, place of the data. */
export const OP_PROGRAM: u32 = 1;
/** Offset and size of the sector in bytes, its index. */
export const OP_ERASE: u32 = 2;
/** An advance: id, -, the value asked for. */
export const OP_COUNTER: u32 = 3;
/** Not an operation: an event(code, value) in its place among them. */
export const OP_EVENT: u32 = 4;
/** Not an operation that can be cut: a retained word changed; index, -, value. */
export const OP_RETAINED: u32 = 5;
/** A bit of flash at rest flipped: offset of the word, -, mask. */
export const OP_FLIP: u32 = 6;
/** A bit of a counter flipped: id, -, mask. */
export const OP_FLIP_COUNTER: u32 = 7;
/** A bit of the receive window flipped: index of the bit in the window. */
export const OP_FLIP_OFFER: u32 = 8;
/** A program that landed at a wrong address of its sector; as OP_PROGRAM, past the part's rules. */
export const OP_STRAY: u32 = 9;
/** A sector wore out: offset of the sector, -, index. */
export const OP_WEAR: u32 = 10;
/** Not an operation: the guest asked why it was reset, which was open till then; -, -, cause. */
export const OP_CAUSE: u32 = 11;
/** The host's: what landed in the open word at an offset is among the masks of a set: offset, -, number of the set. */
export const OP_NARROW: u32 = 12;
/** The host's: what landed in the open word at an offset: offset, -, mask. */
export const OP_LAND: u32 = 13;
/** A word set past all rules, for certain, and its unit marked as programmed once: offset of the word, 0, its content. */
export const OP_PUT: u32 = 14;
/** Not an operation that can be torn: what surrounds the device was asked for something that may change it; ASK_ number, first argument, answer. */
export const OP_ASKED: u32 = 15;
/** Not an operation that can be cut: a word of the scratch or the key slot changed; its OUTSIDE_ place, -, value. */
export const OP_VOLATILE: u32 = 16;
/** Status byte of a logged operation in which the power went or the device was reset. */
export const OP_CUT: u32 = 0xff;
/** Status byte of a logged operation that the part acknowledged and did not do. */
export const OP_DROPPED: u32 = 0xfe;

/** What goes wrong with a write: it is acknowledged and not done. */
export const WRITE_DROPPED: u32 = 1;
/** It fails, and says so. */
export const WRITE_FAILED: u32 = 2;
/** It fails, and so does every later one in this sector. */
export const WRITE_WORN: u32 = 3;
/** A program lands at an address that differs in one bit, in the same sector. */
export const WRITE_STRAY: u32 = 4;

/** Who calls the Hal, as a bit of the permission masks: boot, the firmware that runs from slot A or B, or the application beside it. */
export const ROLE_BOOT: u32 = 1;
export const ROLE_FIRMWARE_A: u32 = 2;
export const ROLE_FIRMWARE_B: u32 = 4;
export const ROLE_APPLICATION_A: u32 = 8;
export const ROLE_APPLICATION_B: u32 = 16;
/** Where the bits of who may write begin, in the permissions of a granule: an application writes nothing, and has none. */
export const WRITE_SHIFT: u32 = 5;

/** In place of a step's input, never seen by a guest: the call is the application's, not the agent's. */
export const INPUT_APPLICATION: u32 = 0x80000000;

/**
 * What a guest says that it may write besides the Record, in an optional export mayWrite(): the slots. Of boot all of both,
 * of the firmware its own slot too; without it boot writes neither, and the firmware only the slot that it does not run from.
 */
export const MAY_WRITE_SLOTS: u32 = 1;

/** Regions of a layout; the first four have a digest sum of their own. */
export const REGION_ELSEWHERE: u32 = 0;
export const REGION_SLOT_A: u32 = 1;
export const REGION_SLOT_B: u32 = 2;
export const REGION_RECORD: u32 = 3;
export const REGION_KEYS: u32 = 4;

/** Tables in the device's memory that the host reads, for addressOf(). */
export const TABLE_FLASH: u32 = 0;
export const TABLE_WINDOW: u32 = 1;
/** Operation log: 16 bytes each: kind | status << 8, offset or id or code, size, data place or sector or value. */
export const TABLE_LOG: u32 = 2;
export const TABLE_LOG_DATA: u32 = 3;
/** Read log, 16 bytes each: offset | one of the READ_ kinds; then as that kind says. */
export const TABLE_READ_LOG: u32 = 4;
/** Sector digests, 16 bytes each; and as they were when the call began. */
export const TABLE_DIGESTS: u32 = 5;
export const TABLE_DIGESTS_BEFORE: u32 = 6;
/** Digest sums of the first four regions, 16 bytes each. */
export const TABLE_REGION_DIGESTS: u32 = 7;
export const TABLE_COUNTERS: u32 = 8;
export const TABLE_RETAINED: u32 = 9;
/** What the last call did: the CALL_ words. */
export const TABLE_CALL: u32 = 10;
/** Sectors, 32 bytes each: offset, size, wear, region, erase µs typical, maximal, number of uncertain reads. */
export const TABLE_SECTORS: u32 = 11;
/** Busy time in µs as two f64: typical, maximal. */
export const TABLE_BUSY: u32 = 12;
/** Where stateKey() leaves its 16 bytes. */
export const TABLE_KEY: u32 = 13;
/** Weak bits: one word for each of flash, set where a read may see a one though FLASH has a zero. */
export const TABLE_WEAK: u32 = 14;
/** Bits in which a weak counter may read otherwise. */
export const TABLE_COUNTERS_WEAK: u32 = 15;
/** Choices of weak reads, one byte each: laid down before a call, complete after it. */
export const TABLE_CHOICES: u32 = 16;
/** How often calls have depended on each word of flash since trackClear(), up to 255, one byte each. */
export const TABLE_TRACKED: u32 = 17;
/** What stands beside the counters: SHADOW_ words. */
export const TABLE_SHADOWS: u32 = 18;
/** Why the device was reset: one CAUSE_ number, or CAUSE_OPEN. */
export const TABLE_RESET_CAUSE: u32 = 19;
/** Open words: one word for each of flash, the number of the set of what may have landed there; 0: not open. */
export const TABLE_OPEN: u32 = 20;
/** TEAR_BITS: for each word of the program the bits that may land. */
export const TABLE_TEAR_MASKS: u32 = 21;
/** What the last readBlock() has read, as the bus shows it: at most BLOCK_WORDS words. */
export const TABLE_BLOCK: u32 = 22;
/** Words that one readBlock() reads at the most. */
export const BLOCK_WORDS: u32 = 2048;
/** What readBlock() answers: how many words it has read, and above these bits the Status of the word at which it ended. */
export const BLOCK_STATUS_SHIFT: u32 = 16;
/** Where cutKeys() leaves its keys, 16 bytes each; and the numbers of the states with these keys, -1 for none. */
export const TABLE_CUT_KEYS: u32 = 23;
export const TABLE_CUT_STATES: u32 = 24;
/** Retained words from RETAINED_COUNT on, the scratch, the key slot, one behind the other. */
export const TABLE_VOLATILE: u32 = 25;
/** The packet that a guest has laid down for linkSend(). */
export const TABLE_LINK: u32 = 26;

/**
 * In place of a cause, never seen by a guest: the device was reset and its RAM stayed powered. Whoever asks for the cause first
 * has a choice of READ_CHOICE, in the order of OPEN_CAUSE_COUNT's comment; from then on it is that one.
 */
export const CAUSE_OPEN: u32 = 7;
/** Watchdog, soft reset, reset pin; and a brown-out, which counts as CAUSE_POWER though the retained words are still there. */
export const OPEN_CAUSE_COUNT: u32 = 4;

/** Read log: the call depends on this word as it was before it: content, weak bits, FLAG_ bits of its unit. */
export const READ_WORD: u32 = 0;
/** Read log: the call depends on the whole sector at this offset: content, weak bits, marks, torn units. */
export const READ_SECTOR: u32 = 1;
/** Read log: a weak read chose: the choice, and how many there were. */
export const READ_CHOICE: u32 = 2;

/** Read log: the call depends on a number outside flash: READ_OUTSIDE | place << 2, and the number as it was before the call. */
export const READ_OUTSIDE: u32 = 3;
/** Checks of firstDifferent(), CHECK_BYTES each: kind; byte offset, sector or READ_OUTSIDE place; four words of the answer that it had. */
export const CHECK_BYTES: u32 = 24;
/** The word, its weak bits and its FLAG_ bits. */
export const CHECK_WORD: u32 = 0;
/** A sector's digest. */
export const CHECK_SECTOR: u32 = 1;
/** The reset cause or a retained word. */
export const CHECK_OUTSIDE: u32 = 2;
/** Places of READ_OUTSIDE: why the device was reset; from OUTSIDE_RETAINED on the retained words. */
export const OUTSIDE_CAUSE: u32 = 0;
export const OUTSIDE_RETAINED: u32 = 1;
/** From here on the words of the scratch, then those of the key slot. */
export const OUTSIDE_SCRATCH: u32 = 65;
export const OUTSIDE_KEY_SLOT: u32 = 577;
/** In place of one of these: what surrounds the device was asked; then the number of that question in the call, from 0. */
export const OUTSIDE_ASKED: u32 = 1024;

// What a guest asks of what surrounds the device (host.ask), and what the three arguments of that are. Every answer is a word.

/** Bytes of the packet that stands, 0: none. */
export const ASK_LINK_SIZE: u32 = 0;
/** A word of that packet; its offset. */
export const ASK_LINK_READ: u32 = 1;
/** The packet that stands is done with. */
export const ASK_LINK_RELEASE: u32 = 2;
/** Sends what TABLE_LINK holds; its bytes. Answers a Status. */
export const ASK_LINK_SEND: u32 = 3;
/** Whether the clock has reached so many seconds. */
export const ASK_CLOCK_REACHED: u32 = 4;
/** Whether the clock stands in a window: from, to, days. */
export const ASK_CLOCK_WINDOW: u32 = 5;
/** What the clock says. */
export const ASK_CLOCK_SECONDS: u32 = 6;
/** Whether so many seconds have passed since the power-up. */
export const ASK_UPTIME: u32 = 7;
/** A MAIN_ input of the main function. */
export const ASK_INPUT: u32 = 8;
/** A reset, whatever the main function does: never answered. */
export const ASK_RESET: u32 = 9;
/** A reset if the main function allows it: answered where it does not come. */
export const ASK_RESET_IF_SAFE: u32 = 10;
/** A lease: the main function keeps allowing an interruption. Answers a Status. */
export const ASK_LEASE_TAKE: u32 = 11;
/** Whether the lease still holds. */
export const ASK_LEASE_HELD: u32 = 12;
/** Draws a nonce. */
export const ASK_NONCE_NEW: u32 = 13;
/** A word of a nonce: NONCE_ number, index. */
export const ASK_NONCE_READ: u32 = 14;
/** The main function was told to do what a request asks for: the request. */
export const ASK_ACTED: u32 = 15;
/** Not a guest's question: whether the application runs now, where that is the adversary's choice. */
export const ASK_APPLICATION: u32 = 16;

/** The unit is torn and never reads. */
export const FLAG_UNREADABLE: u32 = 1;
/** The unit is torn and may be unreadable at any read. */
export const FLAG_UNSTEADY: u32 = 2;
/** The unit is not programmed, and the part cannot read such a one. */
export const FLAG_BLANK: u32 = 4;
/** The word is open: whoever asks for it decides what has landed. */
export const FLAG_OPEN: u32 = 8;

export const CALL_STOP_KIND: u32 = 0;
export const CALL_STOP_VALUE: u32 = 1;
export const CALL_LOG_COUNT: u32 = 2;
/** Bytes of operation data. */
export const CALL_LOG_DATA: u32 = 3;
export const CALL_OPERATION_COUNT: u32 = 4;
export const CALL_RULE_BREAKS: u32 = 5;
export const CALL_DENIALS: u32 = 6;
export const CALL_READ_LOG_COUNT: u32 = 8;
/** Reads left until the one that flipRead() flips. */
export const CALL_FLIP_AFTER: u32 = 10;
/** Weak and open words, torn units and weak counters that there are just now: with 0 every read is certain. */
export const CALL_FAULTY: u32 = 12;
/** Choices of weak reads made in this call. */
export const CALL_CHOICE_COUNT: u32 = 13;

// How far a program came that was cut: which of the bits that it would clear have landed.

export const TEAR_NONE: u32 = 0;
export const TEAR_ALL: u32 = 1;
/** The first half of the bytes lands. */
export const TEAR_PREFIX: u32 = 2;
/** The second half of the bytes lands. */
export const TEAR_SUFFIX: u32 = 3;
/** Bits 0, 2, 4 … of each word land; of TEAR_ODD_BITS the others. */
export const TEAR_EVEN_BITS: u32 = 4;
export const TEAR_ODD_BITS: u32 = 5;
/** All but one bit of the whole program land; which one depends on the place. */
export const TEAR_ONE_MISSING: u32 = 6;
/** That one bit lands, and no other. */
export const TEAR_ONE_ONLY: u32 = 7;
/** A pseudo-random half of the bits, fixed by their place. */
export const TEAR_SCATTERED: u32 = 8;
/** Shapes up to here leave nothing uncertain; likewise ERASE_SHAPE_COUNT and COUNTER_OUTCOME_COUNT. */
export const TEAR_COUNT: u32 = 9;
/** Model weak: everything lands, but weakly: each read sees it programmed or as it was. */
export const TEAR_WEAK: u32 = 9;
/** Model ecc: the unit cannot be read. */
export const TEAR_UNREADABLE: u32 = 10;
/** Models weak and ecc: each read sees it programmed, as it was, or fails. */
export const TEAR_UNSTEADY: u32 = 11;
/** Which bits have landed stays open in each word that changes, until it is first asked for (open.ts). */
export const TEAR_OPEN: u32 = 12;
/** Those bits land that TABLE_TEAR_MASKS lets through. */
export const TEAR_BITS: u32 = 13;
/** Up to four bits of each word do not land, drawn by place and content. */
export const TEAR_SAMPLED_MOST: u32 = 14;
/** Half of the bits of each word land, drawn likewise. */
export const TEAR_SAMPLED_HALF: u32 = 15;
/** In the number of a set of what may have landed in an open word: an erase was cut since, and each read sees it or the erased word. */
export const OPEN_FADED: u32 = 0x80000000;

// How far an erase came that was cut.

/** In place of a shape: the operation whole, and all that follow it in the log of its call. */
export const WHOLE_CALL: u32 = 255;

export const ERASE_UNTOUCHED: u32 = 0;
/** First half of the sector erased, alternating bits of the rest. */
export const ERASE_HALF: u32 = 1;
export const ERASE_DONE: u32 = 2;
export const ERASE_SHAPE_COUNT: u32 = 3;
/** Model weak: each read of a word sees it erased or as it was. */
export const ERASE_WEAK: u32 = 3;
/** Model ecc: first half erased, programmed units of the rest cannot be read. */
export const ERASE_UNREADABLE: u32 = 4;
/** Models weak and ecc: each read of a programmed unit sees it erased, as it was, or fails. */
export const ERASE_UNSTEADY: u32 = 5;

// What a counter holds whose advance was cut.

export const COUNTER_OLD: u32 = 0;
export const COUNTER_NEW: u32 = 1;
export const COUNTER_OUTCOME_COUNT: u32 = 2;
/** Model weak: each read sees the old or the new value. */
export const COUNTER_WEAK: u32 = 2;

/** True value of each counter that a flip has changed since; 0 where none has. COUNTER_COUNT words, then these: */
export const SHADOW_COUNTERS: u32 = 0;
/** 1 + index of the sector that is worn out; 0: none. */
export const SHADOW_WORN: u32 = 8;
/** 1 + index of the bit of the receive window that reads flipped; 0: none. */
export const SHADOW_OFFER: u32 = 9;
export const SHADOW_COUNT: u32 = 10;

/** Bytes of the receive window. */
export const WINDOW_SIZE: u32 = 0x200000;

/** Retained words in TABLE_RETAINED; and all of them, the others in TABLE_VOLATILE. */
export const RETAINED_COUNT: u32 = 16;
export const RETAINED_ALL: u32 = 64;
export const SCRATCH_SIZE: u32 = 2048;
export const KEY_SLOT_SIZE: u32 = 64;
/** Bytes of a packet of the link. */
export const LINK_MAX: u32 = 1472;
export const COUNTER_COUNT: u32 = 8;
/** Granule of permissions and of the sector map, in bytes: every region of a layout is a multiple of it. */
export const GRANULE_SIZE: u32 = 256;
