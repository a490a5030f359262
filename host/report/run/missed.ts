// Which faults of a plan have not happened in a run, for who replays it: a digit that is wrong must not read as "nothing is violated".
// As far as it can be told: that a flip in the incoming image, or in a word that is read once, changed nothing does not show.
import * as abi from "../../../assembly/abi.js";
import type { CallEnd } from "../../campaign/play/call.js";
import type { Cut, FaultPlan } from "../../campaign/plan/fault-plan.js";
import type { PlainCall } from "../../campaign/play/plain.js";
import { type Strike, isAtRest } from "../../campaign/plan/strikes.js";
import type { Device } from "../../device/device.js";
import type { Operation } from "../../device/operations.js";

const NOT_SO_FAR = "the call does not come to it";
/** The count of reads up to a flip goes down, and through 0 when it is made: from then on it is above this. */
const HALF_RANGE = 0x7fffffff;

/** Watches one run. */
export class Missed {
  readonly #plan: FaultPlan;
  readonly #device: Device;
  readonly #words: string[] = [];
  #calls = 0;

  constructor(plan: FaultPlan, device: Device) {
    this.#plan = plan;
    this.#device = device;
  }

  onCall(made: PlainCall): void {
    const { index, result } = made;
    this.#calls = index + 1;
    const { cuts, strikes = [] } = this.#plan;
    const [cut, ...others] = cuts.filter(({ call }) => call === index);
    if (cut !== undefined && !isCut(result.end)) this.#missed("cut", index, NOT_SO_FAR);
    if (others.length > 0) this.#missed("cut", index, "a call is cut once");
    for (const { call, strike } of strikes)
      if (call === index && !this.#isMet(strike, made, cut)) this.#missed("strike", index, NOT_SO_FAR);
  }

  /** Whether a strike was met in a call that has ended, as far as that shows. */
  #isMet(strike: Strike, { operations, result }: PlainCall, cut: Cut | undefined): boolean {
    if (isAtRest(strike)) return true;
    if (cut !== undefined && "before" in cut) return false;
    // The operation that is cut may be the one that was struck.
    if (strike.kind === "write") return isCut(result.end) || operations.some(wentWrong);
    if (strike.kind === "read" || strike.kind === "ram") return this.#device.flipsLeft() > HALF_RANGE;
    return true;
  }

  #missed(what: string, call: number, why: string): void {
    this.#words.push(`a ${what} in call ${call}: ${why}`);
  }

  /** In the order of the run; those that come after its end are last. */
  get words(): readonly string[] {
    const { cuts, reads, strikes = [] } = this.#plan;
    const end = `the run has ${this.#calls} calls, counted from 0`;
    const beyond = (what: string, faults: readonly { readonly call: number }[]) =>
      faults.filter(({ call }) => call >= this.#calls).map(({ call }) => `${what} in call ${call}: ${end}`);
    return [
      ...this.#words,
      ...beyond("a cut", cuts),
      ...beyond("a strike", strikes),
      ...beyond("weak reads", reads),
    ];
  }
}

/** An operation that failed, was acknowledged and not done, or landed elsewhere. */
function wentWrong(operation: Operation): boolean {
  if (operation.kind === "stray") return true;
  return "status" in operation && [abi.STATUS_FAILED, abi.OP_DROPPED].includes(operation.status);
}

function isCut({ kind }: CallEnd): boolean {
  return kind === "power-lost" || kind === "was-reset";
}
