// `everboot budget --target … --verify-model` and `--calibrate`: how far a model is off, and a model written anew.
import { join } from "node:path";
import Table from "cli-table3";
import { type Deviation, deviations } from "../budget/deviation.js";
import type { TargetCore } from "../budget/target/cores.js";
import { MODELLED, grouped } from "../report/budget/words.js";
import { shortName } from "../report/budget/table.js";
import { modelOf, modelsFolder } from "../app/budget/job.js";
import { VERIFICATION_JOBS, calibratedModel, calibrations, countsAgree } from "../app/budget/calibration.js";
import { writeBytes } from "../app/workspace/files.js";

const FUNCTIONS_SHOWN = 10;

/** Writes a core's model with new factors. */
export async function calibrateModel(core: TargetCore): Promise<void> {
  const model = await calibratedModel(core);
  const file = join(modelsFolder(), `${core}.json`);
  writeBytes(file, `${JSON.stringify(model, null, 2)}\n`);
  const { inputs, tools } = model.calibration;
  process.stdout.write(
    `${Object.keys(model.functions).length} functions from ${inputs.length} scenarios, as ${tools["gcc"]} compiles them: written to ${core}.json\n`,
  );
}

/**
 * Prints how far a core's model is off on scenarios that it was not calibrated with.
 * @returns whether it keeps what it promises
 */
export async function verifyModel(core: TargetCore): Promise<boolean> {
  const model = modelOf(core);
  const boots = await calibrations(VERIFICATION_JOBS, core);
  const { phases, functions, uncalibratedPercent, verdict } = deviations(boots, model);
  const exact = await countsAgree(core);
  const table = tableOf(["scenario", "phase", "model", "target", "off"]);
  for (const each of phases) table.push(row(each));
  process.stdout.write(`${table.toString()}\n`);
  const byFunction = tableOf(["scenario", "function", "model", "target", "off"]);
  for (const each of functions.slice(0, FUNCTIONS_SHOWN)) byFunction.push(row(each));
  process.stdout.write(`${byFunction.toString()}\n`);
  const unit = model.cycles === undefined ? "instructions" : "cycles";
  process.stdout.write(
    [
      `${core}, ${unit}; ${MODELLED}`,
      `counts of blocks on the target and in V8: ${exact.same} of ${exact.counters} the same`,
      `calibrated phases: at most ${verdict.phasePercent.toFixed(2)} % off (promised: 5 %); those below 1000: at most ${Math.round(verdict.smallPhase)} off (promised: 50)`,
      `calibrated functions of 1 % of a boot and more: at most ${verdict.functionPercent.toFixed(2)} % off (promised: 10 %)`,
      `the same functions without their factors: ${uncalibratedPercent.toFixed(1)} % off on average (promised: ${model.errorPercent.uncalibratedOnAverage} %)`,
      "",
    ].join("\n"),
  );
  return verdict.kept && exact.same === exact.counters;
}

function row({ where, what, modelled, counted, percent }: Deviation): string[] {
  const sign = percent < 0 ? "−" : "+";
  return [
    where,
    shortName(what),
    grouped(Math.round(modelled)),
    grouped(counted),
    `${sign}${Math.abs(percent).toFixed(2)} %`,
  ];
}

function tableOf(head: string[]): Table.Table {
  return new Table({
    head,
    style: { head: [], border: [] },
    colAligns: ["left", "left", "right", "right", "right"],
  });
}
