// The plain way to run a scene: every call executed, the power cut for real inside the device. Slow and simple; replay,
// `run` and the tests that check the explorer use it.
import * as abi from "../../assembly/abi.js";
import type { Device, Operation } from "../device/device.js";
import type { Region } from "../device/profile.js";
import { type CallResult, executeCall } from "./call.js";
import { type FaultPlan, shapeNumber } from "./faults.js";
import * as memory from "./history.js";
import { Identifier } from "./identify.js";
import { type Caller, Player, type Position, type Settled, powerOn } from "./settle.js";
import { placed } from "./placed.js";
import type { Scene, SceneImage } from "./scenario.js";
import { armStrike, isAtRest, keepStrike } from "./strikes.js";

/** One executed guest call, for those who tell it. */
export interface PlainCall {
  readonly index: number;
  readonly position: Position;
  readonly result: CallResult;
  readonly operations: readonly Operation[];
  /** The image that boot jumped into, where it is one of the scene's. */
  readonly booted: SceneImage | undefined;
}

export interface PlainOptions {
  readonly faults?: FaultPlan;
  /** Told of each call before it is made. */
  readonly beforeCall?: (position: Position) => void;
  /** Told of each call after it ended. */
  readonly onCall?: (call: PlainCall) => void;
  readonly onPowerUp?: (position: Position) => void;
  /** Mark what the run depends on (exports.trackClear(), TABLE_TRACKED). */
  readonly tracks?: boolean;
}

/**
 * Brings a device to a scene's start: keys and the first image provisioned; then, where the scenario begins settled,
 * power-ups without any offer until the firmware has confirmed itself and the device rests; then what the scenario puts
 * into the slots past all rules. Ends with a checkpoint.
 */
export function prepare(device: Device, scene: Scene): Settled {
  const { start } = scene.scenario;
  const { keys, slotA, slotB } = device.layout;
  device.exports.wipe();
  device.fillWindow(scene.images.map(({ bytes }) => bytes));
  place(device, keys, scene.keyTable);
  place(device, slotA, placed(scene, start.slotA, slotA).bytes);
  provisionByAgent(device);
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
    scenario: { ...scenario, steps: [], expect: { runs: scenario.start.slotA } },
  };
  return runPlain(device, alone, powerOn(abi.CAUSE_POWER, 0), {});
}

function factory(): Settled {
  return { violations: 0, powerUps: 0, ending: "rested", last: powerOn(abi.CAUSE_POWER, 0) };
}

/** Runs a scene from `start` on the device as it is, with these faults. */
export function runPlain(device: Device, scene: Scene, start: Position, options: PlainOptions): Settled {
  const identifier = new Identifier(device, scene.images);
  let index = 0;
  const caller: Caller = {
    joins: () => false,
    powerUp: (position) => options.onPowerUp?.(position),
    call: (position, input) => {
      options.beforeCall?.(position);
      const struck = options.faults?.strikes?.filter((candidate) => candidate.call === index) ?? [];
      const inFlight = struck.map(({ strike }) => strike).filter((strike) => !isAtRest(strike));
      for (const { strike } of struck)
        if (isAtRest(strike)) device.exports.replay(keepStrike(device, strike), 0);
      const cut = options.faults?.cuts.find((candidate) => candidate.call === index);
      device.setCut(cut?.operation ?? abi.NOWHERE, cut === undefined ? 0 : shapeNumber(cut.shape));
      device.setChoices(options.faults?.reads.find((candidate) => candidate.call === index)?.choices ?? []);
      const arm = () => {
        for (const strike of inFlight) armStrike(device, strike);
        if (options.tracks === true) device.exports.trackCall();
      };
      const result = executeCall(device, position.bootedOffset, input, {
        arm,
        disturbed: inFlight.length > 0,
      });
      device.setCut(abi.NOWHERE, 0);
      device.setChoices([]);
      const { end } = result;
      const slot = end.kind === "jumped" ? slotAt(device, end.offset) : -1;
      const booted = slot === -1 ? undefined : identifier.inSlot(slot)[0];
      options.onCall?.({ index, position, result, operations: device.operations(), booted });
      index++;
      return result;
    },
  };
  return new Player(device, scene, identifier).settle(caller, start);
}

function slotAt(device: Device, offset: number): number {
  const { slotA } = device.layout;
  return offset >= slotA.offset && offset < slotA.offset + slotA.size ? 0 : 1;
}
