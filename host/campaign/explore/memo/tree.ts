// The boot memo's tree: what a guest call asked, in order, and what it came to. A question asks for one word of flash or
// for a sector's digest; a choice is a weak read; a leaf is an outcome. Runs of questions that have had one answer each
// stand together in one array, and equal arrays are kept once: most calls end with the same long verification.
import { type Answer, Answers } from "./answers.js";
import * as abi from "../../../../assembly/abi.js";
import type { Device } from "../../../device/device.js";
import type { Question as WorldQuestion } from "../../world/option.js";
import { CHECK_SIZE, type Step, isSame, isSameQuestion, notAFunction, sameSteps } from "./steps.js";
import type { Outcome } from "./outcomes.js";
import type { Talk } from "./talk.js";

/** Where the tree goes on. */
export interface Place {
  next: Node | undefined;
}

/** Checks one after the other, CHECK_SIZE numbers each, and where the device has the same. */
interface Checks {
  readonly checks: Uint32Array;
  readonly place: number;
}

interface Run extends Place, Checks {
  readonly kind: "run";
}

interface Question {
  readonly kind: "question";
  readonly what: number;
  /** Byte offset of a word, index of a sector, an OUTSIDE_ place. */
  readonly at: number;
  readonly answers: Answers<Node>;
}

/** A weak read: one place for each thing that it may see. */
export interface Choice {
  readonly kind: "choice";
  readonly places: readonly Place[];
}

/** What surrounds the device is asked something: one place for each answer that it has had. */
export interface Asked {
  readonly kind: "asked";
  readonly question: WorldQuestion;
  readonly places: Map<number, Place>;
}

/** The call asks for a word that is open: it goes on when that is decided, from its beginning. */
export interface Ask {
  readonly kind: "ask";
  readonly offset: number;
}

export type Node = Run | Question | Choice | Asked | Ask | Outcome;

/** One device's trees. */
export class MemoTree {
  readonly #device: Device;
  readonly #runs = new Map<number, Checks[]>();
  readonly #value: number[] = [0, 0, 0, 0];

  /** Where the tables stand that are asked, as indexes into the device's words. */
  readonly #digests: number;
  readonly #cause: number;
  readonly #retained: number;
  readonly #volatile: number;
  readonly #flash: number;
  readonly #weak: number;

  constructor(device: Device) {
    this.#device = device;
    this.#digests = device.table(abi.TABLE_DIGESTS);
    this.#cause = device.table(abi.TABLE_RESET_CAUSE);
    this.#retained = device.table(abi.TABLE_RETAINED);
    this.#volatile = device.table(abi.TABLE_VOLATILE);
    this.#flash = device.table(abi.TABLE_FLASH);
    this.#weak = device.table(abi.TABLE_WEAK);
  }

  /**
   * Walks on by what the device holds, to a choice, an open word or an outcome; undefined where the tree ends before. Answers what has one answer
   * on `talk`; a question with several is a choice, too.
   */
  follow(from: Place, talk: Talk | null = null): Choice | Asked | Ask | Outcome | undefined {
    let place = from;
    while (true) {
      const node = place.next;
      if (node === undefined) return undefined;
      if (node.kind === "outcome" || node.kind === "choice" || node.kind === "ask") return node;
      if (node.kind === "asked") {
        const options = (talk as Talk).options(node.question);
        const [only] = options;
        if (options.length !== 1 || only === undefined) return node;
        (talk as Talk).take(node.question, only);
        place = placeOf(node, only.option.answer);
        continue;
      }
      if (node.kind === "run") {
        const different = this.#device.exports.firstDifferent(node.place, node.checks.length / CHECK_SIZE);
        if (different >= 0) this.#split(place, node, different);
        else place = node;
        continue;
      }
      this.#read(node.what, node.at);
      const value = this.#value;
      place = node.answers.find(value) ?? node.answers.add([...value], undefined);
    }
  }

