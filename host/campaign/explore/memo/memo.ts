// The boot memo: a guest call is a deterministic function of what its imports answered, so a call whose answers would
// all be the same again need not be executed. A hit replays the call's operations on this flash, never a post-state.
//
// Things that are no flash (input, offer, counters) choose a tree (contexts.ts); the reset cause and retained words are asked for
// like flash, as few calls look at them. Where a part counts programs, a program's status depends on marks that no read shows: then
// the sector is asked for as a whole, whose digest has them. Every option of a weak read is followed, so a call has as many outcomes
// as the adversary has ways to read.
import * as abi from "../../../../assembly/abi.js";
import type { Device } from "../../../device/device.js";
import type { CallResult } from "../../play/call.js";
import type { Said } from "../../play/caller.js";
import type { Exchange } from "../../world/dialogue.js";
import type { Talk } from "./talk.js";
import { ReadLog } from "./read-log.js";
import { type Ask, type Asked, type Choice, MemoTree, type Place, placeOf } from "./tree.js";
import { type Landing, NO_LANDINGS, type Outcome, type Outcomes, type Way } from "./outcomes.js";

/** What may have landed in open words that one call may be made with. */
const MASKS_MAX = 1 << 21;

/** A walk through all the ways of one call. */
interface Walk {
  readonly root: Place;
  readonly execute: Execute;
  /** Its questions to what surrounds the device, before the first; null where nothing can be asked. */
  readonly talk: Talk | null;
  /** How many ways to read, and masks, it has looked at. */
  ways: number;
  masks: number;
}

/** A call that was made: what came of it, and what it has asked of what surrounds the device. */
export interface Made {
  readonly result: CallResult;
  readonly exchanges: readonly Exchange[];
  /** How what surrounds the device stands then; null where nothing can be asked. */
  readonly said: Said | null;
}

/** Makes a call with these choices of its weak reads and answers to its questions. */
type Execute = (choices: readonly number[]) => Made;

/** Where a walk has come to. */
interface Reached {
  readonly end: Choice | Asked | Ask | Outcome;
  readonly talk: Talk | null;
}

/** Guest calls already seen, per device. */
export class Memo {
  readonly #device: Device;
  readonly #outcomes: Outcomes;
  readonly #tree: MemoTree;
  readonly #waysMax: number;
  #truncated = false;
  readonly #log: ReadLog;

  /** @param waysMax ways to read that one call may have */
  constructor(device: Device, outcomes: Outcomes, waysMax: number) {
    this.#device = device;
    this.#outcomes = outcomes;
    this.#waysMax = waysMax;
    this.#tree = new MemoTree(device);
    this.#log = new ReadLog(device);
  }

  /** Some call had more ways than were followed. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /**
   * Every way in which the call can go on the device as it is, one for each different outcome; see `truncated`.
   * @param execute makes the call with these choices and its reads logged; the memo undoes what it did.
   */
  ways(root: Place, execute: Execute, talk: Talk | null = null): readonly Way[] {
    if (talk === null) {
      const first = this.#follow(root, root, [], execute);
      if (first.kind === "outcome") return first.alone;
      return this.#branches({ root, execute, talk, ways: 0, masks: 0 }, { end: first, talk }, []);
    }
    const walk = { root, execute, talk, ways: 0, masks: 0 };
    return this.#branches(walk, this.#reach(walk, root, [], talk), []);
  }

