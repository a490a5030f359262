// The plain way to run a scene: every call executed, the power cut for real inside the device. Slow and simple; replay,
// `run` and the tests that check the explorer use it.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import type { Operation } from "../../device/operations.js";
import type { Region } from "../../device/profile.js";
import { type CallResult, executeCall, neverMade } from "./call.js";
import { type Cut, type FaultPlan, NO_FAULTS, lossOf } from "../plan/fault-plan.js";
import type { Faults } from "../plan/faults.js";
import { shapeNumber } from "../plan/shapes.js";
import * as memory from "./history.js";
import { type History, NO_HISTORY } from "./history.js";
import { sinceFault } from "./giving-up.js";
import { Identifier } from "./identify.js";
import { type Position, powerOn } from "./position.js";
import type { Caller, Settled } from "./caller.js";
import { Player } from "./player.js";
import { placed } from "../plan/placed.js";
import type { Scene, SceneImage } from "../plan/scenario.js";
import { type Answerer, Dialogue, type Exchange, type Script } from "../world/dialogue.js";
import { Rules } from "../world/rules.js";
import { armStrike, isAtRest, keepStrike } from "../plan/strikes.js";

const NOT_ASKED: Pick<Dialogue, "wrong" | "exchanges"> = { wrong: [], exchanges: [] };

/** One executed guest call, for those who tell it. */
export interface PlainCall {
  readonly index: number;
  readonly position: Position;
  readonly result: CallResult;
  readonly operations: readonly Operation[];
  /** The image that boot jumped into, where it is one of the scene's. */
  readonly booted: SceneImage | undefined;
  /** What has gone wrong around the device, in words: answers of the call that are faults. */
  readonly around: readonly string[];
  /** What it has asked of what surrounds the device, and heard. */
  readonly exchanges: readonly Exchange[];
}

/** What is run again and again from one start, under which fault models. */
export interface RunSubject {
  readonly device: Device;
  readonly scene: Scene;
  /** Where the device's checkpoint stands. */
  readonly start: Position;
  readonly faults: Faults;
}

export interface PlainOptions {
  readonly faults?: FaultPlan;
  /** Told of each call before it is made. */
  readonly beforeCall?: (position: Position) => void;
  /** Told of each call after it ended. */
  readonly onCall?: (call: PlainCall) => void;
  readonly onPowerUp?: (position: Position) => void;
  /** Told of what the oracles found in each call, as a mask, after onCall. */
  readonly onJudged?: (found: number) => void;
  /** Told of what has befallen the device past all rules: the index of the scenario's step with which that began. */
  readonly onIncident?: (step: number) => void;
  /** Answers the questions of a call, by its number, in place of `faults`; null: those do. */
  readonly answererOf?: (call: number) => Answerer | null;
  /** Mark what the run depends on (exports.trackClear(), TABLE_TRACKED). */
  readonly tracks?: boolean;
  /**
   * Whether the oracles remember that a trial is under way, as they do in a campaign with the model reset; when absent, whether a cut
   * of `faults` is a reset. In a run without a reset no oracle asks for it, but two states that differ in nothing else are two: a
   * circle would be closed later than in a campaign without the model.
   */
  readonly resets?: boolean;
  /** Power-ups after a fault after which it is given up; the scenario's bound (giving-up.ts) when absent. */
  readonly powerUpsMax?: number;
}

/**
 * Brings a device to a scene's start: keys and the first image provisioned; then, where the scenario begins settled,
 * power-ups without any offer until the firmware has confirmed itself and the device rests; then what the scenario puts
 * into the slots past all rules. Ends with a checkpoint.
 */
export function prepare(device: Device, scene: Scene): Settled {
  const { start } = scene.scenario;
  const { slotA, slotB } = device.layout;
  provision(device, scene);
  const settled = start.settled ? settleAlone(device, scene) : factory();
  let { history } = settled.last;
  for (const [index, name] of [start.then?.slotA, start.then?.slotB].entries()) {
    if (name === undefined) continue;
    const slot = index === 0 ? slotA : slotB;
    place(device, slot, placed(scene, name, slot).bytes);
    history = memory.afterMoved(history, index);
  }
  device.exports.checkpoint();
  return { ...settled, last: { ...settled.last, history } };
}

/** What the agent's own part of provisioning does to a device for a scene. */
export function operationsOfProvision(device: Device, scene: Scene): readonly Operation[] {
  provision(device, scene);
  return device.operations();
}

/** Brings a device to what leaves the factory: keys, the first image, and what the agent adds. */
function provision(device: Device, scene: Scene): void {
  const { keys, slotA } = device.layout;
  device.exports.wipe();
  device.exports.setLinkFrame(scene.scenario.world?.client?.line ?? abi.LINK_MAX);
  device.fillWindow(scene.images.map(({ bytes }) => bytes));
  place(device, keys, scene.keyTable);
  place(device, slotA, placed(scene, scene.scenario.start.slotA, slotA).bytes);
  provisionByAgent(device);
}

/** The agent's own part of provisioning, as the firmware of slot A would do it; nothing goes wrong in it. */
function provisionByAgent(device: Device): void {
  device.exports.beginCall(device.layout.slotA.offset, 0);
  device.agent.provision();
}

/** Writes bytes past all rules, over whatever stood at the start of a region, as a provisioning tool would. */
function place(device: Device, region: Region, bytes: Uint8Array): void {
  const before = device.flash(region.offset, region.size);
  const used = before.findLastIndex((byte) => byte !== device.part.erasedByte) + 1;
  const whole = new Uint8Array(Math.max(bytes.length, used)).fill(device.part.erasedByte);
  whole.set(bytes);
  device.provision(region.offset, whole);
  device.exports.markProgrammed(region.offset, bytes.length);
}

