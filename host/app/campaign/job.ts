// A campaign as plain data, as the command line, a report and a worker thread all understand it, and what it is made of.
// Reads the files that it names; runs nothing.
import { DEFAULT_SEED } from "../../campaign/plan/defaults.js";
import { createHash } from "node:crypto";
import { z } from "zod";
import { ABI_VERSION } from "../../../assembly/abi.js";
import type { CampaignOptions } from "../../campaign/options.js";
import { parseFaults } from "../../campaign/plan/fault-models.js";
import type { CampaignReport } from "../../campaign/report.js";
import type { Scene } from "../../campaign/plan/scenario.js";
import { TEAR_MODES } from "../../campaign/plan/faults.js";
import { FLIP_KINDS, FLIP_PLACES } from "../../campaign/plan/strike-choice.js";
import type { ParsedConfig } from "../../config/parse.js";
import { MisuseError } from "../../core/errors.js";
import { KEY_TYPES } from "../../image/key-types.js";
import type { Target } from "../../scene/accept.js";
import { loadConfig } from "../workspace/config.js";
import {
  canaries,
  deviceDigest,
  deviceModule,
  goesByCounters,
  guestPair,
  signedBy,
} from "../workspace/modules.js";
import { demoKeys, demoScene, scenarioOf, sceneFromFiles, targetOf } from "../workspace/scene.js";

const text = z.string().min(1);
const number = z.int().nonnegative();

const jobSchema = z.strictObject({
  /** Path of the configuration that names are looked up in. */
  config: text.exactOptional(),
  scenario: text,
  device: text,
  /** One of the configuration's by name, or a file. */
  layout: text.exactOptional(),
  guest: text,
  from: text.exactOptional(),
  to: z.array(text).exactOptional(),
  key: z.array(text).exactOptional(),
  require: z.array(z.enum(KEY_TYPES)).exactOptional(),
  /** Images that must be refused, as files. */
  bad: z.array(text).exactOptional(),
  attempts: z.int().min(1).max(255),
  imageSize: number.exactOptional(),
  floor: z.enum(["raised", "equal"]).exactOptional(),
  /** Fault models, joined by commas. */
  faults: text,
  flips: z.array(z.enum(FLIP_KINDS)).exactOptional(),
  places: z.array(z.enum(FLIP_PLACES)).exactOptional(),
  samples: number.exactOptional(),
  powerUps: number.exactOptional(),
  seed: number.exactOptional(),
  tears: z.enum(TEAR_MODES).exactOptional(),
  assume: z.literal("none").exactOptional(),
  depth: z.union([number, z.literal("fixpoint")]),
  audit: z.number().min(0).max(1),
  maxStates: number.exactOptional(),
  evenSo: z.literal(true).exactOptional(),
});

/** What a campaign is made of: option values, as they were given or as the configuration has them. */
export type CampaignJob = Readonly<z.infer<typeof jobSchema>>;

/**
 * The job of a report that is a share or was ended early.
 * @throws {MisuseError} where there is none, or it is none
 */
export function jobIn({ job }: CampaignReport, where: string): CampaignJob {
  const parsed = jobSchema.safeParse(job);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = ["job", ...(issue?.path ?? [])].join(".");
  throw new MisuseError(`${where}: ${path}: ${issue?.message ?? "expected a job"}`);
}

/** Not every scenario gives a wrong guest the chance to go wrong: all are let loose in this one. */
const CANARY_SCENARIO = "update";
const CANARY_IMAGE_BYTES = 2048;
/** Whole runs that oracles of one's own are shown where the configuration does not say. */
const OWN_ORACLE_RUNS = 500;

