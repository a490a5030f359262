// Boots that were counted, executed once more on a target, and compared. Needs the tools of host/budget/target.
import { MisuseError } from "../../core/errors.js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Executed } from "../../budget/calibrate.js";
import type { BootCount } from "../../budget/measure.js";
import type { TargetCost } from "../../budget/report.js";
import { type TargetBuild, buildTarget } from "../../budget/target/build.js";
import type { TargetCore } from "../../budget/target/cores.js";
import { operationWords, targetOperationWords } from "../../budget/target/operations.js";
import { type TargetRun, runTarget } from "../../budget/target/run.js";
import { readTiming } from "../../budget/target/timing.js";
import { checkTools } from "../../budget/target/tools.js";
import type { CallEnd } from "../../campaign/play/call.js";
import { PHASE_NAMES } from "../../config/limits.js";
import { type Counted, memoryOf, modelsFolder } from "./job.js";

/** A counted scenario on a target, boot by boot. */
export interface OnTarget {
  readonly build: TargetBuild;
  readonly runs: readonly { readonly boot: BootCount; readonly run: TargetRun }[];
}

/** The target did otherwise than the simulated device: the defect is in one of the two. */
export class TargetMismatchError extends MisuseError {
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
  const logs = [
    boot.operations.map(operationWords).join("; "),
    run.operations.map(targetOperationWords).join("; "),
  ];
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

/** What a run executed in a phase; what comes before the first phase counts to it. */
export function executedIn(
  { functions }: TargetRun,
  { phases, firstPhase }: BootCount,
  phase: number,
): Executed[] {
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
