// Where the device module keeps everything in its linear memory. No code: offsets and the drawing of each table.
//
//   0x0001_0000  state words (below)               0x0050_0000  marks: programs since erase, one byte per unit
//   0x0001_1000  counters, retained words          0x0058_0000  torn: unreadable units, one byte per ECC unit
//   0x0001_2000  write buffer (latches), masks of  0x0060_0000  receive window
//                a tear (TEAR_BITS)
//   0x0001_4000  permissions, one byte per granule 0x0080_0000  operation log, 16 bytes each
//   0x0001_6000  sector index, u16 per granule     0x0090_0000  operation data
//   0x0001_A000  a block of words that were read   0x00B0_0000  read stamps, u32 per word
//   0x0001_C000  further retained words, scratch, key slot; stamps of what was asked for outside flash; a packet to be sent
//   0x0002_0000  sectors, 32 bytes each
//   0x0003_0000  sector digests, 16 bytes each     0x00D0_0000  read log, 16 bytes each
//   0x0003_8000  … at the start of the call        0x0150_0000  undo log, 8 bytes each
//   0x0004_0000  erased-in-this-call stamps, u32   0x05F0_0000  open words, u32 per word
//                per sector (of the last full     0x0610_0000  kept operation lists (grows)
//                erase, and of the last noting of
//                its marks, each 8 KiB)
//   0x0004_4000  words logged of each sector in
//                this call: epoch, count
//   0x0004_8000  extents of sectors, 8 bytes each
//   0x0004_C000  keys of the state after each shape of a cut, 16 bytes each, then the numbers of these states
//   0x0005_0000  choices of weak reads, one byte each
//   0x0006_0000  tracked words, one byte for each word of flash
//   0x000E_0000  sectors erased since tracking began, one byte each
//   0x000E_8000  sums of sectors after an erase that is cut, 48 bytes each
//   0x0010_0000  flash content, erased = all ones (see `polarity`): the reading with the most bits programmed
//   0x0030_0000  weak bits: where a read may see a one instead

/** Bytes of flash that a part may have; likewise its sectors, and the bytes of a page, which the write buffer holds. */
export const FLASH_MAX: u32 = 0x200000;
export const SECTOR_MAX: u32 = 2048;
export const LATCH_MAX: u32 = 512;

