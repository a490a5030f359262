// Boots that were counted, executed once more on a target: its figures, the model's accuracy, and new factors. Needs the tools
// of host/budget/target.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as abi from "../../assembly/abi.js";
import { type Calibration, type Executed, calibrated } from "../budget/calibrate.js";
import { type BootCount, sumOfPhases } from "../budget/measure.js";
import type { CostModel } from "../budget/model.js";
import type { TargetCost } from "../budget/report.js";
import { type TargetBuild, buildTarget } from "../budget/target/build.js";
import type { TargetCore } from "../budget/target/cores.js";
import { type TargetRun, runTarget } from "../budget/target/run.js";
import { readTiming } from "../budget/target/timing.js";
import { checkTools } from "../budget/target/tools.js";
import type { CallEnd } from "../campaign/call.js";
import { count as countBlocks, counterExportOf } from "../core/wasm/count.js";
import type { Operation } from "../device/device.js";
import { PHASE_NAMES } from "../config/limits.js";
import { DEFAULT_FUEL } from "../core/guest.js";
import { type BudgetJob, type Counted, count, memoryOf, modelOf, modelsFolder } from "./budget-job.js";

/** A counted scenario on a target, boot by boot. */
export interface OnTarget {
  readonly build: TargetBuild;
  readonly runs: readonly { readonly boot: BootCount; readonly run: TargetRun }[];
}

/** The target did otherwise than the simulated device: the defect is in one of the two. */
export class TargetMismatchError extends Error {
  override readonly name = "TargetMismatchError";
}

/**
 * Builds a counted guest for a core and executes each of its boots there, in a folder that is removed afterwards.
 * @param counted with the states before each boot kept
 * @param globals exported i64 globals whose values are asked for
 * @throws {MissingToolsError} where tools are missing; TargetMismatchError where a boot ends or writes otherwise than in V8
 */
