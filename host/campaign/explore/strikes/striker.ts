// Strikes, as an exploration judges them: from a state at which the device stands each strike of the lists is laid down, at rest before a
// power-up or in flight in the next call, and what comes of it is followed and tallied. Draws no strike and explores nothing by itself.
import type { Device } from "../../../device/device.js";
import { IN_BOOT } from "../../play/call.js";
import { endingWords } from "../../play/ending.js";
import type { Player } from "../../play/player.js";
import type { Position } from "../../play/position.js";
import { wholeShape } from "../../plan/shapes.js";
import { oracleBit } from "../../plan/oracles.js";
import { type Strike, armStrike, isAtRest, keepStrike } from "../../plan/strikes.js";
import type { Calls } from "../calls.js";
import type { Findings } from "../findings.js";
import type { Frontier } from "../states/frontier.js";
import type { Moments } from "../states/moments.js";
import type { Way } from "../memo/outcomes.js";
import { type Edge, UNCUT } from "../states/edge.js";
import { type StateStore } from "../states/state-store.js";
import type { StrikeList, StrikeLists } from "./strike-lists.js";
import { SurvivalLog } from "./survival.js";
import { ITEM_STRIKES, type WorkItems } from "../work-items.js";

/** What the exploration lends: where it walks, what it has found, and how it goes on. */
export interface StrikerContext {
  readonly device: Device;
  readonly player: Player;
  readonly calls: Calls;
  readonly moments: Moments;
  readonly findings: Findings;
  readonly frontier: Frontier;
  readonly items: WorkItems;
  readonly states: StateStore;
  readonly lists: StrikeLists;
  /** Power-ups of the run in which nothing goes wrong that are struck, spread evenly, at the most. */
  readonly powerUps: number;
  /** The state in which the device stands at a position, one fault later. */
  visit(position: Position, edge: Edge): number;
  /** What befalls the device in the scenario's middle, where a call has led. */
  happen(next: Position): Position;
  /** Counts a fault judged in a state. */
  count(state: number): void;
  /** Tells how far the exploration has come, and asks whether it is to go on. */
  goesOn(): boolean;
}

/** Strikes one state after the other. */
export class Striker {
  readonly #context: StrikerContext;
  /** What became of the strikes that were a run's first fault. */
  readonly survival = new SurvivalLog();
  /** Strikes that were laid down. */
  planned = 0;
  #powerUp = 0;
  #isStruck: (powerUp: number) => boolean = () => true;

  constructor(context: StrikerContext) {
    this.#context = context;
  }

  /** Says how many power-ups the run has in which nothing goes wrong: of these some are struck. */
  spread(powerUps: number): void {
    this.#isStruck = spread(powerUps, this.#context.powerUps);
  }

  /** Lays down every strike of a state. */
  strikeAll(state: number, position: Position, way: Way): void {
    const { lists, player, frontier, states, items, goesOn } = this.#context;
    if (frontier.depth > 0) {
      for (const list of lists.deeper(position, way, states.isStruck(state)))
        for (let index = 0; index < list.size; index++) this.#strike(state, position, list, index);
      return;
    }
    const isPowerOn = position.bootedOffset === IN_BOOT;
    if (isPowerOn) this.#powerUp++;
    if (!this.#isStruck(this.#powerUp - 1)) return;
    const atRest = isPowerOn ? lists.atRest(position, state === 0, way) : { lists: [], unread: 0 };
    // Running plainly has moved the offer on.
    player.setOffer(position.history);
    if (items.next().isMine) this.survival.unread += atRest.unread;
    for (const list of [...atRest.lists, ...lists.inFlight(position, way)]) {
      for (let from = 0; from < list.size; from += ITEM_STRIKES) {
        if (!items.next().isMine) continue;
        const to = Math.min(from + ITEM_STRIKES, list.size);
        for (let index = from; index < to; index++) this.#strike(state, position, list, index);
        if (!goesOn()) return;
      }
    }
  }

  /** One strike, from where the device stands. */
  #strike(state: number, position: Position, list: StrikeList, index: number): void {
    const strikes = list.at(index);
    const { moments, frontier, states, items, count } = this.#context;
    const undoPosition = moments.undoPosition;
    const edge: Edge = {
      ...{ from: state, operation: UNCUT, kind: 0, shape: 0, choices: [] },
      ...{ strikes, item: frontier.depth === 0 ? items.current : states.itemOf(state) },
    };
    const end = isAtRest(strikes[0] as Strike)
      ? this.#strikeAtRest(position, edge, strikes)
      : this.#strikeInFlight(position, edge, strikes);
    moments.back(undoPosition);
    count(state);
    this.planned++;
    if (frontier.depth === 0) this.survival.add(list, index, strikes, end);
  }

  #strikeAtRest(position: Position, edge: Edge, strikes: readonly Strike[]) {
    const { device, moments, visit } = this.#context;
    for (const strike of strikes) moments.step(keepStrike(device, strike), 0);
    return { state: visit(position, edge), violations: 0, ending: "" };
  }

  #strikeInFlight(position: Position, edge: Edge, strikes: readonly Strike[]) {
    const { device, player, calls, moments, findings, visit, happen } = this.#context;
    const { outcome, said: heard } = calls.struck(position, () => {
      for (const strike of strikes) armStrike(device, strike);
    });
    const { result } = outcome;
    for (const kept of outcome.operations) moments.step(kept.place, wholeShape(kept.kind));
    const judged = player.after(position, result, heard);
    const said = player.foundBy(judged, result);
    // A guest whose own RAM has changed may look anywhere: the Hal denies it, and nothing comes of it.
    const found = strikes[0]?.kind === "ram" ? said & ~oracleBit("in-bounds") : said;
    if (found !== 0) findings.add(found, edge);
    if (judged.rested)
      return { state: -1, violations: found, ending: endingWords(judged.next, result.end, player) };
    return { state: visit(happen(judged.next), edge), violations: found, ending: "" };
  }
}

/** Which of `count` are among `most` that are spread evenly, first and last included; all where there are no more. */
function spread(count: number, most: number): (index: number) => boolean {
  if (count <= most) return () => true;
  const chosen = new Set(
    Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / Math.max(1, most - 1))),
  );
  return (index) => chosen.has(index);
}
