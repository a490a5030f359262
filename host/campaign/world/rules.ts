// What may happen around a device: to each question of a guest all answers that it can have, each with where the world stands then and how many
// faults it takes. The first one is what happens when nothing goes wrong. Keeps nothing but what it has worked out before.
import * as abi from "../../../assembly/abi.js";
import { oracleBit } from "../plan/oracles.js";
import { CLOCK_END, CLOCK_SET, type Clock, clockAt, reachedOr, waited, windowOr } from "./clock.js";
import type { Answer, Option, Question } from "./option.js";
import * as link from "./link-rules.js";
import { newClient } from "../../link/client.js";
import { wordsIn } from "../../link/packet.js";
import { CLOCK_START, INPUT_WORDS, type WorldPlan } from "../plan/world-plan.js";
import { type Facts, type World, worldOf } from "./world.js";

type Change = Partial<Facts>;

const UPTIME_START = { low: 0, high: 1, awaited: 0 };
const THERAPY = 1 << abi.MAIN_THERAPY;

/** One scenario's rules. */
export class Rules {
  readonly #plan: WorldPlan;
  readonly #known = new Map<string, readonly Option[]>();
  #isUnnamed = false;
  #isInexact = false;

  constructor(plan: WorldPlan = {}) {
    this.#plan = plan;
  }

