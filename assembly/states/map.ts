// Where the states module keeps everything in its linear memory. No code but constants.
//
//   0x400        words of its own (below)
//   0x1000       where each chunk of records stands, u32
//   0x21000      where each chunk of twins stands, u32
//   0x41000      chunks and tables, one behind the other as they are made: grows

/** The key that the host has laid down, 16 bytes. */
export const KEY: usize = 0x400;
/** Records, then twins that there are, u32 each. */
export const COUNTS: usize = 0x410;
export const RECORD_COUNT: usize = COUNTS;
export const TWIN_COUNT: usize = COUNTS + 4;
/** Slots of the table, a power of two, less one; and where they stand. */
export const MASK: usize = 0x418;
export const SLOTS: usize = 0x41c;
/** First free byte; and a piece that a smaller table has left behind: its first free byte and its end. */
export const TOP: usize = 0x420;
export const SPARE: usize = 0x424;
export const SPARE_END: usize = 0x428;

export const DIRECTORY: usize = 0x1000;
export const TWINS: usize = 0x21000;
/** Chunks of either kind that there can be: of records more than fit into memory. */
export const CHUNKS_MAX: u32 = 0x8000;
export const START: usize = 0x41000;

/** Records in a chunk. */
export const CHUNK_SHIFT: u32 = 12;
export const CHUNK_MASK: u32 = (1 << CHUNK_SHIFT) - 1;
/** Bytes of a record, of which the first 16 are its key; the host knows the others. */
export const RECORD_SIZE: u32 = 80;
/** Bytes of a twin: its key, and the number of the state that it stands beside. */
export const TWIN_SIZE: u32 = 20;
