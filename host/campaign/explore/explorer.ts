// Every fault of a scene, to any depth. Breadth first over persistent states, by the number of faults: from each state the next guest
// call is cut before it begins, and made in every way in which weak reads can see it; each of its operations is cut in every shape
// (cuts.ts), and each strike is laid down (striker.ts); what comes of it is a state that is known already, or a new one. States are told
// apart by a 128-bit digest; they join only between guest calls, when guest memory is wiped anyway. An empty frontier means that every
// number of faults was covered.
import * as abi from "../../../assembly/abi.js";
import { CapacityError } from "../../core/errors.js";
import type { Device } from "../../device/device.js";
import { type CallResult, IN_BOOT } from "../play/call.js";
import { AuditError, Calls } from "./calls.js";
import { type CutPoint, Cuts } from "./cuts.js";
import { edgesAlong } from "./edges-along.js";
import { Frontier } from "./states/frontier.js";
import { Striker } from "./striker.js";
import { NO_ITEM, WorkItems } from "./work-items.js";
import { endingWords } from "../play/ending.js";
import { wholeShape } from "../plan/shapes.js";
import type { Exploration, ExploreOptions } from "./exploration.js";
import { Findings } from "./findings.js";
import { type Since, isPassed, sinceCall, sinceFault } from "../play/giving-up.js";
import { Identifier } from "../play/identify.js";
import { LandingSteps } from "./landings.js";
import { Futures } from "./liveness.js";
import { Moments } from "./states/moments.js";
import { oracleBit } from "../plan/oracles.js";
import type { Way } from "./memo/outcomes.js";
import { type Position, keyAt } from "../play/position.js";
import type { Scene } from "../plan/scenario.js";
import { Player } from "../play/player.js";
import { type Edge, REST, StateStore, UNCUT, followerOf } from "./states/state-store.js";
import { StrikeLists } from "./strike-lists.js";
import { SurvivalLog } from "./survival.js";

const POLL_EVERY = 64;
const WAYS_MAX = 1 << 16;
/** In place of a state: the way there has passed a bound, and is not followed. */
const GIVEN_UP = -1;

/** How an exploration comes to a state: over which edge, by how many faults, what has passed since the last, and its moment. */
interface Arrival {
  readonly edge: Edge;
  readonly faults: number;
  readonly since: Since;
  readonly moment: () => number;
}

/** Explores a scene from the device's checkpoint. */
export class Explorer {
  readonly #device: Device;
  readonly #player: Player;
  readonly #calls: Calls;
  readonly #striker: Striker | undefined;
  readonly #moments: Moments;
  readonly #landings: LandingSteps;
  readonly #states: StateStore;
  readonly #findings: Findings;
  readonly #options: ExploreOptions;
  readonly #cuts: Cuts;
  readonly #frontier = new Frontier();
  readonly #items: WorkItems;
  readonly #endings: string[] = ["does not rest"];
  #judged = 0;
  #polled = 0;
  #gaveUp = false;
  #incomplete: string | null = null;

