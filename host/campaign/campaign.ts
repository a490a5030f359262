// A campaign: plan, explore, canaries, report. Pure over what it is given: modules, scene, clock and progress come in,
// a plain JSON report and traces come out.
import * as abi from "../../assembly/abi.js";
import { Device } from "../device/device.js";
import type { Layout, PartProfile } from "../device/profile.js";
import { type Exploration, Explorer, type Finding } from "./explore.js";
import { NOT_MODELLED, shapesOf } from "./faults.js";
import { HISTORY_RAN } from "./history.js";
import { type OracleName, oracleNames } from "./oracles.js";
import { prepare, runPlain } from "./plain.js";
import type { Scene } from "./scenario.js";
import { type Position, powerOn } from "./settle.js";
import { type GuestPair, type Trace, traceOf } from "./trace.js";

export const CAMPAIGN_SCHEMA = "everboot.campaign/1";

/** A deliberately wrong guest pair that a campaign must catch. */
export interface Canary {
  readonly guest: GuestPair;
  /** Boots that an unconfirmed image gets under this canary. */
  readonly attempts: number;
}

export interface CampaignOptions {
  readonly deviceModule: WebAssembly.Module;
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly guest: GuestPair;
  readonly scene: Scene;
  readonly attempts: number;
  readonly canaries: readonly Canary[];
  /** Blocks per guest call. */
  readonly fuel?: bigint;
  /** Milliseconds of CPU and of wall clock, from any start. */
  readonly clock: () => { readonly cpu: number; readonly wall: number };
  /** Asked now and then; true ends the campaign early, as incomplete. */
  readonly stop?: () => boolean;
  readonly onProgress?: (judged: number, planned: number) => void;
}

/** One kind of violation: the first cut that shows it, and how many do. */
export interface Violation {
  readonly oracle: OracleName;
  /** Cut points that violate it together with the same other oracles. */
  readonly points: number;
  readonly trace: Trace;
  /** The command that replays it; the command line fills it in when it has written the trace. */
  replay: string;
}

/** What a campaign came to; the JSON of `--json`. */
export interface CampaignReport {
  readonly schema: typeof CAMPAIGN_SCHEMA;
  readonly scenario: string;
  readonly device: string;
  readonly guest: { readonly name: string; readonly sha256: string };
  readonly faults: readonly ["power"];
  readonly points: { readonly planned: number; readonly judged: number };
  readonly boots: { readonly covered: number; readonly executed: number };
  readonly states: { readonly distinct: number };
  readonly violations: readonly Violation[];
  readonly canaries: {
    readonly planted: number;
    readonly caught: number;
    readonly each: readonly { readonly name: string; readonly caughtBy: readonly OracleName[] }[];
  };
  readonly notApplicable: readonly OracleName[];
  readonly incomplete: string | null;
  readonly seconds: { readonly cpu: number; readonly wall: number };
  readonly notModelled: readonly string[];
}

/** Runs a campaign over every single power cut of a scene. */
export function runCampaign(options: CampaignOptions): CampaignReport {
  const started = options.clock();
  const device = build(options, options.guest, options.attempts);
  const { start, settled } = begin(device, options.scene);
  const planned = countPlan(device, options.scene, start);
  const exploration = explore(device, options, start, planned);
  const findings = [...exploration.findings];
  if (settled.violations !== 0) findings.unshift({ violations: settled.violations, cut: null, count: 1 });
  const each = options.canaries.map((canary) => ({
    name: canary.guest.name,
    caughtBy: caughtBy(options, canary),
  }));
  const ended = options.clock();
  return {
    schema: CAMPAIGN_SCHEMA,
    scenario: options.scene.scenario.name,
    device: options.part.id,
    guest: { name: options.guest.name, sha256: options.guest.sha256 },
    faults: ["power"],
    points: { planned, judged: exploration.judged },
    boots: { covered: exploration.bootsCovered, executed: exploration.bootsExecuted },
    states: { distinct: exploration.states },
    violations: violationsOf(options, findings),
    canaries: {
      planted: each.length,
      caught: each.filter((canary) => canary.caughtBy.length > 0).length,
      each,
    },
    notApplicable: options.scene.scenario.notApplicable,
    incomplete: incompleteness(exploration, planned),
    seconds: { cpu: (ended.cpu - started.cpu) / 1000, wall: (ended.wall - started.wall) / 1000 },
    notModelled: NOT_MODELLED,
  };
}

/** Cut points of a scene, counted by executing it once without any cut and without the explorer. */
export function countPlan(device: Device, scene: Scene, start: Position): number {
  let planned = 0;
  const kinds: Readonly<Record<string, number>> = {
    program: abi.OP_PROGRAM,
    erase: abi.OP_ERASE,
    counter: abi.OP_COUNTER,
  };
  runPlain(device, scene, start, {
    onCall: ({ operations }) => {
      for (const operation of operations) {
        const kind = kinds[operation.kind];
        if (kind !== undefined && "status" in operation && operation.status === abi.STATUS_OK)
          planned += shapesOf(kind).length;
      }
    },
  });
  device.exports.rollback();
  return planned;
}

/** Prepares a device for a scene: where it starts, and how the preparation went. */
export function begin(
  device: Device,
  scene: Scene,
): { readonly start: Position; readonly settled: ReturnType<typeof prepare> } {
  const settled = prepare(device, scene);
  return { start: powerOn(abi.CAUSE_POWER, settled.last.history & ~HISTORY_RAN), settled };
}

function build(options: CampaignOptions, guest: GuestPair, attempts: number): Device {
  return new Device({
    module: options.deviceModule,
    part: options.part,
    layout: options.layout,
    boot: { name: guest.name, binary: guest.boot },
    agent: { name: `${guest.name} (agent)`, binary: guest.agent },
    attempts,
    ...(options.fuel === undefined ? {} : { fuel: options.fuel }),
  });
}

function explore(device: Device, options: CampaignOptions, start: Position, planned: number): Exploration {
  const { stop, onProgress } = options;
  return new Explorer(device, options.scene, {
    ...(stop === undefined ? {} : { stop }),
    ...(onProgress === undefined ? {} : { onProgress: (judged: number) => onProgress(judged, planned) }),
  }).run(start);
}

/** The oracles that catch a canary first; none when it gets away. */
function caughtBy(options: CampaignOptions, canary: Canary): OracleName[] {
  const device = build(options, canary.guest, canary.attempts);
  const { start, settled } = begin(device, options.scene);
  if (settled.violations !== 0) return []; // it must work while the power holds, or it proves nothing
  const { findings } = new Explorer(device, options.scene, { stopAtFirst: true }).run(start);
  return oracleNames(findings[0]?.violations ?? 0);
}

function violationsOf(options: CampaignOptions, findings: readonly Finding[]): Violation[] {
  const known = new Set<OracleName>();
  const violations: Violation[] = [];
  for (const { violations: mask, cut, count } of findings) {
    const names = oracleNames(mask);
    for (const oracle of names) {
      if (known.has(oracle)) continue;
      known.add(oracle);
      const trace = traceOf({
        device: options.part.id,
        layout: options.layout,
        attempts: options.attempts,
        guest: options.guest,
        scene: options.scene,
        cuts: cut === null ? [] : [cut],
        violations: names,
      });
      violations.push({ oracle, points: count, trace, replay: "" });
    }
  }
  return violations;
}

function incompleteness(exploration: Exploration, planned: number): string | null {
  if (exploration.stoppedEarly) return "stopped early";
  if (exploration.judged !== planned) return `planned ${planned} cut points, judged ${exploration.judged}`;
  return null;
}