const STATE: usize = 0x10000;
export const FLASH_SIZE: usize = STATE;
/** 0 where erased flash reads as ones, 0xFFFFFFFF where it reads as zeros; XORed at the bus. */
export const POLARITY: usize = STATE + 0x04;
export const SECTOR_COUNT: usize = STATE + 0x08;
export const PROGRAM_MIN: usize = STATE + 0x0c;
export const PROGRAM_MAX: usize = STATE + 0x10;
export const PROGRAM_RULE: usize = STATE + 0x14;
export const RESET_CAUSE: usize = STATE + 0x18;
export const BOOTED_OFFSET: usize = STATE + 0x1c;
export const OFFER_COUNT: usize = STATE + 0x20;
/** Four pairs of offset and size. */
export const OFFERS: usize = STATE + 0x24;
/** Two pairs of offset and size. */
export const SLOTS: usize = STATE + 0x44;
export const RECORD_REGION: usize = STATE + 0x54;
export const KEYS_REGION: usize = STATE + 0x5c;
export const ATTEMPTS: usize = STATE + 0x64;
/** ROLE_ bit of the guest that runs. */
export const ROLE: usize = STATE + 0x68;
/** Number of the operation in this call at which the power goes or the device is reset, counted from 0; NOWHERE for none. */
export const CUT_AT: usize = STATE + 0x6c;
export const CUT_SHAPE: usize = STATE + 0x70;
export const STOP_KIND: usize = STATE + 0x74;
export const STOP_VALUE: usize = STATE + 0x78;
/** Entries in the operation log, events included. */
export const LOG_COUNT: usize = STATE + 0x7c;
/** Bytes of operation data. */
export const LOG_DATA: usize = STATE + 0x80;
/** Persistent operations in this call. */
export const OPERATION_COUNT: usize = STATE + 0x84;
/** Operations that broke a rule of the part, in this call. */
export const RULE_BREAKS: usize = STATE + 0x88;
/** Accesses to what the guest may not touch, in this call. */
export const DENIALS: usize = STATE + 0x8c;
/** A set of READ_MODE_ bits. */
export const MODE: usize = STATE + 0x90;
export const READ_LOG_COUNT: usize = STATE + 0x94;
export const EPOCH: usize = STATE + 0x98;
/** Reads left until one is flipped by FLIP_MASK. */
export const FLIP_AFTER: usize = STATE + 0x9c;
export const FLIP_MASK: usize = STATE + 0xa0;
/** Weak and open words and torn units in all of flash, and weak counters: 0 while every read is certain. */
export const FAULTY: usize = STATE + 0xa4;
/** Choices of weak reads made so far in this call. */
export const CHOICE_COUNT: usize = STATE + 0xa8;
export const LATCH_LOW: usize = STATE + 0xac;
export const LATCH_HIGH: usize = STATE + 0xb0;
export const WATCHDOG_MILLIS: usize = STATE + 0xb4;
export const PROGRAM_TYPICAL_MICROS: usize = STATE + 0xb8;
export const PROGRAM_MAX_MICROS: usize = STATE + 0xbc;
export const RANDOM_STATE: usize = STATE + 0xc0; // u64
export const BUSY_TYPICAL_MICROS: usize = STATE + 0xc8; // f64
export const BUSY_MAX_MICROS: usize = STATE + 0xd0; // f64
/** Bytes that share one ECC word; 0 where the part has none, or its errors are not modelled. */
export const ECC_UNIT: usize = STATE + 0xd8;
/** 1 where reading a unit that is not programmed is an error. */
export const ERASED_FAULTS: usize = STATE + 0xdc;
/** Choices that are laid down in advance; a weak read beyond them takes the first. */
export const SCRIPT_SIZE: usize = STATE + 0xe0;
/** Where the next entry of the undo log goes. */
export const UNDO_TOP: usize = STATE + 0xe4;
/** Digest sums per region (elsewhere, slot A, slot B, Record), 16 bytes each. */
export const REGION_DIGESTS: usize = STATE + 0x100;
export const REGION_DIGESTS_SIZE: u32 = 0x40;
/** Next free byte of the kept operation lists. */
export const KEPT_END: usize = STATE + 0x180;
/** Bytes in the receive window. */
export const OFFER_WINDOW_SIZE: usize = STATE + 0x184;
/** The last state key, 16 bytes. */
export const STATE_KEY: usize = STATE + 0x190;
/** The word that reads otherwise from its second reading on, in which bits, and how often it was read in this call. */
export const REFETCH_OFFSET: usize = STATE + 0x1a0;
export const REFETCH_MASK: usize = STATE + 0x1a4;
export const REFETCH_COUNT: usize = STATE + 0x1a8;
/** Number of the operation in this call that goes wrong; NOWHERE for none. WRITE_ number, and its address bit. */
export const WRITE_AT: usize = STATE + 0x1ac;
export const WRITE_EFFECT: usize = STATE + 0x1b0;
export const WRITE_BIT: usize = STATE + 0x1b4;
/** Words of VOLATILE that are not zero. */
export const VOLATILE_SET: usize = STATE + 0x1b8;
/** Retained words changed in this call; the change after which the device is reset, from 0, NOWHERE for none. */
export const RETAINED_CHANGES: usize = STATE + 0x1bc;
export const RESET_AT: usize = STATE + 0x1c0;
/** The greatest value that a counter can hold. */
export const COUNTER_MAX: usize = STATE + 0x1c4;
/** For which shapes of a cut erase the sums are kept: a set of bits 1 << ERASE_ number. */
export const ERASES_KEPT: usize = STATE + 0x1c8;
/** Questions to what surrounds the device, in this call. */
export const QUESTIONS: usize = STATE + 0x1cc;
/** Those of them that are logged among the operations; that after which the call is cut, from 0, NOWHERE for none. */
export const ASKED_COUNT: usize = STATE + 0x1d0;
export const ASKED_CUT: usize = STATE + 0x1d4;
/** 1 where a word of LINK may not be zero. */
export const LINK_LAID: usize = STATE + 0x1d8;
/** Bytes of one frame of the link at the most. */
export const LINK_FRAME: usize = STATE + 0x1dc;
export const READ_MODE_LOG: u32 = 1;
/** The read FLIP_AFTER reads from now is flipped. */
export const READ_MODE_FLIP: u32 = 2;
/** The word at REFETCH_OFFSET reads otherwise the second time. */
export const READ_MODE_REFETCH: u32 = 4;
/** The host is told of the read FLIP_AFTER reads from now. */
export const READ_MODE_TELL: u32 = 8;
/** Words that are read or programmed are marked in TRACKED. */
export const READ_MODE_TRACK: u32 = 16;

