// Writes a module again with a maximum for its memory: what grows beyond it is told that it cannot, as where RAM ends. Changes
// nothing else and moves no index.
import { decode } from "./decode.js";
import { HEADER, SECTION_MEMORY } from "./module.js";
import { Writer } from "./writer.js";

const HAS_MAXIMUM = 1; // specification 2.0, section 5.3.7

/**
 * Caps the memory that a module defines.
 * @param binary a module whose memory begins with at most `pages`
 * @param pages maximum, in pages of 64 KiB; a smaller one that it has itself stays
 * @returns a new binary
 */
export function capMemory(binary: Uint8Array, pages: number): Uint8Array {
  const { sections, memories } = decode(binary);
  const writer = new Writer();
  writer.bytes(HEADER);
  for (const { id, offset, endOffset } of sections) {
    if (id !== SECTION_MEMORY) {
      writer.bytes(binary.subarray(offset, endOffset));
      continue;
    }
    const content = new Writer();
    content.u32(memories.length);
    for (const { minimumPages, maximumPages } of memories) {
      content.byte(HAS_MAXIMUM);
      content.u32(minimumPages);
      content.u32(Math.min(maximumPages ?? pages, pages));
    }
    writer.byte(SECTION_MEMORY);
    writer.sized(content.finish());
  }
  return writer.finish();
}
