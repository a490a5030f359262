// Every cut point of a scene, judged. The operations of the uncut run are recorded once; for each, each shape of a cut is
// applied to the state before it, the device powers up until its state is one whose future is known, and all is undone.
// The number of cut points is counted elsewhere (plan.ts), by plain execution.
import * as abi from "../../assembly/abi.js";
import type { Device } from "../device/device.js";
import { IN_BOOT, executeCall, scanLog } from "./call.js";
import { type Cut, shapesOf } from "./faults.js";
import { Identifier } from "./identify.js";
import { Memo, type MemoEntry } from "./memo.js";
import { oracleBit } from "./oracles.js";
import type { Scene } from "./scenario.js";
import { type Caller, Player, type Position } from "./settle.js";
import { StateTable } from "./states.js";

/** A cut point that violates oracles. */
export interface Finding {
  /** Violated oracles, as a mask. */
  readonly violations: number;
  /** The first such cut; null when the uncut run itself violates. */
  readonly cut: Cut | null;
  /** Cut points with the same violations. */
  count: number;
}

/** What an exploration came to. */
export interface Exploration {
  /** Cut points judged. */
  readonly judged: number;
  /** Boots that executing every point's power-ups would have taken. */
  readonly bootsCovered: number;
  /** Boots really executed. */
  readonly bootsExecuted: number;
  /** Distinct persistent states met between guest calls. */
  readonly states: number;
  readonly findings: readonly Finding[];
  /** Set when `stop` ended it early. */
  readonly stoppedEarly: boolean;
}

export interface ExploreOptions {
  /** Asked now and then; true ends the exploration early. */
  readonly stop?: () => boolean;
  /** Told now and then how many points are judged. */
  readonly onProgress?: (judged: number) => void;
  /** Told of every judged point: the cut, the violations, the power-ups from the cut to rest. */
  readonly onJudged?: (cut: Cut, violations: number, powerUps: number) => void;
  /** End at the first finding: it is enough to know that there is one. */
  readonly stopAtFirst?: boolean;
}

const POWER_UPS_SHIFT = 16;
const VIOLATIONS_MASK = 0xffff;
const POWER_UPS_MAX = 0x7fff;
const PROGRESS_EVERY = 4096;

interface Outcome {
  readonly violations: number;
  /** Power-ups until rest. */
  readonly powerUps: number;
}

/** A hit whose operations turned out differently here: the call must be executed after all. */
class MemoMismatch extends Error {}

/** Explores every single cut of a scene, from the device's checkpoint. */
export class Explorer {
  readonly #device: Device;
  readonly #player: Player;
  readonly #memo: Memo;
  readonly #states = new StateTable();
  readonly #options: ExploreOptions;
  readonly #findings: Finding[] = [];
  #memoUsed = true;
  #judged = 0;
  #bootsCovered = 0;
  #bootsExecuted = 0;
  #stopped = false;
  // The states of the run under way: keys, violations of the call behind each, power-ups begun before each.
  #keys = new Uint32Array(64);
  readonly #segments: number[] = [];
  readonly #started: number[] = [];
  #powerUps = 0;
  #joined = 0;

  constructor(device: Device, scene: Scene, options: ExploreOptions) {
    this.#device = device;
    this.#player = new Player(device, scene, new Identifier(device, [scene.first, ...scene.offered]));
    this.#memo = new Memo(device);
    this.#options = options;
  }

  /** Judges every cut point; `start` is where the checkpoint stands. */
  run(start: Position): Exploration {
    const uncut = this.#resolve(start);
    if (uncut.violations !== 0) this.#found({ violations: uncut.violations, cut: null });
    this.#device.exports.rollback();
    let call = 0;
    const caller: Caller = {
      joins: () => this.#stopped,
      powerUp: () => this.#device.exports.checkpoint(),
      call: (position, input) => {
        const entry = this.#entry(position, input);
        this.#device.exports.rollback();
        this.#cutEverywhere(entry, position, call);
        call++;
        return entry.result;
      },
    };
    this.#player.settle(caller, start);
    this.#options.onProgress?.(this.#judged);
    return {
      judged: this.#judged,
      bootsCovered: this.#bootsCovered,
      bootsExecuted: this.#bootsExecuted,
      states: this.#states.size,
      findings: this.#findings,
      stoppedEarly: this.#stopped,
    };
  }

  /** Cuts each operation of a recorded call in each way; ends with the call done and checkpointed. */
  #cutEverywhere(entry: MemoEntry, position: Position, call: number): void {
    const { exports } = this.#device;
    let operation = 0;
    let before = 0;
    for (let i = 0; i < entry.count && !this.#stopped; i++) {
      const place = entry.kept + i * 16;
      const head = this.#device.words[place >>> 2] as number;
      if ((head & 0xff) === abi.OP_EVENT || head >>> 8 !== abi.STATUS_OK) continue;
      const struck = before | scanLog(this.#device, place >>> 2, 1).touched;
      shapesOf(head & 0xff).forEach((shape, number) => {
        const touched = number === 0 ? before : struck;
        this.#judge(position, touched, { call, operation, shape }, () => exports.replay(place, number));
        exports.rollback();
      });
      exports.replay(place, wholeShape(head & 0xff));
      exports.checkpoint();
      before = struck;
      operation++;
    }
    this.#player.setOffer(position.history);
  }