  /** Every way on from where a call has a choice or asks for an open word; `before` are the choices made on the way there. */
  #branches(walk: Walk, from: Reached, before: readonly number[]): readonly Way[] {
    const found: Way[] = [];
    const seen = new Set<string>();
    const open: (Reached & { readonly choices: readonly number[] })[] = [];
    const reached = ({ end, talk }: Reached, choices: readonly number[]) => {
      if (end.kind === "choice" || end.kind === "asked") {
        open.push({ end, talk, choices });
        return;
      }
      const ways =
        end.kind === "ask"
          ? this.#decided(walk, end.offset, choices)
          : [{ outcome: end, choices, landings: NO_LANDINGS, talk }];
      for (const way of ways) {
        const said = endOf(way);
        if (!seen.has(said)) found.push(way);
        seen.add(said);
      }
    };
    reached(from, before);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const { choice, place, talk } of onFrom(at)) {
        if (++walk.ways > this.#waysMax) {
          this.#truncated = true;
          return found;
        }
        const choices = [...at.choices, choice];
        reached(this.#reach(walk, place, choices, talk), choices);
      }
    }
    return found;
  }

  /** The ways on from an open word: what may have landed there, told apart as far as the call does other things. */
  #decided(walk: Walk, offset: number, choices: readonly number[]): readonly Way[] {
    const { exports, openSets } = this.#device;
    const set = this.#device.openAt(offset);
    const groups = new Map<string, { readonly masks: number[]; readonly ways: readonly Way[] }>();
    for (const mask of openSets.masks(set)) {
      if (++walk.masks > MASKS_MAX) {
        this.#truncated = true;
        break;
      }
      const mark = exports.undoMark();
      exports.land(offset, mask);
      const beside = this.#beside(offset, set, mask);
      for (const other of beside) exports.narrow(other.offset, other.set);
      const ways = this.#branches(walk, this.#walk(walk, choices), choices).map((way) => ({
        ...way,
        landings: [...beside, ...way.landings],
      }));
      exports.undoTo(mark);
      // Programmed over without an erase, what landed there shows or not: each mask is a way of its own.
      const alone = ways.some((way) => programsOver(way, offset)) ? `${mask} ` : "";
      const said = alone + ways.map((way) => `${way.choices.join()}:${endOf(way)}`).join(";");
      const group = groups.get(said);
      if (group === undefined) groups.set(said, { masks: [mask], ways });
      else group.masks.push(mask);
    }
    return [...groups.values()].flatMap(({ masks, ways }) => {
      const landing = { offset, set: openSets.narrowed(set, masks) };
      return ways.map((way) => ({ ...way, landings: [landing, ...way.landings] }));
    });
  }

  /** What is left to the other words of a program that are open, where `mask` has landed in its word at `offset`. */
  #beside(offset: number, set: number, mask: number): readonly Landing[] {
    const { openSets } = this.#device;
    return openSets.others(set, offset).flatMap((at) => {
      const other = this.#device.openAt(at);
      if (other === 0) return [];
      const left = openSets.beside(other, set, mask);
      return left === other ? [] : [{ offset: at, set: left }];
    });
  }

  /** Follows a call from its beginning, through these choices. */
  #walk(walk: Walk, choices: readonly number[]): Reached {
    let at = this.#reach(walk, walk.root, [], walk.talk);
    for (let made = 0; made < choices.length; made++) {
      const next = onFrom(at).find(({ choice }) => choice === choices[made]);
      if (next === undefined) return at;
      at = this.#reach(walk, next.place, choices.slice(0, made + 1), next.talk);
    }
    return at;
  }

  /** The way of the call in which nobody chooses: weak reads see what was programmed, an open cause is the first. */
  plainWay(root: Place, execute: Execute, talk: Talk | null = null): Way {
    const walk = { root, execute, talk, ways: 0, masks: 0 };
    const choices: number[] = [];
    for (let at = this.#reach(walk, root, choices, talk); ;) {
      if (at.end.kind === "ask") throw new Error("a call that is struck asks for an open word");
      if (at.end.kind === "outcome")
        return { outcome: at.end, choices, landings: NO_LANDINGS, talk: at.talk };
      // The last one is the first option.
      const next = onFrom(at).at(-1) as OnFrom;
      choices.push(next.choice);
      at = this.#reach(walk, next.place, choices, next.talk);
    }
  }

  /**
   * Adds to `words` the words of a sector that decide how the call goes here; false where the whole sector does, or where
   * there is more than one way. Asked right after ways().
   */
  asksOf(root: Place, sector: number, words: Set<number>): boolean {
    const sectorAt = (offset: number) => this.sectorAt(offset);
    return this.#tree.asksOf(root, sector, sectorAt, words);
  }

  /** Index of the sector that holds a byte offset. */
  sectorAt(offset: number): number {
    return this.#log.sectorAt(offset);
  }

  /** Walks from a place on to the next choice or the outcome; executes the call where the tree ends before. */
  #follow(
    root: Place,
    from: Place,
    choices: readonly number[],
    execute: Execute,
  ): Choice | Asked | Ask | Outcome {
    while (true) {
      const end = this.#tree.follow(from, null);
      if (end !== undefined) return end;
      this.#record(root, choices, execute);
    }
  }

  /** The same where something may be asked of what surrounds the device. */
  #reach({ root, execute }: Walk, from: Place, choices: readonly number[], before: Talk | null): Reached {
    if (before === null) return { end: this.#follow(root, from, choices, execute), talk: null };
    while (true) {
      const talk = before.copy();
      const end = this.#tree.follow(from, talk);
      if (end !== undefined) return { end, talk };
      this.#record(root, choices, execute);
    }
  }

  /** Executes the call with these choices and grows the tree along what it asked. */
  #record(root: Place, choices: readonly number[], execute: Execute): void {
    const mark = this.#device.exports.undoMark();
    const { result, exchanges } = execute(choices);
    const { end } = result;
    const last: Ask | Outcome =
      end.kind === "undecided" ? { kind: "ask", offset: end.offset } : this.#outcomes.ofLastCall(result);
    this.#device.exports.undoTo(mark);
    this.#tree.add(root, this.#log.steps(exchanges), last);
  }
}

/** What a way comes to, and what it takes of open words: ways that agree in it are one. */
function endOf({ outcome, landings, talk }: Way): string {
  const begin = talk === null ? `${outcome.id}` : `${outcome.id} ${talk.said}`;
  return landings.reduce((text, { offset, set }) => `${text},${offset}=${set}`, begin);
}

/** One of the ways on from a choice. */
interface OnFrom {
  readonly choice: number;
  readonly place: Place;
  readonly talk: Talk | null;
}

/** The ways on from a choice, or from a question that has several answers: the first option last. */
function onFrom({ end, talk }: Reached): readonly OnFrom[] {
  if (end.kind === "choice") return end.places.map((place, choice) => ({ choice, place, talk })).reverse();
  if (end.kind !== "asked" || talk === null) return [];
  return talk
    .options(end.question)
    .map((option) => {
      const next = talk.copy();
      const choice = next.take(end.question, option);
      return { choice, place: placeOf(end, option.option.answer), talk: next };
    })
    .reverse();
}

/** Whether a call programs the word at `offset` before it erases its sector. */
function programsOver({ outcome }: Way, offset: number): boolean {
  for (const { kind, offset: at, sizeBytes } of outcome.operations) {
    if (kind === abi.OP_ERASE && offset >= at && offset < at + sizeBytes) return false;
    if (kind === abi.OP_PROGRAM && offset + 4 > at && offset < at + sizeBytes) return true;
  }
  return false;
}
