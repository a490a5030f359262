// Every fault of a scene, to any depth. Breadth first over persistent states, by the number of faults: from each state the next guest
// call is cut before it begins, and made in every way in which weak reads can see it; each of its operations is cut in every shape
// (cuts.ts), and each strike is laid down (striker.ts); what comes of it is a state that is known already, or a new one. States are told
// apart by a 128-bit digest; they join only between guest calls, when guest memory is wiped anyway. An empty frontier means that every
// number of faults was covered.
import { CapacityError } from "../../core/errors.js";
import type { Device } from "../../device/device.js";
import { Calls } from "./calls.js";
import type { Counted, Crew } from "./crew/crew.js";
import { WayBack } from "./crew/way-back.js";
import { Arrivals } from "./states/arrivals.js";
import { Cuts } from "./cuts.js";
import { edgesAlong } from "./edges-along.js";
import { Expander } from "./expander.js";
import { Frontier } from "./states/frontier.js";
import { Striker } from "./striker.js";
import { Walker } from "./walker.js";
import { WorkItems } from "./work-items.js";
import { Endings } from "../play/ending.js";
import type { Exploration, ExploreOptions } from "./exploration.js";
import { Findings } from "./findings.js";
import { sinceFault } from "../play/giving-up.js";
import { Identifier } from "../play/identify.js";
import { Futures } from "./liveness.js";
import { Moments } from "./states/moments.js";
import type { Position } from "../play/position.js";
import type { Scene } from "../plan/scenario.js";
import { Player } from "../play/player.js";
import { type Edge, UNCUT } from "./states/edge.js";
import { StateStore } from "./states/state-store.js";
import { StrikeLists } from "./strike-lists.js";
import { SurvivalLog, type SurvivalTallies } from "./survival.js";

const POLL_EVERY = 64;
const WAYS_MAX = 1 << 16;

/** Explores a scene from the device's checkpoint. */
export class Explorer {
  readonly #device: Device;
  readonly #player: Player;
  readonly #calls: Calls;
  readonly #striker: Striker | undefined;
  readonly #moments: Moments;
  readonly #walker: Walker;
  readonly #states: StateStore;
  readonly #arrivals: Arrivals;
  readonly #findings: Findings;
  readonly #options: ExploreOptions;
  readonly #cuts: Cuts;
  readonly #frontier: Frontier;
  readonly #expander: Expander;
  readonly #items: WorkItems;
  readonly #endings = new Endings();
  #judged = 0;
  #polled = 0;
  #incomplete: string | null = null;

