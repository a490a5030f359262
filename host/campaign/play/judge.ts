// What the oracles say of jumps, halts and rest: from flash content, counters and history alone. Moves nothing on.
import * as abi from "../../../assembly/abi.js";
import { PACKAGE_REASONS } from "../../core/halts.js";
import type { Device } from "../../device/device.js";
import * as memory from "./history.js";
import * as trials from "./trials.js";
import type { History } from "./history.js";
import { type CallEnd, IN_BOOT, TOUCHED_SLOT_A, TOUCHED_SLOT_B, isDown } from "./call.js";
import type { Position } from "./position.js";
import { isSafe } from "../world/rules.js";
import type { World } from "../world/world.js";
import type { Identifier } from "./identify.js";
import { RESTS_DOWN, RESTS_WRONG, oracleBit } from "../plan/oracles.js";
import { type Scene, type SceneImage, type SelfTest, generationOf } from "../plan/scenario.js";

/** A judged jump. */
export interface Jump {
  /** The scene's image that runs now; undefined where none does. */
  readonly image: SceneImage | undefined;
  readonly history: History;
  readonly violations: number;
  /** An unconfirmed image runs once more than it may. */
  readonly overdue: boolean;
}

/** How a scenario rests. */
export interface Rest {
  /** Slot that runs; -1: none, boot did not jump. */
  readonly slot: number;
  /** It said CONFIRMED in its last power-up. */
  readonly confirmed: boolean;
  /** How the last call ended. */
  readonly end: CallEnd;
  readonly history: History;
}

const NO_TRIAL: trials.Trial = { whose: 0, spare: 1, hasRun: false, instead: -1 };

/** Resets after which a firmware's self-test is good, where it is good then. */
function resetsOf(selfTest: SelfTest = "good"): number {
  return typeof selfTest === "string" ? 0 : selfTest.afterResets;
}

/** Judges one device in one scene. */
export class Judge {
  readonly #device: Device;
  readonly #scene: Scene;
  readonly #identifier: Identifier;
  /** Generation that must run at rest; -1 where boot must halt. */
  readonly restsWith: number;
  /** A firmware of the scenario may find its self-test other than good at once. */
  readonly #canFail: boolean;

  constructor(device: Device, scene: Scene, identifier: Identifier) {
    this.#device = device;
    this.#scene = scene;
    this.#identifier = identifier;
    const { expect, images, steps } = scene.scenario;
    this.#canFail =
      images.some(({ selfTest = "good" }) => selfTest !== "good") || steps.some((step) => "selfTest" in step);
    this.restsWith = "runs" in expect ? generationOf(scene.scenario, expect.runs) : -1;
  }

