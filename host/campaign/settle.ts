// Power-ups: boot, then what the booted firmware does, again and again until the scenario rests; and what the oracles say
// on the way. Whether a call is executed, cut or taken from the memo is the caller's affair (Caller).
import * as abi from "../../assembly/abi.js";
import type { Device } from "../device/device.js";
import { type CallResult, IN_BOOT, TOUCHED_RECORD, TOUCHED_SLOT_A, TOUCHED_SLOT_B } from "./call.js";
import * as memory from "./history.js";
import type { Identifier } from "./identify.js";
import { oracleBit } from "./oracles.js";
import type { Scene, SceneImage } from "./scenario.js";

/** Power-ups within which a scenario must rest, beyond the attempts of a trial. */
const POWER_UPS_SPARE = 9;
/** Agent steps in one power-up, per sector of the part, before its firmware counts as stuck. */
const STEPS_PER_SECTOR = 4;

/** Where in a scenario's life the device stands when it is not inside a guest call. */
export interface Position {
  /** IN_BOOT: about to boot; else the offset that boot jumped to, about to step. */
  readonly bootedOffset: number;
  /** CAUSE_ of the reset before this power-up. */
  readonly cause: number;
  /** What the oracles remember (history.ts). */
  readonly history: number;
  /** Persistent operations so far in this power-up. */
  readonly operations: number;
  /** Steps so far in this power-up. */
  readonly steps: number;
  /** The agent said CONFIRMED in this power-up. */
  readonly confirmed: boolean;
}

/** What settles need from outside. */
export interface Caller {
  /** Makes one guest call on the device. */
  call(position: Position, input: number): CallResult;
  /** Told before each call; true ends the run there (its future is known). */
  joins(position: Position): boolean;
  /** Told what the oracles said of the call just made, as a mask. */
  judged?(violations: number): void;
  /** Told when a power-up begins. */
  powerUp?(position: Position): void;
}

/** How a run ended. */
export interface Settled {
  /** Violated oracles, as a mask. */
  readonly violations: number;
  /** Power-ups from the start of this run until rest or join. */
  readonly powerUps: number;
  readonly ending: "rested" | "joined" | "gave-up";
  readonly last: Position;
}

/** Where a device stands at power-on. */
export function powerOn(cause: number, history: number): Position {
  return { bootedOffset: IN_BOOT, cause, history, operations: 0, steps: 0, confirmed: false };
}

/** The same place with another history and count of operations (spelled out: a spread is three times slower). */
function moved(at: Position, history: number, operations: number): Position {
  return {
    bootedOffset: at.bootedOffset,
    cause: at.cause,
    history,
    operations,
    steps: at.steps,
    confirmed: at.confirmed,
  };
}

/** Plays a scene's power-ups on a device. */
export class Player {
  readonly powerUpsAllowed: number;
  readonly #device: Device;
  readonly #scene: Scene;
  readonly #identifier: Identifier;
  readonly #stepLimit: number;
  #offerStands = false;

  constructor(device: Device, scene: Scene, identifier: Identifier) {
    this.#device = device;
    this.#scene = scene;
    this.#identifier = identifier;
    this.powerUpsAllowed = 2 * device.attempts + POWER_UPS_SPARE;
    this.#stepLimit = STEPS_PER_SECTOR * device.part.sectors.reduce((sum, run) => sum + run.count.value, 0);
  }

  /** Runs from `start` until the scenario rests, the caller joins, or the bound on power-ups is passed. */
  settle(caller: Caller, start: Position): Settled {
    let position = start;
    let violations = 0;
    let powerUps = 0;
    let fresh = start.bootedOffset === IN_BOOT;
    while (powerUps <= this.powerUpsAllowed) {
      if (fresh) {
        powerUps++;
        this.#device.exports.reset(position.cause);
        caller.powerUp?.(position);
        fresh = false;
      }
      this.setOffer(position.history);
      if (caller.joins(position)) return { violations, powerUps, ending: "joined", last: position };
      const input = this.inputAt(position);
      const result = caller.call(position, input);
      const judged = this.after(position, result);
      const found = judged.rested ? judged.violations | this.#atRest(judged.next) : judged.violations;
      violations |= found;
      caller.judged?.(found);
      if (judged.rested) return { violations, powerUps, ending: "rested", last: judged.next };
      position = judged.next;
      fresh = position.bootedOffset === IN_BOOT;
    }
    return { violations: violations | oracleBit("converges"), powerUps, ending: "gave-up", last: position };
  }

