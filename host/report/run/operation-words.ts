// Flash operations in words, one or a run of them that is told as one. Judges nothing.
import { INPUT_WORDS } from "../../campaign/plan/world-plan.js";
import * as abi from "../../../assembly/abi.js";
import type { Cut } from "../../campaign/plan/fault-plan.js";
import type { HaltNames } from "../../core/halts.js";
import type { Operation } from "../../device/operations.js";
import { sectorsOf } from "../../device/layout.js";
import type { Layout, PartProfile } from "../../device/profile.js";
import { cutShapeWords } from "./cut-words.js";
import { hex, placeWords } from "./places.js";
import { causeWords, eventWords } from "./words.js";

const STATUS_PREFIX = "STATUS_";
const STATUSES = new Map(
  Object.entries(abi)
    .filter(([name]) => name.startsWith(STATUS_PREFIX))
    .map(([name, value]) => [value as number, name.slice(STATUS_PREFIX.length)]),
);

/** Operations that are told as one line: a single one, or a run of erases or programs that follow each other without a gap. */
export type Group = readonly [Operation, ...Operation[]];

/** What the words of a group go by. */
export interface GroupNaming {
  readonly part: PartProfile;
  readonly layout: Layout;
  /** What the guest calls its reasons. */
  readonly names: HaltNames;
  /** The cut of the call, where there is one. */
  readonly cut: Cut | undefined;
}

/**
 * Whether an operation goes on where the one before it ended, so that both are told as one: programs of one size upwards, erases
 * upwards or downwards, in one region, all of them done or all refused alike.
 */
export function follows(before: Operation, next: Operation, group: Group, layout: Layout): boolean {
  if (before.kind === "program" && next.kind === "program")
    return (
      before.status === next.status &&
      before.sizeBytes === next.sizeBytes &&
      before.offset + before.sizeBytes === next.offset &&
      placeWords(before.offset, layout) === placeWords(next.offset, layout)
    );
  if (before.kind !== "erase" || next.kind !== "erase") return false;
  if (before.status !== abi.STATUS_OK || next.status !== abi.STATUS_OK) return false;
  if (placeWords(before.offset, layout) !== placeWords(next.offset, layout)) return false;
  const isUp = before.offset + before.sizeBytes === next.offset;
  const isDown = next.offset + next.sizeBytes === before.offset;
  const [first, second] = group;
  if (second === undefined) return isUp || isDown;
  return "offset" in first && "offset" in second && second.offset > first.offset ? isUp : isDown;
}

/** A group in words. */
export function groupWords(group: Group, naming: GroupNaming): string {
  const [first] = group;
  const { layout, names, cut } = naming;
  if (first.kind === "event") return eventWords(first.code, first.value, names);
  if (first.kind === "wear")
    return `${hex(first.offset)} (${placeWords(first.offset, layout)}) is worn out from here on`;
  if (first.kind === "retained") return `sets retained word ${first.index} to ${hex(first.value)}`;
  if (first.kind === "cause") return `asks why it was reset: ${causeWords(first.value)}`;
  if (first.kind === "asked") return askedWords(first.ask, first.first, first.answer);
  if (first.kind === "volatile") return `sets ${volatileWords(first.place)} to ${hex(first.value)}`;
  const outcome = statusWords(first.status, cut);
  if (first.kind === "counter") return `raises counter ${first.id} to ${first.value}${outcome}`;
  const where = `${hex(first.offset)} (${placeWords(first.offset, layout)})`;
  if (first.kind === "stray") return `programs ${first.sizeBytes} bytes, which land at ${where}`;
  if (first.kind === "erase") return `${eraseWords(group, naming)}${outcome}`;
  if (group.length === 1) return `programs ${first.sizeBytes} bytes at ${where}${outcome}`;
  const last = first.offset + group.length * first.sizeBytes - 1;
  const units = `${group.length} units of ${first.sizeBytes} ${first.sizeBytes === 1 ? "byte" : "bytes"}`;
  return `programs ${hex(first.offset)}..${hex(last)} (${placeWords(first.offset, layout)}), ${units}${outcome}`;
}

/** A word that survives a step, by its OUTSIDE_ place. */
function volatileWords(place: number): string {
  return place >= abi.OUTSIDE_KEY_SLOT
    ? `word ${place - abi.OUTSIDE_KEY_SLOT} of the key slot`
    : `word ${place - abi.OUTSIDE_SCRATCH} of the scratch`;
}

/** A question to what surrounds the device, and its answer. */
function askedWords(ask: number, first: number, answer: number): string {
  const isSo = answer === 0 ? "no" : "yes";
  switch (ask) {
    case abi.ASK_LINK_SIZE:
      return answer === 0 ? "looks for a packet: none" : `looks for a packet: ${answer} bytes`;
    case abi.ASK_LINK_RELEASE:
      return "releases the packet";
    case abi.ASK_LINK_SEND:
      return `sends a packet of ${first} bytes`;
    case abi.ASK_CLOCK_REACHED:
      return `asks whether the clock has reached ${first}: ${isSo}`;
    case abi.ASK_CLOCK_WINDOW:
      return `asks whether the clock stands in a window from ${first}: ${isSo}`;
    case abi.ASK_CLOCK_SECONDS:
      return `asks for the clock: ${answer}`;
    case abi.ASK_UPTIME:
      return `asks whether it has been up for ${first} s: ${isSo}`;
    case abi.ASK_INPUT:
      return `asks for the input ${INPUT_WORDS[first] ?? first}: ${isSo}`;
    case abi.ASK_RESET:
      return "asks for a reset";
    case abi.ASK_RESET_IF_SAFE:
      return `asks for a reset if it is safe: ${answer === abi.STATUS_OK ? "it is" : "it is not"}`;
    case abi.ASK_LEASE_TAKE:
      return `asks for a lease: ${answer === abi.STATUS_OK ? "granted" : "refused"}`;
    case abi.ASK_LEASE_HELD:
      return `asks whether the lease holds: ${isSo}`;
    case abi.ASK_NONCE_NEW:
      return "draws a nonce";
    default:
      return `tells the main function to do what request ${first} asks for`;
  }
}

function eraseWords(group: Group, { part, layout }: GroupNaming): string {
  const erases = group.flatMap((each) => (each.kind === "erase" ? [each] : []));
  const offsets = erases.map(({ offset }) => offset);
  const [from, to] = [Math.min(...offsets), Math.max(...offsets)];
  const where = `at ${hex(from)} (${placeWords(from, layout)})`;
  const sizeBytes = erases.reduce((sum, each) => sum + each.sizeBytes, 0);
  // A refused erase is of no sector, and has no size.
  if (sizeBytes === 0) return `erases ${where}`;
  const sectors = sectorsOf(part);
  const numberOf = (offset: number) => sectors.findIndex((sector) => sector.offset === offset);
  if (from === to) return `erases sector ${numberOf(from)} ${where}, ${sizeBytes} bytes`;
  const isDown = offsets[0] === to;
  return `erases sectors ${numberOf(from)}..${numberOf(to)} ${where}, ${sizeBytes} bytes${isDown ? ", the last first" : ""}`;
}

function statusWords(status: number, cut: Cut | undefined): string {
  if (status === abi.STATUS_OK) return "";
  if (status === abi.OP_DROPPED) return " — acknowledged and NOT done";
  if (status === abi.OP_CUT) return ` — cut: ${cutShapeWords(cut)}`;
  return ` — refused: ${STATUSES.get(status) ?? status}`;
}