export const COUNTERS: usize = 0x11000;
/** Bits in which a weak counter may read otherwise; 0 where it is not weak. */
export const COUNTERS_WEAK: usize = 0x11020;
export const RETAINED: usize = 0x11040;
/** SHADOW_ words of abi.ts. */
export const SHADOWS: usize = 0x11080;
export const SHADOWS_END: usize = 0x110a8;
export const WORN: usize = 0x110a0;
export const OFFER_FLIP: usize = 0x110a4;
export const LATCHES: usize = 0x12000;
/** LATCH_MAX bytes. */
export const TEAR_MASKS: usize = 0x12200;
export const PERMISSIONS: usize = 0x14000;
export const SECTOR_AT: usize = 0x16000;
/** BLOCK_WORDS words. */
export const BLOCK: usize = 0x1a000;

/** Retained words from RETAINED_COUNT on, the scratch, the key slot: by OUTSIDE_ place. */
export const VOLATILE: usize = 0x1c000;
export const VOLATILE_WORDS: u32 = 576;
/** What of it survives a reset, in words. */
export const VOLATILE_RETAINED: u32 = 48;
/** Epoch of the last call that asked for each OUTSIDE_ place, or wrote it: that is logged once. */
export const OUTSIDE_EPOCH: usize = 0x1d000;
/** LINK_MAX bytes. */
export const LINK: usize = 0x1e000;

/** Sector: offset, size, wear, region, typical and maximal erase time in µs, uncertain reads. */
export const SECTORS: usize = 0x20000;
export const SECTOR_SHIFT: u32 = 5;
export const SECTOR_OFFSET: usize = 0;
export const SECTOR_SIZE: usize = 4;
export const SECTOR_WEAR: usize = 8;
export const SECTOR_REGION: usize = 12;
export const SECTOR_TYPICAL_MICROS: usize = 16;
export const SECTOR_MAX_MICROS: usize = 20;
/** Weak and open words and torn units of the sector. */
export const SECTOR_FAULTY: usize = 24;
/** Open words among them. */
export const SECTOR_OPEN: usize = 28;

export const DIGESTS: usize = 0x30000;
export const DIGESTS_BEFORE: usize = 0x38000;
export const ERASED_EPOCH: usize = 0x40000;
/** Sectors whose marks were noted in this call. */
export const MARKS_EPOCH: usize = 0x42000;
export const SECTOR_READS: usize = 0x44000;
/** Offset of the first byte that may not be erased and certain, and of the byte behind the last; EXTENT_NONE, 0: all of it is. */
export const EXTENTS: usize = 0x48000;
export const EXTENT_SHIFT: u32 = 3;
export const EXTENT_NONE: u32 = 0xffffffff;
export const CUT_KEYS: usize = 0x4c000;
/** The number of the state with each of these keys; -1: none. */
export const CUT_STATES: usize = 0x4c100;
export const CHOICES: usize = 0x50000;
/** Choices that one call may make. */
export const CHOICES_MAX: u32 = 0x10000;
export const TRACKED: usize = 0x60000;
export const TRACKED_ERASED: usize = 0xe0000;
export const SUMS: usize = 0xe8000;
export const SUMS_SIZE: u32 = 48;
export const FLASH: usize = 0x100000;
export const WEAK: usize = 0x300000;
export const MARKS: usize = 0x500000;
export const TORN: usize = 0x580000;
export const WINDOW: usize = 0x600000;
export const LOG: usize = 0x800000;
export const LOG_SHIFT: u32 = 4;
export const LOG_MAX: u32 = 0x10000;
export const DATA: usize = 0x900000;
export const DATA_MAX: u32 = 0x200000;
export const STAMPS: usize = 0xb00000;
export const READ_LOG: usize = 0xd00000;
export const READ_LOG_SHIFT: u32 = 4;
export const READ_LOG_MAX: u32 = 0x80000;
export const UNDO: usize = 0x1500000;
export const UNDO_END: usize = 0x5f00000;
/** Numbers of the sets of what may have landed in each word; 0 where it is not open. */
export const OPEN: usize = 0x5f00000;
export const KEPT: usize = 0x6100000;
