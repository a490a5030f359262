// The plain way to run a scene: every call executed, the power cut for real inside the device. Slow and simple; replay,
// `run` and the tests that check the explorer use it.
import * as abi from "../../assembly/abi.js";
import type { Device, Operation } from "../device/device.js";
import { type CallResult, executeCall } from "./call.js";
import { type FaultPlan, shapeNumber } from "./faults.js";
import { Identifier } from "./identify.js";
import { type Caller, Player, type Position, type Settled, powerOn } from "./settle.js";
import type { Scene, SceneImage } from "./scenario.js";

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
  /** Told of each call after it ended. */
  readonly onCall?: (call: PlainCall) => void;
  readonly onPowerUp?: (position: Position) => void;
}

/**
 * Brings a device to a scene's start: keys and first image provisioned, then power-ups without any offer until the
 * firmware has confirmed itself and the device rests. Ends with a checkpoint.
 */
export function prepare(device: Device, scene: Scene): Settled {
  device.exports.wipe();
  device.provision(device.layout.keys.offset, scene.keyTable);
  device.provision(device.layout.slotA.offset, scene.first.bytes);
  device.exports.markProgrammed(device.layout.keys.offset, scene.keyTable.length);
  device.exports.markProgrammed(device.layout.slotA.offset, scene.first.bytes.length);
  device.offer([]);
  const alone: Scene = { ...scene, offered: [], scenario: { ...scene.scenario, restsWith: 0 } };
  const settled = runPlain(device, alone, powerOn(abi.CAUSE_POWER, 0), {});
  device.offer(scene.offered.map((image) => image.bytes));
  device.exports.checkpoint();
  return settled;
}

/** Runs a scene from `start` on the device as it is, with these faults. */
export function runPlain(device: Device, scene: Scene, start: Position, options: PlainOptions): Settled {
  const identifier = new Identifier(device, [scene.first, ...scene.offered]);
  let index = 0;
  const caller: Caller = {
    joins: () => false,
    powerUp: (position) => options.onPowerUp?.(position),
    call: (position, input) => {
      const cut = options.faults?.cuts.find((candidate) => candidate.call === index);
      device.setCut(cut?.operation ?? abi.NOWHERE, cut === undefined ? 0 : shapeNumber(cut.shape));
      device.setChoices(options.faults?.reads.find((candidate) => candidate.call === index)?.choices ?? []);
      const result = executeCall(device, position.bootedOffset, input);
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
