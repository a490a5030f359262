// What a violation of the package's own oracles says besides its name: only where there is a figure to tell. Finds nothing.
import type { FaultPlan } from "./plan/fault-plan.js";
import { type Since, isPassed, limitsOf } from "./play/giving-up.js";
import { type RunSubject, runPlain } from "./play/plain.js";
import type { ShareFinding } from "./share-result.js";
import { type Wear, wornWords } from "./play/wear.js";

/** How many times the bound a run of too many power-ups is followed, to see where it ends. */
const FOLLOWED = 8;

/**
 * What a finding says; undefined where its oracle's name says all of it.
 * @param subject makes a device at the scene's start, to play the finding's run on
 * @param wear of the run without faults
 */
export function saidOf(
  { oracle, plan }: Pick<ShareFinding, "oracle" | "plan">,
  subject: () => RunSubject,
  wear: Wear | null,
): string | undefined {
  if (oracle === "wear-bound") return wear === null ? undefined : wornWords(wear);
  return oracle === "converges" ? endlessWords(subject(), plan) : undefined;
}

/** Which bound a run passes, or that it comes back to where it was. */
function endlessWords({ device, scene, start }: RunSubject, plan: FaultPlan): string | undefined {
  const limits = limitsOf(device, scene.scenario);
  const played = (powerUpsMax?: number) => {
    device.exports.rollback();
    return runPlain(device, scene, start, {
      faults: plan,
      ...(powerUpsMax === undefined ? {} : { powerUpsMax }),
    });
  };
  const { ending, since } = played();
  if (ending === "rested") return undefined;
  if (!isPassed(since, limits)) return "it comes back to a state in which it was";
  if (since.powerUps <= limits.powerUps) return quietWords(since, limits);
  const further = played(limits.powerUps * FOLLOWED);
  const count = further.since.powerUps;
  const ends = further.ending === "rested" ? `it takes ${count} power-ups to rest` : notWithin(count);
  return `after the last fault ${ends}, the bound is ${limits.powerUps}`;
}

function notWithin(powerUps: number): string {
  return `it is not at rest after ${powerUps} power-ups`;
}

function quietWords({ calls, steps }: Since, limits: Since): string {
  if (steps > limits.steps)
    return `${steps} steps in a row change neither flash nor a counter, the bound is ${limits.steps}`;
  return `after the last fault it is not at rest after ${calls} guest calls, the bound is ${limits.calls}`;
}
