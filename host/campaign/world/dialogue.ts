// What one guest call asks of what surrounds the device, question by question: each is answered as a script or somebody says, or else as
// nothing goes wrong. Remembers what was asked, and how the world stands now.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import type { Option, Question } from "./option.js";
import type { Rules } from "./rules.js";
import type { World } from "./world.js";

/** A question that was asked in a call, and the option by which it was answered, among all that it had. */
export interface Exchange {
  readonly question: Question;
  readonly option: number;
  readonly answer: number;
  readonly options: readonly Option[];
}

/** Answers that are not the first option of their question, by the number of the question in the call, from 0. */
export type Script = ReadonlyMap<number, number>;

/** Says which option a question of the call is answered by: its number among all that there are. */
export type Answerer = (question: number, options: readonly Option[]) => number;

const NO_SCRIPT: Script = new Map();

/** One call's questions. */
export class Dialogue {
  readonly exchanges: Exchange[] = [];
  /** Answers that were faults, in words. */
  readonly wrong: string[] = [];
  readonly #rules: Rules;
  readonly #answerer: Answerer;
  #world: World;
  #violations = 0;
  #faults = 0;

  constructor(rules: Rules, world: World, script: Script | Answerer = NO_SCRIPT) {
    this.#rules = rules;
    this.#world = world;
    this.#answerer = typeof script === "function" ? script : (question) => script.get(question) ?? 0;
  }

  /** The world as it stands now. */
  get world(): World {
    return this.#world;
  }

  /** Oracles that the answers so far have violated, as a mask. */
  get violations(): number {
    return this.#violations;
  }

  /** Answers so far that were faults. */
  get faults(): number {
    return this.#faults;
  }

  /** From now on the device's questions are answered here. */
  listen(device: Device): void {
    device.onAsk = (kind, first, second, third) => {
      const sent = kind === abi.ASK_LINK_SEND ? { sent: wordsOf(device.packet(first)) } : {};
      return this.#answer({ kind, first, second, third, ...sent });
    };
  }

  #answer(question: Question): number {
    const options = this.#rules.options(this.#world, question);
    const wanted = this.#answerer(this.exchanges.length, options);
    // A script that was written for another course has options that this one has not.
    const option = wanted < options.length ? wanted : 0;
    const { answer, world, violations, faults, words } = options[option] as Option;
    if (faults > 0) this.wrong.push(words);
    this.exchanges.push({ question, option, answer, options });
    this.#world = world;
    this.#violations |= violations;
    this.#faults += faults;
    return answer;
  }
}

/** A packet's bytes as words, the last one filled with zeros. */
function wordsOf(bytes: Uint8Array): number[] {
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
    words.push((a | (b << 8) | (c << 16) | (d << 24)) >>> 0);
  }
  return words;
}
