// Every fault of a scene, to any depth. Breadth first over persistent states, by the number of faults: from each state the next guest
// call is cut before it begins, and made in every way in which weak reads can see it; each of its operations is cut in every shape
// (cuts.ts), and each strike is laid down (striker.ts); what comes of it is a state that is known already, or a new one. States are told
// apart by a 128-bit digest; they join only between guest calls, when guest memory is wiped anyway. An empty frontier means that every
// number of faults was covered.
import { CapacityError } from "../../core/errors.js";
import type { Device } from "../../device/device.js";
import { WORLD_MODELS } from "../plan/fault-models.js";
import type { Scene } from "../plan/scenario.js";
import { sinceFault } from "../play/giving-up.js";
import { type Position, keyAt } from "../play/position.js";
import { type Counted, plus } from "./crew/crew.js";
import { edgesAlong } from "./edges-along.js";
import type { Exploration, ExploreOptions } from "./exploration.js";
import { type Parts, partsOf } from "./explorer-parts.js";
import { Futures } from "./liveness.js";
import { seenAround } from "./seen-around.js";
import { type Edge, UNCUT } from "./states/edge.js";
import { damagedStates, isAnyOpen, readStates, writeStates } from "./states/written-states.js";
import { SurvivalLog, type SurvivalTallies } from "./strikes/survival.js";
import type { Suspended } from "./states/suspended.js";

const POLL_EVERY = 64;

/** Explores a scene from the device's checkpoint. */
export class Explorer {
  readonly #parts: Parts;
  readonly #options: ExploreOptions;
  /** What it comes to is told only where nothing is found. */
  readonly #isTentative: boolean;
  /** The state at which it began. */
  #first = 0;
  #judged = 0;
  #polled = 0;
  #incomplete: string | null = null;
  /** It ended amid a call. */
  #isBroken = false;

