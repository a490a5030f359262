// The Hal's readWords, as one guest imports it: lets the device read words, and copies them into the guest's memory. The only import with
// JavaScript between, as neither module sees the memory of the other. Decides nothing of what a read sees (assembly/device/reads.ts).
import * as abi from "../../assembly/abi.js";

/** Words that are read before they are charged: setting an i64 global makes a BigInt. */
const CHARGED_TOGETHER = 1 << 16;
const COUNT_MASK = (1 << abi.BLOCK_STATUS_SHIFT) - 1;

type ReadBlock = (offset: number, address: number, words: number) => number;

/** Bulk reads of one guest from one device. */
export class BulkReads {
  readonly #readBlock: ReadBlock;
  readonly #deviceMemory: WebAssembly.Memory;
  /** Where the device puts what it reads: byte offset in its memory. */
  readonly #place: number;
  /** The first n words there, by n: made when first used, as making one takes longer than copying 64 words. */
  readonly #blocks: Int32Array[] = [];
  #memory: WebAssembly.Memory | undefined;
  #words = new Int32Array(0);
  #fuel: WebAssembly.Global<"i64"> | undefined;
  #owed = 0;

  /** @param hal the device module's exports */
  constructor(hal: WebAssembly.Exports) {
    this.#readBlock = hal["readBlock"] as ReadBlock;
    this.#deviceMemory = hal["memory"] as WebAssembly.Memory;
    this.#place = (hal["addressOf"] as (table: number) => number)(abi.TABLE_BLOCK);
  }

  /** The guest has no memory: its instance is being made. */
  detach(): void {
    this.#memory = undefined;
    this.#words = new Int32Array(0);
  }

  /** The memory of the guest's instance, and its fuel, from which one unit is taken for each word; nothing where there is none. */
  attach(memory: WebAssembly.Memory, fuel?: WebAssembly.Global<"i64">): void {
    this.#memory = memory;
    this.#words = new Int32Array(memory.buffer);
    this.#fuel = fuel;
    this.#owed = 0;
  }

  /** Words that were read in this call and are not yet taken from the fuel. */
  get owed(): number {
    return this.#owed;
  }

  /** A call begins, with fuel of its own. */
  begin(): void {
    this.#owed = 0;
  }

  /**
   * The import: reads a word, stores it, goes on, and ends at the first that it cannot read or store.
   * @throws Error in a start function: there is no memory yet
   */
  readonly readWords = (offset: number, address: number, words: number): number => {
    if (this.#memory === undefined) throw new Error("calls the Hal before it is called itself");
    let from = offset;
    let at = address >>> 2;
    let left = words >>> 0;
    while (left > 0) {
      const fits = Math.max(0, this.#room() - at);
      // One more than fit, as a loop would have read it before it fails to store it.
      const answer = this.#readBlock(from, address, Math.min(left, fits + 1));
      const count = answer & COUNT_MASK;
      const stored = Math.min(count, fits);
      if (stored > 0) this.#store(at, stored);
      this.#charge(count);
      if (count > fits) throw new WebAssembly.RuntimeError("memory access out of bounds");
      const status = answer >>> abi.BLOCK_STATUS_SHIFT;
      if (status !== abi.STATUS_OK) return status;
      from += count * 4;
      at += count;
      left -= count;
    }
    return abi.STATUS_OK;
  };

  /** Words of the guest's memory, which may have grown: then the view of what it was has no length. */
  #room(): number {
    if (this.#words.length === 0) this.#words = new Int32Array((this.#memory as WebAssembly.Memory).buffer);
    return this.#words.length;
  }

  /** Stores the first `count` words that were read at word `at` of the guest's memory. */
  #store(at: number, count: number): void {
    let block = this.#blocks[count];
    // The device's memory has grown where a view of it has no length any more.
    if (block?.length !== count) {
      block = new Int32Array(this.#deviceMemory.buffer, this.#place, count);
      this.#blocks[count] = block;
    }
    this.#words.set(block, at);
  }

  #charge(words: number): void {
    this.#owed += words;
    if (this.#owed < CHARGED_TOGETHER || this.#fuel === undefined) return;
    this.#fuel.value -= BigInt(this.#owed);
    this.#owed = 0;
  }
}