  /**
   * Why not everything was tried that the clock may say where a guest asks for its seconds; null where it was.
   * @param isSet the clock may be set (model clock)
   */
  lackingSeconds(isSet: boolean): string | null {
    if (this.#isInexact) return "a guest asks for the clock's seconds where they may be any of several";
    if (!this.#isUnnamed || !isSet) return null;
    return "a guest asks for the clock's seconds, and the scenario names none that it may be set to (clockValues)";
  }

  /** What surrounds the device when the scenario begins. */
  start(): World {
    const { client } = this.#plan;
    const first = client === undefined ? null : newClient(client);
    const world = worldOf({
      clock: clockAt(this.#plan.clock ?? CLOCK_START),
      uptime: UPTIME_START,
      inputs: this.#plan.inputs ?? 0,
      lease: false,
      nonces: [0, 0],
      client: first?.client ?? null,
      queue: first?.packets ?? [],
      standing: null,
      acted: [],
      began: "",
    });
    return worldOf({ ...world, began: world.lasting });
  }

  /** All answers to a question, the calm ones first. */
  options(world: World, question: Question): readonly Option[] {
    const { kind, first, second, third, sent } = question;
    const text = `${world.id} ${kind} ${first} ${second} ${third} ${sent?.join() ?? ""}`;
    let known = this.#known.get(text);
    if (known === undefined) this.#known.set(text, (known = distinct(this.#answers(world, question))));
    return known;
  }

  /** What is left of a world by a reset, or a loss of power. */
  afterReset(world: World): World {
    const { client } = world;
    const back = client?.presence === "away" ? { ...client, presence: "here" as const } : client;
    const next = worldOf({ ...world, uptime: UPTIME_START, lease: false, standing: null, client: back });
    return worldOf({ ...next, began: next.lasting });
  }

  /** Whether the world stands as it did when the power-up began. */
  isAsBegun(world: World): boolean {
    return world.began === this.afterReset(world).lasting;
  }

  /** What happens by itself where the device has nothing to do; null: nothing. */
  onward(world: World): World | null {
    const calm = this.#plan.inputs ?? 0;
    if (world.inputs !== calm) return worldOf({ ...world, inputs: calm });
    const resent = this.#plan.client === undefined ? null : link.resent(this.#plan.client, world);
    if (resent !== null) return worldOf({ ...world, ...resent });
    const { awaited } = world.uptime;
    if (awaited !== 0) return worldOf({ ...world, uptime: { low: awaited, high: awaited + 1, awaited: 0 } });
    const clock = waited(world.clock);
    return clock === null ? null : worldOf({ ...world, clock });
  }

  #answers(world: World, question: Question): Option[] {
    const { kind, first, second, third } = question;
    switch (kind) {
      case abi.ASK_CLOCK_REACHED:
        return this.#clock(world, "reached", (clock, isSo) => reachedOr(clock, first, isSo));
      case abi.ASK_CLOCK_WINDOW: {
        const window = { from: first, to: second, days: third & abi.DAYS_ALL };
        return this.#clock(world, "in the window", (clock, isSo) => windowOr(clock, window, isSo));
      }
      case abi.ASK_CLOCK_SECONDS:
        return this.#seconds(world);
      case abi.ASK_UPTIME:
        return this.#uptime(world, first);
      case abi.ASK_INPUT:
        return this.#turning(world, 1 << first, (now) => ({ answer: (now.inputs >>> first) & 1 }));
      case abi.ASK_RESET:
        return this.#turning(world, THERAPY, (now) => ({
          answer: 0,
          violations: isSafe(now) ? 0 : oracleBit("undisturbed"),
        }));
      case abi.ASK_RESET_IF_SAFE:
        return this.#turning(world, THERAPY, (now) => ({
          answer: isSafe(now) ? abi.STATUS_OK : abi.STATUS_UNSAFE,
        }));
      case abi.ASK_LEASE_TAKE:
        return this.#turning(world, THERAPY, (now) =>
          isSafe(now) ? { answer: abi.STATUS_OK, change: { lease: true } } : { answer: abi.STATUS_UNSAFE },
        );
      case abi.ASK_LEASE_HELD: {
        const held = option(world, { answer: world.lease ? 1 : 0, words: "lease" });
        if (!world.lease) return [held];
        const ended = {
          answer: 0,
          change: { lease: false },
          faults: 1,
          model: "inputs",
          words: "the lease ends",
        } as const;
        return [held, option(world, ended)];
      }
      case abi.ASK_NONCE_NEW: {
        const [current] = world.nonces;
        const name = freeName(world);
        return [option(world, { change: { nonces: [name, current] }, words: "nonce" })];
      }
      case abi.ASK_NONCE_READ:
        return [option(world, { answer: nonceWord(world.nonces[first] ?? 0, second), words: "nonce" })];
      case abi.ASK_ACTED:
        return [this.#acted(world, first)];
      case abi.ASK_APPLICATION:
        return [
          option(world, { words: "the application waits" }),
          option(world, { answer: 1, faults: 1, model: "application", words: "the application runs" }),
        ];
      default:
        return link.answers(world, question, this.#plan.client).map((answer) => option(world, answer));
    }
  }

  /** The main function is told to do what a request asks for: once, in time, and nothing that the client has not asked for. */
  #acted(world: World, request: number): Option {
    const late = this.#isTimely(world) ? 0 : oracleBit("acts-in-time");
    const kind = this.#plan.client?.requests[request - 1];
    const isSent = request <= (world.client?.sent ?? 0) && kind !== undefined && kind !== "key";
    const isAsked = world.client === null || isSent;
    return acted(world, request, isAsked ? late : late | oracleBit("acts-once"));
  }

  /** Whether the clock must stand in the scenario's window, by what it has said. */
  #isTimely({ clock }: World): boolean {
    const { window } = this.#plan;
    return window === undefined || windowOr(clock, { ...window, days: 0 }, false).length === 0;
  }

  /** The clock says so or not, as far as it can; under the model it may have been set just before. */
  #clock(world: World, words: string, asked: (clock: Clock, isSo: boolean) => readonly Clock[]): Option[] {
    const found: Option[] = [];
    const ask = (from: Clock, faults: number, text: string) => {
      for (const isSo of [true, false]) {
        const clocks = asked(from, isSo);
        const model = faults === 0 ? null : "clock";
        const said = `${text}${isSo ? "" : "not "}${words}`;
        for (const clock of clocks)
          found.push(option(world, { answer: isSo ? 1 : 0, change: { clock }, faults, model, words: said }));
      }
    };
    ask(world.clock, 0, "clock: ");
    ask(CLOCK_SET, 1, "clock set: ");
    return found;
  }

  #seconds(world: World): Option[] {
    const { low, high } = world.clock;
    const values = this.#plan.clockValues ?? [];
    this.#isUnnamed ||= values.length === 0;
    this.#isInexact ||= high - low > 1;
    const stands = (at: number) => ({ answer: at, change: { clock: clockAt(at) } });
    return [
      option(world, { ...stands(low), words: `clock: ${low}` }),
      ...values.map((at) =>
        option(world, { ...stands(at), faults: 1, model: "clock", words: `clock set: ${at}` }),
      ),
    ];
  }

  #uptime(world: World, seconds: number): Option[] {
    const { low, high, awaited } = world.uptime;
    const least = awaited === 0 ? seconds : Math.min(awaited, seconds);
    const reached = Math.max(low, seconds);
    const found: Option[] = [];
    const passed = (below: number) => ({
      answer: 1,
      change: { uptime: { low: reached, high: below, awaited } },
    });
    if (reached < high) found.push(option(world, { ...passed(high), words: "uptime: reached" }));
    if (low < seconds) {
      const uptime = { low, high: Math.min(high, seconds), awaited: least };
      found.push(option(world, { change: { uptime }, words: "uptime: not reached" }));
    }
    found.push(option(world, { ...passed(CLOCK_END), faults: 1, model: "clock", words: "time passes" }));
    return found;
  }

  /** An answer that depends on an input: as it is, or as it has become just before. */
  #turning(
    world: World,
    bit: number,
    said: (now: World) => { readonly answer: number; readonly change?: Change; readonly violations?: number },
  ): Option[] {
    const answer = (change: Change, faults: number, words: string) => {
      const now = worldOf({ ...world, ...change });
      return option(now, { ...said(now), faults, model: faults === 0 ? null : "inputs", words });
    };
    const name = INPUT_WORDS[Math.log2(bit)] ?? "input";
    const turned = world.inputs ^ bit;
    const begins = (turned & bit) !== 0;
    const words = `${name} ${begins ? "begins" : "ends"}`;
    // The main function does not begin with a treatment while it keeps allowing an interruption.
    const isHeld = bit === THERAPY && begins && world.lease;
    return [
      answer({}, 0, name),
      isHeld
        ? answer({ inputs: turned, lease: false }, 2, `the lease ends, ${words}`)
        : answer({ inputs: turned }, 1, words),
    ];
  }
}

