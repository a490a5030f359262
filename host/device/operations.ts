// The operation log of a guest's call, as the host reads it: one entry for each operation and event, in order. Changes nothing.
import * as abi from "../../assembly/abi.js";

/** One entry of the last call's operation log. */
export type Operation =
  | {
      /** A stray program landed here though it was meant for elsewhere. */
      readonly kind: "program" | "stray";
      readonly offset: number;
      readonly sizeBytes: number;
      readonly status: number;
      /** As on the bus; empty where the program was refused. */
      readonly data: Uint8Array;
    }
  | { readonly kind: "erase"; readonly offset: number; readonly sizeBytes: number; readonly status: number }
  | { readonly kind: "counter"; readonly id: number; readonly value: number; readonly status: number }
  | { readonly kind: "wear"; readonly offset: number }
  | { readonly kind: "retained"; readonly index: number; readonly value: number }
  /** The guest asked why it was reset, which was open till then. */
  | { readonly kind: "cause"; readonly value: number }
  /** What surrounds the device was asked something (ASK_ number, its first argument), and has answered. */
  | { readonly kind: "asked"; readonly ask: number; readonly first: number; readonly answer: number }
  /** A word of the scratch or the key slot, by its OUTSIDE_ place. */
  | { readonly kind: "volatile"; readonly place: number; readonly value: number }
  | { readonly kind: "event"; readonly code: number; readonly value: number };

/** What of a device is read. */
interface DeviceTables {
  readonly words: Uint32Array;
  /** Index into `words` of a table (TABLE_…). */
  table(table: number): number;
  /** A word of what the last call did (CALL_…). */
  callWord(index: number): number;
}

/**
 * The operations and events of a device's last call.
 * @param busBytes a copy of content that the module keeps, as the bus shows it
 */
export function operationsIn(
  device: DeviceTables,
  busBytes: (at: number, size: number) => Uint8Array,
): Operation[] {
  const { words } = device;
  const log = device.table(abi.TABLE_LOG);
  const count = device.callWord(abi.CALL_LOG_COUNT);
  const data = device.table(abi.TABLE_LOG_DATA) * 4;
  const operations: Operation[] = [];
  for (let i = 0; i < count; i++) {
    const [head = 0, first = 0, size = 0, value = 0] = words.subarray(log + i * 4, log + i * 4 + 4);
    const status = head >>> 8;
    const kind = head & 0xff;
    if (kind === abi.OP_PROGRAM || kind === abi.OP_STRAY) {
      const isKept = status === abi.STATUS_OK || status === abi.OP_CUT || status === abi.OP_DROPPED;
      const bytes = busBytes(data + value + (first & 3), isKept ? size : 0);
      const what = kind === abi.OP_STRAY ? "stray" : "program";
      operations.push({ kind: what, offset: first, sizeBytes: size, status, data: bytes });
    } else if (kind === abi.OP_ERASE)
      operations.push({ kind: "erase", offset: first, sizeBytes: size, status });
    else if (kind === abi.OP_COUNTER) operations.push({ kind: "counter", id: first, value, status });
    else if (kind === abi.OP_WEAR) operations.push({ kind: "wear", offset: first });
    else if (kind === abi.OP_RETAINED) operations.push({ kind: "retained", index: first, value });
    else if (kind === abi.OP_CAUSE) operations.push({ kind: "cause", value });
    else if (kind === abi.OP_ASKED)
      operations.push({ kind: "asked", ask: first, first: size, answer: value });
    else if (kind === abi.OP_VOLATILE) operations.push({ kind: "volatile", place: first, value });
    else operations.push({ kind: "event", code: first, value });
  }
  return operations;
}
