// The package's public face: devices, parts, scenarios and campaigns, without files or terminals.
export { openDevice, runCampaign } from "./package-campaign.js";
export type { CampaignRequest, DeviceRun, OpenedDevice, SceneRequest } from "./cli/api.js";
export type { FaultName } from "./campaign/fault-models.js";
export type { Cut, FaultPlan } from "./campaign/faults.js";
export type { PlacedStrike, Strike } from "./campaign/strikes.js";
export type { CampaignReport } from "./campaign/report.js";
export type { Scenario, Scene, SceneImage } from "./campaign/scenario.js";
export { SCENARIOS, scenarioByName } from "./campaign/scenarios.js";
export { ORACLES, type OracleName } from "./campaign/oracles.js";
export { type GuestPair, type Trace } from "./campaign/trace.js";
export type { OwnOracle, Run, RunCall } from "./campaign/own-oracle.js";
export { defineConfig, type EverbootConfig } from "./config/config.js";
export { Device, type DeviceOptions, type Operation } from "./device/device.js";
export { PARTS, partById } from "./device/parts.js";
export type { Layout, PartProfile } from "./device/profile.js";
export { crypto } from "./package-crypto.js";
export {
  CryptoArgumentError,
  createCrypto,
  type Crypto,
  type CryptoBuild,
  type CryptoOptions,
} from "./crypto/crypto.js";
export { CryptoSizeError } from "./crypto/core-module.js";
export type { CryptoAlgorithm } from "./crypto/verify.js";
export { InvalidKeyError, MisuseError } from "./core/errors.js";