  constructor(device: Device, scene: Scene, options: ExploreOptions) {
    const identifier = new Identifier(device, scene.images);
    this.#device = device;
    this.#player = new Player(device, scene, identifier, options.faults.losses.includes("reset"));
    this.#calls = new Calls(device, this.#player, options.waysMax ?? WAYS_MAX);
    this.#moments = new Moments(device);
    const { crew } = options;
    this.#states = new StateStore(device.newStates(crew?.seat), crew?.seat);
    this.#frontier = new Frontier(this.#states, crew);
    device.exports.keepErases(options.faults.erases.reduce((shapes, shape) => shapes | (1 << shape), 0));
    this.#arrivals = new Arrivals({
      ...{ device, states: this.#states, frontier: this.#frontier, moments: this.#moments },
      ...{ limits: this.#player.limits, hasCrew: crew !== undefined },
    });
    this.#findings = new Findings(this.#states, options.faults.judged, device.openSets);
    this.#options = options;
    this.#items = new WorkItems(shareOf(options));
    this.#cuts = new Cuts({
      ...{ device, faults: options.faults, onCut: options.onCut, states: this.#states },
      ...{ player: this.#player, calls: this.#calls, moments: this.#moments, findings: this.#findings },
      visit: (position, edge) => this.#arrivals.afterFault(position, edge),
      known: (state) => this.#arrivals.known(state, 1),
      visitAt: (at, position, edge, moment) =>
        this.#arrivals.visitAt(at, position, { edge, faults: 1, since: sinceFault(position), moment }),
      count: (state, faults) => this.#count(state, faults),
    });
    this.#walker = new Walker({
      ...{ device, player: this.#player, states: this.#states, moments: this.#moments, cuts: this.#cuts },
    });
    this.#striker = this.#strikerFor(scene, identifier);
    this.#expander = new Expander({
      ...{ player: this.#player, calls: this.#calls, moments: this.#moments, walker: this.#walker },
      ...{ states: this.#states, arrivals: this.#arrivals, frontier: this.#frontier, items: this.#items },
      ...{ cuts: this.#cuts, striker: this.#striker, findings: this.#findings, endings: this.#endings },
      wayBack: new WayBack({
        ...{ device, faults: options.faults, player: this.#player, calls: this.#calls },
        ...{ states: this.#states, moments: this.#moments, walker: this.#walker },
      }),
      hasCuts: options.faults.losses.length > 0,
      ...{ depth: options.depth, audit: options.audit ?? 0 },
    });
  }

  #strikerFor(scene: Scene, identifier: Identifier): Striker | undefined {
    const options = this.#options;
    const device = this.#device;
    if (options.strikes === undefined || !options.faults.strikes) return undefined;
    return new Striker({
      ...{ device, player: this.#player, calls: this.#calls, moments: this.#moments },
      ...{ findings: this.#findings, frontier: this.#frontier, items: this.#items, states: this.#states },
      lists: new StrikeLists(device, scene, identifier, this.#calls, options.strikes),
      powerUps: options.strikes.powerUps,
      visit: (position, edge) => this.#arrivals.afterFault(position, edge),
      happen: (next) => this.#walker.happen(next),
      count: (state) => this.#count(state),
      goesOn: () => this.#goesOn(),
    });
  }

  /**
   * Judges every fault; `start` is where the checkpoint stands.
   * @param powerUps of the run in which nothing goes wrong; all of them are struck where absent
   */
  run(start: Position, powerUps = 0): Exploration {
    this.#striker?.spread(powerUps);
    const found = this.#search(start);
    return this.#whole(found, { judged: this.#judged, planned: this.#planned(), ...this.#executed });
  }

  /**
   * The same with others, each of which is to call this.
   * @returns what all came to, where this explorer is the first of them; null for the others, and where something was found: then one
   * explorer is to look for all of it in order
   */
  runWith(crew: Crew, start: Position): Exploration | null {
    let found: Found | null = null;
    try {
      found = this.#search(start);
    } finally {
      // Where it has thrown, the others end too.
      if (found === null) crew.callOff("another explorer failed");
      crew.leave({ judged: this.#judged, planned: this.#planned(), ...this.#executed });
    }
    if (crew.seat.explorer > 0) return null;
    const counted = crew.whole();
    if (crew.hasFound) return null;
    this.#incomplete = crew.incomplete;
    const whole = this.#whole(found, counted);
    return whole.findings.any ? null : whole;
  }

  /** Finds all states, as far as it is asked to and can. */
  #search(start: Position): Found {
    const { depth } = this.#options;
    const frontier = this.#frontier;
    const first: Edge = { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] };
    this.#arrivals.visit(start, () => first, 0, { since: () => sinceFault(start) });
    const found = { reached: 0, strikes: true };
    do {
      found.reached = frontier.depth;
      found.strikes = frontier.depth < depth;
      this.#exploreDepth(found.strikes);
    } while (this.#deepen());
    this.#tell();
    return found;
  }

  /** Goes on to the next number of faults, when all who explore have come so far; false where nobody has anything to do there. */
  #deepen(): boolean {
    const { crew } = this.#options;
    if (crew === undefined) return this.#incomplete === null && this.#frontier.deepen();
    if (this.#incomplete !== null) crew.callOff(this.#incomplete);
    if (!crew.meet()) return false;
    const goesOn = this.#frontier.deepen();
    if (crew.seat.explorer === 0) crew.takeNone();
    return crew.meet() && goesOn;
  }

  get #executed(): Pick<Counted, "bootsExecuted" | "callsAudited"> {
    return { bootsExecuted: this.#calls.bootsExecuted, callsAudited: this.#calls.audited };
  }

  #whole({ reached, strikes }: Found, counted: Counted): Exploration {
    const futures = new Futures(this.#states, this.#player.limits);
    this.#findings.addFutures(futures, (way) =>
      edgesAlong(way, {
        ...{ device: this.#device, states: this.#states, calls: this.#calls },
        ...{ player: this.#player, moments: this.#moments },
        goTo: (state, position) => this.#walker.goTo(state, position),
        make: (way) => this.#walker.make(null, way),
        happen: (next) => this.#walker.happen(next),
      }),
    );
    return {
      ...counted,
      depthReached: reached,
      fixpoint: this.#incomplete === null && strikes,
      gaveUp: this.#arrivals.gaveUp,
      states: this.#states,
      futures,
      findings: this.#findings,
      survival: this.#survival(futures),
      incomplete: this.#incomplete,
    };
  }

  /** What became of the strikes; without any nobody asks how each state ends. */
  #survival(futures: Futures): SurvivalTallies {
    const log = this.#striker?.survival ?? new SurvivalLog();
    const endings = this.#striker === undefined ? [] : futures.endings(this.#states);
    return log.tallies(
      (state) => futures.violations(state),
      (state) => this.#endings.wordsOf(endings[state] as number),
    );
  }

  /** Makes the calls of every state of this depth, and of those that follow without a further fault. */
  #exploreDepth(faults: boolean): void {
    const { statesMax = Infinity, stopAtFirst, order } = this.#options;
    try {
      for (const state of this.#frontier.states(order)) {
        this.#expander.expand(state, faults);
        if (stopAtFirst === true && this.#findings.any) this.#incomplete ??= "ended at the first finding";
        // A search for one finding goes on with the ways that it has.
        if (this.#calls.truncated && stopAtFirst !== true)
          this.#incomplete ??= "too many ways to read in one call";
        if (this.#states.size > statesMax) this.#incomplete ??= `more than ${statesMax} states`;
        if (++this.#polled % POLL_EVERY === 0) this.#goesOn();
        if (this.#incomplete !== null || this.#hasCrewEnded()) return;
      }
    } catch (error) {
      const reason = outOfRoom(error);
      if (reason === null) throw error;
      this.#incomplete = reason;
    }
  }

  /** What one of several has found all would have to tell in order; and they end where one cannot go on. */
  #hasCrewEnded(): boolean {
    const { crew } = this.#options;
    if (crew === undefined) return false;
    if (this.#findings.any || this.#arrivals.gaveUp) crew.tellFound();
    return crew.isCalledOff;
  }

  #tell(): void {
    const { depth, size: open } = this.#frontier;
    // The states are those of all who explore together: one tells of them.
    const isFirst = (this.#options.crew?.seat.explorer ?? 0) === 0;
    const known = isFirst ? { states: this.#states.size, open } : { states: 0, open: 0 };
    this.#options.onProgress?.({ judged: this.#judged, depth, ...known });
  }

  /** Tells how far it has come, and asks whether it is to go on. */
  #goesOn(): boolean {
    this.#tell();
    this.#incomplete ??= this.#options.stop?.() ?? null;
    return this.#incomplete === null;
  }

  #count(state: number, faults = 1): void {
    this.#states.countJudged(state, faults);
    this.#judged += faults;
  }

  #planned(): number {
    return this.#cuts.planned(this.#calls.outcomes.all) + (this.#striker?.planned ?? 0);
  }
}

/** How a search ended: the faults after which it found the last states, and whether it laid down faults there. */
interface Found {
  readonly reached: number;
  readonly strikes: boolean;
}

/** Which first faults are an explorer's: its share of the share that its crew has. */
function shareOf({ share = { index: 0, count: 1 }, crew }: ExploreOptions): {
  readonly index: number;
  readonly count: number;
} {
  const { explorer, size } = crew?.seat ?? { explorer: 0, size: 1 };
  return { index: share.index + share.count * explorer, count: share.count * size };
}

/** Why an exploration cannot go on where it has no room left; null for any other error. */
function outOfRoom(error: unknown): string | null {
  if (error instanceof CapacityError) return error.message;
  // Typed arrays and maps that cannot grow are a RangeError.
  return error instanceof RangeError ? `out of memory: ${error.message}` : null;
}
