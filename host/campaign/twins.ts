// Twins: cuts in one sector of a slot after which the device does the same. Two torn states that differ only within a sector
// are twins when no word in which they differ is asked for before that sector is erased whole: every guest call gets the
// same answers, does the same operations, and ends in the same state. The first of them is explored; the others are counted
// as states that stand for the same.
import * as abi from "../../assembly/abi.js";
import { IN_BOOT } from "./call.js";
import type { Calls } from "./calls.js";
import { wholeShape } from "./faults.js";
import type { Moments } from "./moments.js";
import type { KeptOperation, Way } from "./outcomes.js";
import type { Player, Position } from "./settle.js";

/** Guest calls from a cut until the torn sector is erased, at the most: boot, clear the Record, erase above, erase. */
const CALLS_UNTIL_ERASED = 6;

/** What the twins of a sector have in common. */
export interface TwinFacts {
  /** The state whose call is cut, and the way in which that goes. */
  readonly state: number;
  readonly way: Way;
  readonly sector: number;
  /** Byte offsets of the sector's words that are asked for before it is erased. */
  readonly words: ReadonlySet<number>;
  /** The twin that is explored. */
  readonly first: number;
  /** The oracles' memory after the cut. */
  readonly history: number;
}

/** Cut points of one sector with one future. */
export class Twins {
  readonly first: number;
  readonly history: number;
  readonly #facts: TwinFacts;

  constructor(facts: TwinFacts) {
    this.first = facts.first;
    this.history = facts.history;
    this.#facts = facts;
  }

  isFor(state: number, way: Way, sector: number): boolean {
    const { state: own, way: ownWay, sector: ownSector } = this.#facts;
    return own === state && ownWay === way && ownSector === sector;
  }

  /** Whether what a program writes is asked for by nobody before it is erased. */
  covers({ offset, sizeBytes }: KeptOperation): boolean {
    return !touchesAny(this.#facts.words, offset, sizeBytes);
  }
}

/** Whether any word of a range is among `words`. */
export function touchesAny(words: ReadonlySet<number>, offset: number, sizeBytes: number): boolean {
  for (let at = offset & ~3; at < offset + sizeBytes; at += 4) if (words.has(at)) return true;
  return false;
}

/**
 * The words of a sector in a slot (TOUCHED_ bit) that are asked for from `start` on, a power-on at which the device stands,
 * until the sector is erased; undefined where that cannot be said: where it is asked for whole or written first, where weak
 * reads have a choice, or where the oracles look at that slot. The caller takes the device back.
 */
export function wordsThatDecide(
  { calls, moments, player }: { readonly calls: Calls; readonly moments: Moments; readonly player: Player },
  start: Position,
  sector: number,
  slot: number,
): Set<number> | undefined {
  const words = new Set<number>();
  let position = start;
  for (let call = 0; call < CALLS_UNTIL_ERASED; call++) {
    if (!player.ignores(slot, position)) return undefined;
    if (position.bootedOffset === IN_BOOT) moments.reset(position.cause);
    player.setOffer(position.history);
    const [way, other] = calls.ways(position);
    if (way === undefined || other !== undefined || !calls.asksOf(position, sector, words)) return undefined;
    for (const { place, kind, offset } of way.outcome.operations) {
      const isHere = kind !== abi.OP_RETAINED && kind !== abi.OP_COUNTER && calls.sectorAt(offset) === sector;
      if (isHere) return kind === abi.OP_ERASE ? words : undefined;
      moments.step(place, wholeShape(kind));
    }
    const { end } = way.outcome.result;
    // A halt is judged by what stands in both slots.
    if (end.kind !== "jumped" && end.kind !== "returned") return undefined;
    const judged = player.after(position, way.outcome.result);
    if (judged.rested || judged.violations !== 0) return undefined;
    position = judged.next;
  }
  return undefined;
}
