// A campaign: plan, explore, shrink, canaries, report. Pure over what it is given: modules, scene, clock and progress come
// in, a plain JSON report and traces come out.
import * as abi from "../../assembly/abi.js";
import { Device } from "../device/device.js";
import type { Layout, PartProfile } from "../device/profile.js";
import { assumptionOf } from "../device/record.js";
import { type Exploration, Explorer, type Progress } from "./explore.js";
import { type FaultName, Faults } from "./faults.js";
import type { Finding } from "./findings.js";
import { HISTORY_RAN } from "./history.js";
import type { OracleName } from "./oracles.js";
import { prepare, runPlain } from "./plain.js";
import type { Scene } from "./scenario.js";
import { type Position, powerOn } from "./settle.js";
import { shrink } from "./shrink.js";
import { type GuestPair, type Trace, traceOf } from "./trace.js";

export const CAMPAIGN_SCHEMA = "everboot.campaign/1";
/** Ways to read in one call that the search for a canary follows: the first few show it, or none does. */
const CANARY_WAYS_MAX = 2048;

/** A deliberately wrong guest pair that a campaign must catch. */
export interface Canary {
  readonly guest: GuestPair;
  /** Boots that an unconfirmed image gets under this canary. */
  readonly attempts: number;
  /** The fault model without which it is not caught. */
  readonly fault: FaultName;
  /** Cuts in a row within which it must be caught. */
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
  /** Make the assumption that the part's profile names, under weak bits. */
  readonly assume: boolean;
  /** Most cuts in one run; "fixpoint": until no new state is found. */
  readonly depth: number | "fixpoint";
  /** Share of the memo's answers that are executed and compared, 0 to 1. */
  readonly audit: number;
  /** States after which the campaign ends as incomplete. */
  readonly statesMax?: number;
  readonly canaries: readonly Canary[];
  /** Blocks per guest call. */
  readonly fuel?: bigint;
  /** Milliseconds of CPU and of wall clock, from any start. */
  readonly clock: () => { readonly cpu: number; readonly wall: number };
  /** Asked now and then; a reason ends the campaign early, as incomplete. */
  readonly stop?: () => string | null;
  readonly onProgress?: (progress: Progress) => void;
}

/** One kind of violation: the shortest run that shows it, and how many cut points lead to the like. */
export interface Violation {
  readonly oracle: OracleName;
  /** What was cut last: "firmware, program". */
  readonly cause: string;
  /** Cut points after which the oracle is violated. */
  readonly points: number;
  readonly trace: Trace;
  /** The command that replays it; the command line fills it in when it has written the trace. */
  replay: string;
  /** The run as one line, where guest and images are the package's own; filled in likewise. */
  line: string | null;
}

/** What a campaign came to; the JSON of `--json`. */
export interface CampaignReport {
  readonly schema: typeof CAMPAIGN_SCHEMA;
  readonly scenario: string;
  readonly device: string;
  readonly guest: { readonly name: string; readonly sha256: string };
  readonly faults: readonly FaultName[];
  /** What is assumed of the part beyond its rules; empty where nothing is. */
  readonly assumptions: readonly string[];
  readonly depth: {
    readonly requested: number | "fixpoint";
    /** Cuts in a row after which the last new state was found. */
    readonly reached: number;
    /** Every state's every cut was judged: any number of cuts is covered. */
    readonly fixpoint: boolean;
  };
  readonly points: { readonly planned: number; readonly judged: number };
  readonly boots: { readonly covered: number; readonly executed: number; readonly audited: number };
  readonly states: {
    /** Persistent states at power-on, oracles' memory included. */
    readonly distinct: number;
    /** These and the states between guest calls, where power-ups join. */
    readonly all: number;
    /** Over the distinct states, in any order. */
    readonly digest: string;
    /** Cut points judged for each state kept: how often de-duplication met a state that it knew. */
    readonly cutsPerState: number;
  };
  readonly violations: readonly Violation[];
  readonly canaries: {
    readonly planted: number;
    readonly caught: number;
    readonly each: readonly {
      readonly name: string;
      readonly fault: FaultName;
      readonly caughtBy: readonly OracleName[];
    }[];
  };
  readonly notApplicable: readonly OracleName[];
  readonly incomplete: string | null;
  readonly seconds: { readonly cpu: number; readonly wall: number };
  readonly notModelled: readonly string[];
}

/** Runs a campaign over every cut of a scene, to the depth asked for. */
export function runCampaign(options: CampaignOptions): CampaignReport {
  const started = options.clock();
  const faults = faultsOf(options, options.faults);
  const device = build(options, options.guest, options.attempts, faults);
  const { start } = begin(device, options.scene);
  const plannedFirst = countPlan(device, options.scene, start, faults);
  const exploration = explore(device, options, start, faults);
  const violations = violationsOf(options, exploration, device, start);
  const each = options.canaries
    .filter(({ fault }) => options.faults.includes(fault))
    .map((canary) => ({
      name: canary.guest.name,
      fault: canary.fault,
      caughtBy: caughtBy(options, canary),
    }));
  const ended = options.clock();
  const { states } = exploration;
  const isPowerOn = (state: number) => states.isPowerOn(state);
  return {
    schema: CAMPAIGN_SCHEMA,
    scenario: options.scene.scenario.name,
    device: options.part.id,
    guest: { name: options.guest.name, sha256: options.guest.sha256 },
    faults: faults.models,
    assumptions: faults.assumes === null ? [] : [faults.assumes],
    depth: {
      requested: options.depth,
      reached: exploration.depthReached,
      fixpoint: exploration.fixpoint,
    },
    points: { planned: exploration.planned, judged: exploration.judged },
    boots: {
      covered: exploration.bootsCovered,
      executed: exploration.bootsExecuted,
      audited: exploration.bootsAudited,
    },
    states: {
      distinct: states.table.count(isPowerOn),
      all: states.table.size,
      digest: states.table.digest(isPowerOn),
      cutsPerState: exploration.judged / states.table.size,
    },
    violations,
    canaries: {
      planted: each.length,
      caught: each.filter((canary) => canary.caughtBy.length > 0).length,
      each,
    },
    notApplicable: options.scene.scenario.notApplicable,
    incomplete: incompleteness(exploration, plannedFirst) ?? escaped(each),
    seconds: { cpu: (ended.cpu - started.cpu) / 1000, wall: (ended.wall - started.wall) / 1000 },
    notModelled: faults.notModelled,
  };
}

