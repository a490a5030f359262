// Expands one state after the other: makes its next guest call in every way in which weak reads can see it, cuts and strikes it where faults
// are asked for, judges it, and says where it leads. Which state has its turn is not decided here.
import { endingWords, type Endings } from "../play/ending.js";
import { sinceCall } from "../play/giving-up.js";
import { oracleBit } from "../plan/oracles.js";
import type { Player } from "../play/player.js";
import type { Position } from "../play/position.js";
import { AuditError, type Calls } from "./calls.js";
import type { WayBack } from "./crew/way-back.js";
import type { Cuts } from "./cuts.js";
import type { Findings } from "./findings.js";
import type { Way } from "./memo/outcomes.js";
import { type Arrivals, GIVEN_UP } from "./states/arrivals.js";
import { type Edge, REST, UNCUT, followerOf } from "./states/edge.js";
import type { Frontier } from "./states/frontier.js";
import type { Losses } from "./seen-around.js";
import type { Moments } from "./states/moments.js";
import type { StateStore } from "./states/state-store.js";
import type { Striker } from "./strikes/striker.js";
import type { Walker } from "./walker.js";
import { NO_ITEM, type WorkItem, type WorkItems } from "./work-items.js";

/** What the exploration lends, and what it was asked for. */
interface ExpanderContext {
  readonly player: Player;
  readonly calls: Calls;
  readonly moments: Moments;
  readonly walker: Walker;
  readonly states: StateStore;
  readonly arrivals: Arrivals;
  readonly frontier: Frontier;
  readonly items: WorkItems;
  readonly cuts: Cuts;
  readonly striker: Striker | undefined;
  readonly findings: Findings;
  readonly endings: Endings;
  readonly losses: Losses;
  readonly wayBack: WayBack;
  /** Losses of power or resets are among the faults. */
  readonly hasCuts: boolean;
  /** What surrounds the device may answer so that it is a fault. */
  readonly isAnswered: boolean;
  /** Most faults in one run. */
  readonly depth: number;
  /** Share of the memo's answers that are executed and compared. */
  readonly audit: number;
  /** Counts faults judged in a state, one where it is not said. */
  count(state: number, faults?: number): void;
}

/** Makes calls on one device. */
export class Expander {
  readonly #context: ExpanderContext;
  #planned = 0;

  constructor(context: ExpanderContext) {
    this.#context = context;
  }

  /** Ways of calls in which an answer is a fault, counted otherwise than when they are judged: all that there are of a call, before the first. */
  get planned(): number {
    return this.#planned;
  }

  /** The next call of a state, in every way; where `faults` are laid down, cut everywhere and struck. */
  expand(state: number, faults: boolean): void {
    const { walker, moments, states, frontier, items, cuts, striker, calls, wayBack } = this.#context;
    const position = wayBack.positionOf(state);
    walker.goTo(state, position);
    const undoPosition = moments.undoPosition;
    const followers: number[] = [];
    let violations = 0;
    const isCut = faults && this.#context.hasCuts;
    const known = frontier.depth > 0 ? states.itemOf(state) : null;
    const isAnswered = faults && this.#context.isAnswered && position.history.world !== null;
    const first = isCut || isAnswered ? items.next(known) : NO_ITEM;
    if (isCut) cuts.before({ state, position }, first);
    const ways = this.#ways(position);
    if (ways.length === 0) throw new AuditError("a call that can go no way at all");
    if (first.isMine) this.#planned += ways.filter((way) => faultsIn(way) > 0).length;
    for (const way of ways) {
      const ahead = frontier.depth + faultsIn(way);
      if (faultsIn(way) > 0 && !(isAnswered && first.isMine)) continue;
      const isLast = ahead + 1 === this.#context.depth;
      const own = faultsIn(way) > 0 ? ([first] as const) : null;
      const at =
        isCut && ahead < this.#context.depth
          ? { state, position, way, items: own ?? items.of(way, first, known), isLast }
          : null;
      walker.make(at, way);
      if (faultsIn(way) > 0) {
        this.#answered({ state, position, first }, way);
        moments.back(undoPosition);
        continue;
      }
      const { follower, found } = this.#follow({ state, position, undoPosition }, way);
      violations |= found;
      if (!followers.includes(follower) && follower !== GIVEN_UP) followers.push(follower);
      moments.back(undoPosition);
    }
    states.setFollowers(state, followers, violations);
    if (faults) striker?.strikeAll(state, position, calls.plainWay(position));
  }

  /** Judges a call that has just been made and in which an answer was a fault, and goes on from where it leads. */
  #answered(
    { state, position, first }: { state: number; position: Position; first: WorkItem },
    way: Way,
  ): void {
    const { player, arrivals, walker, findings, losses, count } = this.#context;
    const edge = { ...this.#uncut(state, way), item: first.number };
    const judged = player.after(position, way.outcome.result, way.talk);
    const found = player.foundBy(judged, way.outcome.result);
    if (found !== 0) findings.add(found, edge);
    if (!judged.rested) arrivals.afterFault(walker.happen(judged.next), edge);
    count(state);
    if (way.talk?.hasLost === true) losses.count(state);
  }

  /** Judges a call that has just been made, and where it leads: a follower, or GIVEN_UP. */
  #follow(
    { state, position, undoPosition }: { state: number; position: Position; undoPosition: number },
    way: Way,
  ): { readonly follower: number; readonly found: number } {
    const { player, states, walker, arrivals, moments, endings, findings } = this.#context;
    const { result, place } = way.outcome;
    const judged = player.after(position, result, way.talk);
    let found = player.foundBy(judged, result);
    const writes = result.writes > 0;
    let follower = REST;
    if (judged.rested)
      states.setEnding(state, endings.numberOf(endingWords(judged.next, result.end, player)));
    else {
      const after = walker.happen(judged.next);
      // As one step: unless something was decided before the call, or has befallen the device after it.
      const isOneStep = way.landings.length === 0 && after === judged.next && place !== 0;
      const next = arrivals.visit(after, () => this.#uncut(state, way), 0, {
        since: () => sinceCall(states.sinceOf(state), position, after, writes),
        ...(isOneStep ? { moment: () => moments.afterCall(undoPosition, place) } : {}),
      });
      follower = next === GIVEN_UP ? GIVEN_UP : followerOf(next, writes);
    }
    if (follower === GIVEN_UP) found |= oracleBit("converges");
    if (found !== 0) findings.add(found, this.#uncut(state, way));
    return { follower, found };
  }

  /** The edge of a call in which nothing goes wrong. */
  #uncut(from: number, { choices, landings }: Way): Edge {
    const item = this.#context.states.itemOf(from);
    return { from, operation: UNCUT, kind: 0, shape: 0, choices, landings, item };
  }

  /** Every way in which the next call of a state can go; audited now and then. */
  #ways(position: Position): readonly Way[] {
    const { calls, audit } = this.#context;
    const ways = calls.ways(position);
    if (calls.isAudited(audit)) calls.audit(ways[0] as Way, position);
    return ways;
  }
}

function faultsIn({ talk }: Way): number {
  return talk === null ? 0 : talk.faults;
}
