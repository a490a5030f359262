// Explores a device and what surrounds it plainly: nothing is abstract, nothing is remembered of a call, no answer is given twice for one
// execution. The adversary acts before any call of the Hal, up to twice within a guest's call, and before each of these the power may go, or a
// reset come. Two ways through a guest's call are one where the guest has heard the same so far and all around it is the same.
//
// Built of the second explorer's flash, Hal and oracles (test/second), and shares nothing with the project but the guests' wasm.
import { keyOf } from "../key.js";
import type { Region } from "../hal.js";
import { Life, type Made, powerOn } from "../life.js";
import { Machine } from "../machine.js";
import { NOWHERE, SELF_TEST_GOOD, STEP } from "../numbers.js";
import { startOf } from "../start.js";
import { type Content, type World, copyOf } from "../world.js";
import { type Asked, BLANK } from "./asked.js";
import { Call, Heard, type Options, type Script, type Standing, type Turn } from "./call.js";
import { type Around, afterReset, byItself, isAsItBegan, start, textOf } from "./surroundings.js";

/** What came of it. */
export interface Found {
  readonly states: readonly Standing[];
  readonly violated: readonly string[];
  readonly calls: number;
}

/** What the oracles say of a rest, and only then. */
const AT_REST = new Set(["ends-as-expected", "floor-follows"]);
const NO_CALM = "converges";

export function explore(world: World, options: Options): Found {
  return new Exploration(world, options).run();
}

class Exploration {
  readonly #machine: Machine;
  readonly #life: Life;
  readonly #options: Options;
  readonly #states: Standing[] = [];
  readonly #numbers = new Map<string, number>();
  /** What follows a state where nothing goes wrong; -1: it rests. */
  readonly #calm: number[] = [];
  readonly #violated = new Set<string>();
  #calls = 0;

  constructor(world: World, options: Options) {
    this.#machine = new Machine(world);
    this.#life = new Life(this.#machine, options.losses.includes("reset"));
    this.#options = options;
  }

  run(): Found {
    const { content, where } = startOf(this.#machine.world);
    this.#visit({ content, where, ram: BLANK, around: start(this.#options.plan), turn: "" });
    for (let number = 0; number < this.#states.length; number++) this.#expand(number);
    if (this.#hasCircle()) this.#violated.add(NO_CALM);
    return { states: this.#states, violated: [...this.#violated].sort(), calls: this.#calls };
  }

  #visit({ content, where, ram, around: is, turn }: Standing): number {
    // A power-up in which something has changed is no rest, however it began.
    const around = where.changed ? { ...is, began: "" } : is;
    const key = keyOf(content, where) + JSON.stringify(ram) + textOf(around) + turn;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#states.length);
    return this.#states.push({ content, where, ram, around, turn }) - 1;
  }

  #hasCircle(): boolean {
    const rests = new Set<number>();
    for (const first of this.#states.keys()) {
      const way = new Set<number>();
      let at = first;
      for (; at !== -1 && !rests.has(at) && !way.has(at); at = this.#calm[at]!) way.add(at);
      if (way.has(at)) return true;
      for (const one of way) rests.add(one);
    }
    return false;
  }

  #expand(number: number): void {
    const from = this.#states[number]!;
    const isAtWill = from.turn === "application" && this.#options.application?.isHostile === true;
    if (isAtWill) this.#calm[number] = this.#visit({ ...from, turn: "" });
    const heard = new Heard();
    const scripts: Script[] = [[]];
    for (let script = scripts.shift(); script !== undefined; script = scripts.shift()) {
      const call = new Call(this.#machine, this.#options, { from, script, heard });
      call.onScript = (more) => scripts.push(more);
      call.onLoss = (left, around, touched) => this.#lose(from, left, around, touched);
      this.#calls++;
      const made = call.make(this.#inputAt(from));
      for (const oracle of call.asked.violated) this.#violated.add(oracle);
      const isStruck = script.length > 0 || isAtWill;
      const next =
        from.turn === "application"
          ? this.#afterApplication(from, call.asked, isStruck)
          : this.#after(from, made, call.asked, isStruck);
      if (!isStruck) this.#calm[number] = next;
    }
  }

  #inputAt({ where }: Standing): number {
    return where.booted === NOWHERE ? 0 : SELF_TEST_GOOD;
  }

  #lose({ where }: Standing, content: Content, around: Around, touched: ReadonlySet<Region>): void {
    for (const loss of this.#options.losses) {
      const left = copyOf(content);
      const { next, violated } = this.#life.afterLoss(left, where, touched, loss);
      for (const oracle of violated) this.#violated.add(oracle);
      if (loss === "power") left.retained.fill(0);
      this.#visit({ content: left, where: next, ram: BLANK, around: afterReset(around), turn: "" });
    }
  }

  /** The firmware's step is next, whatever the application has come to. @param isStruck something went wrong in it */
  #afterApplication({ where, ...from }: Standing, { around }: Asked, isStruck: boolean): number {
    const isOther = isStruck || textOf(around) !== textOf(from.around);
    const changed = where.changed || isStruck;
    return this.#visit({
      ...{ ...from, around },
      ...{ where: { ...where, changed }, turn: isOther ? "after a change" : "" },
    });
  }

  /** Where a call leads that was made to its end; -1: it rests. @param isStruck something went wrong in it */
  #after(from: Standing, made: Made, asked: Asked, isStruck: boolean): number {
    const { around, ram } = asked;
    const { content, end, hal } = made;
    const { where } = from;
    const after = this.#life.after(isStruck ? { ...where, changed: true } : where, made);
    const isOther = isStruck || textOf(around) !== textOf(from.around);
    const isKept = JSON.stringify(ram) === JSON.stringify(from.ram);
    const isMoved = from.turn === "after a change";
    const turn: Turn = this.#options.application === null ? "" : "application";
    const has = hal.writes > 0 || hal.retainedChanges > 0 || isOther || isMoved || !isKept;
    for (const oracle of after.violated) if (!AT_REST.has(oracle)) this.#violated.add(oracle);
    if (where.booted !== NOWHERE && end.kind === "returned" && end.value !== STEP.confirmed) {
      const here = {
        ...where,
        ...{ cause: hal.cause, memory: after.next.memory },
        changed: where.changed || isStruck || hal.writes > 0 || hal.retainedChanges > 0,
      };
      if (end.value === STEP.more && has) return this.#visit({ content, where: here, ram, around, turn });
      const onward = byItself(around, this.#options.plan);
      if (onward !== null) return this.#visit({ content, where: here, ram, around: onward, turn });
    }
    const { next, rested } = after;
    if (!rested && next.booted !== NOWHERE) return this.#visit({ content, where: next, ram, around, turn });
    const ended = {
      content,
      ram: BLANK,
      turn: "" as const,
      where: rested ? powerOn(where.cause, next.memory) : next,
    };
    if (!rested) return this.#visit({ ...ended, around: afterReset(around) });
    const onward = byItself(afterReset(around), this.#options.plan);
    if (onward !== null) return this.#visit({ ...ended, around: afterReset(onward) });
    if (!isAsItBegan(around)) return this.#visit({ ...ended, around: afterReset(around) });
    for (const oracle of after.violated) this.#violated.add(oracle);
    return -1;
  }
}
