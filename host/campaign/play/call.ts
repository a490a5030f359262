// One guest call and what came of it, whether it was executed or replayed from the memo.
import * as abi from "../../../assembly/abi.js";
import type { GuestEnd } from "../../core/guest.js";
import type { Device } from "../../device/device.js";
import { SESSION_KEY } from "../../link/client.js";
import type { Dialogue } from "../world/dialogue.js";

/** How a guest call ended. */
export type CallEnd =
  | { readonly kind: "jumped"; readonly offset: number }
  | { readonly kind: "halted"; readonly reason: number }
  | { readonly kind: "read-fault"; readonly offset: number }
  /** The power went at this persistent operation of the call; null: before the call began. */
  | { readonly kind: "power-lost"; readonly operation: number | null }
  /** The device was reset, its RAM powered: likewise, or after a change of a retained word (`operation` null, too). */
  | { readonly kind: "was-reset"; readonly operation: number | null }
  | { readonly kind: "returned"; readonly value: number }
  /** The word at this offset was asked for and is open (dense tears): the explorer decides it and makes the call once more. Only the memo sees such an end. */
  | { readonly kind: "undecided"; readonly offset: number }
  | { readonly kind: "hung" }
  /** An application has asked for a jump, a halt or a reset, which it has not: it is over. */
  | { readonly kind: "refused" }
  /** The guest has asked for a reset, and it came. */
  | { readonly kind: "reset-itself" }
  | { readonly kind: "trapped"; readonly message: string };

/** Bits of CallResult.touched. */
export const TOUCHED_SLOT_A = 1;
export const TOUCHED_SLOT_B = 2;
export const TOUCHED_RECORD = 4;
/** A counter other than the floor, which a firmware may raise when it finds itself confirmed. */
export const TOUCHED_COUNTER = 8;
/** A retained word. */
export const TOUCHED_RETAINED = 16;

/** What oracles and the memo need to know of a call. */
export interface CallResult {
  readonly end: CallEnd;
  /** Regions, counters and retained words that its operations changed, TOUCHED_ bits. */
  readonly touched: number;
  readonly ruleBreaks: number;
  readonly denials: number;
  /** Operations that boot tried on a slot, done or refused. */
  readonly slotAttempts: number;
  /** Persistent operations. */
  readonly writes: number;
  /** These and changed retained words, for rest: none means nothing changed. */
  readonly operationCount: number;
  /** The cause that was open and that the call found out by asking; null where it did not. */
  readonly cause: number | null;
  /** What boot said of the Record (EVENT_RECORD). */
  readonly recordSaid: RecordSaid;
  /** First address outside the objects of the guest's memory that it changed; null where there is none, or the guest declares none. */
  readonly stray: number | null;
  /** It has changed a word of the scratch or the key slot: no operation, but the next step may go otherwise. */
  readonly volatile: boolean;
  /** It has put a word of a session key into a retained word or on flash. */
  readonly leaks: boolean;
  /** Something went wrong in the call, so that the next one like it may go otherwise: nothing rests on it. */
  readonly disturbed: boolean;
}

/** What an EVENT_RECORD says: there is one or there is none; or there was no such event. */
export type RecordSaid = "found" | "none" | "nothing";

/** Offset that beginCall takes for boot itself. */
export const IN_BOOT = abi.NOWHERE;

/** How a call is to be made. */
export interface CallOptions {
  /** Note what the call depends on, for the memo. */
  readonly logReads?: boolean;
  /** What `arm` lays down goes wrong. */
  readonly disturbed?: boolean;
  /** Lays down what goes wrong in the call, when it has begun. */
  readonly arm?: () => void;
  /** Answers what the guest asks of what surrounds the device. */
  readonly dialogue?: Dialogue | undefined;
}

