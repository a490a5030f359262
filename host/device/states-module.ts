// The states module (assembly/states) as the host uses it: one instance for the states of one exploration, or one in each thread of those that
// explore together, over one memory. The memory is read and written as words: what a record holds beside its key is the explorer's affair.
import { instantiateSync } from "@assemblyscript/loader";
import { CapacityError, DefectError } from "../core/errors.js";
import type { DeviceModules } from "./device-options.js";

/** What the module exports to the host. */
export interface StatesExports {
  readonly memory: WebAssembly.Memory;
  /** The number of the state with a key of two lanes; -1 where there is none. For the device module. */
  find(a: bigint, b: bigint): number;
  findAt(): number;
  /** A twin of a state, for the device module. */
  addTwin(a: bigint, b: bigint, number: number): number;
  /** Adds the record at nextPlace(), and answers its number or that of the state that has its key already; -2 without room. */
  add(): number;
  addTwinAt(number: number): number;
  /** Byte offset of the key that findAt() and addTwinAt() are about; behind it the number that the next record gets. */
  keyPlace(): number;
  /** Byte offset of the record that add() adds, key first; 0 without room. */
  nextPlace(): number;
  /** Byte offset of `sizeBytes` zeroed bytes, a multiple of 8; 0 without room. */
  roomFor(sizeBytes: number): number;
  /** Byte offsets: of the counts of records and twins; of where their chunks stand; of the count of chunks, and of whose each is. */
  readonly COUNTS: WebAssembly.Global;
  readonly DIRECTORY: WebAssembly.Global;
  readonly TWINS: WebAssembly.Global;
  readonly CHUNK_COUNT: WebAssembly.Global;
  readonly FILLS: WebAssembly.Global;
  /** Bytes of a record, and of a twin. */
  readonly RECORD_SIZE: WebAssembly.Global;
  readonly TWIN_SIZE: WebAssembly.Global;
  clear(): number;
  begin(explorer: number): number;
}

/** The memory of states that several explorers share, and which of them this is, from 0. Plain data that goes to threads. */
export interface SharedStates {
  readonly memory: WebAssembly.Memory;
  readonly explorer: number;
}

/** In place of an explorer: states that it has added were there before any began. The module has an area for it. */
export const NOBODY = 63;

/** Pages of 64 KiB: at first, and the most, which the module declares. */
const FIRST_PAGES = 64;
const MOST_PAGES = 65536;

type Shared = Pick<DeviceModules, "statesShared">;

/** Memory for states that are shared, with no state in it. */
export function sharedStatesMemory(modules: Shared): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true });
  instanceOver(modules, memory).clear();
  return memory;
}

/**
 * An instance with no state in it; or an explorer's over states that are shared.
 * @throws {CapacityError} where memory is at its end, or there are too many explorers
 */
export function statesOf(modules: DeviceModules, shared?: SharedStates): StatesExports {
  const exports =
    shared === undefined
      ? instanceOf(modules.states, {})
      : { ...instanceOver(modules, shared.memory), memory: shared.memory };
  if (shared === undefined) exports.clear();
  if (exports.begin(shared?.explorer ?? 0) < 0)
    throw new CapacityError("out of memory: no room left for states");
  return exports;
}

function instanceOver({ statesShared }: Shared, memory: WebAssembly.Memory): StatesExports {
  if (statesShared === undefined)
    throw new DefectError("states are to be shared, and there is no module for that");
  return instanceOf(statesShared, { env: { memory } });
}

function instanceOf(
  module: WebAssembly.Module,
  imports: Parameters<typeof instantiateSync>[1],
): StatesExports {
  const { instance } = instantiateSync(module, imports);
  return { ...(instance.exports as unknown as StatesExports) };
}

/** A constant that the module exports. */
export function numberOf(constant: WebAssembly.Global): number {
  return constant.value as number;
}
