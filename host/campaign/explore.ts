// Every cut of a scene, to any depth. Breadth first over persistent states, by the number of cuts: from each state each
// guest call is made in every way in which weak reads can see it, each of its operations is cut in every shape, and what
// comes of it is a state that is known already or a new one. States are told apart by a 128-bit digest; they join only
// between guest calls, when guest memory is wiped anyway. An empty frontier means that every number of cuts was covered.
import * as abi from "../../assembly/abi.js";
import type { Device } from "../device/device.js";
import { type CallResult, IN_BOOT, executeCall } from "./call.js";
import { type Faults, wholeShape } from "./faults.js";
import { Findings } from "./findings.js";
import { Identifier } from "./identify.js";
import { Futures } from "./liveness.js";
import { Memo } from "./memo.js";
import { Moments } from "./moments.js";
import { type KeptOperation, Outcomes, type Way } from "./outcomes.js";
import type { Scene } from "./scenario.js";
import { Player, type Position } from "./settle.js";
import { type Edge, REST, StateStore, UNCUT, progressOf } from "./state-store.js";
import { Twins, touchesAny } from "./twins.js";

/** How far an exploration goes and whom it tells. */
export interface ExploreOptions {
  readonly faults: Faults;
  /** Most cuts in one run; Infinity: until no new state is found. */
  readonly depth: number;
  /** Share of the memo's answers that are executed and compared, 0 to 1. */
  readonly audit?: number;
  /** States after which it ends as incomplete. */
  readonly statesMax?: number;
  /** Ways to read weak bits that one call may have; more end it as incomplete. */
  readonly waysMax?: number;
  /** Asked now and then; a reason ends it early, as incomplete. */
  readonly stop?: () => string | null;
  readonly onProgress?: (progress: Progress) => void;
  /** Told of every judged cut: where it struck, a state with the future of the one it leads to, what the oracles say of it. */
  readonly onCut?: (edge: Edge, target: number, violations: number) => void;
  /** Which of a level's states comes first: the one found first, or last. Makes no difference to what is found. */
  readonly order?: "first-found" | "last-found";
  /** End at the first finding: it is enough to know that there is one. */
  readonly stopAtFirst?: boolean;
}

/** How far an exploration has come. */
export interface Progress {
  readonly judged: number;
  readonly depth: number;
  /** States known, and those of them whose calls are still to be made. */
  readonly states: number;
  readonly open: number;
}

/** What an exploration came to. */
export interface Exploration {
  /** Cut points judged: pairs of a state's operation and a shape. */
  readonly judged: number;
  /** The same counted otherwise: by how often each outcome was met, and the shapes of its operations. */
  readonly planned: number;
  /** Guest calls that executing every cut point to the next power-up would have taken, and those really made. */
  readonly bootsCovered: number;
  readonly bootsExecuted: number;
  readonly bootsAudited: number;
  /** Cuts in a row after which the last new state was found. */
  readonly depthReached: number;
  /** No state is left whose cuts were not judged. */
  readonly fixpoint: boolean;
  readonly states: StateStore;
  readonly futures: Futures;
  readonly findings: Findings;
  /** Why it ended early; null where it did not. */
  readonly incomplete: string | null;
}

/** A memo's answer that executing the call did not confirm. */
export class AuditError extends Error {
  override readonly name = "AuditError";
}

const POLL_EVERY = 2048;
const WAYS_MAX = 1 << 16;
/** Guest calls from a cut until the torn sector is erased, at the most: boot, clear the Record, erase above, erase. */
const CALLS_UNTIL_ERASED = 6;
/** Index of a shape that leaves a mark, among those of a program. */
const FIRST_TORN = 2;

/** Where the device stands after a power loss, and what the oracles say of that. */
type Lost = ReturnType<Player["afterPowerLoss"]>;

/** An operation that is cut, and the state before the call that it belongs to. */
interface CutPoint {
  readonly state: number;
  readonly position: Position;
  /** Regions that the call has changed before, TOUCHED_ bits. */
  readonly touched: number;
  /** Persistent operations of the call before this one. */
  readonly operation: number;
  readonly kept: KeptOperation;
  readonly way: Way;
}

/** Explores a scene from the device's checkpoint. */
export class Explorer {
  readonly #device: Device;
  readonly #player: Player;
  readonly #outcomes: Outcomes;
  readonly #memo: Memo;
  readonly #moments: Moments;
  readonly #states = new StateStore();
  readonly #findings: Findings;
  readonly #options: ExploreOptions;
  readonly #uses: number[] = [];
  #next: number[] = [];
  #queue: number[] = [];
  /** States of this level that follow from others without a further cut: next, while the device stands near them. */
  readonly #open: number[] = [];
  #level = 0;
  #judged = 0;
  #bootsCovered = 0;
  #bootsExecuted = 0;
  #bootsAudited = 0;
  #incomplete: string | null = null;
  #twins: Twins | undefined;

