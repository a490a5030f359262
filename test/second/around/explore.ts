// Explores a device and what surrounds it plainly: nothing is abstract, nothing is remembered of a call, no answer is given twice for one
// execution. The adversary acts before any call of the Hal, up to twice within a guest's call, and before each of these the power may go, or a
// reset come. Two ways through a guest's call are one where the guest has heard the same so far and all around it is the same.
//
// Built of the second explorer's flash, Hal and oracles (test/second), and shares nothing with the project but the guests' wasm.
import type { Operation, Region } from "../hal.js";
import { ENDED, Hal } from "../hal.js";
import type { HalFunctions } from "../guest.js";
import { Life, type Loss, type Made, type Where, powerOn } from "../life.js";
import { Machine } from "../machine.js";
import { changesOf, eraseSector, land } from "../flash.js";
import { keyOf } from "../key.js";
import { NOWHERE, SELF_TEST_GOOD, STEP } from "../numbers.js";
import { startOf } from "../start.js";
import { shapesOf } from "../tears.js";
import { type Content, type World, copyOf } from "../world.js";
import { Asked, BLANK, type Ram } from "./asked.js";
import { isOfKey } from "./client.js";
import {
  type Around,
  type Deed,
  type Model,
  type Plan,
  afterReset,
  byItself,
  damaged,
  deeds,
  isAsItBegan,
  oneOf,
  start,
  textOf,
} from "./surroundings.js";

/** What goes wrong. */
export interface Options {
  readonly plan: Plan;
  readonly losses: readonly Loss[];
  readonly models: readonly Model[];
  /** Deeds of the adversary within one guest's call, at the most. */
  readonly deedsMax: number;
}

/** A device between two guest's calls, and what surrounds it. */
export interface Standing {
  readonly content: Content;
  readonly where: Where;
  readonly ram: Ram;
  readonly around: Around;
}

/** What came of it. */
export interface Found {
  readonly states: readonly Standing[];
  readonly violated: readonly string[];
  readonly calls: number;
}

