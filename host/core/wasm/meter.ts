// Rewrites a guest so that it counts its basic blocks down in a global and stops when that runs out: a
// spinning guest ends deterministically. Also exports the guest's mutable globals, so that the host can reset
// them. Changes no result, adds no import and moves no index.
import { decode } from "./decode.js";
import { withFuel } from "./fuel.js";

/** How to meter. */
export interface MeterOptions {
  /** Basic blocks that may run before the host sets the fuel, which only a start function needs; 0 if left out. */
  readonly initialFuel?: bigint;
}

/**
 * Rewrites a guest so that it stops once its fuel is used up.
 *
 * Every executed basic block takes 1 from the global exported as `everboot.fuel`. At the beginning of a
 * function and of a loop the guest traps (`unreachable`) if that made it negative. memory.copy, memory.fill,
 * memory.init and their table counterparts take length / 64 (rounded down) more, once they succeeded. What is
 * used is exact, except that a block that traps or never comes back from a call counts whole; the fuel may go
 * below zero without a trap between two checks. Each mutable global that the guest defines is exported as
 * `everboot.global.N`, N being its index.
 *
 * @param binary the guest; if an engine would not compile it, it does not compile what comes out either
 * @param options how to meter
 * @returns a new binary in which all indexes and custom sections are those of the original
 * @throws WasmFormatError if the binary is malformed, uses an unsupported feature, or exports a reserved name
 */
export function meter(binary: Uint8Array, options: MeterOptions = {}): Uint8Array {
  return withFuel(decode(binary), options.initialFuel ?? 0n);
}
