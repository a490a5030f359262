#!/usr/bin/env node
// The command line's entry: gathers the commands and turns every outcome into an exit code. Does no work of its own.
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { EXIT_MISUSE, complain, reportError, setExit } from "./exit.js";
import { registerBench } from "./bench.js";
import { registerCampaign } from "./campaign.js";
import { registerDemo } from "./demo.js";
import { registerDevices } from "./devices.js";
import { registerFaults } from "./faults.js";
import { registerImage } from "./image.js";
import { registerMatrix } from "./matrix.js";
import { registerMerge } from "./merge.js";
import { registerReplay } from "./replay.js";
import { registerRun } from "./run.js";
import { registerSchema } from "./schema.js";
import { joinPairs } from "./values.js";

/** Each command's file exports a function that adds itself to the program; a new command is one line here. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  registerRun,
  registerCampaign,
  registerMatrix,
  registerMerge,
  registerReplay,
  registerDevices,
  registerFaults,
  registerImage,
  registerDemo,
  registerBench,
  registerSchema,
];

/** Options that take two values each. */
const PAIRED_OPTIONS = ["--custom-tlv"];

function createProgram(): Command {
  const packageFile = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { readonly version: string };
  const program = new Command("everboot")
    .description("A simulated embedded device with an A/B secure bootloader, and what can go wrong with it.")
    .version(version)
    // Options of a command are its own: `image sign --version 1.2.3` must not print this program's version.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addHelpText("after", "\nExit codes: 0 fine, 1 refused or a violation found, 2 misuse, 3 incomplete.");
  for (const register of COMMANDS) register(program);
  return program;
}

/** Says in one line what commander found wrong; its help and version texts are on standard output already. */
function reportCommanderError(error: CommanderError, argv: readonly string[]): void {
  if (error.exitCode === 0) return;
  const isBare = error.code === "commander.help";
  const words = argv.slice(2, 4).filter((word) => /^[a-z]+$/.test(word));
  if (error.code === "commander.unknownCommand") words.pop();
  const help = ["everboot", ...words, "--help"].join(" ");
  const message = isBare ? "expected a command, found none" : error.message.replace(/^error: /, "");
  complain(`${message} (see ${help})`);
  setExit(EXIT_MISUSE);
}

// A reader that closes the pipe early (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await createProgram().parseAsync(joinPairs(process.argv, PAIRED_OPTIONS));
} catch (error) {
  if (error instanceof CommanderError) reportCommanderError(error, process.argv);
  else reportError(error);
}
