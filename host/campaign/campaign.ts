// A campaign: plan, explore, shrink; in one piece or in shares that are merged. Pure over what it is given: modules, scene, clock and
// progress come in, a plain JSON report and traces come out.
import { CapacityError } from "../core/errors.js";
import { assumptionOf } from "../device/record.js";
import { runCanaries } from "./canaries.js";
import { countPlan } from "./explore/calm-run.js";
import { Crew, type Seat } from "./explore/crew/crew.js";
import type { Exploration } from "./explore/exploration.js";
import { Explorer } from "./explore/explorer.js";
import type { Suspended } from "./explore/states/suspended.js";
import { type WholeRun, playWholeRuns } from "./explore/whole-runs.js";
import {
  type CampaignMachine,
  type CampaignOptions,
  type Share,
  WHOLE,
  campaignMachine,
  strikesOf,
} from "./options.js";
import { runOwnOracles } from "./own/own-runs.js";
import { DEFAULT_SEED, DEFAULT_STATES_MAX } from "./plan/defaults.js";
import { NO_FAULTS } from "./plan/fault-plan.js";
import { type OracleName, oracleBit, oracleNames } from "./plan/oracles.js";
import type { Wear } from "./play/wear.js";
import { type RunFacts, reportOf } from "./report-of.js";
import type { CampaignReport } from "./report.js";
import { NO_STATES, type ShareFinding, type ShareResult, columnsOf } from "./share-result.js";
import { shrink } from "./shrink.js";

/** Whole runs that an audit of everything plays, where the calm run has so many cut points. */
const WHOLE_RUNS_MAX = 800;
/** And at the least, where answers can be faults: a guest that asks for little more than that has a short run. */
const WHOLE_RUNS_LEAST = 8;
/** Cause of a violation that the run without any fault shows. */
const NO_FAULT = "no fault";

/** Runs a campaign over every fault of a scene, to the depth asked for. */
export function runCampaign(options: CampaignOptions, facts?: Pick<RunFacts, "nameTrace">): CampaignReport {
  const whole = runShare(options, WHOLE);
  return reportOf(options, [whole], runCanaries(options), facts);
}

/** How a share is explored. */
export interface HowExplored {
  /** Where others help (helpShare): that of the first of them. */
  readonly seat?: Seat;
  /** Where it was ended early before: what to go on with. */
  readonly from?: Suspended;
}

/**
 * Explores one share of a campaign; where the run without any fault violates an oracle, that is all that comes of it.
 * @throws {MisuseError} where what it is to go on with is damaged
 */
