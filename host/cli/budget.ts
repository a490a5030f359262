// `everboot budget`: what a scenario's boots cost on a part, against limits, a baseline and a target. Counts nothing itself.
import { type Command, InvalidArgumentError } from "commander";
import { compare, parseBaseline } from "../budget/baseline.js";
import { exceeded, meantBudgets } from "../budget/exceeded.js";
import type { BudgetReport } from "../budget/report.js";
import { TARGET_CORES, type TargetCore } from "../budget/target/cores.js";
import { parseBudgets } from "../config/limits.js";
import type { ParsedConfig } from "../config/parse.js";
import { MisuseError } from "../core/errors.js";
import { budgetHtml } from "../report/html/budget.js";
import { wrap } from "../report/wrap.js";
import { budgetTable, differenceTable } from "../report/budget/table.js";
import { type BudgetJob, budgetOf, count, modelOf } from "../app/budget/job.js";
import { CONFIG_HELP, LAYOUT_HELP, type SubjectFlags } from "./campaign-flags.js";
import { tellStandIn } from "./outcome.js";
import { loadConfig } from "../app/workspace/config.js";
import { screenColumns } from "../app/terminal/columns.js";
import { EXIT_REFUSED, setExit } from "../app/terminal/exit.js";
import { readText, writeBytes } from "../app/workspace/files.js";
import { DEFAULT_ATTEMPTS, DEFAULT_DEVICE, DEFAULT_SCENARIO } from "../campaign/plan/defaults.js";
import { addImageOptions } from "./image-flags.js";
import { DEFAULT_GUEST, GUEST_NAMES } from "../app/workspace/modules.js";
import { checkOutputs } from "../app/workspace/outputs.js";
import { choice, positive } from "./values.js";

const BUDGET_FILE = "budget.json";
const DEFAULTS = {
  scenario: DEFAULT_SCENARIO,
  device: DEFAULT_DEVICE,
  guest: DEFAULT_GUEST,
  attempts: DEFAULT_ATTEMPTS,
} as const;
const FUNCTIONS_SHOWN = 4;
const FUNCTIONS_MOST = 1000;
const CLOCK_MOST_HZ = 10_000_000_000;
const CLOCK_UNITS: Readonly<Record<string, number>> = { Hz: 1, kHz: 1e3, MHz: 1e6, GHz: 1e9 };

interface BudgetFlags extends SubjectFlags {
  readonly cache?: "on" | "off";
  readonly clock?: number;
  readonly functions: number;
  readonly json?: string;
  readonly html?: string;
  readonly baseline?: string;
  /** true where no file is named. */
  readonly check?: string | true;
  readonly target?: TargetCore;
  readonly verifyModel?: true;
  readonly calibrate?: true;
}

/** Adds the command. */
export function registerBudget(program: Command): void {
  const command = program
    .command("budget")
    .description(
      "what a scenario's boots cost on a part: bytes, RAM, stack, cycles, milliseconds, flash operations",
    )
    .argument("[scenario]", `such as update or revert (default: "${DEFAULTS.scenario}")`)
    .option("--config <file>", CONFIG_HELP)
    .option("--device <id>", `part profile (see everboot devices) (default: "${DEFAULTS.device}")`)
    .option("--layout <name|file>", LAYOUT_HELP)
    .option(
      "--guest <name|file>",
      `${GUEST_NAMES.join(", ")}, one of the configuration's, or a wasm file with a name section (default: "${DEFAULTS.guest}")`,
    );
  addImageOptions(command)
    .addOption(
      choice(
        "--cache <state>",
        "instruction cache or flash accelerator, where the part has one (default: on)",
        ["on", "off"],
      ),
    )
    .option("--clock <frequency>", "like 64MHz; the part's own when absent", clock)
    .option(
      "--functions <count>",
      "functions listed for each phase",
      positive(FUNCTIONS_MOST),
      FUNCTIONS_SHOWN,
    )
    .option("--json <file|->", "write the report as JSON; -: to standard output, instead of the table")
    .option("--html <file>", "write the report as a page with tree maps")
    .option("--baseline <file>", "say what changed since an earlier --json report")
    .option(
      `--check [file]`,
      `end with 1 where a limit of the file is exceeded (default file: "${BUDGET_FILE}")`,
    )
    .addOption(
      choice(
        "--target <core>",
        "translate, compile and execute the boots for a core besides, in QEMU (scripts/install-target-tools.sh)",
        TARGET_CORES,
      ),
    )
    .option(
      "--verify-model",
      "with --target: how far the model is off, on inputs that it was not calibrated with",
    )
    .option("--calibrate", "with --target: write the core's factors anew")
    .addHelpText(
      "after",
      `
Without a scenario, device and guest --check checks every budget of the file;
with them those that match. Times are modelled from exact counts, not measured
on silicon; the same input gives the same bytes everywhere.

Examples:
  everboot budget update --device nrf52840 --guest boot-ed25519
  everboot budget update --device stm32h743 --html budget.html --json now.json
  everboot budget --check
  everboot budget update --guest my-boot.wasm --baseline before.json
  everboot budget update --target cortex-m4 --json -
  everboot budget --target cortex-m4 --verify-model`,
    )
    .action(async (scenario: string | undefined, flags: BudgetFlags) => {
      await budget(scenario, flags);
    });
}

