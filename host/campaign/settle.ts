// Power-ups: boot, then what the booted firmware does, again and again until the scenario rests; and what the oracles say
// on the way. Whether a call is executed, cut or taken from the memo is the caller's affair (Caller).
import * as abi from "../../assembly/abi.js";
import { type Device, windowPlaces } from "../device/device.js";
import {
  type CallEnd,
  type CallResult,
  IN_BOOT,
  TOUCHED_RECORD,
  TOUCHED_SLOT_A,
  TOUCHED_SLOT_B,
} from "./call.js";
import * as memory from "./history.js";
import type { Identifier } from "./identify.js";
import { Judge } from "./judge.js";
import { oracleBit } from "./oracles.js";
import { type OfferStep, type Scene, type SelfTest, generationOf } from "./scenario.js";

/** Power-ups within which each of a scenario's offers must be settled, beyond twice the attempts of a trial. */
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
  /** Persistent operations so far in this power-up, and calls in which something went wrong: none, or it does not rest. */
  readonly operations: number;
  /** Steps so far in this power-up. */
  readonly steps: number;
  /** The agent said CONFIRMED in this power-up. */
  readonly confirmed: boolean;
  /**
   * An unconfirmed image runs once more than it may. It is excused only if its firmware says CONFIRMED before it changes
   * anything: then the confirmation was durable already, and the power had gone before anyone heard of it.
   */
  readonly overdue: boolean;
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

/** One of a scenario's offers, and where its images stand in the receive window. */
interface Offer {
  readonly index: number;
  readonly generation: number;
  readonly until: OfferStep["until"];
  readonly images: readonly { readonly offset: number; readonly size: number }[];
}

interface Judged {
  readonly next: Position;
  readonly violations: number;
  readonly rested: boolean;
}

/** Where a device stands at power-on. */
export function powerOn(cause: number, history: number): Position {
  return { bootedOffset: IN_BOOT, cause, history, operations: 0, steps: 0, confirmed: false, overdue: false };
}

/** The same place with another history and count of operations (spelled out: a spread is three times slower). */
function moved(at: Position, history: number, operations: number): Position {
  const { bootedOffset, cause, steps, confirmed, overdue } = at;
  return { bootedOffset, cause, history, operations, steps, confirmed, overdue };
}

/** The reset that follows a call that ended so. */
function causeOf(kind: CallEnd["kind"]): number {
  if (kind === "read-fault" || kind === "trapped") return abi.CAUSE_FAULT;
  return kind === "hung" ? abi.CAUSE_WATCHDOG : abi.CAUSE_SOFT;
}

/** Plays a scene's power-ups on a device. */
export class Player {
  readonly powerUpsAllowed: number;
  readonly #device: Device;
  readonly #scene: Scene;
  readonly #judge: Judge;
  readonly #stepLimit: number;
  readonly #offers: readonly Offer[];
  #current: Offer | undefined;