  /**
   * Adds to `words` the words of a sector that the call under way here asks for, on the one path that the device's content
   * takes; false where it asks for the whole sector, or makes a choice.
   */
  asksOf(from: Place, sector: number, sectorAt: (offset: number) => number, words: Set<number>): boolean {
    const isWord = (what: number, at: number): boolean => {
      if (what === abi.CHECK_OUTSIDE) return true;
      if (what === abi.CHECK_SECTOR) return at !== sector;
      if (sectorAt(at) === sector) words.add(at);
      return true;
    };
    for (let node = from.next; node !== undefined;) {
      if (node.kind === "outcome") return true;
      if (node.kind === "choice" || node.kind === "asked" || node.kind === "ask") return false;
      if (node.kind === "run") {
        const { checks } = node;
        for (let at = 0; at < checks.length; at += CHECK_SIZE)
          if (!isWord(checks[at] as number, checks[at + 1] as number)) return false;
        node = node.next;
        continue;
      }
      if (!isWord(node.what, node.at)) return false;
      this.#read(node.what, node.at);
      node = node.answers.find(this.#value)?.next;
    }
    return false;
  }

  /**
   * Adds what a call did, by its own log, not by what the device holds.
   * @throws {NotAFunctionError} where the same answers led elsewhere before.
   */
  add(root: Place, steps: readonly Step[], end: Ask | Outcome): void {
    let place = root;
    let at = 0;
    while (place.next !== undefined) {
      const node: Node = place.next;
      const step = steps[at];
      if (node.kind === "outcome" || node.kind === "ask") {
        if (step !== undefined || !isSameEnd(node, end)) throw notAFunction();
        return;
      }
      if (node.kind === "choice") {
        if (step?.kind !== "choice" || step.options !== node.places.length) throw notAFunction();
        place = node.places[step.chosen] as Place;
        at++;
      } else if (node.kind === "asked") {
        if (step?.kind !== "asked" || !isSameQuestion(node.question, step.question)) throw notAFunction();
        place = placeOf(node, step.answer);
        at++;
      } else if (node.kind === "run") {
        const same = sameSteps(node.checks, steps, at);
        if (same * CHECK_SIZE < node.checks.length) {
          this.#split(place, node, same);
          continue;
        }
        at += same;
        place = node;
      } else {
        place = answerOf(node, step);
        at++;
      }
    }
    place.next = this.#build(steps, at, end);
  }

  /** A new branch: runs of checks, choices between them, what the call came to at its end. */
  #build(steps: readonly Step[], from: number, last: Ask | Outcome): Node {
    const step = steps[from];
    if (step === undefined) return last;
    if (step.kind === "choice") {
      const places = Array.from({ length: step.options }, (): Place => ({ next: undefined }));
      (places[step.chosen] as Place).next = this.#build(steps, from + 1, last);
      return { kind: "choice", places };
    }
    if (step.kind === "asked") {
      const next = this.#build(steps, from + 1, last);
      return { kind: "asked", question: step.question, places: new Map([[step.answer, { next }]]) };
    }
    const numbers: number[] = [];
    let end = from;
    for (let next = steps[end]; next?.kind === "check"; next = steps[++end]) numbers.push(...next.check);
    return { kind: "run", ...this.#once(numbers), next: this.#build(steps, end, last) };
  }

  /** Makes the check at `index` of a run a question of its own, with the answer that it had. */
  #split(place: Place, run: Run, index: number): void {
    const { checks } = run;
    const at = index * CHECK_SIZE;
    const after = checks.subarray(at + CHECK_SIZE);
    const rest: Node | undefined =
      after.length === 0 ? run.next : { kind: "run", ...this.#once(after), next: run.next };
    const question: Question = {
      kind: "question",
      what: checks[at] as number,
      at: checks[at + 1] as number,
      answers: new Answers<Node>(),
    };
    question.answers.add([...checks.subarray(at + 2, at + CHECK_SIZE)], rest);
    const before = checks.subarray(0, at);
    place.next = at === 0 ? question : { kind: "run", ...this.#once(before), next: question };
  }

  /** Reads a check's value off the device. */
  #read(what: number, at: number): void {
    const { words } = this.#device;
    const value = this.#value;
    if (what === abi.CHECK_SECTOR) {
      const place = this.#digests + at * 4;
      value[0] = words[place] as number;
      value[1] = words[place + 1] as number;
      value[2] = words[place + 2] as number;
      value[3] = words[place + 3] as number;
      return;
    }
    value[1] = value[2] = value[3] = 0;
    if (what === abi.CHECK_OUTSIDE) {
      value[0] = words[this.#outsideAt(at)] as number;
      return;
    }
    value[0] = words[this.#flash + at / 4] as number;
    if (this.#device.isCertain) return;
    value[1] = words[this.#weak + at / 4] as number;
    value[2] = this.#device.exports.flagsAt(at);
  }

  /** Index into the device's words of a number outside flash. */
  #outsideAt(at: number): number {
    if (at === abi.OUTSIDE_CAUSE) return this.#cause;
    const few = at - abi.OUTSIDE_RETAINED;
    return few < abi.RETAINED_COUNT ? this.#retained + few : this.#volatile + few - abi.RETAINED_COUNT;
  }

  /** The one array with these numbers. */
  #once(numbers: ArrayLike<number>): Checks {
    let hash = numbers.length;
    for (let i = 0; i < numbers.length; i++)
      hash = Math.imul(hash ^ (numbers[i] as number), 0x9e3779b1) ^ (hash >>> 15);
    let known = this.#runs.get(hash);
    if (known === undefined) this.#runs.set(hash, (known = []));
    for (const candidate of known) if (isSame(candidate.checks, numbers)) return candidate;
    const checks = Uint32Array.from(numbers);
    const once = { checks, place: this.#device.keepChecks(checks) };
    known.push(once);
    return once;
  }
}

/** Where the tree goes on from an answer. */
export function placeOf({ places }: Asked, answer: number): Place {
  let place = places.get(answer);
  if (place === undefined) places.set(answer, (place = { next: undefined }));
  return place;
}

/** The answer that a step gives to a question; a new one where it has not been given. */
function answerOf(node: Question, step: Step | undefined): Answer<Node> {
  if (step?.kind !== "check" || step.check[0] !== node.what || step.check[1] !== node.at)
    throw notAFunction();
  const value = step.check.slice(2);
  return node.answers.find(value) ?? node.answers.add(value, undefined);
}

function isSameEnd(known: Ask | Outcome, end: Ask | Outcome): boolean {
  return known.kind === "ask" ? end.kind === "ask" && known.offset === end.offset : known === end;
}
