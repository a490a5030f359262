// Power-ups: boot, then what the booted firmware does, again and again until the scenario rests; and what the oracles say
// on the way. Whether a call is executed, cut or taken from the memo is the caller's affair (Caller).
import * as abi from "../../../assembly/abi.js";
import type { HaltNames } from "../../core/halts.js";
import type { Device } from "../../device/device.js";
import { type CallEnd, type CallResult, IN_BOOT, TOUCHED_SLOT_A, TOUCHED_SLOT_B, causeOf } from "./call.js";
import type { Loss } from "../plan/fault-plan.js";
import type { Caller, Said, Settled } from "./caller.js";
import { Changes } from "./changes.js";
import { Patience, type Since, limitsOf } from "./giving-up.js";
import * as memory from "./history.js";
import * as trials from "./trials.js";
import type { History } from "./history.js";
import type { Identifier } from "./identify.js";
import { Incidents } from "./incidents.js";
import { Judge, disturbance } from "./judge.js";
import { Offers } from "./offers.js";
import { oracleBit } from "../plan/oracles.js";
import { type Overdue, type Position, powerOn, withHistory, withTurn } from "./position.js";
import type { Scene } from "../plan/scenario.js";
import { Rules } from "../world/rules.js";

interface Judged {
  readonly next: Position;
  readonly violations: number;
  readonly rested: boolean;
}

/** Plays a scene's power-ups on a device. */
export class Player {
  /** What a run may take from one fault to rest. */
  readonly limits: Since;
  /** What may happen around the device. */
  readonly rules: Rules;
  readonly #device: Device;
  readonly #judge: Judge;
  /** Counts of boots beyond which nothing tells two apart. */
  readonly #bootsMax: number;
  readonly #offers: Offers;
  readonly #incidents: Incidents;
  readonly #changes: Changes;

  /** @param resets the model reset is on: else nothing needs to remember what is on trial */
  constructor(device: Device, scene: Scene, identifier: Identifier, resets = true) {
    this.#device = device;
    this.#judge = new Judge(device, scene, identifier);
    this.#offers = new Offers(device, scene, this.#judge);
    this.#incidents = new Incidents(device, scene, identifier);
    this.#changes = new Changes(this.#judge, resets, (position) => this.#judge.failsSelfTest(position));
    this.rules = new Rules(scene.scenario.world);
    this.limits = limitsOf(device, scene.scenario);
    this.#bootsMax = Math.max(device.attempts, this.#judge.ownResets) + 1;
  }

