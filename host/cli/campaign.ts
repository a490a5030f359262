// `everboot campaign`: cuts the power at every operation of a scenario and reports what the oracles say.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type CampaignReport, runCampaign } from "../campaign/campaign.js";
import { campaignTable } from "../report/campaign-table.js";
import { EXIT_INCOMPLETE, EXIT_REFUSED, complain, setExit } from "./exit.js";
import { writeBytes } from "./files.js";
import { DEFAULT_GUEST, GUEST_NAMES, canaries, deviceModule, guestPair } from "./modules.js";
import { progressBar } from "./progress.js";
import { ImageRefusedError, WORK_FOLDER, demoScene, scenarioOf, sceneFromFiles, targetOf } from "./scene.js";
import { MisuseError } from "../core/errors.js";
import { REQUIRE_HELP, collect, integer, keyTypes, positive } from "./values.js";
import type { KeyType } from "../image/key-types.js";

/** What a campaign on the command line is made of. */
export interface CampaignFlags {
  readonly device: string;
  readonly layout?: string;
  readonly guest: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly key?: readonly string[];
  readonly require?: readonly KeyType[];
  readonly attempts: number;
  readonly imageSize?: number;
  readonly json?: string;
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
      new Option("--image-size <bytes>", "whole size of the images made on the spot").argParser(integer),
    )
    .option("--json <file|->", "write the report as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  everboot campaign update --device stm32h743\n  everboot campaign update --guest single-flag --json report.json\n  everboot campaign revert --from app.bin --to next.bin --key pub.pem --json -",
    )
    .action((scenario: string, flags: CampaignFlags) => {
      const report = guarded(() => campaignOf(scenario, flags));
      if (report === undefined) return;
      publish(report, flags.json);
    });
}

/** Runs the campaign that the flags describe, writes its traces, and sets the exit code. */
export function campaignOf(scenarioName: string, flags: CampaignFlags): CampaignReport {
  const scenario = scenarioOf(scenarioName);
  const target = targetOf(flags.device, flags.layout);
  const guest = guestPair(flags.guest);
  const bar = progressBar(`${scenarioName} on ${flags.device}`);
  const report = runCampaign({
    ...target,
    deviceModule: deviceModule(),
    guest,
    scene: sceneOf(scenario, target, flags),
    attempts: flags.attempts,
    canaries: canaries(),
    clock: () => ({ cpu: process.cpuUsage().user / 1000, wall: performance.now() }),
    onProgress: (judged, planned) => bar.update(judged, planned),
  });
  bar.stop();
  for (const violation of report.violations) {
    const folder = join(WORK_FOLDER, "traces");
    mkdirSync(folder, { recursive: true });
    const file = join(
      folder,
      `${report.scenario}-${report.device}-${fileName(report.guest.name)}-${violation.oracle}.json`,
    );
    writeBytes(file, `${JSON.stringify(violation.trace)}\n`);
    violation.replay = `everboot replay ${file}`;
  }
  if (report.violations.length > 0) setExit(EXIT_REFUSED);
  const fooled = report.canaries.caught < report.canaries.planted;
  if (fooled) complain("a canary was not caught: this campaign shows nothing");
  if (fooled || report.incomplete !== null) setExit(EXIT_INCOMPLETE);
  return report;
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

function sceneOf(
  scenario: ReturnType<typeof scenarioOf>,
  target: ReturnType<typeof targetOf>,
  flags: CampaignFlags,
) {
  const { from, to, key, imageSize, require: demanded = [] } = flags;
  if (from === undefined && to === undefined && key === undefined) {
    if (demanded.length > 0) throw new MisuseError("--require: expected --from, --to and --key with it");
    return demoScene(scenario, target, imageSize);
  }
  if (from === undefined || to === undefined || key === undefined) {
    throw new MisuseError("expected --from, --to and --key together");
  }
  if (to.length > 2) throw new MisuseError(`--to: expected one image or a pair, found ${to.length}`);
  return sceneFromFiles(scenario, target, { keys: key, demanded, first: from, offered: to });
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
