// Tells in words what a device did: every guest call, every flash operation, every verdict. Judges nothing.
import * as abi from "../../assembly/abi.js";
import type { CallEnd } from "../campaign/play/call.js";
import { IN_BOOT } from "../campaign/play/call.js";
import type { Cut, FaultPlan } from "../campaign/plan/fault-plan.js";
import type { PlainCall } from "../campaign/play/plain.js";
import type { Scenario } from "../campaign/plan/scenario.js";
import type { Position } from "../campaign/play/position.js";
import type { Strike } from "../campaign/plan/strikes.js";
import type { Operation } from "../device/device.js";
import type { Layout } from "../device/profile.js";

const CAUSES: Readonly<Record<number, string>> = {
  [abi.CAUSE_POWER]: "power on",
  [abi.CAUSE_SOFT]: "reset by the firmware",
  [abi.CAUSE_FAULT]: "reset after a fault",
  [abi.CAUSE_WATCHDOG]: "reset by the watchdog",
  [abi.CAUSE_PIN]: "reset by the pin",
  [abi.CAUSE_OPEN]: "reset, RAM powered",
};

const FALLBACKS = ["nothing to fall back to", "fallback confirmed", "fallback untried"];
const STEPS: Readonly<Record<number, string>> = {
  [abi.STEP_MORE]: "more to do",
  [abi.STEP_IDLE]: "done until the next reset",
  [abi.STEP_CONFIRMED]: "confirmed",
  [abi.STEP_REFUSED]: "offer refused",
};

/** Names the constants of abi.ts that begin with `prefix`, by value. */
function namesOf(prefix: string): ReadonlyMap<number, string> {
  const entries = Object.entries(abi).filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, value]) => [value as number, name.slice(prefix.length)]));
}

const STATUSES = namesOf("STATUS_");
const REASONS = namesOf("REASON_");

/** What the telling of a run goes by: where things lie, and what each generation's firmware does. */
export interface Telling {
  readonly layout: Layout;
  readonly scenario: Scenario;
}

/** The heading of a power-up. */
export function powerUpWords(number: number, position: Position): string {
  return `Power-up ${number} (${CAUSES[position.cause] ?? "reset"})`;
}

/** The lines of one guest call: events and operations in order, then how it ended. */
export function callWords(call: PlainCall, { layout, scenario }: Telling, faults: FaultPlan): string[] {
  const who = call.position.bootedOffset === IN_BOOT ? "boot" : "firmware";
  const cut = faults.cuts.find((candidate) => candidate.call === call.index);
  const strikes = (faults.strikes ?? []).filter((placed) => placed.call === call.index);
  const lines = strikes.map(({ strike }) => `  STRUCK   ${strikeWords(strike, layout)}`);
  for (const group of groups(call.operations))
    lines.push(`  ${who.padEnd(8)} ${groupWords(group, layout, cut)}`);
  if (call.result.stray !== null)
    lines.push(
      `  ${who.padEnd(8)} changes ${hex(call.result.stray)} of its memory, outside the objects it declares`,
    );
  const isDenied = (operation: Operation) => "status" in operation && operation.status === abi.STATUS_DENIED;
  const reads = call.result.denials - call.operations.filter(isDenied).length;
  if (reads > 0)
    lines.push(
      `  ${who.padEnd(8)} reads what it may not, or where no flash is (${reads} reads) — refused: DENIED`,
    );
  const end = endWords(call.result.end, who, layout);
  if (end !== "")
    lines.push(`  ${who.padEnd(8)} ${end}${call.booted === undefined ? "" : `, ${call.booted.name}`}`);
  if (call.booted !== undefined && scenario.images[call.booted.generation]?.selfTest === "bad")
    lines.push("  firmware fails its self-test");
  return lines;
}

/** A strike in words. */
function strikeWords(strike: Strike, layout: Layout): string {
  switch (strike.kind) {
    case "flip":
      return `bit ${strike.bit} of the word at ${hex(strike.offset)} (${place(strike.offset, layout)}) has flipped`;
    case "counter":
      return `bit ${strike.bit} of counter ${strike.id} has flipped`;
    case "offer":
      return `bit ${strike.bit} of the word at ${hex(strike.offset)} of the incoming images is flipped`;
    case "read":
      return `read ${strike.read} sees bit ${strike.bit} flipped, once`;
    case "refetch":
      return `the word at ${hex(strike.offset)} (${place(strike.offset, layout)}) reads with bit ${strike.bit} flipped from its second reading on`;
    case "ram":
      return `bit ${strike.bit} of RAM at ${hex(strike.address)} flips at read ${strike.read}`;
    case "write":
      return `operation ${strike.operation} of this call: ${strike.effect}`;
  }
}

