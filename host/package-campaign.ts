// Campaigns and devices by name, for tests and programs on Node.js. What they need of files and keys is loaded at first use,
// so that importing the package works in a browser too.
import type { CampaignReport } from "./campaign/report.js";
import type { CampaignRequest, OpenedDevice, SceneRequest } from "./app/programs.js";

/**
 * Runs a campaign in this thread, as `everboot campaign` does: the same scenarios, devices, guests and fault models by
 * name, images made on the spot. Traces of violations come into .everboot/traces.
 * @throws {MisuseError} naming what is unknown or does not fit.
 */
export async function runCampaign(request: CampaignRequest = {}): Promise<CampaignReport> {
  return (await import("./app/programs.js")).runCampaign(request);
}

/**
 * A simulated device that stands at the start of a scenario, to be run with faults of one's own choice.
 * @throws {MisuseError} naming what is unknown or does not fit.
 */
export async function openDevice(
  request: SceneRequest & Pick<CampaignRequest, "faults"> = {},
): Promise<OpenedDevice> {
  return (await import("./app/programs.js")).openDevice(request);
}
