// A campaign as plain data, as the command line and a worker thread both understand it, and what it is made of. Reads the
// files that it names; runs nothing.
import { createHash } from "node:crypto";
import { ABI_VERSION } from "../../assembly/abi.js";
import type { CampaignOptions } from "../campaign/campaign.js";
import { parseFaults } from "../campaign/fault-models.js";
import type { Scene } from "../campaign/scenario.js";
import type { FlipKind, FlipPlace } from "../campaign/strike-tasks.js";
import { MisuseError } from "../core/errors.js";
import type { KeyType } from "../image/key-types.js";
import type { Target } from "../scene/accept.js";
import { canaries, deviceModule, guestPair } from "./modules.js";
import { demoScene, scenarioOf, sceneFromFiles, targetOf } from "./scene.js";

/** What a campaign is made of: option values, as they were given. */
export interface CampaignJob {
  readonly scenario: string;
  readonly device: string;
  readonly layout?: string;
  readonly guest: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly key?: readonly string[];
  readonly require?: readonly KeyType[];
  readonly attempts: number;
  readonly imageSize?: number;
  readonly floor?: "raised" | "equal";
  readonly faults: string;
  readonly flips?: readonly FlipKind[];
  readonly places?: readonly FlipPlace[];
  readonly samples?: number;
  readonly powerUps?: number;
  readonly seed?: number;
  readonly assume?: string;
  readonly depth: number | "fixpoint";
  readonly audit: number;
  readonly maxStates?: number;
}

/** Not every scenario gives a wrong guest the chance to go wrong: all are let loose in this one. */
const CANARY_SCENARIO = "update";
const CANARY_IMAGE_BYTES = 2048;

/** What a campaign needs, with the clock of this process. */
export function optionsOf(job: CampaignJob): CampaignOptions {
  const target = targetOf(job.device, job.layout);
  const guest = guestPair(job.guest, target.part);
  const scene = sceneOf(job, target);
  const options = {
    ...target,
    deviceModule: deviceModule(),
    guest,
    scene,
    attempts: job.attempts,
    faults: parseFaults(job.faults),
    assume: job.assume !== "none",
    depth: job.depth,
    audit: job.audit,
    seed: job.seed ?? 1,
    ...(job.flips === undefined ? {} : { flips: job.flips }),
    ...(job.places === undefined ? {} : { places: job.places }),
    ...(job.samples === undefined ? {} : { samples: job.samples }),
    ...(job.powerUps === undefined ? {} : { struckPowerUps: job.powerUps }),
    ...(job.maxStates === undefined ? {} : { statesMax: job.maxStates }),
    canaries: canaries(target.part),
    canaryScene: demoScene(scenarioOf(CANARY_SCENARIO), target, { imageSizeBytes: CANARY_IMAGE_BYTES }),
    clock: () => ({ cpu: process.cpuUsage().user / 1000, wall: performance.now() }),
  } satisfies CampaignOptions;
  return { ...options, identity: identityOf(options) };
}

/**
 * Digest of all that a campaign's outcome depends on. Shares with another digest are not of the same campaign; what only
 * says how far it goes before it gives up is left out.
 */
function identityOf(options: CampaignOptions): string {
  const { part, layout, guest, scene, attempts, faults, assume, depth, audit } = options;
  const { flips, places, samples, struckPowerUps, seed } = options;
  const images = scene.images.map(({ bytes, ...rest }) => ({ ...rest, sha256: sha256(bytes) }));
  const keys = sha256(scene.keyTable);
  const said = { part, layout, guest: guest.sha256, scenario: scene.scenario, images, keys, attempts };
  const asked = { faults, assume, depth, audit, flips, places, samples, struckPowerUps, seed, abi: ABI_VERSION };
  return sha256(new TextEncoder().encode(JSON.stringify({ ...said, ...asked })));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function sceneOf(job: CampaignJob, target: Target): Scene {
  const { from, to, key, imageSize, floor, require: demanded = [] } = job;
  const scenario = scenarioOf(job.scenario);
  if (from === undefined && to === undefined && key === undefined) {
    if (demanded.length > 0) throw new MisuseError("--require: expected --from, --to and --key with it");
    return demoScene(scenario, target, { imageSizeBytes: imageSize, floor });
  }
  if (from === undefined || to === undefined || key === undefined) {
    throw new MisuseError("expected --from, --to and --key together");
  }
  if (to.length > 2) throw new MisuseError(`--to: expected one image or a pair, found ${to.length}`);
  return sceneFromFiles(scenario, target, { keys: key, demanded, first: from, offered: to });
}
