// The boot memo: a guest call is a deterministic function of what its imports answered, so a call whose answers would
// all be the same again need not be executed. A hit replays the call's operations on this flash, never a post-state.
//
// A tree of questions: each node asks for the one thing that the guest depended on next (a word of flash, or a whole
// sector by its digest), each edge is an answer, each leaf an outcome. Things that are no flash (input, reset cause,
// offer, counters, retained words) choose the root. Where a part counts programs, a program's status depends on marks that
// no read shows: then the sector is asked for as a whole, whose digest has them. A weak read is a node with one edge per
// thing that it may see: all of them are followed, so a call has as many outcomes as the adversary has ways to read.
import * as abi from "../../assembly/abi.js";
import type { Device } from "../device/device.js";
import { sectorsOf } from "../device/layout.js";
import type { CallResult } from "./call.js";
import type { Outcome, Outcomes, Way } from "./outcomes.js";

/**
 * Words of one sector that are asked for singly before the sector is asked for as a whole. Two let an agent that looks
 * at a sector's last and first word find all torn states of that sector alike (measured: 40 times the points a second).
 */
const WORDS_PER_SECTOR = 2;
/**
 * The same in the Record's sectors. They are read word by word up to the first that is not right: what stands behind it
 * has no say, and would otherwise make a path of every torn state of a Record.
 */
const WORDS_PER_RECORD = 16;
/** Ways to read in one call; more end the exploration as incomplete. */
const WAYS_MAX = 1 << 16;

interface Question {
  readonly kind: "word" | "sector";
  /** Byte offset of a word, or index of a sector. */
  readonly at: number;
  readonly answers: Answer[];
}

interface Answer {
  /** Word: content, weak bits, flags, 0. Sector: its digest. */
  readonly value: readonly [number, number, number, number];
  next: Node | undefined;
}

interface Choice {
  readonly kind: "choice";
  readonly next: (Node | undefined)[];
}

type Node = Question | Choice | Outcome;

/** Where the tree goes on. */
interface Place {
  next: Node | undefined;
}

/** Makes a call with these choices of its weak reads. */
type Execute = (choices: readonly number[]) => CallResult;

/** More ways to read weak bits in one call than an exploration can follow. */
export class TooManyWaysError extends Error {}

/** Guest calls already seen, per device. */
export class Memo {
  readonly #device: Device;
  readonly #outcomes: Outcomes;
  readonly #roots = new Map<string, Place>();
  readonly #sectorOf: Uint16Array;
  /** Words of each sector that are still asked for singly, in the read log that is being walked. */
  readonly #singles: Uint32Array;
  readonly #singlesAtFirst: Uint32Array;