  constructor(device: Device, scene: Scene, identifier: Identifier) {
    this.#device = device;
    this.#scene = scene;
    this.#judge = new Judge(device, scene, identifier);
    const { steps } = scene.scenario;
    this.powerUpsAllowed = (2 * device.attempts + POWER_UPS_SPARE) * Math.max(1, steps.length);
    const places = windowPlaces(scene.images.map(({ bytes }) => bytes));
    this.#offers = steps.map((step, index) => {
      const generation = generationOf(scene.scenario, step.offer);
      const images = scene.images.flatMap((image, at) =>
        image.generation === generation ? [{ offset: places[at] as number, size: image.bytes.length }] : [],
      );
      return { index, generation, until: step.until, images };
    });
    this.#stepLimit = STEPS_PER_SECTOR * device.part.sectors.reduce((sum, run) => sum + run.count.value, 0);
  }

  /** Runs from `start` until the scenario rests, the caller joins, or the bound on power-ups is passed. */
  settle(caller: Caller, start: Position): Settled {
    let position = start;
    let violations = 0;
    let powerUps = 0;
    let fresh = start.bootedOffset === IN_BOOT;
    while (powerUps < this.powerUpsAllowed || !fresh) {
      if (fresh) {
        powerUps++;
        this.#device.exports.reset(position.cause);
        caller.powerUp?.(position);
        fresh = false;
      }
      this.setOffer(position.history);
      if (caller.joins(position)) return { violations, powerUps, ending: "joined", last: position };
      const result = caller.call(position, this.inputAt(position));
      const judged = this.after(position, result);
      const found = judged.rested
        ? judged.violations | this.atRest(judged.next, result.end)
        : judged.violations;
      violations |= found;
      caller.judged?.(found);
      if (judged.rested) return { violations, powerUps, ending: "rested", last: judged.next };
      position = judged.next;
      fresh = position.bootedOffset === IN_BOOT;
    }
    return { violations: violations | oracleBit("converges"), powerUps, ending: "gave-up", last: position };
  }

  /** What the agent finds offered: the index of a step, -1 for nothing. */
  get offerIndex(): number {
    return this.#current?.index ?? -1;
  }

  /** The agent's input at a position. */
  inputAt(position: Position): number {
    if (position.bootedOffset === IN_BOOT) return 0;
    return this.#failsSelfTest(position) ? 0 : abi.INPUT_SELF_TEST_GOOD;
  }

  /** Whether the oracles look at nothing in a slot (TOUCHED_ bit) while boot or the firmware of the other one runs here. */
  ignores(slot: number, { bootedOffset, history }: Position): boolean {
    if (this.#device.boot.writesSlots || this.#device.agent.writesSlots) return false;
    const index = slot === TOUCHED_SLOT_A ? 0 : slot === TOUCHED_SLOT_B ? 1 : -1;
    if (index === -1 || memory.confirmedSlot(history) !== (index ^ 1)) return false;
    return bootedOffset === IN_BOOT || this.#judge.slotAt(bootedOffset) !== index;
  }

  /** Makes the offer stand or fall as the scenario says. */
  setOffer(history: number): void {
    const offer = this.#offers[memory.stepOf(history)];
    this.#current = offer === undefined || this.#isSettled(offer, history) ? undefined : offer;
    this.#device.offer(this.#current?.images ?? []);
  }

  #isSettled({ until, generation }: Offer, history: number): boolean {
    if (until === "confirmed") return this.#judge.isConfirmed(history, generation);
    return (history & memory.HISTORY_DONE) !== 0;
  }

  /** On to the next offer where the current one is settled and another follows. */
  #advanced(history: number): number {
    let now = history;
    for (let offer = this.#offers[memory.stepOf(now)]; offer !== undefined;) {
      if (offer.index === this.#offers.length - 1 || !this.#isSettled(offer, now)) return now;
      now = memory.afterStep(now);
      offer = this.#offers[memory.stepOf(now)];
    }
    return now;
  }

  /** The current offer, where it stands until `until`, is settled. */
  #settled(history: number, until: OfferStep["until"], generation?: number): number {
    const offer = this.#offers[memory.stepOf(history)];
    if (offer?.until !== until || (generation !== undefined && offer.generation !== generation))
      return history;
    return history | memory.HISTORY_DONE;
  }

  /** Judges a call and says where the device stands then. */
  after(position: Position, result: CallResult): Judged {
    let violations = 0;
    if (result.ruleBreaks > 0) violations |= oracleBit("flash-rules");
    if (result.denials > 0) violations |= oracleBit("in-bounds");
    if (result.slotAttempts > 0 && !this.#device.boot.writesSlots)
      violations |= oracleBit("boot-never-erases-slot");
    if (result.end.kind === "power-lost") {
      const lost = this.afterPowerLoss(position, result.touched);
      return { next: lost.next, violations: violations | lost.violations, rested: false };
    }
    const changed = this.#changed(position, result.touched);
    const operations = position.operations + result.operationCount + (result.disturbed ? 1 : 0);
    const here = moved(position, changed.history, operations);
    const judged =
      here.bootedOffset === IN_BOOT ? this.#afterBoot(here, result) : this.#afterStep(here, result);
    return { ...judged, violations: violations | changed.violations | judged.violations };
  }

  /** Where the device stands when the power went in a call that had changed the regions `touched`. */
  afterPowerLoss(
    position: Position,
    touched: number,
  ): { readonly next: Position; readonly violations: number } {
    const { history, violations } = this.#changed(position, touched);
    return { next: powerOn(abi.CAUSE_POWER, history), violations };
  }

  #afterBoot(from: Position, { end, recordSaid }: CallResult): Judged {
    const lost = recordSaid === "none" && memory.recordIsKnown(from.history) ? oracleBit("record-kept") : 0;
    const known = recordSaid === "found" ? memory.afterRecord(from.history) : from.history;
    const here = known === from.history ? from : moved(from, known, from.operations);
    if (end.kind !== "jumped") {
      const cause = causeOf(end.kind);
      const rested = here.operations === 0 && here.cause === cause && known === from.history;
      return { next: powerOn(cause, here.history), violations: this.#judge.noJump() | lost, rested };
    }
    const jump = this.#judge.jump(here.history, end.offset);
    const { image, overdue } = jump;
    const violations = jump.violations | lost;
    if (image !== undefined) {
      const history = this.#advanced(this.#settled(jump.history, "ran", image.generation));
      return { next: { ...here, history, bootedOffset: end.offset, overdue }, violations, rested: false };
    }
    return this.#powerCycle({ ...here, overdue }, jump.history, abi.CAUSE_WATCHDOG, violations);
  }

  #afterStep(here: Position, { end }: CallResult): Judged {
    if (end.kind !== "returned") return this.#powerCycle(here, here.history, causeOf(end.kind), 0);
    if (end.value === abi.STEP_CONFIRMED) {
      const confirmed = memory.afterConfirmed(here.history, this.#judge.slotAt(here.bootedOffset));
      const history = this.#advanced(confirmed);
      return this.#powerCycle({ ...here, overdue: false, confirmed: true }, history, abi.CAUSE_SOFT, 0);
    }
    if (this.#failsSelfTest(here)) {
      return this.#powerCycle(here, here.history, abi.CAUSE_WATCHDOG, 0);
    }
    if (end.value === abi.STEP_REFUSED) {
      const history = this.#advanced(this.#settled(here.history, "refused"));
      return this.#powerCycle(here, history, abi.CAUSE_SOFT, 0);
    }
    const steps = here.steps + 1;
    if (end.value !== abi.STEP_MORE || steps >= this.#stepLimit) {
      return this.#powerCycle(here, here.history, abi.CAUSE_SOFT, 0);
    }
    return { next: { ...here, steps }, violations: 0, rested: false };
  }

  /** The power-up is over: rest where nothing has changed and nothing will. */
  #powerCycle(here: Position, history: number, cause: number, found: number): Judged {
    const violations = here.overdue ? found | oracleBit("trial-reverts") : found;
    const rested = here.operations === 0 && history === here.history && here.cause === cause;
    return { next: rested ? here : powerOn(cause, history), violations, rested };
  }

  /** Whether the firmware that boot jumped into is reset before it confirms itself. */
  #failsSelfTest({ bootedOffset, history }: Position): boolean {
    const image = this.#judge.imageAt(bootedOffset);
    if (image === undefined) return false;
    const selfTest: SelfTest = this.#scene.scenario.images[image.generation]?.selfTest ?? "good";
    if (typeof selfTest === "string") return selfTest === "bad";
    const slot = this.#judge.slotAt(bootedOffset);
    return memory.confirmedSlot(history) !== slot && memory.bootsOf(history, slot) <= selfTest.afterResets;
  }

  /** Name of the scene's image whose first payload byte is at `offset`. */
  imageName(offset: number): string | undefined {
    return this.#judge.imageAt(offset)?.name;
  }

  /** What the oracles say of the scenario at rest, as a mask with RESTS_WRONG; `end` is how its last call ended. */
  atRest(last: Position, end: CallEnd): number {
    const slot = last.bootedOffset === IN_BOOT ? -1 : this.#judge.slotAt(last.bootedOffset);
    return this.#judge.atRest(slot, last.confirmed, end);
  }

  /** What the changed regions mean for the oracles' memory. */
  #changed(position: Position, touched: number): { readonly history: number; readonly violations: number } {
    let { history } = position;
    const running = position.bootedOffset === IN_BOOT ? -1 : this.#judge.slotAt(position.bootedOffset);
    for (const [slot, bit] of [TOUCHED_SLOT_A, TOUCHED_SLOT_B].entries()) {
      if ((touched & bit) === 0) continue;
      const installs = running === (slot ^ 1);
      history = installs ? memory.afterChanged(history, slot) : memory.afterMoved(history, slot);
    }
    if ((touched & TOUCHED_RECORD) !== 0 && running !== -1) history = memory.afterRequest(history, running);
    const late = position.overdue && position.bootedOffset !== IN_BOOT && touched !== 0;
    return { history, violations: late ? oracleBit("trial-reverts") : 0 };
  }
}