export async function onTarget(
  counted: Counted,
  core: TargetCore,
  globals: readonly string[] = [],
): Promise<OnTarget> {
  checkTools(core);
  const folder = mkdtempSync(join(tmpdir(), "everboot-target-"));
  try {
    const { guest, pair, target, job, measured } = counted;
    const build = await buildTarget({
      ...{ name: job.guest, core, binary: pair.boot, folder, ...memoryOf(counted), globals },
      nameOf: (index) => guest.functions.nameOf(index),
    });
    const timing = readTiming(modelsFolder(), core);
    const runs: { boot: BootCount; run: TargetRun }[] = [];
    for (const boot of measured.boots) {
      if (boot.before === undefined) throw new RangeError("expected states before boots to be kept");
      const run = await runTarget(build, { ...target, attempts: job.attempts, ...boot.before }, timing);
      checkSame(boot, run, `${job.scenario} on ${job.device}, power-up ${boot.powerUp}`);
      runs.push({ boot, run });
    }
    return { build, runs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkSame(boot: BootCount, run: TargetRun, where: string): void {
  const [here, there] = [endText(boot.end), `${run.end.kind} ${run.end.value}`];
  if (here !== there)
    throw new TargetMismatchError(`${where}: expected ${here} as in V8, found ${there} on the target`);
  const logs = [boot.operations.map(operationText).join("; "), run.operations.map(targetText).join("; ")];
  if (logs[0] !== logs[1])
    throw new TargetMismatchError(
      `${where}: expected the operations ${logs[0]} as in V8, found ${logs[1]} on the target`,
    );
  if (Buffer.compare(run.flash, boot.flashAfter ?? new Uint8Array(0)) !== 0)
    throw new TargetMismatchError(
      `${where}: expected the flash as in V8, found another content on the target`,
    );
}

function endText(end: CallEnd): string {
  if (end.kind === "jumped" || end.kind === "read-fault") return `${end.kind} ${end.offset}`;
  if (end.kind === "halted") return `halted ${end.reason}`;
  return `${end.kind} 0`;
}

function operationText(operation: Operation): string {
  switch (operation.kind) {
    case "program":
    case "erase":
      return `${operation.kind} ${operation.offset} ${operation.sizeBytes} ${operation.status}`;
    case "counter":
      return `counter ${operation.id} ${operation.value} ${operation.status}`;
    case "event":
      return `event ${operation.code} ${operation.value}`;
    case "retained":
      return `retained ${operation.index} ${operation.value}`;
    default:
      return operation.kind;
  }
}

function targetText({ kind, status, first, size, value }: TargetRun["operations"][number]): string {
  switch (kind) {
    case abi.OP_PROGRAM:
      return `program ${first} ${size} ${status}`;
    case abi.OP_ERASE:
      return `erase ${first} ${size} ${status}`;
    case abi.OP_COUNTER:
      return `counter ${first} ${value} ${status}`;
    case abi.OP_EVENT:
      return `event ${first} ${value}`;
    default:
      return `retained ${first} ${value}`;
  }
}

/** The target's figures for a report. */
export function targetCost({ build, runs }: OnTarget): TargetCost {
  return {
    ...{ core: build.core, tools: build.tools, ...build.sizes, stackBytes: build.stackBytes },
    boots: runs.map(({ boot, run }) => ({
      ...{ powerUp: boot.powerUp, instructions: run.instructions, cycles: run.cycles },
      phases: boot.phases.map(({ phase }) => {
        const executed = executedIn(run, boot, phase);
        return {
          phase: PHASE_NAMES[phase] ?? "start",
          instructions: sum(executed, "instructions"),
          cycles: run.cycles === null ? null : sum(executed, "cycles"),
        };
      }),
    })),
  };
}

function sum(counts: readonly Executed[], what: "instructions" | "cycles"): number {
  return counts.reduce((total, each) => total + (each[what] ?? 0), 0);
}

const SAMPLES = fileURLToPath(new URL("../../../images/imgtool/", import.meta.url));
const GUESTS = ["boot-ed25519", "boot-ed25519-fast", "boot-p256", "boot-p256-fast", "boot-full"] as const;
/** A part whose Record is sealed, and one whose Record is refreshed: each has builds of its own. */
const DEVICES = ["nrf52840", "stm32f407"] as const;
const PLAYED = ["update", "revert"] as const;
const BASE = { attempts: 3, imageSize: 16 * 1024 } as const;

/** Scenarios that factors are taken from. */
export const CALIBRATION_JOBS: readonly BudgetJob[] = [
  ...GUESTS.flatMap((guest) =>
    DEVICES.flatMap((device) => PLAYED.map((scenario): BudgetJob => ({ ...BASE, scenario, device, guest }))),
  ),
  ...["ed25519-sha512", "p256-signed", "rsa2048-signed", "rsa3072-signed"].map((sample) =>
    sampleJob("boot-full", `app-${sample}`),
  ),
];

/** Others, that factors are judged by: other images, another key. */
export const VERIFICATION_JOBS: readonly BudgetJob[] = [
  sampleJob("boot-ed25519", "app2-ed25519-signed"),
  sampleJob("boot-p256-fast", "app2-p256-signed"),
  sampleJob("boot-full", "app2-ed25519-signed"),
  ...(["boot-ed25519-fast", "boot-p256"] as const).map((guest): BudgetJob => ({
    ...{ ...BASE, scenario: "update", device: "nrf52840", guest },
    keyText: "another key, for verification",
  })),
];

function sampleJob(guest: string, sample: string): BudgetJob {
  const [, algorithm = ""] = sample.split("-");
  const files = { from: join(SAMPLES, `${sample}.bin`), key: [join(SAMPLES, `${algorithm}-pub.pem`)] };
  return { scenario: "first-boot", device: "nrf52840", guest, attempts: 3, ...files };
}

/** The boots of scenarios, phase by phase, as counted and as executed on a target. */
export async function calibrations(jobs: readonly BudgetJob[], core: TargetCore): Promise<Calibration[]> {
  const found: Calibration[] = [];
  for (const job of jobs) {
    const counted = count(job, undefined, true);
    const { build, runs } = await onTarget(counted, core);
    for (const { boot, run } of runs)
      found.push({
        where: `${jobWords(job)}, power-up ${boot.powerUp}`,
        subject: counted.guest,
        phases: boot.phases.map(({ phase, counts }) => ({
          phase: PHASE_NAMES[phase] ?? "start",
          counts,
          executed: executedIn(run, boot, phase),
        })),
        ...{ built: build.functions, tools: build.tools },
      });
  }
  return found;
}

function jobWords({ guest, device, scenario, from }: BudgetJob): string {
  return [guest, device, scenario, ...(from === undefined ? [] : [from.slice(SAMPLES.length)])].join(" ");
}

/** What a run executed in a phase; what comes before the first counts to it. */
function executedIn({ functions }: TargetRun, { phases, firstPhase }: BootCount, phase: number): Executed[] {
  const isSingle = phases.length === 1;
  const sums = new Map<string, Executed>();
  for (const { phase: found, functionIndex, name, entered, instructions, cycles } of functions) {
    if (!isSingle && found !== phase && !(found === 0 && phase === firstPhase)) continue;
    const key = `${functionIndex ?? name}`;
    const before = sums.get(key);
    sums.set(key, {
      ...{ functionIndex, name, calls: (before?.calls ?? 0) + entered },
      instructions: (before?.instructions ?? 0) + instructions,
      cycles: cycles === null ? null : (before?.cycles ?? 0) + cycles,
    });
  }
  return [...sums.values()];
}

/** Whether blocks are executed as often on a target as in V8: how many of how many counters say so. */
export async function countsAgree(
  core: TargetCore,
): Promise<{ readonly same: number; readonly counters: number }> {
  const job: BudgetJob = { ...BASE, scenario: "update", device: "nrf52840", guest: "boot-ed25519" };
  const counted = count(job, undefined, true);
  const { binary, plan } = countBlocks(counted.pair.boot, { initialFuel: DEFAULT_FUEL });
  const globals = Array.from({ length: plan.counterCount }, (_, counter) => counterExportOf(counter));
  const { runs } = await onTarget({ ...counted, pair: { ...counted.pair, boot: binary } }, core, globals);
  let same = 0;
  for (const { boot, run } of runs) {
    const here = sumOfPhases(boot.phases);
    same += run.globals.filter((value, index) => Number(value) === here[index]).length;
  }
  return { same, counters: plan.counterCount * runs.length };
}

/** A core's model with new factors, from the calibration jobs. */
export async function calibratedModel(core: TargetCore): Promise<CostModel> {
  const boots = await calibrations(CALIBRATION_JOBS, core);
  return calibrated(modelOf(core), boots, {
    tools: boots[0]?.tools ?? {},
    inputs: CALIBRATION_JOBS.map(jobWords),
  });
}
