// A campaign: plan, explore, shrink, canaries, report; in one piece or in shares that are merged. Pure over what it is given:
// modules, scene, clock and progress come in, a plain JSON report and traces come out.
import * as abi from "../../assembly/abi.js";
import { CapacityError } from "../core/errors.js";
import type { Device } from "../device/device.js";
import type { Layout, PartProfile } from "../device/profile.js";
import { assumptionOf } from "../device/record.js";
import { Explorer, type Progress } from "./explore/explorer.js";
import type { FaultName } from "./plan/fault-models.js";
import { Faults, NO_FAULTS, type Tears } from "./plan/faults.js";
import { type OracleName, oracleBit, oracleNames } from "./plan/oracles.js";
import type { OwnOracle } from "./play/own-oracle.js";
import { build } from "./machine.js";
import { countPlan } from "./explore/calm-run.js";
import type { RunSubject } from "./own/own-faults.js";
import { runOwnOracles } from "./own/own-runs.js";
import {
  NO_STATES,
  type PartFinding,
  type PartResult,
  type Whole,
  columnsOf,
  mergeParts,
} from "./share-result.js";
import { prepare } from "./play/plain.js";
import { CAMPAIGN_SCHEMA, type CampaignReport } from "./report.js";
import { limitsOf } from "./play/giving-up.js";
import { hintsOf } from "./hints.js";
import type { Scene } from "./plan/scenario.js";
import { type Position, powerOn } from "./play/position.js";
import { replays, shrink } from "./shrink.js";
import {
  FLIP_KINDS,
  FLIP_PLACES,
  type FlipKind,
  type FlipPlace,
  type StrikeChoice,
} from "./explore/strike-lists.js";
import { survivalOf } from "./explore/survival.js";
import type { GuestPair } from "./plan/trace.js";
import { verdictOf } from "./verdict.js";
import { type Traced, unreplayedOf, violationsOf } from "./violations.js";
import { type Wear, runJudged } from "./play/wear.js";
import { type WholeRun, auditWholeRuns, playWholeRuns } from "./explore/whole-runs.js";

/** Ways to read in one call that the search for a canary follows: the first few show it, or none does. */
const CANARY_WAYS_MAX = 2048;
/** Whole runs that an audit of everything plays, where the calm run has so many cut points. */
const WHOLE_RUNS_MAX = 800;
const SAMPLES = 256;
/** Samples of the first fault for each of a later one. */
const DEEPER_SHARE = 64;
const STRUCK_POWER_UPS = 8;
/** States after which a campaign ends as incomplete where it is told no other number: about a gigabyte. */
export const STATES_MAX = 5_000_000;
/** Cause of a violation that the run without any fault shows. */
const NO_FAULT = "no fault";

/** A deliberately wrong guest pair that a campaign must catch. */
export interface Canary {
  readonly guest: GuestPair;
  /** Boots that an unconfirmed image gets under this canary. */
  readonly attempts: number;
  /** The fault model without which it is not caught. */
  readonly fault: FaultName;
  /** Present where it is not caught unless torn programs are taken so. */
  readonly tears?: Tears;
  /** Faults in a row within which it must be caught. */
  readonly depth: number;
}

export interface CampaignOptions {
  readonly deviceModule: WebAssembly.Module;
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly guest: GuestPair;
  readonly scene: Scene;
  readonly attempts: number;
  readonly faults: readonly FaultName[];
  /** How torn programs are taken; "shapes" when absent. */
  readonly tears?: Tears;
  /** Make the assumption that the part's profile names, under weak bits. */
  readonly assume: boolean;
  /** Most faults in one run; "fixpoint": until no new state is found. */
  readonly depth: number | "fixpoint";
  /** Share of the memo's answers that are executed and compared, 0 to 1. */
  readonly audit: number;
  /** Parts of the flip model; all when absent. */
  readonly flips?: readonly FlipKind[];
  /** Where flips at rest strike; everywhere when absent. */
  readonly places?: readonly FlipPlace[];
  /** Strikes that a sample has, for each state and kind; 256 when absent. */
  readonly samples?: number;
  /** Power-ups of the run in which nothing goes wrong that are struck, spread evenly, at the most; 8 when absent. */
  readonly struckPowerUps?: number;
  /** What samples are drawn with; 1 when absent. */
  readonly seed?: number;
  /** States after which the campaign ends as incomplete; STATES_MAX when absent. */
  readonly statesMax?: number;
  /** Explore even where the run without any fault violates an oracle; else that is all that is told. */
  readonly evenSo?: boolean;
  readonly canaries: readonly Canary[];
  /** Scene in which the canaries are let loose: one in which they can go wrong; the campaign's own when absent. */
  readonly canaryScene?: Scene;
  /** Blocks per guest call. */
  readonly fuel?: bigint;
  /** Milliseconds of CPU and of wall clock, from any start. */
  readonly clock: () => { readonly cpu: number; readonly wall: number };
  /** Asked now and then; a reason ends the campaign early, as incomplete. */
  readonly stop?: () => string | null;
  readonly onProgress?: (progress: Progress) => void;
  /** Digest of all that the campaign depends on; the caller's, as hashing is. */
  readonly identity?: string;
  /** Oracles of one's own, and how many runs they are shown at most. */
  readonly own?: { readonly oracles: readonly OwnOracle[]; readonly runs: number };
}