  /** Whether the agent finds an offer. */
  get offerStands(): boolean {
    return this.#offerStands;
  }

  /** The agent's input at a position. */
  inputAt(position: Position): number {
    return position.bootedOffset === IN_BOOT ? 0 : abi.INPUT_SELF_TEST_GOOD;
  }

  /** Makes the offer stand or fall as the scenario says. */
  setOffer(history: number): void {
    const { scenario, offered } = this.#scene;
    const wanted =
      scenario.offeredUntil === "ran"
        ? (history & memory.HISTORY_RAN) === 0
        : !this.#offeredIsConfirmed(history);
    const { exports } = this.#device;
    this.#offerStands = wanted;
    if (wanted)
      exports.setOfferCount(
        offered.length,
        offered.reduce((sum, image) => sum + ((image.bytes.length + 3) & ~3), 0),
      );
    else exports.setOfferCount(0, 0);
  }

  /** Judges a call and says where the device stands then. */
  after(
    position: Position,
    result: CallResult,
  ): { readonly next: Position; readonly violations: number; readonly rested: boolean } {
    let violations = 0;
    if (result.ruleBreaks > 0) violations |= oracleBit("flash-rules");
    if (result.denials > 0) violations |= oracleBit("in-bounds");
    if (result.slotAttempts > 0) violations |= oracleBit("boot-never-erases-slot");
    const history = this.#changed(position, result.touched);
    if (result.end.kind === "power-lost")
      return { next: powerOn(abi.CAUSE_POWER, history), violations, rested: false };
    const here = moved(position, history, position.operations + result.operationCount);
    const judged =
      position.bootedOffset === IN_BOOT ? this.#afterBoot(here, result) : this.#afterStep(here, result);
    return { ...judged, violations: violations | judged.violations };
  }