  /** Runs from `start` until the scenario rests or is given up (giving-up.ts). */
  settle(caller: Caller, start: Position, limits = this.limits): Settled {
    const patience = new Patience(this.#device, limits, start);
    let position = start;
    let violations = 0;
    let powerUps = 0;
    while (true) {
      if (position.bootedOffset === IN_BOOT) {
        powerUps++;
        this.#device.exports.reset(position.cause);
        caller.powerUp?.(position);
      }
      this.setOffer(position.history);
      if (patience.isBackAt(position) && caller.isCalm?.() !== false) break;
      const result = caller.call(position, this.inputAt(position));
      const judged = this.after(position, result, caller.said?.() ?? null);
      const found = this.foundBy(judged, result);
      violations |= found;
      caller.judged?.(found);
      if (judged.rested)
        return { violations, powerUps, ending: "rested", since: patience.since, last: judged.next };
      const wentWrong = caller.wentWrong?.() === true;
      const isOver = patience.isOver(position, judged.next, { wentWrong, writes: result.writes > 0 });
      position = this.happen(judged.next, (place, shape) => this.#device.exports.replay(place, shape));
      if (position.history.step !== judged.next.history.step) caller.happened?.(judged.next.history.step);
      if (isOver) break;
    }
    const { since } = patience;
    violations |= oracleBit("converges");
    return { violations, powerUps, ending: "gave-up", since, last: position };
  }

  /** What the oracles say of a judged call, and of the scenario where it rests. */
  foundBy({ next, violations, rested }: Judged, { end }: CallResult): number {
    return rested ? violations | this.atRest(next, end) : violations;
  }

  /** What the agent finds offered: the index of a step, -1 for nothing. */
  get offerIndex(): number {
    return this.#offers.current;
  }
  /** The input of the call at a position: of the agent's step; INPUT_APPLICATION where the application has its turn. */
  inputAt(position: Position): number {
    if (position.bootedOffset === IN_BOOT) return 0;
    if (position.history.turn === memory.APPLICATION_NEXT) return abi.INPUT_APPLICATION;
    return this.#judge.failsSelfTest(position) ? 0 : abi.INPUT_SELF_TEST_GOOD;
  }

  /** Whether the oracles look at nothing in a slot (TOUCHED_ bit) while boot or the firmware of the other one runs here. */
  ignores(slot: number, { bootedOffset, history }: Position): boolean {
    if (this.#device.boot.writesSlots || this.#device.agent.writesSlots) return false;
    const index = slot === TOUCHED_SLOT_A ? 0 : slot === TOUCHED_SLOT_B ? 1 : -1;
    if (index === -1 || !memory.isConfirmed(history, index ^ 1)) return false;
    return bootedOffset === IN_BOOT || this.#judge.slotAt(bootedOffset) !== index;
  }

  /** Makes the offer stand or fall as the scenario says. */
  setOffer(history: History): void {
    this.#offers.set(history);
  }

  /** Whether something befalls a device that stands at `position` before its next call. */
  isBefallenAt(position: Position): boolean {
    return this.#incidents.areNextIn(position);
  }

  /** Lets happen what the scenario has for a device that stands at `position`, by kept operations; answers where it stands then. */
  happen(position: Position, lay: (place: number, shape: number) => void): Position {
    return this.#incidents.happen(position, lay, (history) => this.#reset(history));
  }

  /** Judges a call and says where the device stands then. */
  after(position: Position, result: CallResult, said: Said | null = null): Judged {
    if (said === null) return this.#after(position, result, false);
    const history = memory.withWorld(position.history, said.world);
    const isFault = said.faults > 0;
    const violations = said.violations | disturbance(position, result.end, said.world);
    if (history === position.history && violations === 0 && !isFault)
      return this.#after(position, result, false);
    // Where something went wrong the next call may go otherwise, and nothing rests on this one.
    const came = isFault ? { ...result, disturbed: true } : result;
    const judged = this.#after({ ...position, history }, came, isFault || history !== position.history);
    return { ...judged, violations: judged.violations | violations };
  }

  /** @param isOther something else surrounds the device than before the call */
  #after(from: Position, result: CallResult, isOther: boolean): Judged {
    if (from.history.turn === memory.APPLICATION_NEXT) return this.#afterApplication(from, result, isOther);
    const isMoved = from.history.turn === memory.APPLICATION_MOVED;
    const position = isMoved ? withTurn(from, memory.NO_TURN) : from;
    let violations = 0;
    if (result.ruleBreaks > 0) violations |= oracleBit("flash-rules");
    if (result.denials > 0) violations |= oracleBit("in-bounds");
    if (result.leaks) violations |= oracleBit("secrets-kept");
    if (result.stray !== null) violations |= oracleBit("memory-kept");
    if (result.slotAttempts > 0 && !this.#device.boot.writesSlots)
      violations |= oracleBit("boot-never-erases-slot");
    const { end } = result;
    if (end.kind === "power-lost" || end.kind === "was-reset") {
      const lost = this.afterLoss(position, result.touched, end.kind === "was-reset" ? "reset" : "power");
      return { next: lost.next, violations: violations | lost.violations, rested: false };
    }
    const { history, violations: late } = this.#changes.looked(this.#changes.made(position, result.touched));
    const changed = result.operationCount > 0 || result.disturbed || history !== position.history;
    // Spelled out: a spread is three times slower, and this is done for every call of every state.
    const { bootedOffset, confirmed, overdue } = position;
    const here = {
      bootedOffset,
      cause: result.cause ?? position.cause,
      history,
      changed: position.changed || changed,
      confirmed,
      overdue,
    };
    const judged =
      here.bootedOffset === IN_BOOT
        ? this.#afterBoot(here, result)
        : this.#afterStep(here, result, changed || isOther || isMoved || result.volatile);
    if ((violations | late) === 0) return judged;
    return { ...judged, violations: violations | late | judged.violations };
  }

  /** An application breaks no rule of the update, however it ends: the step comes. Whether it moved anything says if that may go otherwise. */
  #afterApplication(position: Position, { end, disturbed }: CallResult, isOther: boolean): Judged {
    if (end.kind === "power-lost" || end.kind === "was-reset")
      return { ...this.afterLoss(position, 0, end.kind === "was-reset" ? "reset" : "power"), rested: false };
    const turn = isOther || disturbed ? memory.APPLICATION_MOVED : memory.NO_TURN;
    const next = withTurn({ ...position, changed: position.changed || disturbed }, turn);
    return { next, violations: 0, rested: false };
  }

  /** The next step of the firmware, where an application runs beside it: after a call of that. */
  #onward(at: Position): Judged {
    const next = this.#device.application === null ? at : withTurn(at, memory.APPLICATION_NEXT);
    return { next, violations: 0, rested: false };
  }

  /** Where the device stands when the power went, or a reset came, in a call that had changed the regions `touched`. */
  afterLoss(
    position: Position,
    touched: number,
    loss: Loss,
  ): { readonly next: Position; readonly violations: number } {
    const { history: before, violations } = this.#changes.made(position, touched);
    const history = this.#reset(before);
    if (loss === "power") return { next: powerOn(abi.CAUSE_POWER, history), violations };
    // It may use up one of a trial's attempts, as a reset of the image's own would.
    const offered = this.#offers.generationAt(history);
    const afterwards = trials.afterReset(history, this.#judge.trialOf(history, touched, offered));
    return { next: powerOn(abi.CAUSE_OPEN, afterwards), violations };
  }

  #afterBoot(from: Position, result: CallResult): Judged {
    const { end, recordSaid } = result;
    const lost = recordSaid === "none" && from.history.recordIsKnown ? oracleBit("record-kept") : 0;
    const known = recordSaid === "found" ? memory.afterRecord(from.history) : from.history;
    const here = withHistory(from, known);
    if (end.kind !== "jumped")
      return this.#powerCycle(here, known, causeOf(end.kind), this.#judge.noJump() | lost);
    const hasChanged = result.operationCount > 0;
    const jump = this.#judge.jump(known, end.offset, this.#bootsMax, hasChanged);
    const { image } = jump;
    const isTaken = !hasChanged && trials.hasCounted(jump.history, this.#judge.slotAt(end.offset));
    const kind = isTaken ? "record" : "silent";
    const overdue: Overdue = jump.overdue ? kind : false;
    const violations = jump.violations | lost;
    if (image === undefined)
      return this.#powerCycle({ ...here, overdue }, jump.history, abi.CAUSE_WATCHDOG, violations);
    const history = this.#offers.advanced(this.#offers.settled(jump.history, "ran", image.generation));
    const { cause, confirmed } = here;
    const changed = here.changed || history !== here.history;
    const next = { bootedOffset: end.offset, cause, history, changed, confirmed, overdue };
    return { ...this.#onward(next), violations };
  }

  /** @param changed the step changed something, or something went wrong in it: the next one like it may go otherwise */
  #afterStep(from: Position, { end, touched }: CallResult, changed: boolean): Judged {
    const here = this.#afterBegun(from, touched);
    const { history } = here;
    if (end.kind !== "returned") return this.#powerCycle(here, history, causeOf(end.kind), 0);
    const slot = this.#judge.slotAt(here.bootedOffset);
    const failed = memory.afterFailedBoot(history, slot);
    if (end.value === abi.STEP_CONFIRMED) {
      const confirmed = memory.afterConfirmed(failed, slot, this.#judge.generationIn(slot));
      const cause = failed === history ? abi.CAUSE_SOFT : abi.CAUSE_WATCHDOG;
      const next: Position = { ...here, overdue: false, confirmed: true };
      return this.#powerCycle(next, this.#offers.advanced(confirmed), cause, 0);
    }
    if (this.#judge.failsSelfTest(here)) return this.#powerCycle(here, failed, abi.CAUSE_WATCHDOG, 0);
    if (end.value === abi.STEP_REFUSED) {
      const refused = this.#offers.advanced(this.#offers.settled(history, "refused"));
      return this.#powerCycle(here, refused, abi.CAUSE_SOFT, 0);
    }
    // A step that changed nothing would go the same way for ever: what it waits for comes, or it is reset.
    if (end.value !== abi.STEP_MORE || !changed) {
      const onward = history.world === null ? null : this.rules.onward(history.world);
      if (onward === null) return this.#powerCycle(here, history, abi.CAUSE_SOFT, 0);
      return this.#onward({ ...here, history: memory.withWorld(history, onward) });
    }
    return this.#onward(here);
  }

  /** An offer that stands until it is begun with is settled when a whole call has changed the slot that does not run. */
  #afterBegun(here: Position, touched: number): Position {
    const other = this.#judge.slotAt(here.bootedOffset) === 0 ? TOUCHED_SLOT_B : TOUCHED_SLOT_A;
    if ((touched & other) === 0) return here;
    return withHistory(here, this.#offers.advanced(this.#offers.settled(here.history, "begun")));
  }

  /** The power-up is over: rest where the next one would begin in the very state in which this one began. */
  #powerCycle(here: Position, history: History, cause: number, found: number): Judged {
    const violations = here.overdue ? found | oracleBit("trial-reverts") : found;
    const { world } = history;
    const isStill = !here.changed && history === here.history && here.cause === cause;
    const onward = isStill && world !== null ? this.rules.onward(this.rules.afterReset(world)) : null;
    const rested = isStill && onward === null && (world === null || this.rules.isAsBegun(world));
    if (rested) return { next: here, violations, rested };
    return {
      next: powerOn(cause, this.#reset(onward === null ? history : memory.withWorld(history, onward))),
      violations,
      rested,
    };
  }

  /** What surrounds the device once it was reset, and is to boot. */
  #reset(before: History): History {
    const history = memory.withTurn(before, memory.NO_TURN);
    return history.world === null ? history : memory.withWorld(history, this.rules.afterReset(history.world));
  }

  /** What boot calls the reasons for which it halts. */
  get haltNames(): HaltNames {
    return this.#device.boot.haltNames;
  }

  /** Name of the scene's image whose first payload byte is at `offset`. */
  imageName(offset: number): string | undefined {
    return this.#judge.imageAt(offset)?.name;
  }

  /** What the oracles say of the scenario at rest, as a mask with RESTS_WRONG; `end` is how its last call ended. */
  atRest(last: Position, end: CallEnd): number {
    const slot = last.bootedOffset === IN_BOOT ? -1 : this.#judge.slotAt(last.bootedOffset);
    return this.#judge.atRest({ slot, confirmed: last.confirmed, end, history: last.history });
  }
}