  constructor(device: Device, outcomes: Outcomes) {
    this.#device = device;
    this.#outcomes = outcomes;
    const sectors = sectorsOf(device.part);
    const last = sectors.at(-1) as { offset: number; size: number };
    this.#sectorOf = new Uint16Array((last.offset + last.size) / abi.GRANULE_SIZE);
    sectors.forEach(({ offset, size }, index) =>
      this.#sectorOf.fill(index, offset / abi.GRANULE_SIZE, (offset + size) / abi.GRANULE_SIZE),
    );
    const { record } = device.layout;
    this.#singles = new Uint32Array(sectors.length);
    this.#singlesAtFirst = new Uint32Array(
      sectors.map(({ offset }) =>
        offset >= record.offset && offset < record.offset + record.size ? WORDS_PER_RECORD : WORDS_PER_SECTOR,
      ),
    );
  }

  /**
   * Every way in which the call can go on the device as it is, one for each different outcome.
   * @param execute makes the call with these choices and its reads logged; the memo undoes what it did.
   * @throws {TooManyWaysError} past WAYS_MAX.
   */
  ways(context: string, execute: Execute): readonly Way[] {
    let root = this.#roots.get(context);
    if (root === undefined) this.#roots.set(context, (root = { next: undefined }));
    const first = this.#follow(root, root, [], execute);
    if (first.kind === "outcome") return first.alone;
    const found: Way[] = [];
    const seen = new Set<Outcome>();
    const open: { readonly node: Choice; readonly choices: readonly number[] }[] = [
      { node: first, choices: [] },
    ];
    let walked = 0;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (let option = at.node.next.length - 1; option >= 0; option--) {
        if (++walked > WAYS_MAX) throw new TooManyWaysError(`more than ${WAYS_MAX} ways to read in one call`);
        const choices = [...at.choices, option];
        const end = this.#follow(root, choicePlace(at.node, option), choices, execute);
        if (end.kind === "choice") open.push({ node: end, choices });
        else if (!seen.has(end)) {
          seen.add(end);
          found.push({ outcome: end, choices });
        }
      }
    }
    return found;
  }

  /** Walks from a place on to the next choice or the outcome; executes the call where the tree ends before. */
  #follow(root: Place, from: Place, choices: readonly number[], execute: Execute): Choice | Outcome {
    let place = from;
    while (true) {
      if (place.next === undefined) this.#record(root, choices, execute);
      const node = place.next as unknown as Node;
      if (node.kind === "outcome" || node.kind === "choice") return node;
      place = this.#answerAt(node);
    }
  }

  /** The edge that the device's content takes; a new one where it has not been seen. */
  #answerAt(node: Question): Answer {
    const value = this.#valueAt(node);
    const { answers } = node;
    for (const answer of answers) {
      const [a, b, c, d] = answer.value;
      if (a === value[0] && b === value[1] && c === value[2] && d === value[3]) return answer;
    }
    const answer: Answer = { value, next: undefined };
    answers.push(answer);
    return answer;
  }

  #valueAt({ kind, at }: Question): [number, number, number, number] {
    const { words } = this.#device;
    if (kind === "word") {
      const word = words[this.#device.table(abi.TABLE_FLASH) + at / 4] as number;
      if (this.#device.isCertain) return [word, 0, 0, 0];
      const weak = words[this.#device.table(abi.TABLE_WEAK) + at / 4] as number;
      return [word, weak, this.#device.exports.flagsAt(at), 0];
    }
    const place = this.#device.table(abi.TABLE_DIGESTS) + at * 4;
    return [
      words[place] as number,
      words[place + 1] as number,
      words[place + 2] as number,
      words[place + 3] as number,
    ];
  }

  /** Executes the call with these choices and grows the tree along what it asked. */
  #record(root: Place, choices: readonly number[], execute: Execute): void {
    const mark = this.#device.exports.undoMark();
    const result = execute(choices);
    const outcome = this.#outcomes.ofLastCall(result);
    this.#device.exports.undoTo(mark);
    let place = root;
    this.#singles.set(this.#singlesAtFirst);
    const reads = new ReadLog(this.#device, this.#sectorOf, this.#singles);
    for (let read = reads.next(); read !== undefined; read = reads.next()) {
      if (read.kind === abi.READ_CHOICE) {
        place.next ??= { kind: "choice", next: new Array<Node | undefined>(read.options).fill(undefined) };
        if (place.next.kind !== "choice") throw notAFunction();
        place = choicePlace(place.next, read.chosen);
        reads.skip();
        continue;
      }
      place.next ??= { ...reads.ask(read), answers: [] };
      const node = place.next;
      if (node.kind === "choice" || node.kind === "outcome") throw notAFunction();
      const value = reads.answer(node, read);
      let answer = node.answers.find((known) => known.value.every((word, index) => word === value[index]));
      if (answer === undefined) node.answers.push((answer = { value, next: undefined }));
      place = answer;
    }
    if (place.next !== undefined) throw notAFunction();
    place.next = outcome;
  }
}

function notAFunction(): Error {
  return new Error("guest is not a function of its inputs: the same answers led it elsewhere");
}

/** An option of a choice as a place to grow the tree at. */
function choicePlace(node: Choice, option: number): Place {
  return {
    get next() {
      return node.next[option];
    },
    set next(value) {
      node.next[option] = value;
    },
  };
}

interface Read {
  readonly kind: number;
  /** Offset of the word, or of one in the sector. */
  readonly offset: number;
  readonly chosen: number;
  readonly options: number;
}

/** Walks the device's read log, skipping what earlier answers already determine. */
class ReadLog {
  readonly #device: Device;
  readonly #words: Uint32Array;
  readonly #log: number;
  readonly #count: number;
  readonly #sectorOf: Uint16Array;
  readonly #singles: Uint32Array;
  readonly #known = new Set<number>();
  #position = 0;

  constructor(device: Device, sectorOf: Uint16Array, singles: Uint32Array) {
    this.#device = device;
    this.#words = device.words;
    this.#log = device.table(abi.TABLE_READ_LOG);
    this.#count = device.callWord(abi.CALL_READ_LOG_COUNT);
    this.#sectorOf = sectorOf;
    this.#singles = singles;
  }

  /** The next entry that nothing asked so far determines. */
  next(): Read | undefined {
    while (this.#position < this.#count) {
      const at = this.#log + this.#position * 4;
      const head = this.#words[at] as number;
      const kind = head & 3;
      const offset = (head & ~3) >>> 0;
      if (kind === abi.READ_CHOICE || !this.#known.has(this.#sector(offset)))
        return {
          kind,
          offset,
          chosen: this.#words[at + 1] as number,
          options: this.#words[at + 2] as number,
        };
      this.#position++;
    }
    return undefined;
  }

  /** Moves past the entry just seen. */
  skip(): void {
    this.#position++;
  }

  /** How a new node asks for a read. */
  ask({ kind, offset }: Read): { readonly kind: "word" | "sector"; readonly at: number } {
    const sector = this.#sector(offset);
    const whole = kind === abi.READ_SECTOR || this.#singles[sector] === 0;
    return whole ? { kind: "sector", at: sector } : { kind: "word", at: offset };
  }

  /** The answer to a node's question, as the device's content was before the call; moves past what it determines. */
  answer(node: Question, { offset }: Read): [number, number, number, number] {
    const words = this.#words;
    if (node.kind === "sector") {
      if (node.at !== this.#sector(offset)) throw notAFunction();
      this.#known.add(node.at);
      const at = this.#device.table(abi.TABLE_DIGESTS_BEFORE) + node.at * 4;
      return [words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0];
    }
    if (node.at !== offset) throw notAFunction();
    const at = this.#log + this.#position * 4;
    const sector = this.#sector(offset);
    this.#singles[sector] = (this.#singles[sector] as number) - 1;
    this.#position++;
    return [words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0, 0];
  }

  #sector(offset: number): number {
    return this.#sectorOf[offset >>> 8] as number;
  }
}