  /** Resets of its own after which the last of the scenario's firmwares finds its self-test good. */
  get ownResets(): number {
    return Math.max(0, ...this.#scene.scenario.images.map(({ selfTest }) => resetsOf(selfTest)));
  }

  /** Whether the firmware that boot jumped into is reset before it confirms itself. */
  failsSelfTest({ bootedOffset, history }: Position): boolean {
    if (!this.#canFail) return false;
    const image = this.imageAt(bootedOffset);
    if (image === undefined) return false;
    const slot = this.slotAt(bootedOffset);
    if (memory.isFailing(history, slot)) return true;
    const selfTest: SelfTest = this.#scene.scenario.images[image.generation]?.selfTest ?? "good";
    if (typeof selfTest === "string") return selfTest === "bad";
    return !memory.isConfirmed(history, slot) && memory.bootsOf(history, slot) <= selfTest.afterResets;
  }

  /** Slot (0, 1) that an offset lies in. */
  slotAt(offset: number): number {
    const { slotA } = this.#device.layout;
    return offset >= slotA.offset && offset < slotA.offset + slotA.size ? 0 : 1;
  }

  /**
   * Boot jumped to `offset`; unconfirmed boots are counted up to `bootsMax`.
   * @param hasChanged it has changed something before
   */
  jump(history: History, offset: number, bootsMax: number, hasChanged: boolean): Jump {
    const slot = this.slotAt(offset);
    const start = this.#slotOffset(slot);
    const standing = this.#identifier.inSlot(slot);
    const image = standing.find((known) => start + known.headerSizeBytes === offset);
    if (image === undefined || (image.linkedFor !== null && image.linkedFor !== start)) {
      const oracle = standing.length === 0 ? "authentic" : "no-wrong-image";
      return { image, history, violations: oracleBit(oracle), overdue: false };
    }
    const belowFloor = image.securityCounter < this.#device.highestCounter(abi.COUNTER_FLOOR);
    const violations = belowFloor ? oracleBit("no-rollback") : 0;
    if (history.confirmed === slot && this.#stands(history))
      return { image, history, violations, overdue: false };
    const other = slot ^ 1;
    const isAllowed = this.allowed(other);
    const tried = trials.afterTrialBoot(history, slot, bootsMax, {
      fallback: isAllowed ? this.generationIn(other) : -1,
      hasChanged,
    });
    // What was installed last falls back to the other slot's image; any other only to the one that was confirmed.
    const fallsBack = history.newest === slot || (history.confirmed === other && this.#stands(history));
    if (!fallsBack || !isAllowed) return { image, history: tried, violations, overdue: false };
    return {
      image,
      history: tried,
      violations: memory.wasChanged(tried, slot) ? violations : violations | oracleBit("confirmed-stays"),
      overdue: memory.bootsOf(tried, slot) > this.#device.attempts,
    };
  }

  /**
   * What is open is looked at, where the device stands now: what boot or a firmware in its own slot has written, or the newest image's
   * firmware, which is on trial, in the other slot. As long as the images stand there that stood there, nothing has happened.
   */
  afterWritten(history: History): { readonly history: History; readonly violations: number } {
    const { newest, fallback, confirmed, open: bits } = history;
    let now = memory.afterLook(history);
    let violations = 0;
    if ((bits & memory.OPEN_WRITTEN) !== 0 && (fallback === -1 || !this.#holds(newest ^ 1, fallback))) {
      now = memory.afterChanged(now, newest ^ 1);
      if ((bits & memory.OPEN_RUINED) !== 0 && fallback !== -1) violations = oracleBit("trial-reverts");
    }
    if ((bits & memory.OPEN_MOVED) !== 0 && confirmed !== -1 && !this.#stands(history))
      now = memory.afterMoved(now, confirmed);
    return { history: now, violations };
  }

  /** The confirmed image stands where it was confirmed, byte for byte, whatever else of the slot was written. */
  #stands({ confirmed, generation }: History): boolean {
    return this.#holds(confirmed, generation);
  }

  /** Generation of the image that stands in `slot`; -1: none. */
  generationIn(slot: number): number {
    return this.#identifier.inSlot(slot)[0]?.generation ?? -1;
  }

  /** The scene's image whose first payload byte is at `offset`. */
  imageAt(offset: number): SceneImage | undefined {
    const slot = this.slotAt(offset);
    const start = this.#slotOffset(slot);
    return this.#identifier.inSlot(slot).find((known) => start + known.headerSizeBytes === offset);
  }

  /** Boot ended without a jump. Of a boot that writes slots an image is asked for that it could move to where it runs. */
  noJump(): number {
    const moves = this.#device.boot.writesSlots;
    return this.allowed(0, moves) || this.allowed(1, moves) ? oracleBit("no-brick") : 0;
  }

  /** Whether boot halts for what is called so: by its own names, and for a number that it gives none, by those of abi.ts. */
  #isNamed(reason: number, name: string): boolean {
    return (this.#device.boot.haltNames.get(reason) ?? PACKAGE_REASONS.get(reason)) === name;
  }

  /** What the oracles say of a scenario at rest. */
  atRest({ slot, confirmed, end, history }: Rest): number {
    const { expect, otherwise } = this.#scene.scenario;
    if ("halts" in expect) {
      const isMeant = end.kind === "halted" && this.#isNamed(end.reason, expect.halts);
      // Nothing could run: a halt for another reason loses nothing.
      const down = end.kind === "halted" ? 0 : this.#down(slot);
      return isMeant ? 0 : oracleBit(otherwise) | RESTS_WRONG | down;
    }
    const image = slot === -1 || !confirmed ? undefined : this.#identifier.inSlot(slot)[0];
    if (image?.generation === this.restsWith) return this.#floorFollows(image);
    // As many resets as a trial has attempts look like a bad image, and its offer is refused: what it falls back to may stay.
    const isAnswered = confirmed || (end.kind === "returned" && end.value === abi.STEP_REFUSED);
    if (history.spent !== 0 && slot !== -1 && isAnswered && this.allowed(slot)) {
      const [fallback] = this.#identifier.inSlot(slot);
      if (fallback?.generation === history.instead) return this.#floorFollows(fallback);
    }
    const wrong = RESTS_WRONG | this.#down(slot);
    // Where boot does not jump though it could, no-brick has said so.
    if (slot === -1 && otherwise !== "update-completes" && this.noJump() !== 0) return wrong;
    return oracleBit(otherwise) | wrong;
  }

  /** What floor-follows says of an image that runs at rest, confirmed. */
  #floorFollows({ securityCounter }: SceneImage): number {
    const floor = this.#device.counter(abi.COUNTER_FLOOR);
    const isFirm = this.#device.highestCounter(abi.COUNTER_FLOOR) === floor;
    return isFirm && securityCounter === floor ? 0 : oracleBit("floor-follows");
  }

  /** RESTS_DOWN where no image that may run runs at rest. */
  #down(slot: number): number {
    return slot !== -1 && this.allowed(slot) ? 0 : RESTS_DOWN;
  }

  /** An image of this generation stands in the slot that is confirmed, and is the one that said so. */
  isOfferConfirmed(history: History, generation: number): boolean {
    const slot = history.confirmed;
    return memory.isConfirmed(history, slot) && this.#holds(slot, generation);
  }

  /**
   * The trial that a reset comes in: of the newest image, where that is the one that must run at rest or the one that is offered (its
   * generation), and is not confirmed. Slots that the call at hand has changed (TOUCHED_ bits) are not looked at: before a cut and after it
   * they are not the same.
   */
  trialOf(history: History, touched: number, offered: number): trials.Trial {
    const { boot, agent } = this.#device;
    const slot = history.newest;
    const isTouched = (at: number) => (touched & (at === 0 ? TOUCHED_SLOT_A : TOUCHED_SLOT_B)) !== 0;
    if (slot !== -1 && !isTouched(slot) && trials.isTried(history, slot)) {
      const tried = this.generationIn(slot);
      const isWanted = tried !== -1 && tried === this.restsWith;
      const isOffered = tried !== -1 && tried === offered;
      if (isWanted || isOffered) {
        const other = slot ^ 1;
        return {
          whose: (isWanted ? memory.SPENT_WANTED : 0) | (isOffered ? memory.SPENT_OFFERED : 0),
          spare: this.#spareOf(tried),
          hasRun: memory.bootsOf(history, slot) > 0,
          instead: isTouched(other) ? history.fallback : this.generationIn(other),
        };
      }
    }
    if (!boot.writesSlots && !agent.writesSlots) return NO_TRIAL;
    // It may be in motion, whole in neither slot.
    return {
      whose: memory.SPENT_WANTED | memory.SPENT_OFFERED,
      spare: this.#spareOf(offered === -1 ? this.restsWith : offered),
      hasRun: history.bootsA > 0 || history.bootsB > 0,
      instead: history.generation,
    };
  }

  /** Resets that a trial of this generation's image does not survive, beside those by its own self-test. */
  #spareOf(generation: number): number {
    const { selfTest = "good" } = this.#scene.scenario.images[generation] ?? {};
    return Math.max(1, this.#device.attempts - (typeof selfTest === "string" ? 0 : selfTest.afterResets));
  }

  #holds(slot: number, generation: number): boolean {
    return this.#identifier.inSlot(slot).some((image) => image.generation === generation);
  }

  /** An image of the scene stands in `slot`, may run there (or, moved, in the other one) and is not below the floor. */
  allowed(slot: number, moves = false): boolean {
    const start = this.#slotOffset(slot);
    const places: readonly (number | null)[] = moves
      ? [null, start, this.#slotOffset(slot ^ 1)]
      : [null, start];
    const floor = this.#device.highestCounter(abi.COUNTER_FLOOR);
    return this.#identifier
      .inSlot(slot)
      .some((image) => places.includes(image.linkedFor) && image.securityCounter >= floor);
  }

  #slotOffset(slot: number): number {
    const { slotA, slotB } = this.#device.layout;
    return slot === 0 ? slotA.offset : slotB.offset;
  }
}

/** What is said of a firmware that stops without being asked to while the main function allows no interruption, as a mask. */
export function disturbance({ bootedOffset, history }: Position, end: CallEnd, world: World): number {
  if (history.turn === memory.APPLICATION_NEXT) return 0;
  return bootedOffset !== IN_BOOT && isDown(end) && !isSafe(world) ? oracleBit("undisturbed") : 0;
}