/** Runs boot (bootedOffset IN_BOOT), one agent step or the application (input INPUT_APPLICATION) on the device, with memory wiped before. */
export function executeCall(
  device: Device,
  bootedOffset: number,
  input: number,
  { logReads = false, disturbed = false, arm, dialogue }: CallOptions = {},
): CallResult {
  if (input === abi.INPUT_APPLICATION)
    return executeApplication(device, bootedOffset, { logReads, disturbed, ...(arm && { arm }), dialogue });
  const guest = bootedOffset === IN_BOOT ? device.boot : device.agent;
  guest.reset();
  dialogue?.listen(device);
  device.exports.beginCall(bootedOffset, logReads ? 1 : 0);
  arm?.();
  return resultOf(device, guest.call(input), bootedOffset, disturbed);
}

/** Lets the application run once beside the firmware at `bootedOffset`, unless the adversary has a say in that and lets it be. */
function executeApplication(
  device: Device,
  bootedOffset: number,
  { logReads = false, disturbed = false, arm, dialogue }: CallOptions,
): CallResult {
  const { application, exports, applicationIsHostile } = device;
  if (application === null) throw new Error("a device without an application has no call of one");
  application.reset();
  dialogue?.listen(device);
  exports.beginApplication(bootedOffset, logReads ? 1 : 0);
  arm?.();
  const isRun = !applicationIsHostile || exports.applicationRuns() !== 0;
  const end = isRun ? application.call(0) : ({ kind: "returned", value: 0 } as const);
  return resultOf(device, end, bootedOffset, disturbed, application);
}

/** What came of a call that a loss of power, or a reset, came before. */
export function neverMade(kind: "power-lost" | "was-reset"): CallResult {
  return {
    end: { kind, operation: null },
    ...{ touched: 0, ruleBreaks: 0, denials: 0, slotAttempts: 0, writes: 0, operationCount: 0 },
    ...{ cause: null, recordSaid: "nothing", stray: null, volatile: false, leaks: false, disturbed: false },
  };
}

/** Reads what the device logged of the call that just ended. */
export function resultOf(
  device: Device,
  guestEnd: GuestEnd,
  bootedOffset: number,
  disturbed = false,
  guest = bootedOffset === IN_BOOT ? device.boot : device.agent,
): CallResult {
  const log = scanLog(device, device.table(abi.TABLE_LOG), device.callWord(abi.CALL_LOG_COUNT));
  const writes = device.callWord(abi.CALL_OPERATION_COUNT);
  const end = endOf(device, guestEnd);
  const isCut = end.kind === "power-lost" || end.kind === "was-reset";
  return {
    end,
    touched: log.touched,
    ruleBreaks: device.callWord(abi.CALL_RULE_BREAKS),
    denials: device.callWord(abi.CALL_DENIALS),
    slotAttempts: bootedOffset === IN_BOOT ? log.slotAttempts : 0,
    writes,
    operationCount: writes + log.retained,
    cause: log.cause,
    recordSaid: bootedOffset === IN_BOOT ? log.recordSaid : "nothing",
    // What a call that is cut leaves in its memory, it might have put back; and nobody plays each of those.
    stray: isCut ? null : guest.strayWrite(),
    volatile: log.volatile,
    leaks: device.asks && isLeaking(device),
    disturbed,
  };
}

/** Whether the last call has put a word of a session key where it stays: at any byte of a program, not in parts over two of them. */
function isLeaking(device: Device): boolean {
  const keys: readonly number[] = SESSION_KEY;
  return device.operations().some((operation) => {
    if (operation.kind === "retained") return keys.includes(operation.value);
    if (operation.kind !== "program") return false;
    const view = new DataView(operation.data.buffer, operation.data.byteOffset, operation.data.length);
    for (let at = 0; at + 4 <= view.byteLength; at++)
      if (keys.includes(view.getUint32(at, true))) return true;
    return false;
  });
}

