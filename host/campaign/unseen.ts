// What a campaign that claims something of what surrounds a device must have seen of it. Explores nothing.
import { type FaultName, WORLD_MODELS, type WorldModel } from "./plan/fault-models.js";
import type { LinkSeen } from "./report.js";

/**
 * Why nothing was shown under some fault model, in one line; null where something was under each.
 * @param met models that could answer some question otherwise
 */
export function unseenIn(
  faults: readonly FaultName[],
  met: readonly WorldModel[],
  link: LinkSeen,
): string | null {
  const idle = WORLD_MODELS.find((model) => faults.includes(model) && !met.includes(model));
  if (idle === "application") return "under the model application no application ran beside the firmware";
  if (idle !== undefined) return `no guest asked for anything that the model ${idle} could answer otherwise`;
  return faults.includes("link") ? nothingIn(link) : null;
}

/** Why what was seen of the link shows nothing; null where it does. */
export function nothingIn({ clientStates, losses }: LinkSeen): string | null {
  if (clientStates === 0) return "under the model link no client was seen in any state";
  return losses === 0 ? "under the model link no packet and no reply was lost" : null;
}
