// The write buffer of a part: words latched for one page, which the next program takes, whatever comes of it.
import { STATUS } from "./numbers.js";
import type { Part } from "./world.js";

const WORD = 4;

/** Words that wait to be programmed. */
export class Latches {
  readonly #part: Part;
  readonly #flashSize: number;
  readonly #page: number;
  readonly #words = new Map<number, number>();

  constructor(part: Part, flashSize: number) {
    this.#part = part;
    this.#flashSize = flashSize;
    this.#page = Math.max(part.programMax, WORD);
  }

  /** Puts a word there; a STATUS. */
  latch(offset: number, word: number): number {
    if (offset % WORD !== 0) return STATUS.misaligned;
    if (offset >= this.#flashSize) return STATUS.outOfRange;
    const page = Math.floor(offset / this.#page);
    for (const other of this.#words.keys())
      if (Math.floor(other / this.#page) !== page) return STATUS.outOfOrder;
    this.#words.set(offset, word);
    return STATUS.ok;
  }

  /**
   * The bytes of a program at `offset`, and whether all that was latched lies within the words that it touches. The latches are
   * empty then.
   */
  take(offset: number, size: number): { readonly bytes: Uint8Array; readonly status: number } {
    const isSane = size <= this.#page;
    const bytes = new Uint8Array(isSane ? size : 0).fill(this.#part.erasedByte);
    let status: number = STATUS.ok;
    const first = offset - (offset % WORD);
    for (const [at, word] of this.#words) {
      if (at < first || at >= offset + size) status = STATUS.outOfOrder;
      for (let byte = 0; byte < WORD; byte++) {
        const place = at + byte - offset;
        if (place >= 0 && place < bytes.length) bytes[place] = (word >>> (8 * byte)) & 0xff;
      }
    }
    this.#words.clear();
    return { bytes, status };
  }
}
