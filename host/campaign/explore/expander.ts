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
import type { Moments } from "./states/moments.js";
import type { StateStore } from "./states/state-store.js";
import type { Striker } from "./strikes/striker.js";
import type { Walker } from "./walker.js";
import { NO_ITEM, type WorkItems } from "./work-items.js";

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
  readonly wayBack: WayBack;
  /** Losses of power or resets are among the faults. */
  readonly hasCuts: boolean;
  /** Most faults in one run. */
  readonly depth: number;
  /** Share of the memo's answers that are executed and compared. */
  readonly audit: number;
}

/** Makes calls on one device. */
export class Expander {
  readonly #context: ExpanderContext;

  constructor(context: ExpanderContext) {
    this.#context = context;
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
    const first = isCut ? items.next(known) : NO_ITEM;
    if (isCut) cuts.before({ state, position }, first);
    const ways = this.#ways(position);
    if (ways.length === 0) throw new AuditError("a call that can go no way at all");
    const isLast = frontier.depth + 1 === this.#context.depth;
    for (const way of ways) {
      walker.make(isCut ? { state, position, way, items: items.of(way, first, known), isLast } : null, way);
      const { follower, found } = this.#follow({ state, position, undoPosition }, way);
      violations |= found;
      if (!followers.includes(follower) && follower !== GIVEN_UP) followers.push(follower);
      moments.back(undoPosition);
    }
    states.setFollowers(state, followers, violations);
    if (faults) striker?.strikeAll(state, position, calls.plainWay(position));
  }

  /** Judges a call that has just been made, and where it leads: a follower, or GIVEN_UP. */
  #follow(
    { state, position, undoPosition }: { state: number; position: Position; undoPosition: number },
    way: Way,
  ): { readonly follower: number; readonly found: number } {
    const { player, states, walker, arrivals, moments, endings, findings } = this.#context;
    const { result, place } = way.outcome;
    const judged = player.after(position, result);
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
