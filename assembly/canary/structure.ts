// For canaries: what an image says of itself, by its structure alone. Wrong on purpose: nothing is hashed, no signature is
// checked.

import { REASON_OK } from "../abi";
import { readBytes, slotOffset, slotSize } from "../hal/flash";
import { HEADER_SIZE, headerReason, headerSize, payloadSize, protectedSize } from "../image/header";
import { parseProtected } from "../image/tlv";
import { PROTECTED_MAX } from "../image/verify";

const HEADER: usize = memory.data(32, 8);
const PROTECTED: usize = memory.data(PROTECTED_MAX);
const COUNTER: usize = memory.data(4);

/** First payload byte of the image in `slot`; 0 where its structure is wrong. */
export function structuralEntry(slot: u32): u32 {
  const start = slotOffset(slot);
  if (!readBytes(start, HEADER, HEADER_SIZE)) return 0;
  if (headerReason(HEADER, start, slotSize(slot)) != REASON_OK) return 0;
  const areaSize = protectedSize(HEADER);
  const payloadEnd = start + headerSize(HEADER) + payloadSize(HEADER);
  if (areaSize > PROTECTED_MAX || !readBytes(payloadEnd, PROTECTED, areaSize)) return 0;
  return parseProtected(PROTECTED, areaSize, COUNTER) == REASON_OK ? start + headerSize(HEADER) : 0;
}

/** Security counter of the image that structuralEntry() looked at last. */
export function structuralCounter(): u32 {
  return load<u32>(COUNTER);
}
