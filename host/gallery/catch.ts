// Puts a guest through the sweep, told nothing of what may be wrong with it, and says what was found.
import type { CampaignOptions } from "../campaign/options.js";
import { runCampaign } from "../campaign/campaign.js";
import { DEFAULT_ATTEMPTS, DEFAULT_AUDIT } from "../campaign/plan/defaults.js";
import { formatCut } from "../campaign/plan/trace-line.js";
import type { FaultPlan } from "../campaign/plan/fault-plan.js";
import type { CampaignReport } from "../campaign/report.js";
import type { Scene } from "../campaign/plan/scenario.js";
import type { GuestPair } from "../campaign/plan/trace.js";
import type { DeviceModules } from "../device/device-options.js";
import { partById } from "../device/parts.js";
import type { PartProfile } from "../device/profile.js";
import { SWEEP, type SweptCampaign } from "./sweep.js";

/** States after which a campaign of the sweep ends, as incomplete: a guest that counts for ever never closes. */
const STATES_MAX = 200_000;

/** What the sweep needs from outside. */
export interface SweepTools {
  readonly deviceModule: DeviceModules;
  /** Boots that an unconfirmed image gets; 3 when absent. */
  readonly attempts?: number;
  /** Blocks per guest call; a campaign's own when absent. */
  readonly fuel?: bigint;
  /** States after which a campaign ends as incomplete; STATES_MAX when absent. */
  readonly statesMax?: number;
  readonly clock: CampaignOptions["clock"];
  /** The images of a campaign's scenario on a part. */
  readonly sceneOf: (campaign: SweptCampaign, part: PartProfile) => Scene;
  /** Told of each campaign of the sweep. */
  readonly onReport?: (report: CampaignReport) => void;
}

/** An oracle that the sweep saw violated. */
export interface Caught {
  readonly oracle: string;
  /** The campaign that showed it first. */
  readonly scenario: string;
  readonly device: string;
  /** Faults of the run that shows it, as faultCount() counts them. */
  readonly faults: number;
  /** Boots executed in the sweep until that campaign was through. */
  readonly bootsExecuted: number;
}

/** What became of a guest in the sweep. */
export interface Swept {
  /** Each violated oracle once, in the order in which they were found. */
  readonly caught: readonly Caught[];
  readonly bootsExecuted: number;
  /** Faults judged. */
  readonly judged: number;
  /** Campaigns that could not be completed, and why. */
  readonly incomplete: readonly string[];
}

/**
 * The sweep, campaign by campaign.
 * @param guest what is put through it
 * @param until ends it after the campaign that has shown this oracle violated; it goes through all of them where absent
 */
export function sweep(guest: GuestPair, tools: SweepTools, until?: string): Swept {
  const caught = new Map<string, Caught>();
  const incomplete: string[] = [];
  let bootsExecuted = 0;
  let judged = 0;
  for (const campaign of SWEEP) {
    const report = runSwept(campaign, guest, tools);
    tools.onReport?.(report);
    bootsExecuted += report.effort.bootsExecuted;
    judged += report.points.judged;
    if (report.incomplete !== null)
      incomplete.push(`${report.scenario} on ${report.device}: ${report.incomplete}`);
    for (const found of foundIn(report, bootsExecuted))
      if (!caught.has(found.oracle)) caught.set(found.oracle, found);
    if (until !== undefined && caught.has(until)) break;
  }
  return { caught: [...caught.values()], bootsExecuted, judged, incomplete };
}

/** One campaign of the sweep. */
export function runSwept(campaign: SweptCampaign, guest: GuestPair, tools: SweepTools): CampaignReport {
  const part = sweptPart(campaign);
  return runCampaign({
    deviceModule: tools.deviceModule,
    part,
    layout: part.layout,
    guest,
    scene: tools.sceneOf(campaign, part),
    attempts: tools.attempts ?? DEFAULT_ATTEMPTS,
    faults: campaign.faults,
    assume: true,
    depth: campaign.depth,
    audit: DEFAULT_AUDIT,
    statesMax: tools.statesMax ?? STATES_MAX,
    canaries: [],
    ...(tools.fuel === undefined ? {} : { fuel: tools.fuel }),
    clock: tools.clock,
  });
}

/** The part that a campaign of the sweep runs on. */
export function sweptPart({ device, counterMax }: SweptCampaign): PartProfile {
  const part = partById(device);
  if (counterMax === undefined) return part;
  return { ...part, counterMax: { value: counterMax, source: "made small for the sweep", mark: "seen" } };
}

/** The violations of a report, those with the fewest faults first. */
function foundIn({ scenario, device, violations }: CampaignReport, bootsExecuted: number): Caught[] {
  return violations
    .map(({ oracle, trace }) => ({
      oracle,
      scenario,
      device,
      faults: faultCount(trace.faults),
      bootsExecuted,
    }))
    .sort((a, b) => a.faults - b.faults);
}

/** Faults of a run, where one that is repeated (the same cut, power-up after power-up) counts as one. */
export function faultCount({ cuts, strikes = [] }: Pick<FaultPlan, "cuts" | "strikes">): number {
  const repeated = cuts.filter((cut, index) => {
    const before = cuts[index - 1];
    return before !== undefined && formatCut({ ...before, call: 0 }) === formatCut({ ...cut, call: 0 });
  });
  return cuts.length - repeated.length + strikes.length;
}
