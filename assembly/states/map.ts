// Where the states module keeps everything in its linear memory. No code but constants.
//
//   0x400        words of its own (below)
//   0x1000       areas of the explorers that share the states, one each
//   0x2000       parts of the table, one each
//   0x3000       where each chunk of records stands, u32
//   0x23000      whose each chunk of records is, and how many of them there are, u32
//   0x43000      where each chunk of twins stands, u32
//   0x63000      chunks, tables and lists, one behind the other as they are made: grows

/** Several explorers share the states, each in a thread and an instance of its own over one memory. */
export const SHARED: bool = isDefined(STATES_SHARED);

/** Records that there are, and twins, u32 each. */
export const COUNTS: usize = 0x400;
export const RECORD_COUNT: usize = COUNTS;
export const TWIN_COUNT: usize = COUNTS + 4;
/** First free byte; and a piece that a smaller table has left behind: its first free byte and its end. */
export const TOP: usize = 0x408;
export const SPARE: usize = 0x40c;
export const SPARE_END: usize = 0x410;
/** Chunks of records that have been handed out. */
export const CHUNK_COUNT: usize = 0x414;
/** Who hands out memory holds this lock. */
export const ROOM_LOCK: usize = 0x440;

/** Areas of explorers, EXPLORER_SIZE bytes each: the key that the host has laid down; the number that comes next; that it is one. */
export const EXPLORERS: usize = 0x1000;
export const EXPLORER_SIZE: u32 = 64;
export const EXPLORERS_MAX: u32 = 64;
export const NEXT_OFFSET: usize = 16;
export const HAS_NEXT_OFFSET: usize = 20;

/** Parts of the table, PART_SIZE bytes each: slots less one, and where they stand, as one u64; keys in it; a lock. */
export const PARTS: usize = 0x2000;
export const PART_SIZE: u32 = 64;
export const PART_COUNT: u32 = SHARED ? 64 : 1;
export const KEYS_OFFSET: usize = 8;
export const LOCK_OFFSET: usize = 12;

export const DIRECTORY: usize = 0x3000;
export const FILLS: usize = 0x23000;
export const TWINS: usize = 0x43000;
/** Chunks of either kind that there can be: of records more than fit into memory. */
export const CHUNKS_MAX: u32 = 0x8000;
export const START: usize = 0x63000;

/** Records in a chunk. */
export const CHUNK_SHIFT: u32 = 12;
export const CHUNK_MASK: u32 = (1 << CHUNK_SHIFT) - 1;
/** In an entry of FILLS: whose the chunk is; below it how many records there are in it. */
export const OWNER_SHIFT: u32 = 16;
/** Bytes of a record, of which the first 16 are its key; the host knows the others. */
export const RECORD_SIZE: u32 = 80;
/** Bytes of a twin: its key, and the number of the state that it stands beside. */
export const TWIN_SIZE: u32 = 20;
