// Twins: cuts in one sector of a slot after which the device does the same. Two torn states that differ only within a sector
// are twins when no word in which they differ is asked for before that sector is erased whole: every guest call gets the
// same answers, does the same operations, and ends in the same state. Decides nothing; the explorer finds the words.
import type { KeptOperation, Way } from "./outcomes.js";

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
