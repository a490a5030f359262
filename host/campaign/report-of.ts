// Makes the report of a campaign of what its shares came to. Explores nothing: it merges, holds whole runs against what was explored,
// and puts verdict, violations and figures together.
import type { Device } from "../device/device.js";
import type { CanaryResults } from "./canaries.js";
import { auditWholeRuns } from "./explore/whole-runs.js";
import { survivalOf } from "./explore/strikes/survival.js";
import { hintsOf } from "./hints.js";
import { deviceOf } from "./machine.js";
import { type CampaignOptions, campaignMachine, faultsOf } from "./options.js";
import { DEFAULT_SEED, DEFAULT_STATES_MAX } from "./plan/defaults.js";
import { type OracleName, WORLD_ORACLES } from "./plan/oracles.js";
import type { GuestPair } from "./plan/trace.js";
import { limitsOf } from "./play/giving-up.js";
import { CAMPAIGN_SCHEMA, type CampaignReport, type LinkSeen } from "./report.js";
import { type ShareResult, type Whole, mergeShares } from "./share-result.js";
import { unseenIn } from "./unseen.js";
import { verdictOf } from "./verdict.js";
import { type NameTrace, type Traced, unreplayedOf, violationsOf } from "./violations.js";

/** How a campaign was run. */
export interface RunFacts {
  /** Which share of it `shares` are, from 1; the whole when absent. */
  readonly shard?: CampaignReport["shard"];
  /** Why it was ended early, where it was. */
  readonly ended?: string | null;
  /** What a report that is not the whole can be gone on from. */
  readonly resumable?: Required<Pick<CampaignReport, "shares" | "job">>;
  /** Where the trace of a violation is, and how it is replayed; nowhere when absent. */
  readonly nameTrace?: NameTrace;
  /** What it cost as a whole; the sum or the most of its shares when absent. */
  readonly effort?: Pick<CampaignReport["effort"], "cpuSeconds" | "wallSeconds" | "workers">;
}

function guestFacts({ name, sha256, standIn, application }: GuestPair): CampaignReport["guest"] {
  return {
    ...{ name, sha256 },
    ...(standIn === undefined ? {} : { agent: standIn }),
    ...(application === undefined ? {} : { application: true }),
  };
}

/** The report of a campaign of which `shares` are all the shares, or those of a shard. */
export function reportOf(
  options: CampaignOptions,
  shares: readonly ShareResult[],
  canaries: CanaryResults,
  { shard = null, ended = null, effort, resumable, nameTrace }: RunFacts = {},
): CampaignReport {
  const faults = faultsOf(options, options.faults);
  const device = deviceOf(options, faults);
  const whole = mergeShares(shares);
  const planted = canaries.length;
  const caught = canaries.filter((canary) => canary.caughtBy.length > 0).length;
  const sum = (pick: (share: ShareResult) => number) =>
    shares.reduce((total, share) => total + pick(share), 0);
  // A share that was ended early may have more to say of it.
  const early = ended !== null && whole.incomplete?.startsWith(ended) === true ? whole.incomplete : ended;
  const incomplete = early ?? defectIn(whole) ?? whole.incomplete ?? shortfall(options, whole, shard);
  const runsAudited = incomplete === null && shard === null ? auditRuns(whole) : 0;
  const fixpoint = whole.fixpoint && incomplete === null;
  const traced = tracedIn(options);
  const violations = violationsOf({ ...traced, nameTrace }, whole, () => campaignMachine(options));
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
    seed: options.seed ?? DEFAULT_SEED,
    depth: { requested: options.depth, reached: whole.reached, fixpoint },
    points: { planned: whole.planned, judged: whole.judged },
    states: { distinct: whole.distinct, all: whole.all, digest: whole.digest },
    powerUpsToRest: { most: whole.powerUpsToRest, bound: limitsOf(device, options.scene.scenario).powerUps },
    wear: whole.wear,
    survival: faults.strikes ? survivalOf(whole.survival) : null,
    ...(options.faults.includes("link") ? { link: linkSeen(whole) } : {}),
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
      cpuSeconds: effort?.cpuSeconds ?? sum((share) => share.effort.cpuSeconds),
      wallSeconds:
        effort?.wallSeconds ?? shares.reduce((most, share) => Math.max(most, share.effort.wallSeconds), 0),
      bootsCovered: whole.judged,
      bootsExecuted: sum((share) => share.effort.bootsExecuted),
      callsAudited: sum((share) => share.effort.callsAudited),
      runsAudited,
      workers: effort?.workers ?? 1,
    },
    ...resumable,
  };
  return { ...report, verdict: verdictOf({ ...report, fixpoint }) };
}

/**
 * Holds the whole runs against what was explored, and answers how many; none where a way was given up, as what comes behind that is not
 * known.
 * @throws {AuditError} where the two disagree.
 */
function auditRuns({ wholeRuns: runs, findings, unreplayed, gaveUp, lacking }: Whole): number {
  if (gaveUp) return 0;
  const found = new Set([...findings, ...unreplayed].map(({ oracle }) => oracle));
  auditWholeRuns(runs, lacking, found);
  return runs.length;
}

/** Oracles that say nothing: by the scenario, of a boot that may write slots that it writes them, and of guests that ask nothing what they hear. */
function notApplicableIn({ scene }: CampaignOptions, { boot, agent, asks }: Device): readonly OracleName[] {
  return [
    ...scene.scenario.notApplicable,
    ...(boot.writesSlots ? (["boot-never-erases-slot"] as const) : []),
    ...(boot.declared === null && agent.declared === null ? (["memory-kept"] as const) : []),
    ...(asks ? [] : WORLD_ORACLES),
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
  { statesMax = DEFAULT_STATES_MAX, faults, depth }: CampaignOptions,
  whole: Whole,
  shard: CampaignReport["shard"],
): string | null {
  const { all, cuts, judged, planned } = whole;
  if (all > statesMax) return `more than ${statesMax} states`;
  if (judged !== planned) return `planned ${planned} faults, judged ${judged}`;
  if (shard === null && judged < cuts) return `the uncut run has ${cuts} cut points, judged ${judged}`;
  // Of a shard nothing is said: what it has not seen, others may have.
  return shard === null && depth !== 0 ? unseenIn(faults, whole.around.met, linkSeen(whole)) : null;
}

function linkSeen({ around, lost }: Whole): LinkSeen {
  return { clientStates: around.clients.length, losses: lost };
}

/** What is the same in every trace of a campaign. */
function tracedIn(options: CampaignOptions): Traced {
  const { part, layout, attempts, guest, scene, fuel } = options;
  const bounded = fuel === undefined ? {} : { fuel: Number(fuel) };
  return { part, layout, attempts, guest, scene, models: options.faults, ...bounded };
}