/** What a campaign needs, with the clock of this process. */
export async function optionsOf(job: CampaignJob): Promise<CampaignOptions> {
  if (job.depth === 0)
    throw new MisuseError('depth: expected a number of faults from 1 on, or "fixpoint", found 0');
  const config = job.config === undefined ? undefined : await loadConfig(job.config, process.cwd());
  const target = targetOf(job.device, job.layout, config);
  const guest = guestPair(job.guest, target.part, config);
  const scene = sceneOf(job, target, config);
  const options = {
    ...target,
    deviceModule: deviceModule(),
    guest,
    scene,
    attempts: job.attempts,
    faults: parseFaults(job.faults),
    ...(job.tears === undefined ? {} : { tears: job.tears }),
    assume: job.assume !== "none",
    depth: job.depth,
    audit: job.audit,
    seed: job.seed ?? DEFAULT_SEED,
    ...(job.flips === undefined ? {} : { flips: job.flips }),
    ...(job.places === undefined ? {} : { places: job.places }),
    ...(job.samples === undefined ? {} : { samples: job.samples }),
    ...(job.powerUps === undefined ? {} : { struckPowerUps: job.powerUps }),
    ...(job.maxStates === undefined ? {} : { statesMax: job.maxStates }),
    ...(job.evenSo === undefined ? {} : { evenSo: job.evenSo }),
    ...limitsOf(config),
    canaries: canaries(target.part),
    canaryScene: demoScene(scenarioOf(CANARY_SCENARIO), target, { imageSizeBytes: CANARY_IMAGE_BYTES }),
    clock: () => ({ cpu: process.cpuUsage().user / 1000, wall: performance.now() }),
  } satisfies CampaignOptions;
  return { ...options, identity: identityOf(options) };
}

/** What only a configuration can say. */
function limitsOf(config: ParsedConfig | undefined): Pick<CampaignOptions, "fuel" | "own"> {
  if (config === undefined) return {};
  const { oracles, limits } = config;
  const runs = limits.ownOracleRuns ?? OWN_ORACLE_RUNS;
  return {
    ...(limits.fuel === undefined ? {} : { fuel: BigInt(limits.fuel) }),
    ...(oracles.length === 0 ? {} : { own: { oracles, runs } }),
  };
}

/**
 * Digest of all that a campaign's outcome depends on. Shares with another digest are not of the same campaign; what only
 * says how far it goes before it gives up is left out, and what an oracle of one's own does cannot be told.
 */
function identityOf(options: CampaignOptions): string {
  const { part, layout, guest, scene, attempts, faults, assume, depth, audit } = options;
  const { tears, flips, places, samples, struckPowerUps, seed, evenSo } = options;
  const images = scene.images.map(({ bytes, sound, ...rest }) => ({
    ...rest,
    sha256: sha256(bytes),
    ...(sound === undefined ? {} : { soundSha256: sha256(sound) }),
  }));
  const keys = sha256(scene.keyTable);
  const said = { part, layout, guest: guest.sha256, scenario: scene.scenario, images, keys, attempts };
  const own = options.own && {
    runs: options.own.runs,
    oracles: options.own.oracles.map(({ name, demands }) => ({ name, demands })),
  };
  const simulated = { abi: ABI_VERSION, device: deviceDigest(), fuel: options.fuel?.toString() };
  const asked = {
    faults,
    tears,
    assume,
    depth,
    audit,
    flips,
    places,
    samples,
    struckPowerUps,
    seed,
    evenSo,
    own,
  };
  return sha256(new TextEncoder().encode(JSON.stringify({ ...said, ...asked, ...simulated })));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function sceneOf(job: CampaignJob, target: Target, config: ParsedConfig | undefined): Scene {
  const { from, to, key, imageSize, floor, bad = [], require: demanded = [] } = job;
  const scenario = scenarioOf(job.scenario, config);
  if (from === undefined && to === undefined && key === undefined) {
    if (demanded.length > 0) throw new MisuseError("--require: expected --from, --to and --key with it");
    return demoScene(scenario, target, {
      ...{ imageSizeBytes: imageSize, floor, bad },
      keys: demoKeys(signedBy(job.guest)),
    });
  }
  const isAlone = scenario.images.length === 1 && to === undefined;
  if (from === undefined || key === undefined || (to === undefined && !isAlone)) {
    const wanted = isAlone ? "--from and --key together" : "--from, --to and --key together";
    throw new MisuseError(`expected ${wanted}`);
  }
  if (imageSize !== undefined)
    throw new MisuseError("--image-size: expected images made on the spot, found --from; it has its own");
  if (floor !== undefined)
    throw new MisuseError(
      "--floor: expected images made on the spot, found --from; its counters are its own",
    );
  const olderToo = job.evenSo === true || goesByCounters(job.guest);
  return sceneFromFiles(scenario, target, {
    keys: key,
    demanded,
    first: from,
    offered: to ?? [],
    olderToo,
    bad,
  });
}