/** How a guest call ended, in words; empty for a step that has more to do. */
export function endWords(end: CallEnd, who: string, layout: Layout): string {
  switch (end.kind) {
    case "jumped":
      return `jumps to ${hex(end.offset)} (${place(end.offset, layout)})`;
    case "halted":
      return `halts: ${REASONS.get(end.reason) ?? end.reason}`;
    case "read-fault":
      return `read fault at ${hex(end.offset)}`;
    case "power-lost":
      return end.operation === null
        ? "POWER LOST before this call"
        : `POWER LOST in operation ${end.operation} of this call`;
    case "was-reset":
      return end.operation === null ? "RESET" : `RESET in operation ${end.operation} of this call`;
    case "returned":
      if (who === "boot") return "returns without a jump";
      return end.value === abi.STEP_MORE ? "" : `ends: ${STEPS[end.value] ?? end.value}`;
    case "undecided":
      return `asks for the open word at ${hex(end.offset)}`;
    case "hung":
      return "hangs (out of fuel)";
    case "trapped":
      return `traps: ${end.message}`;
  }
}

/** Consecutive programs of one size, one behind the other, are told as one. */
function groups(operations: readonly Operation[]): Operation[][] {
  const result: Operation[][] = [];
  for (const operation of operations) {
    const last = result.at(-1);
    const before = last?.at(-1);
    const follows =
      operation.kind === "program" &&
      before?.kind === "program" &&
      before.status === operation.status &&
      before.sizeBytes === operation.sizeBytes &&
      before.offset + before.sizeBytes === operation.offset;
    if (follows) last?.push(operation);
    else result.push([operation]);
  }
  return result;
}

function groupWords(group: readonly Operation[], layout: Layout, cut: Cut | undefined): string {
  const [first] = group as [Operation];
  if (first.kind === "event") return eventWords(first.code, first.value);
  if (first.kind === "wear")
    return `${hex(first.offset)} (${place(first.offset, layout)}) is worn out from here on`;
  if (first.kind === "retained") return `sets retained word ${first.index} to ${hex(first.value)}`;
  if (first.kind === "cause") return `asks why it was reset: ${CAUSES[first.value] ?? first.value}`;
  const outcome = statusWords(first.status, cut);
  if (first.kind === "counter") return `raises counter ${first.id} to ${first.value}${outcome}`;
  const where = `${hex(first.offset)} (${place(first.offset, layout)})`;
  if (first.kind === "stray") return `programs ${first.sizeBytes} bytes, which land at ${where}`;
  if (first.kind === "erase") {
    // A refused erase is of no sector, and has no size.
    const what = first.sizeBytes === 0 ? "erases" : `erases ${first.sizeBytes} bytes`;
    return `${what} at ${where}${outcome}`;
  }
  const many = group.length === 1 ? `${first.sizeBytes} bytes` : `${group.length} × ${first.sizeBytes} bytes`;
  return `programs ${many} at ${where}${outcome}`;
}

function statusWords(status: number, cut: Cut | undefined): string {
  if (status === abi.STATUS_OK) return "";
  if (status === abi.OP_DROPPED) return " — acknowledged and NOT done";
  if (status === abi.OP_CUT) return ` — cut: ${cut !== undefined && "shape" in cut ? cut.shape : "not done"}`;
  return ` — refused: ${STATUSES.get(status) ?? status}`;
}

function eventWords(code: number, value: number): string {
  switch (code) {
    case abi.EVENT_SLOT_ACCEPTED:
      return `accepts the image in slot ${slotName(value)}`;
    case abi.EVENT_SLOT_REFUSED:
      return `refuses the image in slot ${slotName(value >>> 16)}: ${REASONS.get(value & 0xffff) ?? value & 0xffff}`;
    case abi.EVENT_RECORD:
      return recordWords(value);
    case abi.EVENT_OFFER_REFUSED:
      return `refuses the offer: ${REASONS.get(value) ?? value}`;
    case abi.EVENT_FLOOR_NOT_RAISED:
      return `could not raise the floor to ${value}`;
    default:
      return `event ${code}, value ${value}`;
  }
}

/** The Record's word, laid out as in images/SPEC.md. */
function recordWords(record: number): string {
  if (record === abi.NOWHERE) return "finds no valid Record";
  const slot = slotName((record >>> 8) & 1);
  if (((record >>> 9) & 1) !== 0) return `reads the Record: slot ${slot}, confirmed`;
  const fallback = FALLBACKS[(record >>> 10) & 3] ?? "unknown fallback";
  return `reads the Record: slot ${slot} on trial, ${(record >>> 16) & 0xff} attempts left, ${fallback}`;
}

function place(offset: number, layout: Layout): string {
  const names = { keys: "keys", slotA: "slot A", slotB: "slot B", record: "Record" } as const;
  for (const [key, name] of Object.entries(names)) {
    const region = layout[key as keyof Layout];
    if (offset >= region.offset && offset < region.offset + region.size) return name;
  }
  return "elsewhere";
}

function slotName(slot: number): string {
  return slot === 0 ? "A" : "B";
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
