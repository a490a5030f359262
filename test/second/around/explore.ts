// Explores a device and what surrounds it plainly: nothing is abstract, every way through a call is executed, and nothing is remembered of it
// when the next state has its turn. The adversary acts before any call of the Hal, up to twice within a guest's call, and before each of these
// the power may go, or a reset come. Two ways through a guest's call are one where the guest has heard the same so far and all around it is the
// same; what became of the device itself is worked out once for all ways in which the guest has heard the same.
//
// Built of the second explorer's flash, Hal and oracles (test/second), and shares nothing with the project but the guests' wasm.
import { keyOf } from "../key.js";
import { type After, Life, type Made, type Where, powerOn } from "../life.js";
import { Machine } from "../machine.js";
import { NOWHERE, SELF_TEST_GOOD, STEP } from "../numbers.js";
import { startOf } from "../start.js";
import { type Content, type World, copyOf } from "../world.js";
import { type Asked, BLANK } from "./asked.js";
import {
  Call,
  Guests,
  Heard,
  type Left,
  type Options,
  type Script,
  type Standing,
  type Turn,
} from "./call.js";
import { type Around, afterReset, byItself, isAsItBegan, numberOf, oneOf, start } from "./surroundings.js";

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

/** A device after a loss or a call, and its key. */
interface Keyed {
  readonly content: Content;
  readonly where: Where;
  readonly key: string;
}

/** What a call has made of a device: where it is called again, and where it goes on else. */
interface End {
  readonly made: Made;
  readonly end: Made["end"];
  readonly after: After;
  readonly here: Keyed;
  readonly ended: Keyed;
}

class Exploration {
  readonly #machine: Machine;
  readonly #life: Life;
  readonly #guests: Guests;
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
    this.#guests = new Guests(this.#machine, options);
    this.#options = options;
  }

  run(): Found {
    const { content, where } = startOf(this.#machine.world);
    this.#visit({ content, where, ram: BLANK, around: start(this.#options.plan), turn: "" });
    for (let number = 0; number < this.#states.length; number++) this.#expand(number);
    if (this.#hasCircle()) this.#violated.add(NO_CALM);
    return { states: this.#states, violated: [...this.#violated].sort(), calls: this.#calls };
  }

  /** @param device keyOf(), where it is known */
  #visit({ content, where, ram, around: is, turn }: Standing, device = keyOf(content, where)): number {
    // A power-up in which something has changed is no rest, however it began.
    const around = oneOf(where.changed ? { ...is, began: "" } : is);
    const key = `${device} ${ram === BLANK ? "" : JSON.stringify(ram)} ${numberOf(around)} ${turn}`;
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
    const lost = new Map<string, readonly Keyed[]>();
    const ends = new Map<number, End>();
    const scripts: Script[] = [[]];
    for (let script = scripts.shift(); script !== undefined; script = scripts.shift()) {
      const call = new Call(this.#machine, this.#guests, this.#options, { from, script, heard });
      call.onScript = (more) => scripts.push(more);
      call.onLoss = (left, around) => {
        let all = lost.get(left.name);
        if (all === undefined) lost.set(left.name, (all = this.#lostFrom(from, left)));
        for (const { content, where, key } of all)
          this.#visit({ content, where, ram: BLANK, around: afterReset(around), turn: "" }, key);
      };
      this.#calls++;
      const made = call.make(this.#inputAt(from));
      for (const oracle of call.asked.violated) this.#violated.add(oracle);
      const isStruck = script.length > 0 || isAtWill;
      if (from.turn === "application") {
        const then = this.#afterApplication(from, call.asked, isStruck);
        if (!isStruck) this.#calm[number] = then;
        continue;
      }
      const name = isStruck ? -1 - call.heard : call.heard;
      let end = ends.get(name);
      if (end === undefined) ends.set(name, (end = this.#endOf(from, made, isStruck)));
      const next = this.#after(from, end, call.asked, isStruck);
      if (!isStruck) this.#calm[number] = next;
    }
  }

  #inputAt({ where }: Standing): number {
    return where.booted === NOWHERE ? 0 : SELF_TEST_GOOD;
  }

  /** What is left of a device by a loss of power, by a reset: that does not depend on what surrounds it. */
  #lostFrom({ where }: Standing, left: Left): readonly Keyed[] {
    return this.#options.losses.map((loss) => {
      const content = copyOf(left.content());
      const { next, violated } = this.#life.afterLoss(content, where, left.touched, loss);
      for (const oracle of violated) this.#violated.add(oracle);
      if (loss === "power") content.retained.fill(0);
      return { content, where: next, key: keyOf(content, next) };
    });
  }

  /** What has become of the device by a call: the same wherever guests have heard the same. */
  #endOf({ where }: Standing, made: Made, isStruck: boolean): End {
    const { content, end, hal } = made;
    const after = this.#life.after(isStruck ? { ...where, changed: true } : where, made);
    for (const oracle of after.violated) if (!AT_REST.has(oracle)) this.#violated.add(oracle);
    const { next, rested } = after;
    const here = {
      ...where,
      ...{ cause: hal.cause, memory: next.memory },
      changed: where.changed || isStruck || hal.writes > 0 || hal.retainedChanges > 0,
    };
    const ended = rested ? powerOn(where.cause, next.memory) : next;
    const at = (one: Where): Keyed => ({ content, where: one, key: keyOf(content, one) });
    return { made, end, after, here: at(here), ended: at(ended) };
  }

  /** The firmware's step is next, whatever the application has come to. @param isStruck something went wrong in it */
  #afterApplication({ where, ...from }: Standing, { around }: Asked, isStruck: boolean): number {
    const isOther = isStruck || numberOf(around) !== numberOf(from.around);
    const changed = where.changed || isStruck;
    return this.#visit({
      ...{ ...from, around },
      ...{ where: { ...where, changed }, turn: isOther ? "after a change" : "" },
    });
  }

  /** Where a call leads that was made to its end; -1: it rests. @param isStruck something went wrong in it */
  #after(from: Standing, { made, end, after, here, ended }: End, asked: Asked, isStruck: boolean): number {
    const { around, ram } = asked;
    const { hal } = made;
    const { where } = from;
    const visit = ({ content, where: is, key }: Keyed, rest: Pick<Standing, "around" | "ram" | "turn">) =>
      this.#visit({ content, where: is, ...rest }, key);
    const isMoved = from.turn === "after a change";
    const turn: Turn = this.#options.application === null ? "" : "application";
    const isOther = isStruck || numberOf(around) !== numberOf(from.around);
    const isKept = ram === from.ram || JSON.stringify(ram) === JSON.stringify(from.ram);
    const has = hal.writes > 0 || hal.retainedChanges > 0 || isOther || isMoved || !isKept;
    if (where.booted !== NOWHERE && end.kind === "returned" && end.value !== STEP.confirmed) {
      if (end.value === STEP.more && has) return visit(here, { ram, around, turn });
      const onward = byItself(around, this.#options.plan);
      if (onward !== null) return visit(here, { ram, around: onward, turn });
    }
    const { next, rested } = after;
    if (!rested && next.booted !== NOWHERE) return visit(ended, { ram, around, turn });
    const begins = (now: Around) => visit(ended, { ram: BLANK, around: afterReset(now), turn: "" });
    if (!rested) return begins(around);
    const onward = byItself(afterReset(around), this.#options.plan);
    if (onward !== null) return begins(onward);
    if (!isAsItBegan(around)) return begins(around);
    for (const oracle of after.violated) this.#violated.add(oracle);
    return -1;
  }
}