  constructor(device: Device, scene: Scene, options: ExploreOptions) {
    this.#options = options;
    this.#isTentative = options.crew !== undefined || options.from !== undefined;
    this.#parts = partsOf(device, scene, options, {
      count: (state, faults) => this.#count(state, faults),
      goesOn: () => this.#goesOn(),
    });
  }

  /**
   * Judges every fault; `start` is where the checkpoint stands.
   * @param powerUps of the run in which nothing goes wrong; all of them are struck where absent
   */
  run(start: Position, powerUps = 0): Exploration {
    this.#parts.striker?.spread(powerUps);
    return this.#whole(this.#search(start), this.#counted);
  }

  /**
   * The same where a crew was given, each of which is to call this, or an earlier search to go on from.
   * @returns what all came to, where this explorer is the first of them; null for the others, and where something was found: then one
   * explorer is to look for all of it in order
   * @throws {MisuseError} where the earlier search is damaged
   */
  runTentatively(start: Position): Exploration | null {
    const { crew, from } = this.#options;
    const found = this.#search(start);
    if (this.#isSpoiled) crew?.spoil();
    crew?.leave(this.#counted);
    if ((crew?.seat.explorer ?? 0) > 0) return null;
    const counted = plus(crew?.whole() ?? this.#counted, from?.counted);
    if (this.#hasFound || crew?.hasFound === true) return null;
    this.#incomplete ??= crew?.incomplete ?? null;
    // What was read may not be what was written.
    if (this.#incomplete === null && isAnyOpen(this.#parts.states))
      throw damagedStates("a state that was left out");
    const whole = this.#whole(found, counted);
    return whole.findings.any ? null : whole;
  }

  /** Finds all states, as far as it is asked to and can. */
  #search(start: Position): Found {
    const { depth, from } = this.#options;
    const frontier = this.#parts.frontier;
    if (from === undefined) {
      const first: Edge = { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] };
      this.#first = this.#parts.arrivals.visit(start, () => first, 0, { since: () => sinceFault(start) });
    } else this.#goOnFrom(from, start);
    const found = { reached: 0, strikes: true };
    do {
      found.reached = frontier.depth;
      found.strikes = frontier.depth < depth;
      this.#exploreDepth(found.strikes);
    } while (this.#deepen());
    // Who was waiting for others when they were asked to end asks for himself.
    if (this.#options.crew?.isCalledOff === true) this.#goesOn();
    else this.#tell();
    return found;
  }

  /** Takes up an earlier search, whose states a crew finds there. */
  #goOnFrom({ depth, states }: Suspended, start: Position): void {
    const { crew } = this.#options;
    if (crew === undefined) readStates(this.#parts.states, states);
    else if (!crew.meet()) return;
    this.#parts.states.setRead(this.#parts.states.size);
    this.#first = this.#parts.states.table.get(this.#parts.device.words, keyAt(this.#parts.device, start));
    if (this.#first !== 0) throw damagedStates("another start");
    this.#parts.states.adopt(0, this.#parts.moments.here(), start);
    this.#parts.frontier.beginAt(depth);
    // Nobody adds a state before all know which there were.
    crew?.meet();
  }

  /** Goes on to the next number of faults, when all who explore have come so far; false where nobody has anything to do there. */
  #deepen(): boolean {
    const { crew } = this.#options;
    if (crew === undefined) {
      const isEnded = this.#incomplete !== null || (this.#isTentative && this.#hasFound);
      return !isEnded && this.#parts.frontier.deepen();
    }
    if (this.#incomplete !== null) crew.callOff(this.#incomplete);
    if (!crew.meet()) return false;
    const goesOn = this.#parts.frontier.deepen();
    if (crew.seat.explorer === 0) crew.takeNone();
    return crew.meet() && goesOn;
  }

  get #counted(): Counted {
    return {
      ...{ judged: this.#judged, planned: this.#planned() },
      ...{ bootsExecuted: this.#parts.calls.bootsExecuted, callsAudited: this.#parts.calls.audited },
    };
  }

  #whole({ reached, strikes }: Found, counted: Counted): Exploration {
    const futures = new Futures(this.#parts.states, this.#parts.player.limits);
    this.#parts.findings.addFutures(futures, (way) =>
      edgesAlong(way, {
        ...{ device: this.#parts.device, states: this.#parts.states, calls: this.#parts.calls },
        ...{ player: this.#parts.player, moments: this.#parts.moments },
        goTo: (state, position) => this.#parts.walker.goTo(state, position),
        make: (way) => this.#parts.walker.make(null, way),
        happen: (next) => this.#parts.walker.happen(next),
      }),
    );
    return {
      ...counted,
      depthReached: reached,
      fixpoint: this.#incomplete === null && strikes,
      gaveUp: this.#parts.arrivals.gaveUp,
      states: this.#parts.states,
      futures,
      findings: this.#parts.findings,
      survival: this.#survival(futures),
      around: seenAround(this.#parts, this.#options.faults.models),
      incomplete: this.#incomplete,
      suspend: () => this.#suspended(counted),
    };
  }

  /** Some call was made in part: it broke off, or had more ways than were followed. */
  get #isSpoiled(): boolean {
    return this.#isBroken || this.#parts.calls.truncated;
  }

  /** What another explorer can go on with, where this search was ended between two calls, or has come to its end. */
  #suspended(counted: Counted): Suspended | null {
    const { stop, depth, faults, crew } = this.#options;
    const isSpoiled = this.#isSpoiled || crew?.isSpoiled === true;
    const wasStopped = this.#incomplete === null || this.#incomplete === stop?.();
    const isAnswered = WORLD_MODELS.some((model) => faults.models.includes(model));
    const isPlain = !faults.strikes && !isAnswered && faults.tears !== "dense";
    const canGoOn = !isSpoiled && depth === Infinity && isPlain;
    if (!wasStopped || !canGoOn || this.#hasFound || this.#parts.frontier.depth === 0) return null;
    return {
      depth: this.#parts.frontier.depth,
      counted,
      states: writeStates(this.#parts.states, this.#first),
    };
  }

  get #hasFound(): boolean {
    return this.#parts.findings.any || this.#parts.arrivals.gaveUp;
  }

  /** What became of the strikes; without any nobody asks how each state ends. */
  #survival(futures: Futures): SurvivalTallies {
    const log = this.#parts.striker?.survival ?? new SurvivalLog();
    const endings = this.#parts.striker === undefined ? [] : futures.endings(this.#parts.states);
    return log.tallies(
      (state) => futures.violations(state),
      (state) => this.#parts.endings.wordsOf(endings[state] as number),
    );
  }

  /** Makes the calls of every state of this depth, and of those that follow without a further fault. */
  #exploreDepth(faults: boolean): void {
    const { statesMax = Infinity, stopAtFirst, order } = this.#options;
    try {
      for (const state of this.#parts.frontier.states(order)) {
        this.#parts.expander.expand(state, faults);
        if (stopAtFirst === true && this.#parts.findings.any)
          this.#incomplete ??= "ended at the first finding";
        // A search for one finding goes on with the ways that it has.
        if (this.#parts.calls.truncated && stopAtFirst !== true)
          this.#incomplete ??= "too many ways to read in one call";
        this.#incomplete ??= this.#parts.calls.lacking;
        if (this.#parts.states.size > statesMax) this.#incomplete ??= `more than ${statesMax} states`;
        if (++this.#polled % POLL_EVERY === 0) this.#goesOn();
        if (this.#incomplete !== null || (this.#isTentative && this.#isCalledOff())) return;
      }
    } catch (error) {
      const reason = outOfRoom(error);
      if (reason === null) throw error;
      this.#incomplete = reason;
      this.#isBroken = true;
      if (this.#hasFound) this.#options.crew?.tellFound();
    }
  }

  /** What was found is to be told in order, by one who begins anew; and where one of a crew cannot go on, all end. */
  #isCalledOff(): boolean {
    const { crew } = this.#options;
    if (this.#hasFound) crew?.tellFound();
    return this.#hasFound || crew?.isCalledOff === true;
  }

  #tell(): void {
    const { depth, size: open } = this.#parts.frontier;
    // The states are those of all who explore together: one tells of them.
    const isFirst = (this.#options.crew?.seat.explorer ?? 0) === 0;
    const known = isFirst ? { states: this.#parts.states.size, open } : { states: 0, open: 0 };
    this.#options.onProgress?.({ judged: this.#judged, depth, ...known });
  }

  /** Tells how far it has come, and asks whether it is to go on. */
  #goesOn(): boolean {
    this.#tell();
    this.#incomplete ??= this.#options.stop?.() ?? null;
    return this.#incomplete === null;
  }

  #count(state: number, faults = 1): void {
    this.#parts.states.countJudged(state, faults);
    this.#judged += faults;
  }

  #planned(): number {
    const { cuts, calls, striker, expander } = this.#parts;
    return cuts.planned(calls.outcomes.all) + (striker?.planned ?? 0) + expander.planned;
  }
}

/** How a search ended: the faults after which it found the last states, and whether it laid down faults there. */
interface Found {
  readonly reached: number;
  readonly strikes: boolean;
}

/** Why an exploration cannot go on where it has no room left; null for any other error. */
function outOfRoom(error: unknown): string | null {
  if (error instanceof CapacityError) return error.message;
  // Typed arrays and maps that cannot grow are a RangeError.
  return error instanceof RangeError ? `out of memory: ${error.message}` : null;
}