  constructor(device: Device, scene: Scene, options: ExploreOptions) {
    const identifier = new Identifier(device, scene.images);
    this.#device = device;
    this.#player = new Player(device, scene, identifier, options.faults.losses.includes("reset"));
    this.#calls = new Calls(device, this.#player, options.waysMax ?? WAYS_MAX);
    this.#moments = new Moments(device);
    this.#states = new StateStore(device.newStates());
    device.exports.keepErases(options.faults.erases.reduce((shapes, shape) => shapes | (1 << shape), 0));
    this.#landings = new LandingSteps(device, this.#moments);
    this.#findings = new Findings(this.#states, options.faults.judged, device.openSets);
    this.#options = options;
    this.#items = new WorkItems(options.share);
    this.#cuts = new Cuts({
      ...{ device, faults: options.faults, onCut: options.onCut, states: this.#states },
      ...{ player: this.#player, calls: this.#calls, moments: this.#moments, findings: this.#findings },
      visit: (position, edge) =>
        this.#visit(
          position,
          () => edge,
          1,
          () => sinceFault(position),
        ),
      known: (state) => this.#known(state, 1),
      visitAt: (at, position, edge, moment) =>
        this.#visitAt(at, position, { edge, faults: 1, since: sinceFault(position), moment }),
      count: (state, faults) => this.#count(state, faults),
    });
    if (options.strikes === undefined || !options.faults.strikes) return;
    this.#striker = new Striker({
      ...{ device, player: this.#player, calls: this.#calls, moments: this.#moments },
      ...{ findings: this.#findings, frontier: this.#frontier, items: this.#items, states: this.#states },
      lists: new StrikeLists(device, scene, identifier, this.#calls, options.strikes),
      powerUps: options.strikes.powerUps,
      visit: (position, edge) =>
        this.#visit(
          position,
          () => edge,
          1,
          () => sinceFault(position),
        ),
      happen: (next) => this.#happen(next),
      count: (state) => this.#count(state),
      goesOn: () => this.#goesOn(),
    });
  }

  /**
   * Judges every fault; `start` is where the checkpoint stands.
   * @param powerUps of the run in which nothing goes wrong; all of them are struck where absent
   */
  run(start: Position, powerUps = 0): Exploration {
    const { depth } = this.#options;
    const frontier = this.#frontier;
    this.#striker?.spread(powerUps);
    const first: Edge = { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] };
    this.#visit(
      start,
      () => first,
      0,
      () => sinceFault(start),
    );
    frontier.begin();
    let reached = 0;
    let strikes = true;
    while (!frontier.isEmpty && this.#incomplete === null) {
      reached = frontier.depth;
      strikes = frontier.depth < depth;
      this.#exploreDepth(strikes);
      frontier.deepen((state) => this.#states.depthOf(state));
    }
    this.#tell();
    const futures = new Futures(this.#states, this.#player.limits);
    this.#findings.addFutures(futures, (way) =>
      edgesAlong(way, {
        ...{ device: this.#device, states: this.#states, calls: this.#calls },
        ...{ player: this.#player, moments: this.#moments },
        goTo: (state, position) => this.#goTo(state, position),
        make: (way) => this.#make(null, way),
        happen: (next) => this.#happen(next),
      }),
    );
    const endings = futures.endings(this.#states);
    return {
      judged: this.#judged,
      planned: this.#planned(),
      bootsExecuted: this.#calls.bootsExecuted,
      callsAudited: this.#calls.audited,
      depthReached: reached,
      fixpoint: this.#incomplete === null && strikes,
      gaveUp: this.#gaveUp,
      states: this.#states,
      futures,
      findings: this.#findings,
      survival: (this.#striker?.survival ?? new SurvivalLog()).tallies(
        (state) => futures.violations(state),
        (state) => this.#endings[endings[state] as number] as string,
      ),
      incomplete: this.#incomplete,
    };
  }

  /** Makes the calls of every state of this depth, and of those that follow without a further fault. */
  #exploreDepth(faults: boolean): void {
    const { statesMax = Infinity, stopAtFirst, order } = this.#options;
    try {
      for (const state of this.#frontier.states(order)) {
        this.#expand(state, faults);
        if (stopAtFirst === true && this.#findings.any) this.#incomplete ??= "ended at the first finding";
        // A search for one finding goes on with the ways that it has.
        if (this.#calls.truncated && stopAtFirst !== true)
          this.#incomplete ??= "too many ways to read in one call";
        if (this.#states.size > statesMax) this.#incomplete ??= `more than ${statesMax} states`;
        if (++this.#polled % POLL_EVERY === 0) this.#goesOn();
        if (this.#incomplete !== null) return;
      }
    } catch (error) {
      // Typed arrays and maps that cannot grow are a RangeError.
      if (error instanceof CapacityError) this.#incomplete = error.message;
      else if (error instanceof RangeError) this.#incomplete = `out of memory: ${error.message}`;
      else throw error;
    }
  }

  #tell(): void {
    const { depth, size: open } = this.#frontier;
    this.#options.onProgress?.({ judged: this.#judged, depth, states: this.#states.size, open });
  }

  /** Tells how far it has come, and asks whether it is to go on. */
  #goesOn(): boolean {
    this.#tell();
    this.#incomplete ??= this.#options.stop?.() ?? null;
    return this.#incomplete === null;
  }

  /** The next call of a state, in every way, cut everywhere and struck. */
  #expand(state: number, faults: boolean): void {
    const position = this.#states.positionOf(state);
    this.#goTo(state, position);
    const undoPosition = this.#moments.undoPosition;
    const followers: number[] = [];
    let violations = 0;
    const cuts = faults && this.#options.faults.losses.length > 0;
    const known = this.#frontier.depth > 0 ? this.#states.itemOf(state) : null;
    const first = cuts ? this.#items.next(known) : NO_ITEM;
    if (cuts) this.#cuts.before({ state, position }, first);
    const ways = this.#ways(position);
    if (ways.length === 0) throw new AuditError("a call that can go no way at all");
    const isLast = this.#frontier.depth + 1 === this.#options.depth;
    for (const way of ways) {
      this.#make(
        cuts ? { state, position, way, items: this.#items.of(way, first, known), isLast } : null,
        way,
      );
      const { follower, found } = this.#follow(state, position, way);
      violations |= found;
      if (!followers.includes(follower) && follower !== GIVEN_UP) followers.push(follower);
      this.#moments.back(undoPosition);
    }
    this.#states.setFollowers(state, followers, violations);
    if (faults) this.#striker?.strikeAll(state, position, this.#calls.plainWay(position));
  }

  /** Moves the device to a state, about to make its next call. */
  #goTo(state: number, position: Position): void {
    this.#moments.goTo(this.#states.momentOf(state));
    if (position.bootedOffset === IN_BOOT) this.#moments.reset(position.cause);
    this.#player.setOffer(position.history);
  }

  /** Does the operations of a call, each cut where there is a point to cut it at. */
  #make(at: CutPoint | null, { outcome, landings }: Way): void {
    this.#landings.take(landings);
    if (at === null) {
      if (outcome.place !== 0) this.#step(outcome.place, abi.WHOLE_CALL);
      return;
    }
    this.#cuts.begin(at);
    for (const kept of outcome.operations) {
      this.#cuts.at(kept);
      this.#step(kept.place, wholeShape(kept.kind));
      this.#cuts.after(kept);
    }
  }

  #step(place: number, shape: number): void {
    if (this.#moments.step(place, shape) !== abi.STATUS_OK)
      throw new AuditError("an operation that the memo replayed was refused by the flash");
  }

  /** Judges a call that has just been made, and where it leads: a follower, or GIVEN_UP. */
  #follow(
    state: number,
    position: Position,
    way: Way,
  ): { readonly follower: number; readonly found: number } {
    const { result } = way.outcome;
    const judged = this.#player.after(position, result);
    let found = this.#player.foundBy(judged, result);
    const writes = result.writes > 0;
    let follower = REST;
    if (judged.rested) this.#states.setEnding(state, this.#endingOf(judged.next, result));
    else {
      const after = this.#happen(judged.next);
      const next = this.#visit(
        after,
        () => this.#uncut(state, way),
        0,
        () => sinceCall(this.#states.sinceOf(state), position, after, writes),
      );
      follower = next === GIVEN_UP ? GIVEN_UP : followerOf(next, writes);
    }
    if (follower === GIVEN_UP) found |= oracleBit("converges");
    if (found !== 0) this.#findings.add(found, this.#uncut(state, way));
    return { follower, found };
  }

  /** The edge of a call in which nothing goes wrong. */
  #uncut(from: number, { choices, landings }: Way): Edge {
    const item = this.#states.itemOf(from);
    return { from, operation: UNCUT, kind: 0, shape: 0, choices, landings, item };
  }

  /** What befalls the device in the scenario's middle, where a call has led. */
  #happen(next: Position): Position {
    if (!this.#player.isBefallenAt(next)) return next;
    return this.#player.happen(next, (place, shape) => this.#moments.step(place, shape));
  }

  #count(state: number, faults = 1): void {
    this.#states.countJudged(state, faults);
    this.#judged += faults;
  }

  #endingOf(last: Position, { end }: CallResult): number {
    const text = endingWords(last, end, this.#player);
    const known = this.#endings.indexOf(text);
    return known === -1 ? this.#endings.push(text) - 1 : known;
  }

  /**
   * The state in which the device stands at `position`: a known one, or a new one to be explored; GIVEN_UP where a new one is
   * too far from the last fault.
   */
  #visit(position: Position, edge: () => Edge, faults: number, since: () => Since): number {
    const at = keyAt(this.#device, position);
    const known = this.#known(this.#device.exports.findState(), faults);
    if (known >= 0) return known;
    const moment = () => this.#moments.here();
    return this.#visitAt(at, position, { edge: edge(), faults, since: since(), moment });
  }

  /** That state, found once more by so many faults; -1 where it is none (-1), or they are a shorter way there. */
  #known(state: number, faults: number): number {
    if (state < 0 || this.#frontier.depth + faults < this.#states.depthOf(state)) return -1;
    if (faults > 0) this.#states.setAfterFault(state);
    return state;
  }

  /** The state with the key at that index of the device's words, new or not: `moment` is where the device stands, or would. */
  #visitAt(at: number, position: Position, { edge, faults, since, moment }: Arrival): number {
    const { words } = this.#device;
    const state = this.#states.table.get(words, at);
    const known = this.#known(state, faults);
    if (known >= 0) return known;
    const depth = this.#frontier.depth + faults;
    if (state >= 0) {
      // Found by a fault before, and now without: its own faults belong to this depth.
      this.#states.bringForward(state, depth, edge, since);
      if (faults > 0) this.#states.setAfterFault(state);
      this.#frontier.add(state, depth);
      return state;
    }
    if (isPassed(since, this.#player.limits)) {
      this.#gaveUp = true;
      return GIVEN_UP;
    }
    const added = this.#states.add(words, at, position, { moment: moment(), depth, edge, since });
    if (faults > 0) this.#states.setAfterFault(added);
    this.#frontier.add(added, depth);
    return added;
  }

  /** Every way in which the next call of a state can go; audited now and then. */
  #ways(position: Position): readonly Way[] {
    const ways = this.#calls.ways(position);
    if (this.#calls.isAudited(this.#options.audit ?? 0)) this.#calls.audit(ways[0] as Way, position);
    return ways;
  }

  #planned(): number {
    return this.#cuts.planned(this.#calls.outcomes.all) + (this.#striker?.planned ?? 0);
  }
}
