// `everboot campaign`: cuts the power at every operation of a scenario and reports what the oracles say.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type CampaignOptions, runCampaign } from "../campaign/campaign.js";
import type { CampaignReport, Violation } from "../campaign/report.js";
import type { Scene } from "../campaign/scenario.js";
import { formatTraceLine } from "../campaign/trace-line.js";
import { campaignTable } from "../report/campaign-table.js";
import { EXIT_INCOMPLETE, EXIT_REFUSED, complain, setExit } from "./exit.js";
import { writeBytes } from "./files.js";
import { type CampaignJob, optionsOf } from "./job.js";
import { DEFAULT_GUEST, GUEST_NAMES } from "./modules.js";
import { progressBar } from "./progress.js";
import { ImageRefusedError, WORK_FOLDER } from "./scene.js";
import { REQUIRE_HELP, collect, integer, keyTypes, positive, share, size } from "./values.js";

/** Options of a campaign on the command line. */
export interface CampaignFlags extends Omit<CampaignJob, "scenario"> {
  readonly json?: string;
  readonly timeLimit?: number;
}

/** Adds the command. */
export function registerCampaign(program: Command): void {
  program
    .command("campaign")
    .description("cut the power at every persistent operation of a scenario and judge every outcome")
    .argument("[scenario]", "update or revert", "update")
    .option("--device <id>", "part profile (see everboot devices)", "nrf52840")
    .option("--layout <file>", "one's own partition map, JSON")
    .option("--guest <name|file>", `${GUEST_NAMES.join(", ")}, or a wasm file`, DEFAULT_GUEST)
    .option("--from <image>", "signed image that the device starts with; made on the spot when absent")
    .option(
      "--to <image>",
      "signed image that is offered; twice for a pair linked for A and B",
      collect(String),
    )
    .option(
      "--key <file>",
      "public key (PEM) of --from and --to; may be given several times",
      collect(String),
    )
    .option("--require <types>", REQUIRE_HELP, keyTypes)
    .option("--attempts <count>", "boots that an unconfirmed image gets, 1 to 255", positive(255), 3)
    .addOption(
      new Option("--image-size <bytes>", "whole size of the images made on the spot").argParser(size),
    )
    .option("--faults <list>", "fault models: power, weak, ecc (see everboot faults)", "power")
    .option("--depth <count|fixpoint>", "cuts in one run; fixpoint: until no new state is found", depth, 1)
    .addOption(
      new Option("--assume <what>", "none: do without the assumption that the part's profile makes").choices([
        "none",
      ]),
    )
    .option("--audit <share>", "share of the memo's answers that are executed and compared", share, 0.01)
    .option("--max-states <count>", "end as incomplete beyond so many states", integer)
    .option("--time-limit <seconds>", "end as incomplete after so long", integer)
    .option("--json <file|->", "write the report as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  everboot campaign update --device stm32h743\n  everboot campaign update --faults power,weak --depth fixpoint --image-size 16KiB\n  everboot campaign update --guest single-flag --json report.json\n  everboot campaign revert --from app.bin --to next.bin --key pub.pem --json -",
    )
    .action((scenario: string, flags: CampaignFlags) => {
      const report = guarded(() => campaignOf(scenario, flags));
      if (report === undefined) return;
      publish(report, flags.json);
    });
}

/** Runs the campaign that the flags describe, writes its traces, and sets the exit code. */
export function campaignOf(scenario: string, flags: CampaignFlags): CampaignReport {
  const bar = progressBar(`${scenario} on ${flags.device}`);
  const deadline = flags.timeLimit === undefined ? Infinity : performance.now() + flags.timeLimit * 1000;
  const options: CampaignOptions = {
    ...optionsOf({ ...flags, scenario }),
    stop: () => (performance.now() > deadline ? `time limit of ${flags.timeLimit} s reached` : null),
    onProgress: (progress) => bar.update(progress),
  };
  const report = runCampaign(options);
  bar.stop();
  for (const violation of report.violations) nameTrace(violation, report, flags, options.scene);
  if (report.violations.length > 0) setExit(EXIT_REFUSED);
  const fooled = report.canaries.caught < report.canaries.planted;
  if (fooled) complain("a canary was not caught: this campaign shows nothing");
  if (fooled || report.incomplete !== null) setExit(EXIT_INCOMPLETE);
  return report;
}

/** Writes a violation's trace, and says how to replay it; as a line too where images and guest are the package's own. */
function nameTrace(violation: Violation, report: CampaignReport, flags: CampaignFlags, scene: Scene): void {
  const folder = join(WORK_FOLDER, "traces");
  mkdirSync(folder, { recursive: true });
  const names = [report.scenario, report.device, report.guest.name, violation.oracle].map(fileName);
  const cause = report.violations.filter(({ oracle }) => oracle === violation.oracle).indexOf(violation);
  const file = join(folder, `${names.join("-")}${cause === 0 ? "" : `-${cause + 1}`}.json`);
  writeBytes(file, `${JSON.stringify(violation.trace)}\n`);
  violation.replay = `everboot replay ${file}`;
  if (flags.from !== undefined || flags.layout !== undefined || !GUEST_NAMES.includes(flags.guest)) return;
  violation.line = formatTraceLine({
    scenario: report.scenario,
    device: report.device,
    guest: report.guest.name,
    digest: report.guest.sha256,
    imageSizeBytes: scene.images[0]?.bytes.length ?? 0,
    attempts: flags.attempts,
    models: report.faults,
    faults: violation.trace.faults,
  });
}

/** Runs `work`; an image that is refused ends the command with exit code 1 and one line. */
export function guarded<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ImageRefusedError)) throw error;
    complain(error.message);
    setExit(EXIT_REFUSED);
    return undefined;
  }
}

function publish(report: CampaignReport, json: string | undefined): void {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (json === "-") process.stdout.write(text);
  else process.stdout.write(campaignTable(report));
  if (json !== undefined && json !== "-") writeBytes(json, text);
}

function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-60);
}

function depth(text: string): number | "fixpoint" {
  return text === "fixpoint" ? text : integer(text);
}
