// A guest's wasm in one instance, whose memory is put back to what the file says before each call: a fresh instance for each takes most of the
// time of a short call. For guests that have nothing else to keep: no globals and no tables of their own, which is looked at.
import type { GuestEnd, HalFunctions } from "../guest.js";

const GLOBALS = 6;
const TABLES = 4;
const HEADER = 8;

/** One guest. */
export class KeptGuest {
  readonly #entry: (input: number) => unknown;
  readonly #memory: WebAssembly.Memory;
  readonly #begins: Uint8Array;

  constructor(binary: Uint8Array, entry: string, hal: HalFunctions) {
    const sections = sectionsOf(binary);
    if (sections.includes(GLOBALS) || sections.includes(TABLES))
      throw new Error("a guest with globals or tables, which would have to be put back too");
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary as BufferSource), { hal });
    this.#entry = exports[entry] as (input: number) => unknown;
    this.#memory = exports["memory"] as WebAssembly.Memory;
    this.#begins = new Uint8Array(this.#memory.buffer).slice();
  }

  /** Calls the entry, with memory as it begins. What the Hal throws comes through. */
  call(input: number): GuestEnd {
    const memory = new Uint8Array(this.#memory.buffer);
    if (memory.length !== this.#begins.length) throw new Error("a guest whose memory has grown");
    memory.set(this.#begins);
    try {
      const value = this.#entry(input);
      return { kind: "returned", value: typeof value === "number" ? value : 0 };
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
        return { kind: "trapped" };
      throw error;
    }
  }
}

/** Numbers of a module's sections. */
function sectionsOf(binary: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = HEADER; at < binary.length;) {
    found.push(binary[at++]!);
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = binary[at++]!;
      size += (byte & 0x7f) * 2 ** shift;
      more = byte >= 0x80;
    }
    at += size;
  }
  return found;
}