/** What share of a campaign's first faults: those whose unit of work leaves the rest `index` when divided by `count`. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Share = { index: 0, count: 1 };

/** Runs a campaign over every fault of a scene, to the depth asked for. */
export function runCampaign(options: CampaignOptions): CampaignReport {
  const part = runPart(options, WHOLE);
  return reportOf(options, [part], runCanaries(options));
}

/** Explores one share of a campaign; where the run without any fault violates an oracle, that is all that comes of it. */
export function runPart(options: CampaignOptions, share: Share): PartResult {
  const started = options.clock();
  const found = foundIn(options, share);
  const ended = options.clock();
  return {
    ...share,
    ...found,
    effort: {
      ...found.effort,
      cpuSeconds: (ended.cpu - started.cpu) / 1000,
      wallSeconds: (ended.wall - started.wall) / 1000,
    },
  };
}

function foundIn(options: CampaignOptions, share: Share): Found {
  try {
    const faults = faultsOf(options, options.faults);
    const device = build(options, options.guest, options.attempts, faults);
    const { start } = begin(device, options.scene);
    const plan = countPlan(device, options.scene, start, faults);
    const calm = plan.violations === 0 || options.evenSo === true ? [] : oracleNames(plan.violations);
    if (calm.length > 0) return calmlyViolated(calm, plan.wear);
    return exploredPart(options, { share, device, start, faults, plan });
  } catch (error) {
    if (error instanceof CapacityError) return { ...NOTHING_FOUND, incomplete: error.message };
    throw error;
  }
}

type Found = Omit<PartResult, "index" | "count" | "effort"> & {
  readonly effort: Pick<PartResult["effort"], "bootsExecuted" | "callsAudited">;
};

/** What a share comes to where nothing needs to go wrong for these oracles to be violated. */
function calmlyViolated(oracles: readonly OracleName[], wear: Wear): Found {
  return {
    ...NOTHING_FOUND,
    wear,
    findings: oracles.map(calmFinding),
    incomplete: "the run without any fault violates an oracle, so no fault was tried (--even-so tries them)",
  };
}

function calmFinding(oracle: OracleName): PartFinding {
  return { oracle, cause: NO_FAULT, faults: 0, unit: 0, plan: NO_FAULTS };
}

/** A share that has explored nothing. */
const NOTHING_FOUND: Found = {
  states: NO_STATES,
  findings: [],
  unreplayed: [],
  survival: { unread: 0, fields: [] },
  wholeRuns: [],
  planned: 0,
  cuts: 0,
  fixpoint: false,
  gaveUp: false,
  powerUpsToRest: 0,
  wear: null,
  incomplete: null,
  effort: { bootsExecuted: 0, callsAudited: 0 },
};

interface Subject {
  readonly share: Share;
  readonly device: Device;
  readonly start: Position;
  readonly faults: Faults;
  readonly plan: ReturnType<typeof countPlan>;
}