  constructor(device: Device, scene: Scene, options: ExploreOptions) {
    this.#device = device;
    this.#player = new Player(device, scene, new Identifier(device, [scene.first, ...scene.offered]));
    this.#outcomes = new Outcomes(device);
    this.#memo = new Memo(device, this.#outcomes, options.waysMax ?? WAYS_MAX);
    this.#moments = new Moments(device);
    this.#findings = new Findings(this.#states);
    this.#options = options;
  }

  /** Judges every cut; `start` is where the checkpoint stands. */
  run(start: Position): Exploration {
    const { depth, onProgress } = this.#options;
    this.#visit(start, { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] });
    this.#queue = this.#open.splice(0);
    let reached = 0;
    let cuts = true;
    for (this.#level = 0; this.#queue.length > 0 && this.#incomplete === null; this.#level++) {
      reached = this.#level;
      cuts = this.#level < depth;
      this.#exploreLevel(cuts);
      this.#queue = this.#next.filter((state) => this.#states.depthOf(state) === this.#level + 1);
      this.#next = [];
    }
    onProgress?.(this.#progress(0));
    const futures = new Futures(this.#states, this.#player.powerUpsAllowed);
    this.#findings.addFutures(futures);
    return {
      judged: this.#judged,
      planned: this.#planned(),
      bootsCovered: this.#bootsCovered,
      bootsExecuted: this.#bootsExecuted,
      bootsAudited: this.#bootsAudited,
      depthReached: reached,
      fixpoint: this.#incomplete === null && cuts,
      states: this.#states,
      futures,
      findings: this.#findings,
      incomplete: this.#incomplete,
    };
  }

  #progress(at: number): Progress {
    const open = this.#queue.length - at + this.#next.length;
    return { judged: this.#judged, depth: this.#level, states: this.#states.size, open };
  }

  /** Makes the calls of every state of this level, and of those that follow without a further cut. */
  #exploreLevel(cuts: boolean): void {
    const { onProgress, stop, statesMax = Infinity, stopAtFirst, order } = this.#options;
    try {
      let expanded = 0;
      if (order === "last-found") this.#queue.reverse();
      for (let at = 0; at < this.#queue.length; at++) {
        this.#open.push(this.#queue[at] as number);
        for (let state = this.#open.pop(); state !== undefined; state = this.#open.pop()) {
          this.#expand(state, cuts);
          if (stopAtFirst === true && this.#findings.any) this.#incomplete ??= "ended at the first finding";
          // A search for one finding goes on with the ways that it has.
          if (this.#memo.truncated && stopAtFirst !== true)
            this.#incomplete ??= "too many ways to read in one call";
          if (this.#states.size > statesMax) this.#incomplete ??= `more than ${statesMax} states`;
          if (++expanded % POLL_EVERY === 0) {
            onProgress?.(this.#progress(at));
            this.#incomplete ??= stop?.() ?? null;
          }
          if (this.#incomplete !== null) return;
        }
      }
    } catch (error) {
      // The device module traps where its undo log is full; typed arrays that cannot grow are a RangeError.
      if (error instanceof WebAssembly.RuntimeError) this.#incomplete = "out of memory for the way back";
      else if (error instanceof RangeError) this.#incomplete = error.message;
      else throw error;
    }
  }

  /** The next call of a state, in every way, cut everywhere. */
  #expand(state: number, cuts: boolean): void {
    const position = this.#states.positionOf(state);
    this.#moments.goTo(this.#states.momentOf(state));
    if (position.bootedOffset === IN_BOOT) this.#moments.reset(position.cause);
    this.#player.setOffer(position.history);
    const level = this.#moments.level;
    const followers: number[] = [];
    let violations = 0;
    for (const way of this.#ways(state, position)) {
      const { result, operations, id } = way.outcome;
      let touched = 0;
      let operation = 0;
      for (const kept of operations) {
        if (kept.kind !== abi.OP_RETAINED) {
          if (cuts) this.#cut({ state, position, touched, operation, kept, way });
          operation++;
        }
        if (this.#moments.step(kept.place, wholeShape(kept.kind)) !== abi.STATUS_OK)
          throw new AuditError("an operation that the memo replayed was refused by the flash");
        touched |= kept.touched;
      }
      if (cuts) this.#uses[id] = (this.#uses[id] ?? 0) + 1;
      const judged = this.#player.after(position, result);
      const found = judged.rested ? judged.violations | this.#player.atRest(judged.next) : judged.violations;
      violations |= found;
      const edge: Edge = { from: state, operation: UNCUT, kind: 0, shape: 0, choices: way.choices };
      if (found !== 0) this.#findings.add(found, edge);
      const follower = judged.rested ? REST : this.#visit(judged.next, edge);
      if (!followers.includes(follower)) followers.push(follower);
      this.#moments.back(level);
    }
    this.#states.setFollowers(state, followers, violations);
  }

  /** Cuts one operation, before which the device stands, in every shape. */
  #cut(at: CutPoint): void {
    const { kept } = at;
    const { faults, onCut } = this.#options;
    const shapes = faults.shapesOf(kept.kind, kept.offset, kept.sizeBytes);
    const untouched = this.#player.afterPowerLoss(at.position, at.touched);
    const struck = this.#player.afterPowerLoss(at.position, at.touched | kept.touched);
    const twins = this.#twinsAt(at, shapes, struck);
    const isCovered = twins !== undefined && twins.covers(kept);
    for (let number = 0; number < shapes.length; number++) {
      const shape = shapes[number] as number;
      // The first shape of every kind leaves no mark.
      const lost = number === 0 ? untouched : struck;
      const isTwin = isCovered && lost.next.history === twins.history && lost.violations === 0;
      const target = isTwin ? this.#countTwin(kept, shape, twins) : this.#strike(at, shape, lost);
      this.#states.countCut(target);
      this.#judged++;
      this.#bootsCovered++;
      onCut?.(edgeOf(at, shape), target, lost.violations);
    }
  }

  /** The state that a cut leads to. */
  #strike(at: CutPoint, shape: number, lost: Lost): number {
    const level = this.#moments.level;
    const edge = edgeOf(at, shape);
    this.#moments.step(at.kept.place, shape);
    if (lost.violations !== 0) this.#findings.add(lost.violations, edge);
    const target = this.#visit(lost.next, edge);
    this.#moments.back(level);
    return target;
  }

  /**
   * Only in the last cut of a run: the cuts in this sector that have one future, as twins.ts says. The first of them is
   * explored, the others are counted as states and stand for the same.
   */
  #twinsAt(at: CutPoint, shapes: readonly number[], struck: Lost): Twins | undefined {
    const { kept, state, way } = at;
    if (this.#level + 1 !== this.#options.depth || kept.kind !== abi.OP_PROGRAM) return undefined;
    const sector = this.#memo.sectorAt(kept.offset);
    if (this.#twins?.isFor(state, way, sector) === true) return this.#twins;
    const shape = shapes[FIRST_TORN] as number;
    const level = this.#moments.level;
    this.#moments.step(kept.place, shape);
    const isFine = struck.violations === 0;
    const words = isFine ? this.#wordsThatDecide(struck.next, sector, kept.touched) : undefined;
    this.#moments.back(level);
    if (words === undefined || touchesAny(words, kept.offset, kept.sizeBytes)) return undefined;
    const first = this.#strike(at, shape, struck);
    this.#twins = new Twins({ state, way, sector, words, first, history: struck.next.history });
    return this.#twins;
  }

  /**
   * The words of a sector in a slot (TOUCHED_ bit) that are asked for from here, a power-on, until the sector is erased;
   * undefined where that cannot be said: where it is asked for whole or written first, where weak reads have a choice, or
   * where the oracles look at that slot.
   */
  #wordsThatDecide(start: Position, sector: number, slot: number): Set<number> | undefined {
    const words = new Set<number>();
    let position = start;
    for (let call = 0; call < CALLS_UNTIL_ERASED; call++) {
      if (!this.#player.ignores(slot, position)) return undefined;
      if (position.bootedOffset === IN_BOOT) this.#moments.reset(position.cause);
      this.#player.setOffer(position.history);
      const [way, other] = this.#waysOf(position);
      const context = this.#context(position, this.#player.inputAt(position));
      if (way === undefined || other !== undefined || !this.#memo.asksOf(context, sector, words))
        return undefined;
      for (const { place, kind, offset } of way.outcome.operations) {
        const isHere =
          kind !== abi.OP_RETAINED && kind !== abi.OP_COUNTER && this.#memo.sectorAt(offset) === sector;
        if (isHere) return kind === abi.OP_ERASE ? words : undefined;
        this.#moments.step(place, wholeShape(kind));
      }
      const { end } = way.outcome.result;
      // A halt is judged by what stands in both slots.
      if (end.kind !== "jumped" && end.kind !== "returned") return undefined;
      const judged = this.#player.after(position, way.outcome.result);
      if (judged.rested || judged.violations !== 0) return undefined;
      position = judged.next;
    }
    return undefined;
  }

  #countTwin(kept: KeptOperation, shape: number, twins: Twins): number {
    this.#device.exports.cutKey(kept.place, shape, twins.history);
    return this.#states.table.getOrSet(this.#device.words, this.#device.table(abi.TABLE_KEY), twins.first);
  }

  /** The state in which the device stands at `position`: a known one, or a new one to be explored. */
  #visit(position: Position, edge: Edge): number {
    const { exports, words } = this.#device;
    const isPowerOn = position.bootedOffset === IN_BOOT;
    if (isPowerOn) exports.powerOnKey(position.cause, position.history);
    else exports.stateKey(((position.bootedOffset | 1) >>> 0) * 8 + progressOf(position), position.history);
    const at = this.#device.table(abi.TABLE_KEY);
    const known = this.#states.table.get(words, at);
    const depth = this.#level + (edge.operation === UNCUT ? 0 : 1);
    if (known < 0) {
      const state = this.#states.add(words, at, position, { moment: this.#moments.here(), depth, edge });
      (depth === this.#level ? this.#open : this.#next).push(state);
      return state;
    }
    // Found by a cut before, and now without: its own cuts belong to this level.
    if (depth < this.#states.depthOf(known)) {
      this.#states.bringForward(known, depth, edge);
      this.#open.push(known);
    }
    return known;
  }

  /** Every way in which the next call of a state can go; audited now and then. */
  #ways(state: number, position: Position): readonly Way[] {
    const ways = this.#waysOf(position);
    if (this.#isAudited(state)) this.#auditWay(ways[0] as Way, position);
    return ways;
  }

  #waysOf(position: Position): readonly Way[] {
    return this.#memo.ways(this.#context(position, this.#player.inputAt(position)), (choices) => {
      if (position.bootedOffset === IN_BOOT) this.#bootsExecuted++;
      return this.#execute(position, choices);
    });
  }

  #execute(position: Position, choices: readonly number[]): CallResult {
    this.#device.setChoices(choices);
    const result = executeCall(this.#device, position.bootedOffset, this.#player.inputAt(position), true);
    this.#device.setChoices([]);
    return result;
  }

  /** Whether this state is among the audited ones. */
  #isAudited(state: number): boolean {
    return (Math.imul(state + 1, 0x9e3779b1) >>> 0) / 2 ** 32 < (this.#options.audit ?? 0);
  }

  #auditWay({ outcome, choices }: Way, position: Position): void {
    const mark = this.#device.exports.undoMark();
    const same = this.#outcomes.isLastCall(outcome, this.#execute(position, choices));
    this.#device.exports.undoTo(mark);
    this.#bootsAudited++;
    if (!same) throw new AuditError("an executed call did not do what the memo said");
  }

  /** Everything that a call can ask for and that is not flash. */
  #context(position: Position, input: number): string {
    const { words } = this.#device;
    const counters = this.#device.table(abi.TABLE_COUNTERS);
    const weak = this.#device.table(abi.TABLE_COUNTERS_WEAK);
    const retained = this.#device.table(abi.TABLE_RETAINED);
    let text = `${position.bootedOffset},${input},${position.cause},${this.#player.offerStands ? 1 : 0}`;
    for (let i = 0; i < abi.COUNTER_COUNT; i++) {
      if (words[counters + i] !== 0) text += `,${i}=${words[counters + i] as number}`;
      if (words[weak + i] !== 0) text += `,${i}~${words[weak + i] as number}`;
    }
    for (let i = 0; i < abi.RETAINED_COUNT; i++)
      if (words[retained + i] !== 0) text += `;${i}=${words[retained + i] as number}`;
    return text;
  }

  #planned(): number {
    const { faults } = this.#options;
    return this.#outcomes.all.reduce((sum, { id, operations }) => {
      const points = operations.reduce(
        (count, { kind, offset, sizeBytes }) =>
          kind === abi.OP_RETAINED ? count : count + faults.shapesOf(kind, offset, sizeBytes).length,
        0,
      );
      return sum + points * (this.#uses[id] ?? 0);
    }, 0);
  }
}

/** The edge that a cut is. */
function edgeOf({ state, operation, kept, way }: CutPoint, shape: number): Edge {
  return { from: state, operation, kind: kept.kind, shape, choices: way.choices };
}