/** What the adversary does in a call: before which call of the Hal, and what is so then. */
type Script = readonly { readonly at: number; readonly then: Around }[];

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
    this.#visit({ content, where, ram: BLANK, around: start(this.#options.plan) });
    for (let number = 0; number < this.#states.length; number++) this.#expand(number);
    if (this.#hasCircle()) this.#violated.add(NO_CALM);
    return { states: this.#states, violated: [...this.#violated].sort(), calls: this.#calls };
  }

  #visit({ content, where, ram, around: is }: Standing): number {
    // A power-up in which something has changed is no rest, however it began.
    const around = where.changed ? { ...is, began: "" } : is;
    const key = keyOf(content, where) + JSON.stringify(ram) + textOf(around);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#states.length);
    return this.#states.push({ content, where, ram, around }) - 1;
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
    const heard = new Heard();
    const scripts: Script[] = [[]];
    for (let script = scripts.shift(); script !== undefined; script = scripts.shift()) {
      const call = new Call(this.#machine, this.#options, { from, script, heard });
      call.onScript = (more) => scripts.push(more);
      call.onLoss = (left, around, touched) => this.#lose(from, left, around, touched);
      this.#calls++;
      const made = call.make(this.#inputAt(from));
      for (const oracle of call.asked.violated) this.#violated.add(oracle);
      const next = this.#after(from, made, call.asked, script.length > 0);
      if (script.length === 0) this.#calm[number] = next;
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
      this.#visit({ content: left, where: next, ram: BLANK, around: afterReset(around) });
    }
  }

  /** Where a call leads that was made to its end; -1: it rests. @param isStruck something went wrong in it */
  #after(from: Standing, made: Made, asked: Asked, isStruck: boolean): number {
    const { around, ram } = asked;
    const { content, end, hal } = made;
    const { where } = from;
    const after = this.#life.after(isStruck ? { ...where, changed: true } : where, made);
    const isOther = isStruck || textOf(around) !== textOf(from.around);
    const has = hal.writes > 0 || hal.retainedChanges > 0 || isOther;
    for (const oracle of after.violated) if (!AT_REST.has(oracle)) this.#violated.add(oracle);
    if (where.booted !== NOWHERE && end.kind === "returned" && end.value !== STEP.confirmed) {
      const here = {
        ...where,
        ...{ cause: hal.cause, memory: after.next.memory },
        changed: where.changed || isStruck || hal.writes > 0 || hal.retainedChanges > 0,
      };
      if (end.value === STEP.more && has) return this.#visit({ content, where: here, ram, around });
      const onward = byItself(around, this.#options.plan);
      if (onward !== null) return this.#visit({ content, where: here, ram, around: onward });
    }
    const { next, rested } = after;
    if (!rested && next.booted !== NOWHERE) return this.#visit({ content, where: next, ram, around });
    const ended = { content, ram: BLANK, where: rested ? powerOn(where.cause, next.memory) : next };
    if (!rested) return this.#visit({ ...ended, around: afterReset(around) });
    const onward = byItself(afterReset(around), this.#options.plan);
    if (onward !== null) return this.#visit({ ...ended, around: afterReset(onward) });
    if (!isAsItBegan(around)) return this.#visit({ ...ended, around: afterReset(around) });
    for (const oracle of after.violated) this.#violated.add(oracle);
    return -1;
  }
}

/** What guests have heard so far in the ways through one call, as numbers; and where the adversary has acted already. */
class Heard {
  readonly deeds = new Map<Around, readonly Deed[]>();
  readonly #next = new Map<string, number>();
  readonly #seen = new Set<string>();

  /** What was heard, and this too. */
  and(before: number, answer: string): number {
    const key = `${before} ${answer}`;
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    this.#next.set(key, this.#next.size + 1);
    return this.#next.size;
  }

  /** Who has heard this stands in these surroundings: whether nobody has stood there before. */
  isNew(heard: number, around: Around): boolean {
    const key = `${heard} ${textOf(around)}`;
    return !this.#seen.has(key) && this.#seen.add(key) !== undefined;
  }
}

const IMPORTS = new WeakMap<Uint8Array, readonly string[]>();

/** Names of what a guest's file imports; boot and agent are one file here. */
function importsOf(binary: Uint8Array): readonly string[] {
  let names = IMPORTS.get(binary);
  if (names === undefined) {
    names = WebAssembly.Module.imports(new WebAssembly.Module(binary as BufferSource)).map(
      ({ name }) => name,
    );
    IMPORTS.set(binary, names);
  }
  return names;
}

/** One execution of a guest's call. */
class Call {
  readonly asked: Asked;
  onScript: (script: Script) => void = () => undefined;
  onLoss: (content: Content, around: Around, touched: ReadonlySet<Region>) => void = () => undefined;
  readonly #machine: Machine;
  readonly #options: Options;
  readonly #from: Standing;
  readonly #script: Script;
  readonly #heard: Heard;
  readonly #hal: Hal;
  readonly #touched = new Set<Region>();
  /** What was heard so far; calls of the Hal; deeds done of the script. */
  #so = 0;
  #count = 0;
  #done = 0;
  /** What was heard when the device was changed last, before it answered. */
  #changedAt = 0;

  constructor(
    machine: Machine,
    options: Options,
    { from, script, heard }: { readonly from: Standing; readonly script: Script; readonly heard: Heard },
  ) {
    this.#machine = machine;
    this.#options = options;
    this.#from = from;
    this.#script = script;
    this.#heard = heard;
    const { booted, cause } = from.where;
    const situation = { booted, cause, choices: [], offers: [] };
    this.#hal = new Hal(machine, copyOf(from.content), situation, {
      beforeOperation: (operation) => this.#tear(operation),
      afterRetained: () => {
        this.#touched.add("retained");
        if (this.#hal.content.retained.some(isOfKey)) this.asked.violated.add("secrets-kept");
        this.#changedAt = this.#so;
      },
    });
    this.asked = new Asked(options.plan, from.around, from.ram, () => {
      this.#hal.end = { kind: "halted", reason: -1 };
      throw ENDED;
    });
  }

  make(input: number): Made {
    const all = { ...this.#hal.functions(), ...this.asked.functions() };
    const functions: Record<string, HalFunctions[string]> = {};
    for (const name of importsOf(this.#machine.world.agent.binary)) {
      const answer = all[name]!;
      functions[name] = (a, b, c) => {
        this.#before(name);
        const said = answer(a!, b!, c!);
        this.#so = this.#heard.and(this.#so, String(said));
        return said;
      };
    }
    const { boot, agent } = this.#machine;
    const guest = this.#from.where.booted === NOWHERE ? boot : agent;
    const { content } = this.#hal;
    try {
      return { content, end: guest.call(functions, input), hal: this.#hal };
    } catch (error) {
      if (error !== ENDED || this.#hal.end === undefined) throw error;
      return { content, end: this.#hal.end, hal: this.#hal };
    }
  }

  /** All of the script is done: what may go wrong before that was tried by others. */
  get #isAhead(): boolean {
    return this.#done === this.#script.length;
  }

  #before(name: string): void {
    this.asked.around = oneOf(this.asked.around);
    if (this.#isAhead) this.#lose();
    for (; this.#script[this.#done]?.at === this.#count; this.#done++) {
      this.asked.around = this.#script[this.#done]!.then;
      if (this.#done === this.#script.length - 1) this.#lose();
    }
    if (this.#isAhead) this.#heard.isNew(this.#so, this.asked.around);
    if (this.#isAhead && this.#script.length < this.#options.deedsMax)
      for (const { then } of this.#deeds(name))
        if (this.#heard.isNew(this.#so, then)) this.onScript([...this.#script, { at: this.#count, then }]);
    this.#count++;
  }

  #deeds(name: string): readonly Deed[] {
    const { models, plan } = this.#options;
    const { around } = this.asked;
    const known = this.#heard.deeds.get(around);
    const found = known ?? deeds(around, models, plan).map((deed) => ({ ...deed, then: oneOf(deed.then) }));
    if (known === undefined) this.#heard.deeds.set(around, found);
    if (!models.includes("link")) return found;
    const isLost = name === "linkSend" && around.client?.is === "here";
    return [
      ...found,
      ...(name === "linkSize" ? damaged(around) : []),
      ...(isLost ? [{ name: "reply lost", then: { ...around, isReplyLost: true } }] : []),
    ];
  }

  /** The power goes now, or a reset comes; once where nothing is otherwise than before. */
  #lose(): void {
    const { around } = this.asked;
    if (this.#heard.isNew(-1 - this.#changedAt, around))
      this.onLoss(this.#hal.content, around, this.#touched);
  }

  /** An operation is about to be done, and is cut in every shape. */
  #tear(operation: Operation): void {
    const { touches } = operation;
    const { content } = this.#hal;
    const before = new Set(this.#touched);
    if (touches !== undefined) this.#touched.add(touches);
    this.#changedAt = this.#so;
    if (!this.#isAhead) return;
    for (const { left, hasBegun } of this.#torn(content, operation))
      this.onLoss(left, this.asked.around, hasBegun ? this.#touched : before);
  }

  *#torn(content: Content, operation: Operation): Generator<{ left: Content; hasBegun: boolean }> {
    const { part } = this.#machine.world;
    if (operation.kind === "counter") throw new Error("no guest here advances a counter");
    if (operation.kind === "erase") {
      for (const shape of ["untouched", "half", "done"] as const) {
        const left = copyOf(content);
        eraseSector(left, part, operation.sector, shape);
        yield { left, hasBegun: shape !== "untouched" };
      }
      return;
    }
    const { program } = operation;
    const words = new DataView(program.data.buffer, program.data.byteOffset, program.data.length);
    for (let at = 0; at + 4 <= program.data.length; at += 4)
      if (isOfKey(words.getUint32(at, true))) this.asked.violated.add("secrets-kept");
    for (const { masks } of shapesOf(program, changesOf(content, part, program))) {
      const left = copyOf(content);
      if (masks !== null) land(left, part, program, masks);
      yield { left, hasBegun: masks !== null };
    }
  }
}