function exploredPart(options: CampaignOptions, { share, device, start, faults, plan }: Subject): Found {
  const own = share.index === 0 ? ownRuns(options) : null;
  const { stop, onProgress, statesMax = STATES_MAX, audit, depth } = options;
  const depthMax = depth === "fixpoint" ? Infinity : depth;
  const exploration = new Explorer(device, options.scene, {
    faults,
    audit,
    share,
    strikes: strikesOf(options),
    depth: depthMax,
    statesMax,
    ...(stop === undefined ? {} : { stop }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }).run(start, plan.powerUps);
  // An exploration knows no wear.
  const isWorn = share.index === 0 && (plan.violations & oracleBit("wear-bound")) !== 0;
  const findings: PartFinding[] = isWorn ? [calmFinding("wear-bound")] : [];
  const unreplayed: PartFinding[] = [];
  for (const { oracle, cause, faults: count, unit, plan: whole } of exploration.findings.all) {
    const smallest = shrink(device, options.scene, start, { oracle, plan: whole });
    (smallest === null ? unreplayed : findings).push({
      oracle,
      cause,
      faults: count,
      unit,
      plan: smallest ?? whole,
    });
  }
  return {
    states: columnsOf(exploration, depthMax),
    findings,
    unreplayed,
    survival: exploration.survival,
    planned: exploration.planned,
    cuts: plan.cuts,
    fixpoint: exploration.fixpoint,
    gaveUp: exploration.gaveUp,
    powerUpsToRest: exploration.futures.powerUpsAfterFaults(),
    wear: plan.wear,
    incomplete:
      exploration.incomplete ??
      own?.incomplete ??
      (exploration.judged !== exploration.planned
        ? `planned ${exploration.planned} faults, judged ${exploration.judged}`
        : null),
    ...(own === null ? {} : { own: own.results }),
    wholeRuns:
      share.index === 0 && exploration.incomplete === null ? wholeRuns(options, plan.cuts, depthMax) : [],
    effort: { bootsExecuted: exploration.bootsExecuted, callsAudited: exploration.callsAudited },
  };
}

/** Plays whole runs for the audit, as many as the share of the calm run's cut points that is audited; on a device of its own. */
function wholeRuns(options: CampaignOptions, cuts: number, depth: number): WholeRun[] {
  const { scene, part, layout, assume, audit, stop, seed = 1 } = options;
  const faults = faultsOf(options, options.faults);
  const count = Math.ceil(audit * Math.min(cuts, WHOLE_RUNS_MAX));
  if (faults.losses.length === 0 || count === 0) return [];
  const device = build(options, options.guest, options.attempts, faults);
  const { start } = begin(device, scene);
  const decided = (assume ? assumptionOf(part, layout)?.decided : undefined) ?? [];
  return playWholeRuns(
    { device, scene, start, faults },
    { count, depth, seed, decided, ...(stop === undefined ? {} : { stop }) },
  );
}

/** Shows runs to the oracles of one's own; null where there are none. On a device of its own, as it is run plainly. */
function ownRuns(options: CampaignOptions): ReturnType<typeof runOwnOracles> | null {
  const { own, scene, stop } = options;
  if (own === undefined || own.oracles.length === 0) return null;
  const faults = faultsOf(options, options.faults);
  const device = build(options, options.guest, options.attempts, faults);
  const { start } = begin(device, scene);
  const strikes = strikesOf(options);
  return runOwnOracles(
    { device, scene, start, faults },
    { ...own, strikes, ...(stop === undefined ? {} : { stop }) },
  );
}

/** What became of a campaign's canaries. */
export type CanaryResults = CampaignReport["canaries"]["each"];

/** The wrong guests that the campaign's fault models must catch. */
export function plantedCanaries(options: CampaignOptions): readonly Canary[] {
  const faults = faultsOf(options, options.faults);
  return options.canaries.filter(
    ({ fault, tears = faults.tears }) => options.faults.includes(fault) && tears === faults.tears,
  );
}

/** Lets them loose. */
export function runCanaries(options: CampaignOptions): CanaryResults {
  return plantedCanaries(options).map((canary) => ({
    name: canary.guest.name,
    fault: canary.fault,
    caughtBy: caughtBy(options, canary),
  }));
}

/** How a campaign was run. */
export interface RunFacts {
  /** Which share of it `parts` are, from 1; the whole when absent. */
  readonly shard?: CampaignReport["shard"];
  /** Why it was ended early, where it was. */
  readonly ended?: string | null;
  /** What it cost as a whole; the sum or the most of its parts when absent. */
  readonly effort?: Pick<CampaignReport["effort"], "cpuSeconds" | "wallSeconds" | "workers">;
}

function guestFacts({ name, sha256, standIn }: GuestPair): CampaignReport["guest"] {
  return { name, sha256, ...(standIn === undefined ? {} : { agent: standIn }) };
}

/** The report of a campaign of which `parts` are all the shares, or those of a shard. */
export function reportOf(
  options: CampaignOptions,
  parts: readonly PartResult[],
  canaries: CanaryResults,
  { shard = null, ended = null, effort }: RunFacts = {},
): CampaignReport {
  const faults = faultsOf(options, options.faults);
  const whole = mergeParts(parts);
  const planted = canaries.length;
  const caught = canaries.filter((canary) => canary.caughtBy.length > 0).length;
  const sum = (pick: (part: PartResult) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const incomplete = ended ?? defectIn(whole) ?? whole.incomplete ?? shortfall(options, whole, shard);
  const runsAudited = incomplete === null && shard === null ? auditRuns(whole) : 0;
  const fixpoint = whole.fixpoint && incomplete === null;
  const traced = tracedIn(options);
  const violations = violationsOf(traced, whole, () => subjectOf(options));
  const device = build(options, options.guest, options.attempts, faults);
  const isComplete = incomplete === null;
  const hints = hintsOf({
    ...{ device, scene: options.scene, faults },
    ...{ violated: violations.map(({ oracle }) => oracle), isComplete },
  });
  const report: Omit<CampaignReport, "verdict"> = {
    schema: CAMPAIGN_SCHEMA,
    scenario: options.scene.scenario.name,
    device: options.part.id,
    guest: guestFacts(options.guest),
    faults: faults.models,
    assumptions: faults.assumes === null ? [] : [faults.assumes],
    torn: faults.torn,
    identity: options.identity ?? "",
    seed: options.seed ?? 1,
    depth: { requested: options.depth, reached: whole.reached, fixpoint },
    points: { planned: whole.planned, judged: whole.judged },
    states: { distinct: whole.distinct, all: whole.all, digest: whole.digest },
    powerUpsToRest: { most: whole.powerUpsToRest, bound: limitsOf(device, options.scene.scenario).powerUps },
    wear: whole.wear,
    survival: faults.strikes ? survivalOf(whole.survival) : null,
    violations,
    ...(whole.unreplayed.length === 0 ? {} : { unreplayed: unreplayedOf(traced, whole) }),
    canaries: { planted, caught, each: canaries },
    notApplicable: notApplicableIn(options, device),
    memory: { boot: device.boot.declared, agent: device.agent.declared },
    ...(options.scene.bad === undefined ? {} : { badImages: options.scene.bad }),
    ...(hints.length === 0 ? {} : { hints }),
    ...(whole.own === undefined ? {} : { ownRuns: whole.own.runs }),
    incomplete,
    shard,
    notModelled: faults.notModelled,
    effort: {
      cpuSeconds: effort?.cpuSeconds ?? sum((part) => part.effort.cpuSeconds),
      wallSeconds:
        effort?.wallSeconds ?? parts.reduce((most, part) => Math.max(most, part.effort.wallSeconds), 0),
      bootsCovered: whole.judged,
      bootsExecuted: sum((part) => part.effort.bootsExecuted),
      callsAudited: sum((part) => part.effort.callsAudited),
      runsAudited,
      workers: effort?.workers ?? 1,
    },
  };
  return { ...report, verdict: verdictOf({ ...report, fixpoint }) };
}

/**
 * Holds the whole runs against what was explored, and answers how many; none where a way was given up, as what comes behind that is not
 * known.
 * @throws {AuditError} where the two disagree.
 */
function auditRuns({ wholeRuns: runs, findings, unreplayed, gaveUp, holds }: Whole): number {
  if (gaveUp) return 0;
  const found = new Set([...findings, ...unreplayed].map(({ oracle }) => oracle));
  auditWholeRuns(runs, holds, found);
  return runs.length;
}

/** Oracles that say nothing: by the scenario, and of a boot that may write slots that it writes them. */
function notApplicableIn({ scene }: CampaignOptions, { boot, agent }: Device): readonly OracleName[] {
  return [
    ...scene.scenario.notApplicable,
    ...(boot.writesSlots ? (["boot-never-erases-slot"] as const) : []),
    ...(boot.declared === null && agent.declared === null ? (["memory-kept"] as const) : []),
  ];
}

/** What is ours to mend: it says nothing of the guest. */
function defectIn({ unreplayed }: Whole): string | null {
  if (unreplayed.length === 0) return null;
  const what = [...new Set(unreplayed.map(({ oracle }) => oracle))].join(", ");
  return `a defect of everboot's own: ${what} was found violated, and playing the run again does not show it`;
}

/** Why shares that are complete each are not so together; null where they are. */
function shortfall(
  { statesMax = STATES_MAX }: CampaignOptions,
  { all, cuts, judged, planned }: Whole,
  shard: CampaignReport["shard"],
): string | null {
  if (all > statesMax) return `more than ${statesMax} states`;
  if (judged !== planned) return `planned ${planned} faults, judged ${judged}`;
  if (shard === null && judged < cuts) return `the uncut run has ${cuts} cut points, judged ${judged}`;
  return null;
}

/** Prepares a device for a scene: where it starts, and how the preparation went. */
export function begin(
  device: Device,
  scene: Scene,
): { readonly start: Position; readonly settled: ReturnType<typeof prepare> } {
  const settled = prepare(device, scene);
  return { start: powerOn(abi.CAUSE_POWER, settled.last.history), settled };
}

/** The fault models on the campaign's part, with the assumption where it is to be made. */
export function faultsOf(
  { part, layout, assume, tears }: Pick<CampaignOptions, "part" | "layout" | "assume" | "tears">,
  models: readonly FaultName[],
): Faults {
  const taken = tears === undefined ? {} : { tears };
  return new Faults(part, models, assume ? assumptionOf(part, layout) : null, { layout, ...taken });
}

function strikesOf(options: CampaignOptions): StrikeChoice {
  return {
    models: options.faults,
    flips: options.flips ?? FLIP_KINDS,
    places: options.places ?? FLIP_PLACES,
    samples: options.samples ?? SAMPLES,
    deeperSamples: Math.max(1, Math.floor((options.samples ?? SAMPLES) / DEEPER_SHARE)),
    powerUps: options.struckPowerUps ?? STRUCK_POWER_UPS,
    seed: options.seed ?? 1,
  };
}

/** The oracles that catch a canary first; none when it gets away. */
function caughtBy(options: CampaignOptions, canary: Canary): OracleName[] {
  const isStrike = !["power", "reset", "weak", "ecc"].includes(canary.fault);
  const models = options.faults.filter((name) => name === canary.fault || (name === "power" && !isStrike));
  const faults = faultsOf(options, models);
  const device = build(options, canary.guest, canary.attempts, faults);
  const scene = options.canaryScene ?? options.scene;
  const { start, settled } = begin(device, scene);
  // It must work while nothing goes wrong, or it proves nothing.
  if (settled.violations !== 0) return [];
  if (runJudged(device, scene, start, {}).violations !== 0) return [];
  device.exports.rollback();
  const explorer = new Explorer(device, scene, {
    faults,
    // Wherever the campaign itself strikes: what is wrong with a canary shows in the slots.
    strikes: { ...strikesOf(options), models, flips: ["rest"], places: FLIP_PLACES },
    depth: canary.depth,
    stopAtFirst: true,
    waysMax: CANARY_WAYS_MAX,
    ...(options.stop === undefined ? {} : { stop: options.stop }),
  });
  const found = explorer.run(start).findings.all.filter((finding) => replays(device, scene, start, finding));
  return [...new Set(found.map(({ oracle }) => oracle))];
}

/** What is the same in every trace of a campaign. */
function tracedIn(options: CampaignOptions): Traced {
  const { part, layout, attempts, guest, scene, fuel } = options;
  const bounded = fuel === undefined ? {} : { fuel: Number(fuel) };
  return { part, layout, attempts, guest, scene, models: options.faults, ...bounded };
}

/** A device of its own at the scene's start. */
function subjectOf(options: CampaignOptions): RunSubject {
  const { scene } = options;
  const faults = faultsOf(options, options.faults);
  const device = build(options, options.guest, options.attempts, faults);
  return { device, scene, start: begin(device, scene).start, faults };
}
