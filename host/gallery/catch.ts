// Puts a guest through the sweep, told nothing of what may be wrong with it, and says what was found first.
import { type CampaignOptions, runCampaign } from "../campaign/campaign.js";
import type { FaultPlan } from "../campaign/faults.js";
import type { CampaignReport } from "../campaign/report.js";
import type { Scene } from "../campaign/scenario.js";
import type { GuestPair } from "../campaign/trace.js";
import { partById } from "../device/parts.js";
import type { PartProfile } from "../device/profile.js";
import { SWEEP, type SweptCampaign } from "./sweep.js";

/** States after which a campaign of the sweep ends, as incomplete: a guest that counts for ever never closes. */
const STATES_MAX = 200_000;
/** Share of the memo's answers that are executed all the same. */
const AUDIT_SHARE = 0.01;

/** What the sweep needs from outside. */
export interface SweepTools {
  readonly deviceModule: WebAssembly.Module;
  readonly clock: CampaignOptions["clock"];
  /** The images of a campaign's scenario on a part. */
  readonly sceneOf: (campaign: SweptCampaign, part: PartProfile) => Scene;
  /** A guest for a part: its Record's design may differ. */
  readonly guestFor: (part: PartProfile) => GuestPair;
}

/** A violation that the sweep came upon. */
export interface Caught {
  readonly scenario: string;
  readonly device: string;
  readonly oracle: string;
  /** Faults of the run that shows it, as faultCount() counts them. */
  readonly faults: number;
  readonly plan: FaultPlan;
}

/** What became of a guest in the sweep. */
export interface Swept {
  /** Everything that the first campaign with a violation found, the fewest faults first; none: it holds in all. */
  readonly caught: readonly Caught[];
  readonly bootsExecuted: number;
  /** Faults judged. */
  readonly judged: number;
  /** Campaigns that could not be completed, and why. */
  readonly incomplete: readonly string[];
}

/** The sweep, campaign by campaign, up to the first that finds something. */
export function sweep(tools: SweepTools): Swept {
  let bootsExecuted = 0;
  let judged = 0;
  const incomplete: string[] = [];
  for (const campaign of SWEEP) {
    const report = runSwept(campaign, tools);
    bootsExecuted += report.effort.bootsExecuted;
    judged += report.points.judged;
    if (report.incomplete !== null)
      incomplete.push(`${report.scenario} on ${report.device}: ${report.incomplete}`);
    if (report.violations.length > 0) return { caught: caughtIn(report), bootsExecuted, judged, incomplete };
  }
  return { caught: [], bootsExecuted, judged, incomplete };
}

function runSwept(campaign: SweptCampaign, tools: SweepTools): CampaignReport {
  const part = partById(campaign.device);
  return runCampaign({
    deviceModule: tools.deviceModule,
    part,
    layout: part.layout,
    guest: tools.guestFor(part),
    scene: tools.sceneOf(campaign, part),
    attempts: 3,
    faults: campaign.faults,
    assume: true,
    depth: campaign.depth,
    audit: AUDIT_SHARE,
    statesMax: STATES_MAX,
    canaries: [],
    clock: tools.clock,
  });
}

function caughtIn({ scenario, device, violations }: CampaignReport): Caught[] {
  return violations
    .map(({ oracle, trace }) => ({
      scenario,
      device,
      oracle,
      faults: faultCount(trace.faults),
      plan: trace.faults,
    }))
    .sort((a, b) => a.faults - b.faults);
}

/** Faults of a run, where one that is repeated (the same cut, power-up after power-up) counts as one. */
export function faultCount({ cuts, strikes = [] }: FaultPlan): number {
  const repeated = cuts.filter((cut, index) => {
    const before = cuts[index - 1];
    return before !== undefined && before.operation === cut.operation && before.shape === cut.shape;
  });
  return cuts.length - repeated.length + strikes.length;
}
