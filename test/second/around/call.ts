// One execution of a guest's call, in which the adversary acts as a script says: what else he may do in it, and where the power may go. Told to
// whoever listens; what follows the call is not decided here.
import type { HalFunctions } from "../guest.js";
import type { Operation, Region } from "../hal.js";
import { ENDED, Hal } from "../hal.js";
import type { Loss, Made, Where } from "../life.js";
import type { Machine } from "../machine.js";
import { changesOf, eraseSector, land } from "../flash.js";
import { NOWHERE } from "../numbers.js";
import { shapesOf } from "../tears.js";
import { type Content, copyOf } from "../world.js";
import { Asked, type Ram } from "./asked.js";
import { KeptGuest } from "./kept-guest.js";
import { isOfKey } from "./client.js";
import {
  type Around,
  type Deed,
  type Model,
  type Plan,
  damaged,
  deeds,
  numberOf,
  late,
  oneOf,
} from "./surroundings.js";

/** What goes wrong. */
export interface Options {
  readonly plan: Plan;
  readonly losses: readonly Loss[];
  readonly models: readonly Model[];
  /** Deeds of the adversary within one guest's call, at the most. */
  readonly deedsMax: number;
  /** What runs between the firmware's steps; hostile: when the adversary wants it to. */
  readonly application: Application | null;
}

export interface Application {
  readonly binary: Uint8Array;
  readonly isHostile: boolean;
}

/** Who has the next call of a firmware that runs: the application; or its update part, where the application has just changed something, or not. */
export type Turn = "application" | "after a change" | "";

/** A device between two guest's calls, and what surrounds it. */
export interface Standing {
  readonly content: Content;
  readonly where: Where;
  readonly ram: Ram;
  readonly around: Around;
  readonly turn: Turn;
}

/** What the adversary does in a call: before which call of the Hal, and what is so then. */
export type Script = readonly { readonly at: number; readonly then: Around }[];

/** What a loss leaves of a device: the same wherever guests have heard the same; `name` tells it from others in the ways through one call. */
export interface Left {
  readonly name: string;
  readonly touched: ReadonlySet<Region>;
  content(): Content;
}

/** What guests have heard so far in the ways through one call, as numbers; and where the adversary has acted already. */
export class Heard {
  readonly deeds = new Map<Around, readonly Deed[]>();
  readonly #next = new Map<number, Map<number | bigint | undefined, number>>();
  readonly #seen = new Map<number, Set<number>>();
  #count = 0;

  /** What was heard, and this too. */
  and(before: number, answer: number | bigint | void): number {
    let after = this.#next.get(before);
    if (after === undefined) this.#next.set(before, (after = new Map()));
    const said = answer as number | bigint | undefined;
    const known = after.get(said);
    if (known !== undefined) return known;
    after.set(said, ++this.#count);
    return this.#count;
  }

  /** Who has heard this stands in these surroundings: whether nobody has stood there before. */
  isNew(heard: number, around: Around): boolean {
    let seen = this.#seen.get(heard);
    if (seen === undefined) this.#seen.set(heard, (seen = new Set()));
    const before = seen.size;
    return seen.add(numberOf(around)).size > before;
  }
}

/** The guests of a machine, on whose calls one Call after the other listens, and what they ask of what surrounds them. */
export class Guests {
  readonly boot: KeptGuest;
  readonly agent: KeptGuest;
  readonly application: KeptGuest | null;
  readonly asked: Asked;
  readonly asks: HalFunctions;
  readonly asksBeside: HalFunctions;
  listener: Call | undefined;

  constructor({ world: { boot, agent } }: Machine, { plan, application }: Options) {
    this.asked = new Asked(plan);
    this.asks = this.asked.functions();
    this.asksBeside = this.asked.functionsOfApplication();
    const of = ({ binary }: { readonly binary: Uint8Array }, entry: string) => {
      const functions: Record<string, HalFunctions[string]> = {};
      for (const { name } of WebAssembly.Module.imports(new WebAssembly.Module(binary as BufferSource)))
        functions[name] = (a, b, c) => this.listener!.answer(name, [a!, b!, c!]);
      return new KeptGuest(binary, entry, functions);
    };
    this.boot = of(boot, "boot");
    this.agent = of(agent, "step");
    this.application = application === null ? null : of(application, "run");
  }
}

/** Calls that are between a guest and its RAM: whoever acts before one of them might as well act before the next of the others. */
const OF_RAM: ReadonlySet<string> = new Set(["scratchRead", "scratchWrite", "keySlotRead", "keySlotWrite"]);

/** One execution of a guest's call. */
export class Call {
  readonly asked: Asked;
  onScript: (script: Script) => void = () => undefined;
  onLoss: (left: Left, around: Around) => void = () => undefined;
  readonly #machine: Machine;
  readonly #options: Options;
  readonly #from: Standing;
  readonly #script: Script;
  readonly #heard: Heard;
  readonly #hal: Hal;
  readonly #does: HalFunctions;
  readonly #guests: Guests;
  readonly #touched = new Set<Region>();
  /** What was heard so far; calls of the Hal; deeds done of the script. */
  #so = 0;
  #count = 0;
  #done = 0;
  /** What was heard when the device was changed last, before it answered. */
  #changedAt = 0;