/** Power-ups with nothing offered. */
function settleAlone(device: Device, scene: Scene): Settled {
  const { scenario } = scene;
  const alone: Scene = {
    ...scene,
    // Nobody talks to it yet.
    scenario: {
      ...{ ...scenario, steps: [], expect: { runs: scenario.start.slotA } },
      ...(scenario.world === undefined ? {} : { world: { ...scenario.world, client: undefined } }),
    },
  };
  return runPlain(device, alone, powerOn(abi.CAUSE_POWER, withWorldOf(NO_HISTORY, device, alone)), {});
}

/** Where guests can ask for what surrounds the device: that, as it is when the scenario begins. */
export function withWorldOf(history: History, device: Device, { scenario }: Scene): History {
  return device.asks ? memory.withWorld(history, new Rules(scenario.world).start()) : history;
}

function factory(): Settled {
  const last = powerOn(abi.CAUSE_POWER, NO_HISTORY);
  return { violations: 0, powerUps: 0, ending: "rested", since: sinceFault(last), last };
}

/** Runs a scene from `start` on the device as it is, with these faults. */
export function runPlain(device: Device, scene: Scene, start: Position, options: PlainOptions): Settled {
  const identifier = new Identifier(device, scene.images);
  const { faults = NO_FAULTS } = options;
  const { resets = faults.cuts.some((cut) => lossOf(cut) === "reset") } = options;
  const last = lastCallOf(faults);
  let index = 0;
  let wentWrong = false;
  let dialogue: Dialogue | undefined;
  const player = new Player(device, scene, identifier, resets);
  const caller: Caller = {
    powerUp: (position) => options.onPowerUp?.(position),
    happened: (step) => options.onIncident?.(step),
    judged: (found) => options.onJudged?.(found),
    wentWrong: () => wentWrong,
    said: () => dialogue ?? null,
    isCalm: () => index > last,
    call: (position, input) => {
      options.beforeCall?.(position);
      const { world } = position.history;
      const script = options.answererOf?.(index) ?? scriptOf(faults, index);
      dialogue = world === null ? undefined : new Dialogue(player.rules, world, script);
      const strikes = faults.strikes?.filter((candidate) => candidate.call === index) ?? [];
      const inFlight = strikes.map(({ strike }) => strike).filter((strike) => !isAtRest(strike));
      for (const { strike } of strikes)
        if (isAtRest(strike)) device.exports.replay(keepStrike(device, strike), 0);
      const cut = faults.cuts.find((candidate) => candidate.call === index);
      const result =
        cut !== undefined && "before" in cut
          ? neverMade(lossOf(cut) === "reset" ? "was-reset" : "power-lost")
          : cutCall(device, cut, () => {
              device.setChoices(faults.reads.find((candidate) => candidate.call === index)?.choices ?? []);
              const arm = () => {
                for (const strike of inFlight) armStrike(device, strike);
                if (options.tracks === true) device.exports.trackCall();
              };
              return executeCall(device, position.bootedOffset, input, {
                arm,
                disturbed: inFlight.length > 0,
                dialogue,
              });
            });
      const { end } = result;
      const isHostile = (dialogue?.faults ?? 0) > 0;
      wentWrong = strikes.length > 0 || isHostile || end.kind === "power-lost" || end.kind === "was-reset";
      const slot = end.kind === "jumped" ? slotAt(device, end.offset) : -1;
      const booted = slot === -1 ? undefined : identifier.inSlot(slot)[0];
      const operations = isNeverMade(cut) ? [] : device.operations();
      const { wrong: around, exchanges } = dialogue ?? NOT_ASKED;
      options.onCall?.({ index, position, result, operations, booted, around, exchanges });
      index++;
      return result;
    },
  };
  const { powerUpsMax = player.limits.powerUps } = options;
  return player.settle(caller, start, { ...player.limits, powerUps: powerUpsMax });
}

/** What the questions of a call are answered by. */
function scriptOf({ answers = [] }: FaultPlan, index: number): Script {
  const own = answers.filter(({ call }) => call === index);
  return new Map(own.map(({ question, option }) => [question, option]));
}

/** Makes a call with the power going, or a reset striking, in it. */
function cutCall(device: Device, cut: Cut | undefined, call: () => CallResult): CallResult {
  if (cut !== undefined && "operation" in cut) {
    device.setTearMasks(cut.landed ?? []);
    device.setCut(cut.operation, shapeNumber(cut.shape), lossOf(cut) === "reset");
  }
  if (cut !== undefined && "retained" in cut) device.setResetAt(cut.retained);
  if (cut !== undefined && "asked" in cut) device.setAskedCut(cut.asked, lossOf(cut) === "reset");
  const result = call();
  device.setCut(abi.NOWHERE, 0);
  device.setResetAt(abi.NOWHERE);
  device.setAskedCut(abi.NOWHERE);
  device.setChoices([]);
  return result;
}

function isNeverMade(cut: Cut | undefined): boolean {
  return cut !== undefined && "before" in cut;
}

/** The last call in which something goes wrong or is read otherwise; -1: none. */
function lastCallOf({ cuts, reads, strikes = [], answers = [] }: FaultPlan): number {
  return [...cuts, ...reads, ...strikes, ...answers].reduce((last, { call }) => Math.max(last, call), -1);
}

function slotAt(device: Device, offset: number): number {
  const { slotA } = device.layout;
  return offset >= slotA.offset && offset < slotA.offset + slotA.size ? 0 : 1;
}
