// A guest's wasm, run call by call, each in a fresh instance: memory, globals and tables are those of the file. Imports are the
// functions that a Hal gives. What an import throws ends the call.
import { ABI_VERSION, MAY_WRITE_SLOTS } from "./numbers.js";
import type { GuestFile } from "./world.js";

/** Functions that a guest may import from "hal". */
export type HalFunctions = Readonly<Record<string, (...words: number[]) => number | bigint | void>>;

/** How a call ended, as the guest's side sees it: it returned, it trapped, or the Hal ended it by throwing. */
export type GuestEnd = { readonly kind: "returned"; readonly value: number } | { readonly kind: "trapped" };

/** One guest. */
export class Guest {
  /** It says that it may write slots. */
  readonly writesSlots: boolean;
  readonly #module: WebAssembly.Module;
  readonly #entry: string;
  readonly #patch: GuestFile["patch"];
  readonly #names: readonly string[];

  constructor({ binary, patch }: GuestFile, entry: string) {
    this.#module = new WebAssembly.Module(binary as BufferSource);
    this.#entry = entry;
    this.#patch = patch;
    this.#names = WebAssembly.Module.imports(this.#module).map(({ name }) => name);
    const { abiVersion, mayWrite } = this.#instance({}).exports;
    if ((abiVersion as () => number)() !== ABI_VERSION) throw new Error("a guest of another ABI version");
    const said = mayWrite === undefined ? 0 : (mayWrite as () => number)();
    this.writesSlots = (said & MAY_WRITE_SLOTS) !== 0;
  }

  /** Calls the entry in a fresh instance. What the Hal throws comes through. */
  call(hal: HalFunctions, input: number): GuestEnd {
    const entry = this.#instance(hal).exports[this.#entry] as (input: number) => unknown;
    try {
      const value = entry(input);
      return { kind: "returned", value: typeof value === "number" ? value : 0 };
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
        return { kind: "trapped" };
      throw error;
    }
  }

  /** What the guest adds at the factory, where it adds anything. */
  provision(hal: HalFunctions): void {
    const { provision } = this.#instance(hal).exports;
    if (provision !== undefined) (provision as () => void)();
  }

  #instance(hal: HalFunctions): WebAssembly.Instance {
    const made: { memory?: WebAssembly.Memory } = {};
    const all: HalFunctions = { ...hal, readWords: readingInto(hal, made) };
    const functions = Object.fromEntries(this.#names.map((name) => [name, all[name] ?? missing(name)]));
    const instance = new WebAssembly.Instance(this.#module, { hal: functions });
    made.memory = instance.exports["memory"] as WebAssembly.Memory;
    if (this.#patch !== undefined) {
      const { buffer } = instance.exports["memory"] as WebAssembly.Memory;
      new Uint8Array(buffer).set(this.#patch.data, this.#patch.at);
    }
    return instance;
  }
}

function missing(name: string): () => never {
  return () => {
    throw new Error(`a guest calls ${name}, which is not there`);
  };
}

/** readWords, as the loop that it stands for: a Hal sees no guest's memory. */
function readingInto(
  hal: HalFunctions,
  made: { readonly memory?: WebAssembly.Memory },
): HalFunctions[string] {
  const read = (offset: number): bigint => hal["tryRead32"]!(offset) as bigint;
  return (offset = 0, address = 0, words = 0) => {
    // An address between words is counted as an offset between words is.
    if (words !== 0 && address % 4 !== 0) return Number(read(1) >> 32n);
    for (let word = 0; word < words >>> 0; word++) {
      const answer = read((offset + 4 * word) | 0);
      if (answer >> 32n !== 0n) return Number(answer >> 32n);
      const view = new DataView(made.memory!.buffer);
      view.setUint32((address >>> 0) + 4 * word, Number(answer & 0xffffffffn), true);
    }
    return 0;
  };
}
