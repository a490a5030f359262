// Shrinking: the fewest faults that still show a violation, by plain execution. What an exploration finds has the fewest
// cuts already; here each cut and each choice of a weak read is tried without. Invents no fault.
import type { Device } from "../device/device.js";
import type { FaultPlan } from "./plan/fault-plan.js";
import type { Finding } from "./explore/findings.js";
import { oracleBit } from "./plan/oracles.js";
import type { Scene } from "./plan/scenario.js";
import type { Position } from "./play/position.js";
import { runJudged } from "./play/wear.js";

/**
 * The finding's plan without what it does not need; each fault that is left is necessary. Null where playing the plan itself does
 * not show the violation.
 */
export function shrink(
  device: Device,
  scene: Scene,
  start: Position,
  { oracle, plan }: Pick<Finding, "oracle" | "plan">,
): FaultPlan | null {
  const shows = (candidate: FaultPlan) => replays(device, scene, start, { oracle, plan: candidate });
  if (!shows(plan)) return null;
  let smallest = plan;
  for (let before = -1; before !== faultCount(smallest);) {
    before = faultCount(smallest);
    for (const candidate of smaller(smallest)) {
      if (!shows(candidate)) continue;
      smallest = candidate;
      break;
    }
  }
  return smallest;
}

/** Whether playing a plan, every call executed, shows that an oracle is violated. */
export function replays(
  device: Device,
  scene: Scene,
  start: Position,
  { oracle, plan }: Pick<Finding, "oracle" | "plan">,
): boolean {
  device.exports.rollback();
  const { violations } = runJudged(device, scene, start, { faults: plan });
  device.exports.rollback();
  return (violations & oracleBit(oracle)) !== 0;
}

function faultCount({ cuts, reads, strikes = [], answers = [] }: FaultPlan): number {
  const choices = reads.reduce((sum, read) => sum + read.choices.filter((one) => one !== 0).length, 0);
  return cuts.length + choices + strikes.length + answers.length;
}

/** Every plan with one fault less. */
function* smaller(plan: FaultPlan): Generator<FaultPlan> {
  const { cuts, reads, strikes = [], answers = [] } = plan;
  for (const without of cuts) yield { ...plan, strikes, cuts: cuts.filter((cut) => cut !== without) };
  for (const without of strikes) yield { ...plan, strikes: strikes.filter((placed) => placed !== without) };
  for (const without of answers) yield { ...plan, answers: answers.filter((answer) => answer !== without) };
  for (const changed of reads) {
    for (const [index, choice] of changed.choices.entries()) {
      if (choice === 0) continue;
      const choices = changed.choices.map((one, at) => (at === index ? 0 : one));
      const others = reads.filter((one) => one !== changed);
      const kept = choices.some((one) => one !== 0) ? [{ call: changed.call, choices }] : [];
      yield { ...plan, reads: [...others, ...kept].sort((a, b) => a.call - b.call) };
    }
  }
}
