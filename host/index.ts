// The package's public face: devices, parts, scenarios and campaigns, without terminals. Importing it reads no file; running a campaign
// by name does.
export { openDevice, runCampaign } from "./package-campaign.js";
export type { CampaignRequest, DeviceRun, OpenedDevice, SceneRequest } from "./app/programs.js";
export * from "./package-data.js";
