// What the package's root offers to programs, over the built modules and the work folder: campaigns and devices by name, as
// the command line has them. Prints nothing.
import { runCampaign as exploreCampaign } from "../campaign/campaign.js";
import { campaignMachine } from "../campaign/options.js";
import {
  DEFAULT_ATTEMPTS,
  DEFAULT_AUDIT,
  DEFAULT_DEPTH,
  DEFAULT_DEVICE,
  DEFAULT_SCENARIO,
  DEFAULT_SEED,
} from "../campaign/plan/defaults.js";
import type { FaultName } from "../campaign/plan/fault-models.js";
import { type FaultPlan, NO_FAULTS } from "../campaign/plan/fault-plan.js";
import { type OracleName, oracleNames } from "../campaign/plan/oracles.js";
import type { Run } from "../campaign/play/own-oracle.js";
import { RunCollector } from "../campaign/own/own-runs.js";
import type { CampaignReport } from "../campaign/report.js";
import { runJudged } from "../campaign/play/wear.js";
import type { Device } from "../device/device.js";
import { type CampaignJob, optionsOf } from "./campaign/job.js";
import { DEFAULT_GUEST } from "./workspace/modules.js";
import { traceNames, writeTraces } from "./campaign/traces.js";

/** What a device and its scenario are made of, by name; all but the names in a configuration have defaults. */
export interface SceneRequest {
  /** Of the package, or of `config`; "update" when absent. */
  readonly scenario?: string;
  /** Part id; "nrf52840" when absent. */
  readonly device?: string;
  /** Guest by name, or path of a wasm file; "boot-full" when absent. */
  readonly guest?: string;
  /** Boots that an unconfirmed image gets, 1 to 255; 3 when absent. */
  readonly attempts?: number;
  /** Whole signed size of the images that are made, in bytes. */
  readonly imageSizeBytes?: number;
  /** Path of an everboot.config file that names are looked up in; none when absent. */
  readonly config?: string;
}

/** A campaign by name. */
export interface CampaignRequest extends SceneRequest {
  /** Fault models; power when absent. */
  readonly faults?: readonly FaultName[];
  /** Most faults in one run; "fixpoint": until no new state is found; 1 when absent. */
  readonly depth?: number | "fixpoint";
  /** What samples are drawn with; 1 when absent. */
  readonly seed?: number;
  /** Strikes that a sample has, for each state and kind. */
  readonly samples?: number;
}

/** How one run of a device went. */
export interface DeviceRun extends Run {
  /** Oracles that are violated in it. */
  readonly violations: readonly OracleName[];
}

/** A simulated device at the start of its scenario. */
export interface OpenedDevice {
  /** The device itself: flash, counters, wear, as the last run left them. */
  readonly device: Device;
  /**
   * Plays the scenario from its start until it rests, every call executed; faults strike as the plan says.
   * @throws {MisuseError} for a cut that the part or the fault models do not have.
   */
  run(faults?: FaultPlan): DeviceRun;
}

/**
 * Runs a campaign in this thread; violations have their traces in .everboot/traces.
 * @throws {MisuseError} naming what is unknown or does not fit.
 */
export async function runCampaign(request: CampaignRequest = {}): Promise<CampaignReport> {
  const job = requestedJob(request);
  const options = await optionsOf(job);
  const report = exploreCampaign(options, { nameTrace: traceNames(job, options) });
  writeTraces(report);
  return report;
}

/**
 * A device that stands at the start of a scenario, to be run with faults of one's own choice.
 * @throws {MisuseError} naming what is unknown or does not fit.
 */
export async function openDevice(
  request: SceneRequest & Pick<CampaignRequest, "faults"> = {},
): Promise<OpenedDevice> {
  const options = await optionsOf(requestedJob(request));
  // Dense tears have every shape there is.
  const { device, scene, start, faults } = campaignMachine({ ...options, tears: "dense" });
  return {
    device,
    run(plan = NO_FAULTS) {
      faults.check(plan);
      device.exports.rollback();
      const collector = new RunCollector();
      const { onCall, onPowerUp } = collector;
      const settled = runJudged(device, scene, start, { faults: plan, onCall, onPowerUp });
      return {
        ...collector.run({ device, scene }, plan, settled),
        violations: oracleNames(settled.violations),
      };
    },
  };
}

function requestedJob(request: CampaignRequest): CampaignJob {
  const { scenario, device, guest, attempts, imageSizeBytes, config, faults, depth, seed, samples } = request;
  return {
    scenario: scenario ?? DEFAULT_SCENARIO,
    device: device ?? DEFAULT_DEVICE,
    guest: guest ?? DEFAULT_GUEST,
    attempts: attempts ?? DEFAULT_ATTEMPTS,
    faults: (faults ?? ["power"]).join(","),
    depth: depth ?? DEFAULT_DEPTH,
    audit: DEFAULT_AUDIT,
    seed: seed ?? DEFAULT_SEED,
    ...(imageSizeBytes === undefined ? {} : { imageSize: imageSizeBytes }),
    ...(config === undefined ? {} : { config }),
    ...(samples === undefined ? {} : { samples }),
  };
}
