// Random guests of test/random for the comparing test: the interpreter with a bound on its instructions, so that a program which
// goes round for ever ends by a trap in both explorers, as the second one has no fuel.
import { Explorer } from "../../host/campaign/explore/explorer.js";
import type { Tears } from "../../host/campaign/plan/faults.js";
import { type RandomCase, randomCase } from "../random/cases.js";
import { INTERPRETER, Seat } from "../random/seat.js";
import { compile } from "../support/compile.js";
import { deviceModule } from "../support/scenes.js";
import { type Said, type Twice, firstSaid, withCode, worldWith } from "./bridge.js";
import type { Loss } from "./life.js";
import type { World } from "./world.js";

/** Instructions of a call; working guests need some dozens. */
const INSTRUCTIONS_MAX = 400;
/** What is larger is not compared. */
const STATES_MAX = 1500;

/** Ways in which a call can be read; what has more is not compared. */
const WAYS_MAX = 256;
const LOSSES: readonly string[] = ["power", "reset"];
const MORE: readonly string[] = ["weak", "ecc"];

/** Random guests on one seat. */
export class RandomGuests {
  readonly #interpreter: Uint8Array;
  readonly #seat: Seat;
  readonly #place: number;

  private constructor(interpreter: Uint8Array) {
    this.#interpreter = interpreter;
    this.#seat = new Seat(deviceModule, interpreter);
    const module = new WebAssembly.Module(interpreter as BufferSource);
    const hal = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]));
    const { programs } = new WebAssembly.Instance(module, { hal }).exports;
    this.#place = (programs as WebAssembly.Global<"i32">).value;
  }

  /** Compiles the interpreter. */
  static async make(): Promise<RandomGuests> {
    const file = INTERPRETER;
    const counted = "const operation: u32 = load<u8>(at);";
    return new RandomGuests(
      await compile(file, [
        { file, from: counted, to: `${counted} if (++instructions > ${INSTRUCTIONS_MAX}) unreachable();` },
        { file, from: "  operations = 0;", to: "  operations = 0; instructions = 0;" },
        { file, from: "let operations: u32 = 0;", to: "let operations: u32 = 0; let instructions: u32 = 0;" },
      ]),
    );
  }

  /** What the project's explorer says of a guest; null where it is too large, or has run out of fuel. */
  saidByFirst(
    { play }: RandomCase,
    depth: number,
    tears: Tears = "shapes",
  ): (Said & { readonly gaveUp: boolean }) | null {
    const { device, start, faults } = this.#seat.seat(play, tears);
    let hasHung = false;
    for (const guest of [device.boot, device.agent]) {
      const call = guest.call.bind(guest);
      guest.call = (input) => {
        const end = call(input);
        hasHung ||= end.kind === "hung";
        return end;
      };
    }
    const options = { faults, depth, statesMax: STATES_MAX, waysMax: WAYS_MAX };
    const result = new Explorer(device, play.scene, options).run(start);
    return result.incomplete !== null || hasHung ? null : firstSaid(result, depth);
  }

  /** The guest as the second explorer takes it. */
  worldOf({ play: { part, scene, attempts, programs, models } }: RandomCase): World {
    const guest = { binary: this.#interpreter, patch: { at: this.#place, data: programs } };
    const world = worldWith(part, scene, attempts, { boot: guest, agent: guest });
    return models.includes("ecc") ? withCode(world, part) : world;
  }
}

/** The guest with a number, where its fault models are losses of power and resets. */
export function plainRandomCase(number: number): RandomCase | undefined {
  const one = randomCase(number);
  return one.play.models.every((model) => LOSSES.includes(model)) ? one : undefined;
}

/** The guest with a number, where reads have a choice in it, or units have a code, and nothing is assumed of its part. */
export function uncertainRandomCase(number: number): RandomCase | undefined {
  const one = randomCase(number);
  const { models } = one.play;
  const isCovered = models.every((model) => LOSSES.includes(model) || MORE.includes(model));
  const isMore = isCovered && models.some((model) => MORE.includes(model));
  return isMore && one.play.part.assumes === undefined ? one : undefined;
}

/** A random guest as a case of the comparing test. */
export function twiceOf(
  { play: { part, scene, models, attempts }, words }: RandomCase,
  depth: number,
): Twice {
  const pair = { name: words, boot: new Uint8Array(), agent: new Uint8Array(), sha256: "" };
  const losses = models.filter((model) => LOSSES.includes(model)) as Loss[];
  const more = models.filter((model) => MORE.includes(model)) as ("weak" | "ecc")[];
  return { what: words, part, pair, scene, losses, more, depth, attempts };
}
