// What the package offers besides running campaigns: devices, parts, scenarios, oracles, cryptography, and what a configuration is made
// of. Everything here works in a browser; a configuration that is being loaded sees no more than this.
export type { FaultName } from "./campaign/plan/fault-models.js";
export type { Cut, FaultPlan } from "./campaign/plan/fault-plan.js";
export type { PlacedStrike, Strike } from "./campaign/plan/strikes.js";
export type { CampaignReport } from "./campaign/report.js";
export type { Scenario, Scene, SceneImage } from "./campaign/plan/scenario.js";
export { SCENARIOS, scenarioByName } from "./campaign/plan/scenarios.js";
export { ORACLES, type OracleName } from "./campaign/plan/oracles.js";
export { type GuestPair, type Trace } from "./campaign/plan/trace.js";
export type { OwnOracle, Run, RunCall } from "./campaign/play/own-oracle.js";
export { defineConfig, type EverbootConfig } from "./config/config.js";
export { Device } from "./device/device.js";
export { type DeviceOptions } from "./device/device-options.js";
export { type Operation } from "./device/operations.js";
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
