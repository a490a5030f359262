// A second explorer, simple and slow, that shares nothing with the first: neither the device, nor the Hal, nor the oracles, nor a
// number. What it needs to know of them it has from docs/proofs.md, host/campaign/plan/DESIGN.md, the pages of assembly/ and the comments of the Hal.
//
// Breadth first, by the number of faults, over concrete states: each is a whole copy of flash, counters and retained words, with
// where in a power-up the device stands and what the oracles remember; two are one where a SHA-256 over all of that is one. Every
// guest call is executed, in a fresh instance; no answer is remembered, nothing is replayed, nothing undone, and every torn
// state is a state of its own.
//
// Covered: the models power, reset, weak and ecc; tears as nine shapes, or in the Record dense; a reset cause that is open until it is
// asked for. A call is made once for everything that its reads may see, one call after the other.
// Thirteen oracles by name (all but `ends-as-expected` where a scenario says otherwise, which comes under its own name).
//
// Not covered: incidents in a scenario's middle; what a part is assumed to do (decided-seal); dense tears together with weak or ecc; strikes of any kind; fuel (a call that calls the Hal four million times has hung,
// one that loops without the Hal never ends); the part's RAM as a bound of a guest's memory; tables of the simulation that can be
// full; the two sampled shapes that dense has in slots (`slotTears` is where they would go).
import {
  type EraseShape,
  type Program,
  TORN,
  changesOf,
  eraseSector,
  land,
  landWeakly,
  tear,
} from "./flash.js";
import { leastToConverge } from "./future.js";
import type { Hal, Operation, Region } from "./hal.js";
import type { Oracle } from "./judge.js";
import { keyOf } from "./key.js";
import { Life, type Loss, type Made, type Where } from "./life.js";
import { Machine } from "./machine.js";
import { CAUSE, NOWHERE } from "./numbers.js";
import { FAULT, type Since, type State, isQuiet, isTooLong, limitsOf, sinceCall } from "./state.js";
import { type ExtraTear, type Tear, denseOf, shapesOf } from "./tears.js";
import { type Content, type World, copyOf, isIn } from "./world.js";
import { startOf } from "./start.js";

/** What goes wrong, and how far it is explored. */
export interface Options {
  readonly losses: readonly Loss[];
  /** What a cut has touched reads differently at every read. */
  readonly weak?: boolean;
  /** How programs of the Record are torn; those of slots have the nine shapes. */
  readonly tears: "shapes" | "dense";
  /** Further tears of programs in slots. */
  readonly slotTears?: readonly ExtraTear[];
  /** Most faults in a run; Infinity: until no new state comes. */
  readonly depth: number;
  /** States after which it fails. */
  readonly statesMax: number;
}

/** What an exploration came to. */
export interface Found {
  readonly states: number;
  readonly powerOnStates: number;
  /** Pairs of a place where a fault can strike, and a shape. */
  readonly judged: number;
  readonly calls: number;
  /** By the name of a violated oracle the least number of faults that it takes. */
  readonly least: ReadonlyMap<Oracle, number>;
  /** Some way passed a bound: what comes behind that is not known. */
  readonly gaveUp: boolean;
}

const NONE: ReadonlySet<Region> = new Set();

/** What a cut has left; `began`: it counts as having touched something. */
interface Left {
  readonly left: Content;
  readonly began: boolean;
}

/** Explores a world from its story's start. */
export function explore(world: World, options: Options): Found {
  return new Exploration(world, options).run();
}

class Exploration {
  readonly #machine: Machine;
  readonly #life: Life;
  readonly #options: Options;
  readonly #limits: Since;
  readonly #states = new Map<string, State>();
  readonly #least = new Map<Oracle, number>();
  /** States of this level whose call is still to be made, and of the next. */
  readonly #open: State[] = [];
  #later: State[] = [];
  #level = 0;
  #judged = 0;
  #calls = 0;
  #gaveUp = false;

