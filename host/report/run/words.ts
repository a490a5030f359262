// Power-ups, strikes, events and ends of guest calls in words. Judges nothing; operations are told by operation-words.ts.
import * as abi from "../../../assembly/abi.js";
import type { Strike } from "../../campaign/plan/strikes.js";
import type { CallEnd } from "../../campaign/play/call.js";
import type { Position } from "../../campaign/play/position.js";
import { type HaltNames, haltWords } from "../../core/halts.js";
import type { Layout } from "../../device/profile.js";
import { hex, placeWords, slotName } from "./places.js";
import { fieldsOf, recordWords } from "./record-fields.js";

const CAUSES: Readonly<Record<number, string>> = {
  [abi.CAUSE_POWER]: "power on",
  [abi.CAUSE_SOFT]: "soft reset",
  [abi.CAUSE_FAULT]: "reset after a fault",
  [abi.CAUSE_WATCHDOG]: "reset by the watchdog",
  [abi.CAUSE_PIN]: "reset by the pin",
  [abi.CAUSE_OPEN]: "reset, RAM powered",
};

const STEPS: Readonly<Record<number, string>> = {
  [abi.STEP_MORE]: "more to do",
  [abi.STEP_IDLE]: "done until the next reset",
  [abi.STEP_CONFIRMED]: "confirmed",
  [abi.STEP_REFUSED]: "offer refused",
};

/** What the words of a call go by: where things lie, and what its guest calls its reasons. */
export interface Naming {
  readonly layout: Layout;
  readonly names: HaltNames;
}

/** Why a device was reset, in words. */
export function causeWords(cause: number): string {
  return CAUSES[cause] ?? String(cause);
}

/** The heading of a power-up. */
export function powerUpWords(number: number, position: Position): string {
  return `Power-up ${number} (${CAUSES[position.cause] ?? "reset"})`;
}

/** A strike in words. */
export function strikeWords(strike: Strike, layout: Layout): string {
  switch (strike.kind) {
    case "flip":
      return `bit ${strike.bit} of the word at ${hex(strike.offset)} (${placeWords(strike.offset, layout)}) has flipped`;
    case "counter":
      return `bit ${strike.bit} of counter ${strike.id} has flipped`;
    case "offer":
      return `bit ${strike.bit} of the word at ${hex(strike.offset)} of the incoming images is flipped`;
    case "read":
      return `read ${strike.read} sees bit ${strike.bit} flipped, once`;
    case "refetch":
      return `the word at ${hex(strike.offset)} (${placeWords(strike.offset, layout)}) reads with bit ${strike.bit} flipped from its second reading on`;
    case "ram":
      return `bit ${strike.bit} of RAM at ${hex(strike.address)} flips at read ${strike.read}`;
    case "write":
      return `operation ${strike.operation} of this call: ${strike.effect}`;
  }
}

/** How a guest call ended, in words; empty for a step that has more to do. */
export function endWords(end: CallEnd, who: string, { layout, names }: Naming): string {
  switch (end.kind) {
    case "jumped":
      return `jumps to ${hex(end.offset)} (${placeWords(end.offset, layout)})`;
    case "halted":
      return `halts: ${haltWords(names, end.reason)}`;
    case "read-fault":
      return `read fault at ${hex(end.offset)}`;
    case "power-lost":
      return end.operation === null ? "POWER LOST before this call" : "POWER LOST in this operation";
    case "was-reset":
      return end.operation === null ? "RESET" : `RESET in operation ${end.operation} of this call`;
    case "returned":
      if (who === "boot") return "returns without a jump";
      if (who === "application") return "";
      return end.value === abi.STEP_MORE ? "" : `ends: ${STEPS[end.value] ?? end.value}`;
    case "undecided":
      return `asks for the open word at ${hex(end.offset)}`;
    case "refused":
      return "asks to jump, to halt or for a reset: refused, and over";
    case "reset-itself":
      return "resets the device";
    case "hung":
      return "hangs (out of fuel)";
    case "trapped":
      return `traps: ${end.message}`;
  }
}

/** What a guest says of itself, in words; its reasons by its own names. */
export function eventWords(code: number, value: number, names: HaltNames): string {
  switch (code) {
    case abi.EVENT_SLOT_ACCEPTED:
      return `accepts the image in slot ${slotName(value)}`;
    case abi.EVENT_SLOT_REFUSED:
      return `refuses the image in slot ${slotName(value >>> 16)}: ${haltWords(names, value & 0xffff)}`;
    case abi.EVENT_RECORD:
      return value === abi.NOWHERE
        ? "finds no valid Record"
        : `reads the Record: ${recordWords(fieldsOf(value))}`;
    case abi.EVENT_OFFER_REFUSED:
      return `refuses the offer: ${haltWords(names, value)}`;
    case abi.EVENT_FLOOR_NOT_RAISED:
      return `could not raise the floor to ${value}`;
    default:
      return `event ${code}, value ${value}`;
  }
}
