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
import { isOfKey } from "./client.js";
import {
  type Around,
  type Deed,
  type Model,
  type Plan,
  damaged,
  deeds,
  late,
  oneOf,
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

/** What the adversary does in a call: before which call of the Hal, and what is so then. */
export type Script = readonly { readonly at: number; readonly then: Around }[];

/** What guests have heard so far in the ways through one call, as numbers; and where the adversary has acted already. */
export class Heard {
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

/** Calls that are between a guest and its RAM: whoever acts before one of them might as well act before the next of the others. */
const OF_RAM: ReadonlySet<string> = new Set(["scratchRead", "scratchWrite", "keySlotRead", "keySlotWrite"]);

/** One execution of a guest's call. */
export class Call {
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
    const hal = this.#hal.functions();
    const info: HalFunctions[string] = (field, index) =>
      this.asked.info(field!) ?? hal["info"]!(field!, index!);
    const all: HalFunctions = { ...hal, ...this.asked.functions(), info };
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