  constructor(world: World, options: Options) {
    this.#machine = new Machine(world);
    this.#life = new Life(this.#machine, options.losses.includes("reset"));
    this.#options = options;
    this.#limits = limitsOf(world);
  }

  run(): Found {
    const { content, where } = startOf(this.#machine.world);
    this.#visit(content, where, 0, FAULT);
    for (; this.#open.length > 0; this.#level++) {
      for (let state = this.#open.pop(); state !== undefined; state = this.#open.pop()) this.#expand(state);
      this.#open.push(...this.#later.filter(({ depth }) => depth === this.#level + 1));
      this.#later = [];
    }
    const states = [...this.#states.values()];
    for (const depth of leastToConverge(states, this.#limits)) this.#note(["converges"], depth);
    return {
      states: states.length,
      powerOnStates: states.filter(({ where: { booted } }) => booted === NOWHERE).length,
      judged: this.#judged,
      calls: this.#calls,
      least: this.#least,
      gaveUp: this.#gaveUp,
    };
  }

  #note(violated: readonly Oracle[], faults: number): void {
    for (const oracle of violated)
      this.#least.set(oracle, Math.min(faults, this.#least.get(oracle) ?? Infinity));
  }

  /** The state of a content, which is handed over: a known one or a new one; undefined where it is too far away. */
  #visit(content: Content, where: Where, depth: number, since: Since): State | undefined {
    if (where.booted === NOWHERE && where.cause === CAUSE.power) content.retained.fill(0);
    const key = keyOf(content, where);
    const known = this.#states.get(key);
    if (known !== undefined) {
      if (depth >= known.depth) return known;
      Object.assign(known, { depth, since });
      this.#open.push(known);
      return known;
    }
    if (isTooLong(since, this.#limits)) {
      this.#gaveUp = true;
      return undefined;
    }
    if (this.#states.size >= this.#options.statesMax) throw new Error("too many states");
    const state: State = { where, content, depth, since, next: [] };
    this.#states.set(key, state);
    (depth === this.#level ? this.#open : this.#later).push(state);
    return state;
  }

  /** Makes the next call of a state, in every way, with every fault. */
  #expand(state: State): void {
    const { where, content } = state;
    if (content === undefined) throw new Error("the call of a state is made twice");
    const isCut = this.#level < this.#options.depth;
    if (isCut) for (const loss of this.#options.losses) this.#lose(copyOf(content), where, NONE, loss);
    const open: (readonly number[])[] = [[]];
    for (let choices = open.pop(); choices !== undefined; choices = open.pop()) {
      const made = this.#call(copyOf(content), where, choices, isCut);
      this.#follow(state, made);
      open.push(...otherChoices(made.hal.chosen, choices.length));
    }
    state.content = undefined;
  }

  #call(content: Content, where: Where, choices: readonly number[], isCut: boolean): Made {
    this.#calls++;
    const touched = new Set<Region>();
    return this.#life.call(content, where, choices, {
      beforeOperation: (operation) => {
        if (isCut) this.#tear(content, where, touched, operation);
        if (operation.touches !== undefined) touched.add(operation.touches);
      },
      afterRetained: () => {
        touched.add("retained");
        if (isCut && this.#options.losses.includes("reset"))
          this.#lose(copyOf(content), where, touched, "reset");
      },
    });
  }

  /** Where a call that was not cut has led to. */
  #follow(state: State, made: Made): void {
    const { where, since } = state;
    const { next, violated, rested } = this.#life.after(where, made);
    this.#note(violated, this.#level);
    if (rested) return;
    const { writes } = made.hal;
    const quiet = isQuiet(where, next, writes);
    const follower = this.#visit(
      copyOf(made.content),
      next,
      this.#level,
      sinceCall(since, where, next, writes),
    );
    if (follower === undefined) this.#note(["converges"], this.#level);
    else state.next.push({ state: follower, quiet });
  }

  /** A loss that leaves this content, which is handed over. */
  #lose(content: Content, where: Where, touched: ReadonlySet<Region>, loss: Loss): void {
    const { next, violated } = this.#life.afterLoss(content, where, touched, loss);
    this.#note(violated, this.#level + 1);
    this.#visit(content, next, this.#level + 1, FAULT);
    this.#judged++;
  }

  /** An operation is about to be done, and is cut in every shape. */
  #tear(content: Content, where: Where, touched: ReadonlySet<Region>, operation: Operation): void {
    const struck = new Set(touched);
    if (operation.touches !== undefined) struck.add(operation.touches);
    for (const loss of this.#options.losses) {
      for (const { left, began } of this.#torn(content, operation))
        this.#lose(left, where, began ? struck : touched, loss);
    }
  }

  /** What a cut may leave of an operation. */
  *#torn(content: Content, operation: Operation): Generator<Left> {
    const { part } = this.#machine.world;
    const { weak = false } = this.#options;
    if (operation.kind === "program") yield* this.#tornProgram(content, operation.program);
    else if (operation.kind === "erase") {
      const shapes: readonly EraseShape[] = [
        "untouched",
        "half",
        "done",
        ...(weak ? (["weak"] as const) : []),
      ];
      for (const shape of shapes) {
        const left = copyOf(content);
        eraseSector(left, part, operation.sector, shape);
        yield { left, began: shape !== "untouched" };
      }
    } else {
      yield { left: copyOf(content), began: false };
      const done = copyOf(content);
      done.counters[operation.id] = operation.value;
      done.counterWeak[operation.id] = 0;
      yield { left: done, began: true };
      if (!weak) return;
      const undecided = copyOf(content);
      undecided.counterWeak[operation.id] = content.counters[operation.id]! ^ operation.value;
      yield { left: undecided, began: true };
    }
  }

