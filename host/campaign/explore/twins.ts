// Twins: cuts in one sector of a slot after which the device does the same. Two torn states that differ only within a sector
// are twins when no word in which they differ is asked for before that sector is erased whole: every guest call gets the
// same answers, does the same operations, and ends in the same state. The first of them is explored; the others are counted
// as states that stand for the same.
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT } from "../play/call.js";
import type { Calls } from "./calls.js";
import { wholeShape } from "../plan/shapes.js";
import type { Moments } from "./states/moments.js";
import type { History } from "../play/history.js";
import type { KeptOperation } from "./memo/outcomes.js";
import type { Position } from "../play/position.js";
import type { Player } from "../play/player.js";

/** Guest calls from a cut until the torn sector is erased, at the most: boot, clear the Record, erase above, erase. */
const CALLS_UNTIL_ERASED = 6;

/** What the twins of a sector have in common: cuts in one call, with nothing between them but programs of words that nobody asks for. */
export interface Twins {
  readonly sector: number;
  /** Byte offsets of the sector's words that are asked for before it is erased. */
  readonly words: ReadonlySet<number>;
  /** The twin that is explored. */
  readonly first: number;
  /** The oracles' memory after the cut. */
  readonly history: History;
}

/**
 * Whether an operation leaves everything that anyone asks for as it was for the twins: it programs words of their sector that
 * nobody asks for. What comes after any other operation is no twin of what came before it.
 */
export function isUnasked(
  { sector, words }: Pick<Twins, "sector" | "words">,
  { kind, offset, sizeBytes }: KeptOperation,
  { calls, eccUnit }: { readonly calls: Calls; readonly eccUnit: number },
): boolean {
  if (kind !== abi.OP_PROGRAM || calls.sectorAt(offset) !== sector) return false;
  // A torn word cannot be read, nor can its neighbours in an ECC unit.
  const unit = Math.max(4, eccUnit);
  for (let at = offset - (offset % unit); at < offset + sizeBytes || at % unit !== 0; at += 4)
    if (words.has(at)) return false;
  return true;
}

/** What an exploration lends. */
interface Walk {
  readonly calls: Calls;
  readonly moments: Moments;
  readonly player: Player;
}

/**
 * Whether the cuts of a program, before which the device stands, are twins; then the first of them is visited.
 * @param cut the shape of the first, where it leads, and who visits that
 */
export function lookForTwins(
  walk: Walk,
  kept: KeptOperation,
  cut: {
    readonly shape: number;
    readonly eccUnit: number;
    readonly after: Position;
    readonly visit: () => number;
  },
): Twins | undefined {
  const { calls, moments } = walk;
  const { shape, eccUnit, after, visit } = cut;
  const sector = calls.sectorAt(kept.offset);
  const undoPosition = moments.undoPosition;
  moments.step(kept.place, shape);
  const words = wordsThatDecide(walk, after, sector, kept.touched);
  moments.back(undoPosition);
  if (words === undefined || !isUnasked({ sector, words }, kept, { calls, eccUnit })) return undefined;
  moments.step(kept.place, shape);
  const first = visit();
  moments.back(undoPosition);
  return { sector, words, first, history: after.history };
}

/**
 * The words of a sector in a slot (TOUCHED_ bit) that are asked for from `start` on, a power-on at which the device stands,
 * until the sector is erased; undefined where that cannot be said: where it is asked for whole or written first, where weak
 * reads have a choice, where the oracles look at that slot, or where something befalls the device before. The caller takes the device back.
 */
function wordsThatDecide(
  { calls, moments, player }: Walk,
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
    if (way === undefined || other !== undefined || way.landings.length > 0) return undefined;
    if (!calls.asksOf(position, sector, words)) return undefined;
    for (const { place, kind, offset } of way.outcome.operations) {
      const isFlash = kind === abi.OP_PROGRAM || kind === abi.OP_ERASE;
      if (isFlash && calls.sectorAt(offset) === sector) return kind === abi.OP_ERASE ? words : undefined;
      moments.step(place, wholeShape(kind));
    }
    const { end } = way.outcome.result;
    // A halt is judged by what stands in both slots.
    if (end.kind !== "jumped" && end.kind !== "returned") return undefined;
    const judged = player.after(position, way.outcome.result);
    if (judged.rested || judged.violations !== 0 || player.isBefallenAt(judged.next)) return undefined;
    position = judged.next;
  }
  return undefined;
}