  /** Where the device stands when the power went in a call that had changed the regions `touched`. */
  afterPowerLoss(position: Position, touched: number): Position {
    return powerOn(abi.CAUSE_POWER, this.#changed(position, touched));
  }

  #afterBoot(here: Position, { end }: CallResult): { next: Position; violations: number; rested: boolean } {
    if (end.kind !== "jumped") {
      const rested = here.operations === 0;
      const violations = this.#someImageAllowed() ? oracleBit("no-brick") : 0;
      const cause =
        end.kind === "read-fault" || end.kind === "trapped"
          ? abi.CAUSE_FAULT
          : end.kind === "hung"
            ? abi.CAUSE_WATCHDOG
            : abi.CAUSE_SOFT;
      return { next: powerOn(cause, here.history), violations, rested: rested && here.cause === cause };
    }
    const jump = this.#judgeJump(here, end.offset);
    const running =
      jump.image === undefined ? undefined : this.#scene.scenario.behaviour[jump.image.generation];
    if (running === "self-test-good") {
      return {
        next: { ...here, history: jump.history, bootedOffset: end.offset },
        violations: jump.violations,
        rested: false,
      };
    }
    return this.#powerCycle(
      { ...here, history: jump.history },
      jump.history === here.history,
      abi.CAUSE_WATCHDOG,
      jump.violations,
    );
  }

  #afterStep(here: Position, { end }: CallResult): { next: Position; violations: number; rested: boolean } {
    const slot = this.#slotAt(here.bootedOffset);
    if (end.kind !== "returned") return this.#powerCycle(here, true, abi.CAUSE_FAULT, 0);
    const steps = here.steps + 1;
    if (end.value === abi.STEP_CONFIRMED) {
      const history = memory.afterConfirmed(here.history, slot);
      return this.#powerCycle(
        { ...here, history, confirmed: true },
        history === here.history,
        abi.CAUSE_SOFT,
        0,
      );
    }
    if (end.value === abi.STEP_MORE && steps < this.#stepLimit)
      return { next: { ...here, steps }, violations: 0, rested: false };
    return this.#powerCycle(here, true, abi.CAUSE_SOFT, 0);
  }

  /** The power-up is over: rest where nothing has changed and nothing will. */
  #powerCycle(
    here: Position,
    sameHistory: boolean,
    cause: number,
    violations: number,
  ): { next: Position; violations: number; rested: boolean } {
    const rested = here.operations === 0 && sameHistory && here.cause === cause;
    return { next: rested ? here : powerOn(cause, here.history), violations, rested };
  }

  #judgeJump(
    here: Position,
    offset: number,
  ): { image: SceneImage | undefined; history: number; violations: number } {
    const slot = this.#slotAt(offset);
    const region = slot === 0 ? this.#device.layout.slotA : this.#device.layout.slotB;
    const standing = this.#identifier.inSlot(slot);
    if (standing.length === 0)
      return { image: undefined, history: here.history, violations: oracleBit("authentic") };
    const image = standing.find((known) => region.offset + known.headerSizeBytes === offset) as
      SceneImage | undefined;
    if (image === undefined || (image.linkedFor !== null && image.linkedFor !== region.offset)) {
      return { image, history: here.history, violations: oracleBit("no-wrong-image") };
    }
    let violations =
      image.securityCounter < this.#device.counter(abi.COUNTER_FLOOR) ? oracleBit("no-rollback") : 0;
    let history = here.history | (image.generation === 1 ? memory.HISTORY_RAN : 0);
    const confirmed = memory.confirmedSlot(history);
    if (slot === confirmed || slot === memory.maybeConfirmedSlot(history))
      return { image, history, violations };
    history = memory.afterTrialBoot(history, slot);
    const alternative = confirmed !== -1 && this.#allowed(confirmed);
    if (alternative && !memory.wasChanged(history, slot)) violations |= oracleBit("confirmed-stays");
    if (alternative && memory.bootsOf(history, slot) > this.#device.attempts)
      violations |= oracleBit("trial-reverts");
    return { image, history, violations };
  }

  #atRest(last: Position): number {
    const { scenario } = this.#scene;
    const slot = last.bootedOffset === IN_BOOT ? -1 : this.#slotAt(last.bootedOffset);
    const image = slot === -1 || !last.confirmed ? undefined : this.#identifier.inSlot(slot)[0];
    if (image?.generation === scenario.restsWith) {
      return image.securityCounter === this.#device.counter(abi.COUNTER_FLOOR)
        ? 0
        : oracleBit("floor-follows");
    }
    return oracleBit(scenario.restsWith === 1 ? "update-completes" : "trial-reverts");
  }

  /** What the changed regions mean for the oracles' memory. */
  #changed(position: Position, touched: number): number {
    let { history } = position;
    if ((touched & TOUCHED_SLOT_A) !== 0) history = memory.afterChanged(history, 0);
    if ((touched & TOUCHED_SLOT_B) !== 0) history = memory.afterChanged(history, 1);
    if ((touched & TOUCHED_RECORD) !== 0 && position.bootedOffset !== IN_BOOT) {
      const slot = this.#slotAt(position.bootedOffset);
      if (slot !== memory.confirmedSlot(history)) history = memory.afterMaybeConfirmed(history, slot);
    }
    return history;
  }

  #offeredIsConfirmed(history: number): boolean {
    const slot = memory.confirmedSlot(history);
    return slot !== -1 && this.#identifier.inSlot(slot).some((image) => image.generation === 1);
  }

  #someImageAllowed(): boolean {
    return this.#allowed(0) || this.#allowed(1);
  }

  /** An image of the scene stands in `slot`, may run there and is not below the floor. */
  #allowed(slot: number): boolean {
    const region = slot === 0 ? this.#device.layout.slotA : this.#device.layout.slotB;
    const floor = this.#device.counter(abi.COUNTER_FLOOR);
    return this.#identifier
      .inSlot(slot)
      .some(
        (image) =>
          (image.linkedFor === null || image.linkedFor === region.offset) && image.securityCounter >= floor,
      );
  }

  #slotAt(offset: number): number {
    const { slotA } = this.#device.layout;
    return offset >= slotA.offset && offset < slotA.offset + slotA.size ? 0 : 1;
  }
}