export function runShare(options: CampaignOptions, share: Share, how: HowExplored = {}): ShareResult {
  const started = options.clock();
  const found = foundIn(options, share, how);
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

/**
 * Helps to explore a share, from another seat than the first.
 * @returns the second: the whole runs that its audit plays, which it has not to wait for
 */
export function helpShare(
  options: CampaignOptions,
  share: Share,
  how: HowExplored & { readonly seat: Seat },
): readonly WholeRun[] {
  return foundIn(options, share, how).wholeRuns;
}

function foundIn(options: CampaignOptions, share: Share, { seat, from }: HowExplored): Found {
  const crew = seat === undefined ? undefined : new Crew(seat);
  try {
    const machine = campaignMachine(options);
    const { device, start, faults } = machine;
    const plan = countPlan(device, options.scene, start, faults);
    const calm = plan.violations === 0 || options.evenSo === true ? [] : oracleNames(plan.violations);
    if (calm.length > 0) return calmlyViolated(calm, plan.wear);
    return exploredShare(options, { ...machine, share, plan, crew, from });
  } catch (error) {
    // The others end too.
    crew?.abandon(`another explorer failed: ${(error as Error).message}`);
    if (error instanceof CapacityError) return { ...NOTHING_FOUND, incomplete: error.message };
    throw error;
  }
}

type Found = Omit<ShareResult, "index" | "count" | "effort"> & {
  readonly effort: Pick<ShareResult["effort"], "bootsExecuted" | "callsAudited">;
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

function calmFinding(oracle: OracleName): ShareFinding {
  return { oracle, cause: NO_FAULT, faults: 0, item: 0, plan: NO_FAULTS };
}

/** A share that has explored nothing. */
const NOTHING_FOUND: Found = {
  states: NO_STATES,
  findings: [],
  unreplayed: [],
  survival: { unread: 0, fields: [] },
  around: { met: [], clients: [] },
  wholeRuns: [],
  planned: 0,
  cuts: 0,
  fixpoint: false,
  gaveUp: false,
  powerUpsToRest: 0,
  wear: null,
  incomplete: null,
  suspended: null,
  effort: { bootsExecuted: 0, callsAudited: 0 },
};

interface Planned extends CampaignMachine {
  readonly share: Share;
  readonly plan: ReturnType<typeof countPlan>;
  readonly crew: Crew | undefined;
  readonly from: Suspended | undefined;
}

function exploredShare(options: CampaignOptions, planned: Planned): Found {
  const { share, device, start, plan, crew, from } = planned;
  const isTentative = crew !== undefined || from !== undefined;
  const tentative = isTentative ? explorerOf(options, planned, { crew, from }).runTentatively(start) : null;
  const depthMax = depthOf(options);
  const runs = () => (share.index === 0 ? wholeRuns(options, plan, depthMax) : []);
  if (crew !== undefined && crew.seat.explorer > 0)
    return { ...NOTHING_FOUND, wholeRuns: crew.seat.explorer === 1 ? runs() : [] };
  // Where something was found the runs that are told of it are to be those that one explorer finds: it begins anew, on another device.
  const exploration =
    tentative ?? explored(options, isTentative ? { ...planned, ...campaignMachine(options) } : planned);
  const own = share.index === 0 ? ownRuns(options) : null;
  // An exploration knows no wear.
  const isWorn = share.index === 0 && (plan.violations & oracleBit("wear-bound")) !== 0;
  const findings: ShareFinding[] = isWorn ? [calmFinding("wear-bound")] : [];
  const unreplayed: ShareFinding[] = [];
  for (const { oracle, cause, faults: count, item, plan: whole } of exploration.findings.all) {
    const smallest = shrink(device, options.scene, start, { oracle, plan: whole });
    (smallest === null ? unreplayed : findings).push({
      oracle,
      cause,
      faults: count,
      item,
      plan: smallest ?? whole,
    });
  }
  return {
    states: columnsOf(exploration, depthMax),
    findings,
    unreplayed,
    survival: exploration.survival,
    around: { met: exploration.around.met, clients: exploration.around.clients },
    planned: exploration.planned,
    cuts: plan.cuts,
    fixpoint: exploration.fixpoint,
    gaveUp: exploration.gaveUp,
    powerUpsToRest: exploration.futures.powerUpsAfterFaults(),
    wear: plan.wear,
    incomplete:
      endedEarly(exploration, isTentative && tentative === null) ??
      own?.incomplete ??
      (exploration.judged !== exploration.planned
        ? `planned ${exploration.planned} faults, judged ${exploration.judged}`
        : null),
    ...(own === null ? {} : { own: own.results }),
    // Where others help, the second of them plays these meanwhile.
    wholeRuns: crew === undefined && exploration.incomplete === null ? runs() : [],
    // Last: what comes after the search may be what was ended early.
    suspended: (options.stop?.() ?? null) === null ? null : exploration.suspend(),
    effort: { bootsExecuted: exploration.bootsExecuted, callsAudited: exploration.callsAudited },
  };
}

/** Why an exploration ended early; where it began anew as something was found, and ended before it came to that, that is said too. */
function endedEarly({ incomplete, findings }: Exploration, hasFoundBefore: boolean): string | null {
  if (incomplete === null || !hasFoundBefore || findings.any) return incomplete;
  return `${incomplete}; a violation was found before, and looking for it anew in order did not come so far`;
}

function depthOf({ depth }: CampaignOptions): number {
  return depth === "fixpoint" ? Infinity : depth;
}

/** What one explorer comes to. */
function explored(options: CampaignOptions, planned: Planned): Exploration {
  return explorerOf(options, planned).run(planned.start, planned.plan.powerUps);
}

function explorerOf(
  options: CampaignOptions,
  { device, faults, share }: Planned,
  { crew, from }: { readonly crew?: Crew | undefined; readonly from?: Suspended | undefined } = {},
): Explorer {
  const { stop, onProgress, statesMax = DEFAULT_STATES_MAX, audit, scene } = options;
  return new Explorer(device, scene, {
    ...{ faults, audit, share, statesMax },
    strikes: strikesOf(options),
    depth: depthOf(options),
    ...(crew === undefined ? {} : { crew }),
    ...(from === undefined ? {} : { from }),
    ...(stop === undefined ? {} : { stop }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/**
 * Plays whole runs for the audit, as many as the share of the calm run's cut points and hostile answers that is audited; on a device of its
 * own.
 */
function wholeRuns(options: CampaignOptions, { cuts, hostile }: Planned["plan"], depth: number): WholeRun[] {
  const { part, layout, assume, audit, stop, seed = DEFAULT_SEED } = options;
  const drawn = Math.ceil(audit * Math.min(cuts + hostile, WHOLE_RUNS_MAX));
  const least = audit > 0 && hostile > 0 ? WHOLE_RUNS_LEAST : 0;
  const count = Math.max(drawn, least);
  if (count === 0) return [];
  const decided = (assume ? assumptionOf(part, layout)?.decided : undefined) ?? [];
  return playWholeRuns(campaignMachine(options), {
    count,
    depth,
    seed,
    decided,
    ...(stop === undefined ? {} : { stop }),
  });
}

/** Shows runs to the oracles of one's own; null where there are none. On a device of its own, as it is run plainly. */
function ownRuns(options: CampaignOptions): ReturnType<typeof runOwnOracles> | null {
  const { own, stop } = options;
  if (own === undefined || own.oracles.length === 0) return null;
  const strikes = strikesOf(options);
  return runOwnOracles(campaignMachine(options), {
    ...own,
    strikes,
    ...(stop === undefined ? {} : { stop }),
  });
}
