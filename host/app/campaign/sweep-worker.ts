// One campaign of the gallery's sweep in a worker thread, over a guest of whoever asks. Writes the traces of what it finds.
import type { Violation } from "../../campaign/report.js";
import type { GuestPair } from "../../campaign/plan/trace.js";
import type { ParsedConfig } from "../../config/parse.js";
import { guestOf } from "../../config/resolve.js";
import type { PartProfile } from "../../device/profile.js";
import { partById } from "../../device/parts.js";
import { type SweepTools, faultCount, runSwept } from "../../gallery/catch.js";
import { IMAGE_BYTES, SWEEP, type SweptCampaign } from "../../gallery/sweep.js";
import type { SweepRow, SweptViolation } from "../../report/tables/sweep-table.js";
import { makeScene } from "../../scene/make.js";
import { loadConfig } from "../workspace/config.js";
import { deviceModule, guestOfFiles, guestPair, signedBy } from "../workspace/modules.js";
import { demoKeys } from "../workspace/scene.js";
import { type ErrorData, asData } from "./thread-errors.js";
import { traceFileNamed, writeTrace } from "./traces.js";

/** What one task is about. */
export interface SweepTask {
  /** Of the campaign, from 1. */
  readonly number: number;
  /** By name, or a wasm file. */
  readonly guest: string;
  /** A wasm file; the guest's own, or the package's, when absent. */
  readonly agent?: string;
  /** Path of the configuration. */
  readonly config?: string;
  /** States after which it ends as incomplete. */
  readonly statesMax?: number;
}

/** Runs a task; what it throws comes back as data. */
export default async function runSweepTask(task: SweepTask): Promise<SweepRow | ErrorData> {
  return await asData(() => rowOf(task));
}

async function rowOf(task: SweepTask): Promise<SweepRow> {
  const started = performance.now();
  const config = await loadConfig(task.config, process.cwd());
  const campaign = SWEEP[task.number - 1] as SweptCampaign;
  const guest = guestFor(task, partById(campaign.device), config);
  const report = runSwept(campaign, guest, toolsFor(task, config));
  return {
    number: task.number,
    scenario: report.scenario,
    device: report.device,
    faults: report.faults,
    depth: campaign.depth,
    verdict: report.verdict,
    violations: report.violations
      .map((violation) => sweptViolation(violation, [`sweep-${task.number}`, report.scenario, guest.name]))
      .sort((a, b) => a.faults - b.faults),
    incomplete: report.incomplete,
    judged: report.points.judged,
    ...(report.guest.agent === undefined ? {} : { agent: report.guest.agent }),
    memory: report.memory,
    bootsExecuted: report.effort.bootsExecuted,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The guest of a task in the build for a part. */
export function guestFor(
  { guest, agent }: Pick<SweepTask, "guest" | "agent">,
  part: PartProfile,
  config: ParsedConfig | undefined,
): GuestPair {
  return agent === undefined ? guestPair(guest, part, config) : guestOfFiles(guest, agent, part);
}

function toolsFor({ guest, statesMax }: SweepTask, config: ParsedConfig | undefined): SweepTools {
  const attempts = guestOf(config, guest)?.attempts;
  const fuel = config?.limits.fuel;
  const keys = demoKeys(signedBy(guest));
  return {
    deviceModule: deviceModule(),
    clock: () => ({ cpu: 0, wall: performance.now() }),
    sceneOf: ({ scenario }, part) =>
      makeScene(scenario, { part, layout: part.layout }, keys, { imageSizeBytes: IMAGE_BYTES }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(fuel === undefined ? {} : { fuel: BigInt(fuel) }),
    ...(statesMax === undefined ? {} : { statesMax }),
  };
}

function sweptViolation({ oracle, cause, trace }: Violation, words: readonly string[]): SweptViolation {
  const file = traceFileNamed([...words, oracle, cause]);
  writeTrace(file, trace);
  return { oracle, faults: faultCount(trace.faults), replay: `everboot replay ${file}` };
}