async function budget(scenario: string | undefined, flags: BudgetFlags): Promise<void> {
  const { target, verifyModel, calibrate, json, html } = flags;
  checkOutputs({ "--json": json, "--html": html });
  if ((verifyModel === true || calibrate === true) && target === undefined)
    throw new MisuseError("--verify-model and --calibrate: expected --target too, the core that is meant");
  if (target !== undefined && calibrate === true)
    return (await import("./budget-model.js")).calibrateModel(target);
  if (target !== undefined && verifyModel === true) {
    if (!(await (await import("./budget-model.js")).verifyModel(target))) setExit(EXIT_REFUSED);
    return;
  }
  const config = await loadConfig(flags.config, process.cwd());
  if (flags.check === undefined) {
    const { device, guest } = config?.campaign ?? {};
    const meant = {
      ...(device === undefined ? {} : { device }),
      ...(guest === undefined ? {} : { guest }),
      ...flags,
    };
    show(await report(budgetJob(scenario, meant), config, target), flags);
    return;
  }
  await check(scenario, flags, config);
}

/** Makes and shows each budget that is meant, and tells what is over its limits. */
async function check(
  scenario: string | undefined,
  flags: BudgetFlags,
  config: ParsedConfig | undefined,
): Promise<void> {
  const file = flags.check === true || flags.check === undefined ? BUDGET_FILE : flags.check;
  const budgets = parseBudgets(readText(file, "budgets"), file);
  const wanted = { scenario, device: flags.device, guest: flags.guest };
  const meant = meantBudgets(budgets, wanted);
  if (meant.length === 0) {
    const words = Object.values(wanted).filter((word) => word !== undefined);
    throw new MisuseError(`${file}: expected a budget for ${words.join(", ")}, found none`);
  }
  const single = meant.length === 1;
  if (!single && (flags.json !== undefined || flags.html !== undefined || flags.baseline !== undefined))
    throw new MisuseError(
      `--json, --html and --baseline: expected a single budget of ${file}, found ${meant.length}`,
    );
  for (const { budget, index } of meant) {
    const { scenario: name, device, guest, imageSize } = budget;
    const job = { ...budgetJob(name, flags), device, guest, imageSize: imageSize ?? flags.imageSize };
    const made = await report(job, config, undefined);
    if (single) show(made, flags);
    const lines = exceeded(made, budgets, index);
    const stream = flags.json === "-" ? process.stderr : process.stdout;
    if (lines.length > 0) setExit(EXIT_REFUSED);
    else lines.push(`${name} on ${device} with ${guest}: within all limits of ${file}`);
    // Where this is no terminal, one line each: tools look for "file:line: ...".
    for (const line of lines) stream.write(`${stream.isTTY ? wrap(line, screenColumns(stream), 2) : line}\n`);
  }
}

function budgetJob(scenario: string | undefined, flags: BudgetFlags): BudgetJob {
  const {
    device,
    layout,
    guest,
    from,
    to,
    key,
    require: demanded,
    attempts,
    imageSize,
    cache,
    clock: clockHz,
  } = flags;
  return {
    ...{
      scenario: scenario ?? DEFAULTS.scenario,
      device: device ?? DEFAULTS.device,
      guest: guest ?? DEFAULTS.guest,
    },
    ...{ attempts: attempts ?? DEFAULTS.attempts, layout, from, to, key, require: demanded },
    ...{ imageSize, cache, clock: clockHz },
  };
}

async function report(
  job: BudgetJob,
  config: ParsedConfig | undefined,
  target: TargetCore | undefined,
): Promise<BudgetReport> {
  if (target === undefined) {
    const counted = count(job, config);
    tellStandIn(job.guest, counted.pair.standIn);
    return budgetOf(counted, modelOf(counted.cpu.core), null);
  }
  const { onTarget, targetCost } = await import("../app/budget/target.js");
  const counted = count(job, config, true);
  // The model of the core that executes, whatever the part has: so that both can be compared.
  return budgetOf(counted, modelOf(target), targetCost(await onTarget(counted, target)));
}

function show(made: BudgetReport, { json, html, baseline, functions }: BudgetFlags): void {
  const before =
    baseline === undefined ? undefined : parseBaseline(readText(baseline, "an earlier budget"), baseline);
  const text = `${JSON.stringify(made, null, 2)}\n`;
  const view = { functionsShown: functions, width: screenColumns(process.stdout) };
  process.stdout.write(json === "-" ? text : budgetTable(made, view));
  if (json !== undefined && json !== "-") writeBytes(json, text);
  if (html !== undefined) writeBytes(html, budgetHtml(made));
  if (before === undefined) return;
  const stream = json === "-" ? process.stderr : process.stdout;
  stream.write(differenceTable(compare(before, made), view));
}

/** Reads a frequency in Hz. */
function clock(text: string): number {
  const [, digits, unit = "Hz"] = /^(\d+(?:\.\d+)?)\s*([kMG]?Hz)?$/.exec(text) ?? [];
  const hertz = Math.round(Number(digits) * (CLOCK_UNITS[unit] ?? Number.NaN));
  if (hertz >= 1 && hertz <= CLOCK_MOST_HZ) return hertz;
  throw new InvalidArgumentError("Expected a frequency, such as 64MHz.");
}