  constructor(
    machine: Machine,
    guests: Guests,
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
    this.#guests = guests;
    this.asked = guests.asked;
    this.asked.begin(from.around, from.ram, () => {
      this.#hal.end = { kind: "halted", reason: -1 };
      throw ENDED;
    });
    this.#does = this.#hal.functions();
  }

  /** A number for all that was heard. */
  get heard(): number {
    return this.#so;
  }

  /** What a guest hears that calls this function of the Hal. */
  answer(name: string, [a, b, c]: readonly [number, number, number]): number | bigint | void {
    this.#before(name);
    const { asks, asksBeside } = this.#guests;
    const answer = this.#isBeside ? asksBeside[name] : (asks[name] ?? this.#does[name]);
    if (answer === undefined) throw new Error(`a guest calls ${name}, which is not there`);
    const said = (name === "info" ? this.asked.info(a) : null) ?? answer(a, b, c);
    this.#so = this.#heard.and(this.#so, said);
    return said;
  }

  make(input: number): Made {
    const { boot, agent, application } = this.#guests;
    this.#guests.listener = this;
    const ours = this.#from.where.booted === NOWHERE ? boot : agent;
    const guest = this.#isBeside ? (application as KeptGuest) : ours;
    const { content } = this.#hal;
    try {
      return { content, end: guest.call(input), hal: this.#hal };
    } catch (error) {
      if (error !== ENDED || this.#hal.end === undefined) throw error;
      return { content, end: this.#hal.end, hal: this.#hal };
    }
  }

  /** It is the application's call. */
  get #isBeside(): boolean {
    return this.#from.turn === "application";
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
    if (this.#isAhead && this.#script.length < this.#options.deedsMax && !OF_RAM.has(name))
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
      ...(name === "linkSize" ? [...damaged(around), ...late(around)] : []),
      ...(isLost ? [{ name: "reply lost", then: { ...around, isReplyLost: true } }] : []),
    ];
  }

  /** The power goes now, or a reset comes; once where nothing is otherwise than before. */
  #lose(): void {
    const { around } = this.asked;
    if (!this.#heard.isNew(-1 - this.#changedAt, around)) return;
    const content = () => this.#hal.content;
    this.onLoss({ name: `after ${this.#changedAt}`, touched: this.#touched, content }, around);
  }

  /** An operation is about to be done, and is cut in every shape. */
  #tear(operation: Operation): void {
    const { touches } = operation;
    const { content } = this.#hal;
    const before = new Set(this.#touched);
    if (touches !== undefined) this.#touched.add(touches);
    this.#changedAt = this.#so;
    if (!this.#isAhead) return;
    [...this.#torn(content, operation)].forEach(({ left, hasBegun }, shape) => {
      const touched = hasBegun ? this.#touched : before;
      this.onLoss({ name: `in ${this.#so} ${shape}`, touched, content: left }, this.asked.around);
    });
  }

  *#torn(content: Content, operation: Operation): Generator<{ left: () => Content; hasBegun: boolean }> {
    const { part } = this.#machine.world;
    if (operation.kind === "counter") throw new Error("no guest here advances a counter");
    if (operation.kind === "erase") {
      for (const shape of ["untouched", "half", "done"] as const) {
        const left = () => {
          const erased = copyOf(content);
          eraseSector(erased, part, operation.sector, shape);
          return erased;
        };
        yield { left, hasBegun: shape !== "untouched" };
      }
      return;
    }
    const { program } = operation;
    const words = new DataView(program.data.buffer, program.data.byteOffset, program.data.length);
    for (let at = 0; at + 4 <= program.data.length; at += 4)
      if (isOfKey(words.getUint32(at, true))) this.asked.violated.add("secrets-kept");
    for (const { masks } of shapesOf(program, changesOf(content, part, program))) {
      const left = () => {
        const landed = copyOf(content);
        if (masks !== null) land(landed, part, program, masks);
        return landed;
      };
      yield { left, hasBegun: masks !== null };
    }
  }
}
