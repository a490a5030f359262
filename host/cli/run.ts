// `everboot run`: boots one's own images on a simulated device, installs one over the other, and tells every operation.
import type { Command } from "commander";
import type { KeyType } from "../image/key-types.js";
import { EXIT_REFUSED, setExit } from "../app/terminal/exit.js";
import { DEFAULT_GUEST, deviceModule, guestPair } from "../app/workspace/modules.js";
import { CONFIG_HELP, LAYOUT_HELP, VERBOSE_HELP } from "./campaign-flags.js";
import type { ParsedConfig } from "../config/parse.js";
import { loadConfig } from "../app/workspace/config.js";
import { DEFAULT_ATTEMPTS, DEFAULT_DEVICE } from "../campaign/plan/defaults.js";
import { NO_FAULTS } from "../campaign/plan/fault-plan.js";
import { scenarioOf, sceneFromFiles, targetOf } from "../app/workspace/scene.js";
import { screenColumns } from "../app/terminal/columns.js";
import { tell } from "../report/run/tell.js";
import { screenLine } from "../report/run/teller.js";
import { wrap } from "../report/wrap.js";
import { BAD_HELP, REQUIRE_HELP, collect, keyTypes, positive } from "./values.js";

interface RunFlags {
  readonly config?: string;
  readonly device: string;
  readonly layout?: string;
  readonly key: readonly string[];
  readonly require?: readonly KeyType[];
  readonly attempts: number;
  readonly bad?: readonly string[];
  readonly verbose?: boolean;
}

/** Adds the command. */
export function registerRun(program: Command): void {
  program
    .command("run")
    .description("boot a signed image, install another over it, and print every flash operation and verdict")
    .argument("<app>", "signed image that stands in slot A")
    .argument("[next...]", "signed image that is offered; two for a pair linked for A and B")
    .option("--device <id>", "part profile (see everboot devices)", DEFAULT_DEVICE)
    .option("--layout <name|file>", LAYOUT_HELP)
    .requiredOption("--key <file>", "public key (PEM); may be given several times", collect(String))
    .option("--require <types>", REQUIRE_HELP, keyTypes)
    .option("--bad <image>", BAD_HELP, collect(String))
    .option(
      "--attempts <count>",
      "boots that an unconfirmed image gets, 1 to 255",
      positive(255),
      DEFAULT_ATTEMPTS,
    )
    .addHelpText(
      "after",
      "\nExample:\n  everboot run --device nrf52840 --key pub.pem app.bin next.bin\n  everboot run --key pub.pem --bad broken.bin app.bin",
    )
    .option("--config <file>", CONFIG_HELP)
    .option("--verbose", VERBOSE_HELP)
    .action(async (app: string, next: readonly string[], flags: RunFlags) => {
      const config = await loadConfig(flags.config, process.cwd());
      run(app, next, flags, config);
    });
}

function run(app: string, next: readonly string[], flags: RunFlags, config: ParsedConfig | undefined): void {
  const target = targetOf(flags.device, flags.layout, config);
  const guest = guestPair(DEFAULT_GUEST, target.part);
  const fuel = config?.limits.fuel;
  const scenario = scenarioOf(next.length === 0 ? "first-boot" : "update");
  const scene = sceneFromFiles(scenario, target, {
    keys: flags.key,
    demanded: flags.require ?? [],
    first: app,
    offered: next,
    bad: flags.bad ?? [],
    olderToo: true,
  });
  const told = tell(
    {
      ...{ ...target, deviceModule: deviceModule(), guest, attempts: flags.attempts },
      ...(fuel === undefined ? {} : { fuel: BigInt(fuel) }),
    },
    scene,
    NO_FAULTS,
    undefined,
    { verbose: flags.verbose ?? false },
  );
  const width = screenColumns(process.stdout);
  const print = (words: string) => process.stdout.write(`${wrap(words, width, 2)}\n`);
  const busy = told.device.busyMicros();
  process.stdout.write(`${told.lines.map((line) => screenLine(line, width)).join("\n")}\n`);
  print(`flash busy: ${seconds(busy.typical)} s typical, ${seconds(busy.max)} s at most (datasheet times)`);
  if (told.violations.length > 0) print(`violated: ${told.violations.join(", ")}`);
  for (const words of told.demands) print(`  ${words}`);
  print(`\n${told.ending}`);
  if (told.violations.length === 0) return;
  setExit(EXIT_REFUSED);
}

function seconds(micros: number): string {
  return (micros / 1e6).toFixed(3);
}