  *#tornProgram(content: Content, program: Program): Generator<Left> {
    const { part } = this.#machine.world;
    const { ecc } = part;
    for (const { masks } of ecc === null ? this.#tearsOf(content, program) : this.#halves(content, program)) {
      const left = copyOf(content);
      if (masks !== null) land(left, part, program, masks);
      yield { left, began: masks !== null };
    }
    const place = { offset: program.offset, size: program.data.length };
    if (ecc !== null) {
      const left = copyOf(content);
      land(left, part, program, changesOf(content, part, program));
      tear(left, part, place, TORN.unreadable);
      yield { left, began: true };
    }
    if (this.#options.weak === true) {
      const left = copyOf(content);
      landWeakly(left, part, program);
      tear(left, part, place, TORN.unsteady);
      yield { left, began: true };
    }
  }

  /** Of the nine shapes those that whole units of the code can show. */
  #halves(content: Content, program: Program): readonly Tear[] {
    const isWide = program.data.length > (this.#machine.world.part.ecc?.unit ?? 0);
    const wanted = ["none", "all", ...(isWide ? ["prefix", "suffix"] : [])];
    return shapesOf(program, changesOf(content, this.#machine.world.part, program)).filter(({ name }) =>
      wanted.includes(name),
    );
  }

  #tearsOf(content: Content, program: Program): readonly Tear[] {
    const { part } = this.#machine.world;
    const changes = changesOf(content, part, program);
    if (isIn(part.record, program.offset))
      return this.#options.tears === "dense" ? denseOf(program, changes) : shapesOf(program, changes);
    const extra = (this.#options.slotTears ?? []).map((tear, index): Tear => ({
      name: `extra ${index}`,
      masks: tear(program, changes),
    }));
    return [...shapesOf(program, changes), ...extra];
  }
}

/** The choices that differ first from those made in a read behind the first `given`. */
function otherChoices(chosen: Hal["chosen"], given: number): number[][] {
  const made = chosen.map(({ which }) => which);
  return chosen.flatMap(({ of }, at) =>
    at < given ? [] : Array.from({ length: of - 1 }, (_, index) => [...made.slice(0, at), index + 1]),
  );
}