  /** One cut point; `strike` makes the cut on the state before the operation. */
  #judge(position: Position, touched: number, cut: Cut, strike: () => void): void {
    strike();
    const { next, violations: before } = this.#player.afterPowerLoss(position, touched);
    let outcome: Outcome;
    try {
      outcome = this.#resolve(next);
    } catch (error) {
      if (!(error instanceof MemoMismatch)) throw error;
      this.#device.exports.rollback();
      strike();
      this.#memoUsed = false;
      outcome = this.#resolve(next);
      this.#memoUsed = true;
    }
    this.#bootsCovered += outcome.powerUps;
    let violations = before | outcome.violations;
    if (outcome.powerUps > this.#player.powerUpsAllowed) violations |= oracleBit("converges");
    if (violations !== 0) this.#found({ violations, cut });
    this.#options.onJudged?.(cut, violations, outcome.powerUps);
    this.#judged++;
    if (this.#judged % PROGRESS_EVERY === 0) {
      this.#options.onProgress?.(this.#judged);
      if (this.#options.stop?.() === true) this.#stopped = true;
    }
  }

  /** Keeps the first finding of each set of oracles in full, and counts the rest. */
  #found(finding: Omit<Finding, "count">): void {
    const same = this.#findings.find((known) => known.violations === finding.violations);
    if (same === undefined) this.#findings.push({ ...finding, count: 1 });
    else same.count++;
    if (this.#options.stopAtFirst === true) this.#stopped = true;
  }

  /** The violations and power-ups from a position on; executes or replays only what is not known yet. */
  #resolve(start: Position): Outcome {
    this.#segments.length = 0;
    this.#started.length = 0;
    this.#powerUps = 0;
    this.#joined = 0;
    const settled = this.#player.settle(this.#resolver, start);
    let violations = settled.ending === "joined" ? this.#joined & VIOLATIONS_MASK : 0;
    if (settled.ending === "gave-up") violations |= oracleBit("converges");
    const total = settled.powerUps + (settled.ending === "joined" ? this.#joined >>> POWER_UPS_SHIFT : 0);
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      violations |= this.#segments[i] as number;
      const left = Math.min(total - (this.#started[i] as number), POWER_UPS_MAX);
      this.#states.set(this.#keys, i * 4, violations | (left << POWER_UPS_SHIFT));
    }
    return { violations, powerUps: total };
  }

  readonly #resolver: Caller = {
    powerUp: () => {
      this.#powerUps++;
    },
    joins: (position) => {
      const place = (position.bootedOffset === IN_BOOT ? 0 : position.bootedOffset | 1) >>> 0;
      const progress =
        (position.operations > 0 ? 1 : 0) | (position.confirmed ? 2 : 0) | (position.overdue ? 4 : 0);
      this.#device.exports.stateKey(place * 8 + progress, position.history);
      const { words } = this.#device;
      const at = this.#device.table(abi.TABLE_KEY);
      const known = this.#states.get(words, at);
      if (known >= 0) {
        this.#joined = known;
        return true;
      }
      this.#keepKey(words, at, this.#started.length * 4);
      this.#started.push(this.#powerUps);
      return false;
    },
    judged: (violations) => {
      this.#segments.push(violations);
    },
    call: (position, input) => this.#entry(position, input).result,
  };

  #keepKey(words: Uint32Array, at: number, place: number): void {
    if (place === this.#keys.length) {
      const longer = new Uint32Array(place * 2);
      longer.set(this.#keys);
      this.#keys = longer;
    }
    for (let i = 0; i < 4; i++) this.#keys[place + i] = words[at + i] as number;
  }

  /** Makes a call: replayed from the memo where it would do the same again, else executed and recorded. */
  #entry(position: Position, input: number): MemoEntry {
    const context = this.#context(position, input);
    const known = this.#memoUsed ? this.#memo.find(context) : undefined;
    if (known !== undefined) {
      if (this.#device.exports.replayAll(known.kept, known.count) !== known.count) throw new MemoMismatch();
      return known;
    }
    if (position.bootedOffset === IN_BOOT) this.#bootsExecuted++;
    const result = executeCall(this.#device, position.bootedOffset, input, true);
    return this.#memo.record(context, result);
  }

  /** Everything that a call can ask for and that is not flash. */
  #context(position: Position, input: number): string {
    const { words } = this.#device;
    const counters = this.#device.table(abi.TABLE_COUNTERS);
    const retained = this.#device.table(abi.TABLE_RETAINED);
    let text = `${position.bootedOffset},${input},${position.cause},${this.#player.offerStands ? 1 : 0}`;
    for (let i = 0; i < abi.COUNTER_COUNT; i++) text += `,${words[counters + i] as number}`;
    for (let i = 0; i < abi.RETAINED_COUNT; i++)
      if (words[retained + i] !== 0) text += `;${i}=${words[retained + i] as number}`;
    return text;
  }
}

function wholeShape(kind: number): number {
  if (kind === abi.OP_PROGRAM) return abi.TEAR_ALL;
  return kind === abi.OP_ERASE ? abi.ERASE_DONE : abi.COUNTER_NEW;
}