/** Cut points of a scene's uncut run, counted by executing it once, plainly and without the explorer. */
export function countPlan(device: Device, scene: Scene, start: Position, faults: Faults): number {
  let planned = 0;
  runPlain(device, scene, start, {
    onCall: ({ operations }) => {
      for (const operation of operations) {
        if (!("status" in operation) || operation.status !== abi.STATUS_OK) continue;
        const kind = KINDS[operation.kind];
        const offset = "offset" in operation ? operation.offset : operation.id;
        const size = "sizeBytes" in operation ? operation.sizeBytes : 0;
        planned += faults.shapesOf(kind, offset, size).length;
      }
    },
  });
  device.exports.rollback();
  return planned;
}

const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;

/** Prepares a device for a scene: where it starts, and how the preparation went. */
export function begin(
  device: Device,
  scene: Scene,
): { readonly start: Position; readonly settled: ReturnType<typeof prepare> } {
  const settled = prepare(device, scene);
  return { start: powerOn(abi.CAUSE_POWER, settled.last.history & ~HISTORY_RAN), settled };
}

/** The fault models on the campaign's part, with the assumption where it is to be made. */
export function faultsOf(
  { part, layout, assume }: Pick<CampaignOptions, "part" | "layout" | "assume">,
  models: readonly FaultName[],
): Faults {
  return new Faults(part, models, assume ? assumptionOf(part, layout) : null);
}

function build(options: CampaignOptions, guest: GuestPair, attempts: number, faults: Faults): Device {
  const device = new Device({
    module: options.deviceModule,
    part: options.part,
    layout: options.layout,
    boot: { name: guest.name, binary: guest.boot },
    agent: { name: `${guest.name} (agent)`, binary: guest.agent },
    attempts,
    ...(options.fuel === undefined ? {} : { fuel: options.fuel }),
  });
  device.setEcc(faults.eccUnit, faults.erasedFaults);
  return device;
}

function explore(device: Device, options: CampaignOptions, start: Position, faults: Faults): Exploration {
  const { stop, onProgress, statesMax, audit, depth } = options;
  return new Explorer(device, options.scene, {
    faults,
    audit,
    depth: depth === "fixpoint" ? Infinity : depth,
    ...(statesMax === undefined ? {} : { statesMax }),
    ...(stop === undefined ? {} : { stop }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }).run(start);
}

/** The oracles that catch a canary first; none when it gets away. */
function caughtBy(options: CampaignOptions, canary: Canary): OracleName[] {
  const models = options.faults.filter((name) => name === "power" || name === canary.fault);
  const faults = faultsOf(options, models);
  const device = build(options, canary.guest, canary.attempts, faults);
  const { start, settled } = begin(device, options.scene);
  // It must work while the power holds, or it proves nothing.
  if (settled.violations !== 0) return [];
  if (runPlain(device, options.scene, start, {}).violations !== 0) return [];
  device.exports.rollback();
  const explorer = new Explorer(device, options.scene, {
    faults,
    depth: canary.depth,
    stopAtFirst: true,
    waysMax: CANARY_WAYS_MAX,
  });
  return [...new Set(explorer.run(start).findings.all.map(({ oracle }) => oracle))];
}

function violationsOf(
  options: CampaignOptions,
  exploration: Exploration,
  device: Device,
  start: Position,
): Violation[] {
  return exploration.findings.all.map((finding: Finding) => ({
    oracle: finding.oracle,
    cause: finding.cause,
    points: exploration.findings.pointsOf(finding.oracle),
    trace: traceOf({
      device: options.part.id,
      layout: options.layout,
      attempts: options.attempts,
      guest: options.guest,
      scene: options.scene,
      models: options.faults,
      faults: shrink(device, options.scene, start, finding),
      violations: [finding.oracle],
    }),
    replay: "",
    line: null,
  }));
}

function escaped(
  each: readonly { readonly name: string; readonly caughtBy: readonly OracleName[] }[],
): string | null {
  const free = each.filter(({ caughtBy: oracles }) => oracles.length === 0).map(({ name }) => name);
  return free.length === 0 ? null : `canaries not caught: ${free.join(", ")}`;
}

function incompleteness(exploration: Exploration, plannedFirst: number): string | null {
  if (exploration.incomplete !== null) return exploration.incomplete;
  const { planned, judged } = exploration;
  if (judged !== planned) return `planned ${planned} cut points, judged ${judged}`;
  if (judged < plannedFirst) return `the uncut run has ${plannedFirst} cut points, judged ${judged}`;
  return null;
}
