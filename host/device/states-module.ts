// The states module (assembly/states) as the host uses it: one instance for the states of one exploration. Its memory is read and written as
// words: what a record holds beside its key is the explorer's affair.
import { instantiateSync } from "@assemblyscript/loader";

/** What the module exports to the host. */
export interface StatesExports {
  readonly memory: WebAssembly.Memory;
  /** The number of the state with a key of two lanes; -1 where there is none. For the device module. */
  find(a: bigint, b: bigint): number;
  findAt(): number;
  /** A twin of a state, for the device module. */
  addTwin(a: bigint, b: bigint, number: number): number;
  addAt(): number;
  addTwinAt(number: number): number;
  /** Byte offsets: of the key that the functions above are about; of the counts of records and twins; of where their chunks stand. */
  readonly KEY: WebAssembly.Global;
  readonly COUNTS: WebAssembly.Global;
  readonly DIRECTORY: WebAssembly.Global;
  readonly TWINS: WebAssembly.Global;
  /** Bytes of a record, and of a twin. */
  readonly RECORD_SIZE: WebAssembly.Global;
  readonly TWIN_SIZE: WebAssembly.Global;
  clear(): number;
}

/** An instance with no state in it. */
export function statesOf(module: WebAssembly.Module): StatesExports {
  const { instance } = instantiateSync(module, {});
  const exports = instance.exports as unknown as StatesExports;
  exports.clear();
  return { ...exports };
}

/** A constant that the module exports. */
export function numberOf(constant: WebAssembly.Global): number {
  return constant.value as number;
}