/** The main function allows an interruption. */
export function isSafe({ inputs, lease }: World): boolean {
  return (inputs & THERAPY) === 0 || lease;
}

function acted(world: World, request: number, wrong: number): Option {
  const words = `request ${request}`;
  if (world.acted.includes(request))
    return option(world, { violations: wrong | oracleBit("acts-once"), words });
  const all = [...world.acted, request].sort((a, b) => a - b);
  return option(world, { change: { acted: all }, violations: wrong, words });
}

/** The least name that no nonce has which somebody holds: the device's two, and those of packets on their way and of the client's requests. */
function freeName({ nonces, queue, standing, client }: World): number {
  const packets = standing === null ? queue : [...queue, standing];
  const held = new Set(packets.flatMap(wordsIn));
  for (const { challenge } of client?.inFlight ?? []) for (const word of challenge ?? []) held.add(word);
  let name = 1;
  while (nonces.includes(name) || held.has(nonceWord(name, 0))) name++;
  return name;
}

/** A word of the nonce with that name. */
export function nonceWord(name: number, index: number): number {
  return name === 0 ? 0 : (Math.imul(name * 4 + index + 1, 0x9e3779b1) ^ 0x51ed270b) >>> 0;
}

function option(world: World, { change = {}, ...answer }: Answer): Option {
  return {
    answer: 0,
    faults: 0,
    violations: 0,
    model: null,
    isLost: false,
    words: "",
    ...answer,
    world: worldOf({ ...world, ...change }),
  };
}

/** Each answer with the world that follows once, by the fewest faults. */
function distinct(options: readonly Option[]): readonly Option[] {
  return options.filter(
    ({ answer, world, violations }, at) =>
      options.findIndex(
        (one) => one.answer === answer && one.world === world && one.violations === violations,
      ) === at,
  );
}