/** Regions that `count` logged operations (from word index `log`) changed, and how many aimed at a slot. */
export function scanLog(
  device: Device,
  log: number,
  count: number,
): {
  touched: number;
  slotAttempts: number;
  retained: number;
  recordSaid: RecordSaid;
  cause: number | null;
  volatile: boolean;
} {
  const { words } = device;
  const { slotA, slotB, record } = device.layout;
  let touched = 0;
  let slotAttempts = 0;
  let retained = 0;
  let recordSaid: RecordSaid = "nothing";
  let cause: number | null = null;
  let volatile = false;
  for (let i = 0; i < count; i++) {
    const head = words[log + i * 4] as number;
    const kind = head & 0xff;
    if (kind === abi.OP_RETAINED) {
      retained++;
      touched |= TOUCHED_RETAINED;
    }
    if (kind === abi.OP_VOLATILE) volatile = true;
    if (kind === abi.OP_CAUSE) cause = words[log + i * 4 + 3] as number;
    if (kind === abi.OP_EVENT && words[log + i * 4 + 1] === abi.EVENT_RECORD)
      recordSaid = words[log + i * 4 + 3] === abi.NOWHERE ? "none" : "found";
    const offset = words[log + i * 4 + 1] as number;
    const status = head >>> 8;
    const isDone = status === abi.STATUS_OK || (status === abi.OP_CUT && device.cutLands);
    if (kind === abi.OP_COUNTER && isDone && offset !== abi.COUNTER_FLOOR) touched |= TOUCHED_COUNTER;
    if (kind !== abi.OP_PROGRAM && kind !== abi.OP_ERASE && kind !== abi.OP_STRAY) continue;
    const bit = inside(offset, slotA)
      ? TOUCHED_SLOT_A
      : inside(offset, slotB)
        ? TOUCHED_SLOT_B
        : inside(offset, record)
          ? TOUCHED_RECORD
          : 0;
    if ((bit & (TOUCHED_SLOT_A | TOUCHED_SLOT_B)) !== 0) slotAttempts++;
    if (isDone) touched |= bit;
  }
  return { touched, slotAttempts, retained, recordSaid, cause, volatile };
}

function inside(offset: number, region: { readonly offset: number; readonly size: number }): boolean {
  return offset >= region.offset && offset < region.offset + region.size;
}

function endOf(device: Device, end: GuestEnd): CallEnd {
  if (end.kind !== "stopped") return end;
  const value = device.callWord(abi.CALL_STOP_VALUE);
  switch (device.callWord(abi.CALL_STOP_KIND)) {
    case abi.STOP_JUMP:
      return { kind: "jumped", offset: value };
    case abi.STOP_HALT:
      return { kind: "halted", reason: value };
    case abi.STOP_READ_FAULT:
      return { kind: "read-fault", offset: value };
    case abi.STOP_POWER:
      return { kind: device.cutIsReset ? "was-reset" : "power-lost", operation: value };
    case abi.STOP_OPEN:
      return { kind: "undecided", offset: value };
    case abi.STOP_OWN_RESET:
      return { kind: "reset-itself" };
    case abi.STOP_ASKED:
      return { kind: device.cutIsReset ? "was-reset" : "power-lost", operation: null };
    case abi.STOP_REFUSED:
      return { kind: "refused" };
    case abi.STOP_RESET:
      return { kind: "was-reset", operation: null };
    default:
      throw new Error("a guest call was stopped and nothing says why");
  }
}

/** Whether a guest has stopped without being asked to: it halts, traps, hangs, or reads what cannot be read. */
export function isDown({ kind }: CallEnd): boolean {
  return kind === "halted" || kind === "trapped" || kind === "hung" || kind === "read-fault";
}

/** The reset that follows a call that ended so. */
export function causeOf(kind: CallEnd["kind"]): number {
  if (kind === "read-fault" || kind === "trapped") return abi.CAUSE_FAULT;
  return kind === "hung" ? abi.CAUSE_WATCHDOG : abi.CAUSE_SOFT;
}
