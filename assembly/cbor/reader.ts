// Reads CBOR in its deterministic form (RFC 8949 4.2.1) from RAM, item by item, over a cursor that the caller holds. Never reads outside
// of the bytes that it was opened on, never recurses, and decides nothing of what an item means.

// Statuses of cborNext.
export const CBOR_OK: u32 = 0;
/** The first byte begins nothing that is read here: an argument of 8 bytes, an indefinite length, a float, undefined, what is reserved. */
export const CBOR_HEAD: u32 = 1;
/** The item goes on past the end. */
const CBOR_TRUNCATED: u32 = 2;
/** The argument has more bytes than it needs. */
export const CBOR_NOT_SHORTEST: u32 = 3;

// Major types (RFC 8949 3.1).
export const CBOR_UINT: u32 = 0;
/** Its number is -1 less the argument. */
export const CBOR_NEGATIVE: u32 = 1;
export const CBOR_BYTES: u32 = 2;
export const CBOR_TEXT: u32 = 3;
export const CBOR_ARRAY: u32 = 4;
export const CBOR_MAP: u32 = 5;
export const CBOR_TAG: u32 = 6;
/** False, true or null: arguments 20, 21, 22. */
const CBOR_SIMPLE: u32 = 7;

const SIMPLE_FALSE: u32 = 20;
const SIMPLE_NULL: u32 = 22;

// Additional information (RFC 8949 3): an argument of 1, 2 or 4 bytes; beyond, one of 8 or what is reserved.
const ARGUMENT_OF_1: u32 = 24;
const ARGUMENT_OF_2: u32 = 25;
const ARGUMENT_OF_8: u32 = 27;

// The cursor, 4-byte aligned:
//   offset | field
//        0 | address of the next item
//        4 | address of the first byte behind the last
//        8 | major type of the item that was read last
//       12 | its argument: value, size in bytes, or count of items
//       16 | address of its content, where it is a string
//       20 | address of its first byte
const NEXT: usize = 0;
const END: usize = 4;
const MAJOR: usize = 8;
const ARGUMENT: usize = 12;
const CONTENT: usize = 16;
const START: usize = 20;
/** Size in bytes of a cursor. */
export const CBOR_CURSOR_SIZE: u32 = 24;

/** Puts a cursor before `sizeBytes` bytes at `address`; they must not reach the end of the address space. */
export function cborOpen(cursor: usize, address: usize, sizeBytes: u32): void {
  memory.fill(cursor, 0, CBOR_CURSOR_SIZE);
  store<u32>(cursor, u32(address), NEXT);
  store<u32>(cursor, u32(address) + sizeBytes, END);
}

/**
 * Reads the next item: of an array or a map its head, of a string all of it. On another status than CBOR_OK the cursor stays as it was.
 */
export function cborNext(cursor: usize): u32 {
  const start = load<u32>(cursor, NEXT);
  const end = load<u32>(cursor, END);
  if (start >= end) return CBOR_TRUNCATED;
  const first = u32(load<u8>(usize(start)));
  const major = first >> 5;
  const information = first & 0x1f;
  if (information >= ARGUMENT_OF_8) return CBOR_HEAD;
  if (major == CBOR_SIMPLE && (information < SIMPLE_FALSE || information > SIMPLE_NULL)) return CBOR_HEAD;
  let next = start + 1;
  let argument = information;
  if (information >= ARGUMENT_OF_1) {
    const size = u32(1) << (information - ARGUMENT_OF_1);
    if (size > end - next) return CBOR_TRUNCATED;
    argument = 0;
    for (let index: u32 = 0; index < size; index++)
      argument = (argument << 8) | u32(load<u8>(usize(next + index)));
    if (argument < leastOf(information)) return CBOR_NOT_SHORTEST;
    next += size;
  }
  const content = next;
  if (major == CBOR_BYTES || major == CBOR_TEXT) {
    if (argument > end - next) return CBOR_TRUNCATED;
    next += argument;
  }
  store<u32>(cursor, next, NEXT);
  store<u32>(cursor, major, MAJOR);
  store<u32>(cursor, argument, ARGUMENT);
  store<u32>(cursor, content, CONTENT);
  store<u32>(cursor, start, START);
  return CBOR_OK;
}

/** The least argument that needs as many bytes as this additional information gives it. */
function leastOf(information: u32): u32 {
  if (information == ARGUMENT_OF_1) return ARGUMENT_OF_1;
  return information == ARGUMENT_OF_2 ? 0x100 : 0x10000;
}

/** Major type of the item that was read last. */
export function cborMajor(cursor: usize): u32 {
  return load<u32>(cursor, MAJOR);
}

/** Its argument: of a number the value, of a string the size in bytes, of an array or a map how many items or pairs follow. */
export function cborArgument(cursor: usize): u32 {
  return load<u32>(cursor, ARGUMENT);
}

/** Address of its content, where it is a string. */
export function cborContent(cursor: usize): usize {
  return usize(load<u32>(cursor, CONTENT));
}

/** Address of its first byte. */
export function cborStart(cursor: usize): usize {
  return usize(load<u32>(cursor, START));
}

/** How many bytes are left behind it. */
export function cborLeft(cursor: usize): u32 {
  return load<u32>(cursor, END) - load<u32>(cursor, NEXT);
}
