// The run of a scene in which nothing goes wrong, played plainly and without the explorer: what a campaign must come to at least.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import type { Faults } from "../plan/faults.js";
import { isHostile } from "../world/option.js";
import type { Position } from "../play/position.js";
import type { Scene } from "../plan/scenario.js";
import { type Wear, runJudged } from "../play/wear.js";

/** Of a scene's uncut run, executed once, plainly and without the explorer: cut points, answers, power-ups, violated oracles as a mask, wear. */
export function countPlan(
  device: Device,
  scene: Scene,
  start: Position,
  faults: Faults,
): {
  readonly cuts: number;
  /** Answers that are faults under the models that are on, of all its questions. */
  readonly hostile: number;
  readonly powerUps: number;
  readonly violations: number;
  readonly wear: Wear;
} {
  const losses = faults.losses.length;
  let cuts = 0;
  let hostile = 0;
  const { powerUps, violations, wear } = runJudged(device, scene, start, {
    onCall: ({ operations, exchanges }) => {
      cuts += losses; // before the call
      for (const { options } of exchanges)
        hostile += options.filter((option) => isHostile(option, faults.models)).length;
      for (const operation of operations) {
        if (operation.kind === "asked") cuts += losses;
        if (operation.kind === "retained" && faults.losses.includes("reset")) cuts++;
        if (!("status" in operation) || operation.status !== abi.STATUS_OK || operation.kind === "stray")
          continue;
        const kind = KINDS[operation.kind];
        const offset = "offset" in operation ? operation.offset : operation.id;
        const size = "sizeBytes" in operation ? operation.sizeBytes : 0;
        cuts += losses * faults.shapesOf(kind, offset, size).length;
      }
    },
  });
  device.exports.rollback();
  return { cuts, hostile, powerUps, violations, wear };
}

const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;
