// What a call asks of what surrounds the device, as the memo follows it: which options each question has under the fault models, how the world
// stands after each answer, and whether anything in it goes wrong. Asks no guest.
import * as abi from "../../../../assembly/abi.js";
import type { Script } from "../../world/dialogue.js";
import { WORLD_MODELS, type WorldModel } from "../../plan/fault-models.js";
import type { Option, Question } from "../../world/option.js";
import type { Rules } from "../../world/rules.js";
import type { World } from "../../world/world.js";

/** An option of a question, by its number among all that the question has. */
export interface Numbered {
  readonly number: number;
  readonly option: Option;
}

// A choice among a call's: of a weak read it is below IS_ANSWER; else question << QUESTION_SHIFT | IS_ANSWER | model << MODEL_SHIFT | option.
const IS_ANSWER = 0x1000;
const MODEL_SHIFT = 9;
const MODEL_MASK = 7;
const OPTION_MASK = (1 << MODEL_SHIFT) - 1;
const QUESTION_SHIFT = 13;

/** The fault models that are on, and those of them that had something to say. */
export interface Models {
  readonly models: ReadonlySet<string>;
  readonly met: Set<WorldModel>;
}

/** One way through the questions of a call, as far as it has come. */
export class Talk {
  readonly #rules: Rules;
  readonly #models: ReadonlySet<string>;
  /** Models that had something to say to a question. */
  readonly #met: Set<WorldModel>;
  /** Questions so far. */
  #count = 0;
  #world: World;
  #violations = 0;
  #faults: 0 | 1 = 0;
  #hasLost = false;
  /** The world after each question that is logged among the operations. */
  #worlds: readonly World[] = [];

  /** @param models names of the fault models that are on; @param met takes those that can answer a question otherwise */
  constructor(rules: Rules, { models, met }: Models, world: World) {
    this.#rules = rules;
    this.#models = models;
    this.#met = met;
    this.#world = world;
  }

  get world(): World {
    return this.#world;
  }

  get violations(): number {
    return this.#violations;
  }

  /** One, however many of its answers are faults. */
  get faults(): 0 | 1 {
    return this.#faults;
  }

  /** A packet or a reply was lost, or several. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  get worlds(): readonly World[] {
    return this.#worlds;
  }

  /** What tells this way from others, as text. */
  get said(): string {
    return `${this.#worlds.map(({ id }) => id).join(".")} ${this.#violations} ${this.#faults}`;
  }

  copy(): Talk {
    const copy = new Talk(this.#rules, { models: this.#models, met: this.#met }, this.#world);
    copy.#count = this.#count;
    copy.#violations = this.#violations;
    copy.#faults = this.#faults;
    copy.#hasLost = this.#hasLost;
    copy.#worlds = this.#worlds;
    return copy;
  }

  /** What the next question can be answered by. */
  options(question: Question): readonly Numbered[] {
    const options = this.#rules
      .options(this.#world, question)
      .map((option, number) => ({ option, number }))
      .filter(({ option: { model } }) => model === null || this.#models.has(model));
    for (const { option } of options) if (option.model !== null) this.#met.add(option.model);
    return options;
  }

  /** The next question is answered so; the choice that says so. */
  take({ kind }: Question, { number, option }: Numbered): number {
    const { world, violations, faults, model, isLost } = option;
    this.#world = world;
    this.#violations |= violations;
    if (faults > 0) this.#faults = 1;
    this.#hasLost ||= isLost;
    if (!isLook(kind)) this.#worlds = [...this.#worlds, world];
    const code = model === null ? 0 : WORLD_MODELS.indexOf(model) + 1;
    const choice = this.#count * (1 << QUESTION_SHIFT) + (IS_ANSWER | (code << MODEL_SHIFT) | number);
    this.#count++;
    return choice;
  }
}

/** A question that changes nothing out there is not logged among the operations. */
export function isLook(kind: number): boolean {
  return kind === abi.ASK_LINK_READ || kind === abi.ASK_NONCE_READ || kind === abi.ASK_APPLICATION;
}

/** Whether a choice is the answer to a question, not what a weak read sees. */
export function isAnswer(choice: number): boolean {
  return choice >= IS_ANSWER;
}

/** The model that an answer is a fault of; null where it is none. */
export function modelOf(choice: number): string | null {
  if (!isAnswer(choice)) return null;
  return WORLD_MODELS[((choice >>> MODEL_SHIFT) & MODEL_MASK) - 1] ?? null;
}

/** The question and the option of an answer. */
export function answerOf(choice: number): { readonly question: number; readonly option: number } {
  return { question: Math.floor(choice / (1 << QUESTION_SHIFT)), option: choice & OPTION_MASK };
}

/** The answers among choices, for whoever executes the call. */
export function scriptOf(choices: readonly number[]): Script {
  return new Map(
    choices.filter(isAnswer).map((choice) => {
      const { question, option } = answerOf(choice);
      return [question, option];
    }),
  );
}
