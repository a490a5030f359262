// What cost models are calibrated with, and what they are judged by: scenarios, counted and executed on a target.
import { DEFAULT_ATTEMPTS } from "../../campaign/plan/defaults.js";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Calibration, calibrated } from "../../budget/calibrate.js";
import { sumOfPhases } from "../../budget/measure.js";
import type { CostModel } from "../../budget/model.js";
import type { TargetCore } from "../../budget/target/cores.js";
import { PHASE_NAMES } from "../../config/limits.js";
import { DEFAULT_FUEL } from "../../core/metered.js";
import { count as countBlocks, counterExportOf } from "../../core/wasm/count.js";
import { type BudgetJob, count, modelOf } from "./job.js";
import { executedIn, onTarget } from "./target.js";

const SAMPLES = fileURLToPath(new URL("../../../../images/imgtool/", import.meta.url));
const GUESTS = ["boot-ed25519", "boot-ed25519-fast", "boot-p256", "boot-p256-fast", "boot-full"] as const;
/** A part whose Record is sealed, and one whose Record is refreshed: each has builds of its own. */
const DEVICES = ["nrf52840", "stm32f407"] as const;
const PLAYED = ["update", "revert"] as const;
const BASE = { attempts: DEFAULT_ATTEMPTS, imageSize: 16 * 1024 } as const;

/** Scenarios that factors are taken from. */
const CALIBRATION_JOBS: readonly BudgetJob[] = [
  ...GUESTS.flatMap((guest) =>
    DEVICES.flatMap((device) => PLAYED.map((scenario): BudgetJob => ({ ...BASE, scenario, device, guest }))),
  ),
  ...(["boot-ed25519", "boot-ed25519-fast", "boot-full"] as const).map((guest) =>
    sampleJob(guest, "app-ed25519-signed"),
  ),
  ...(["boot-p256", "boot-p256-fast", "boot-full"] as const).map((guest) =>
    sampleJob(guest, "app-p256-signed"),
  ),
  ...["ed25519-sha512", "rsa2048-signed", "rsa3072-signed"].map((sample) =>
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
  return { scenario: "first-boot", device: "nrf52840", guest, attempts: DEFAULT_ATTEMPTS, ...files };
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
