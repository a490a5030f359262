// The command line as a function: gathers the commands and turns every outcome into an exit code. Does no work of its own.
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { EXIT_MISUSE, complain, reportError, setExit } from "../app/terminal/exit.js";
import { joinPairs } from "./values.js";

type Register = (program: Command) => void;

/**
 * Each command's file exports a function that adds itself to the program; a new command is one line here. Only the file of
 * the command that is given is loaded: half of the time of a short command would be for the others.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import("./run.js")).registerRun,
  campaign: async () => (await import("./campaign.js")).registerCampaign,
  matrix: async () => (await import("./matrix.js")).registerMatrix,
  merge: async () => (await import("./merge.js")).registerMerge,
  replay: async () => (await import("./replay.js")).registerReplay,
  devices: async () => (await import("./lists/devices.js")).registerDevices,
  faults: async () => (await import("./lists/faults.js")).registerFaults,
  oracles: async () => (await import("./lists/oracles.js")).registerOracles,
  scenarios: async () => (await import("./lists/scenarios.js")).registerScenarios,
  image: async () => (await import("./image/image.js")).registerImage,
  gallery: async () => (await import("./gallery.js")).registerGallery,
  sweep: async () => (await import("./sweep.js")).registerSweep,
  demo: async () => (await import("./demo.js")).registerDemo,
  init: async () => (await import("./init.js")).registerInit,
  budget: async () => (await import("./budget.js")).registerBudget,
  bench: async () => (await import("./bench/bench.js")).registerBench,
  words: async () => (await import("./lists/words.js")).registerWords,
  schema: async () => (await import("./lists/schema.js")).registerSchema,
};

/** Options that take two values each. */
const PAIRED_OPTIONS = ["--custom-tlv"];

async function createProgram(given: string | undefined): Promise<Command> {
  const packageFile = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { readonly version: string };
  const program = new Command("everboot")
    .description("A simulated embedded device with an A/B secure bootloader, and what can go wrong with it.")
    .version(version)
    // Options of a command are its own: `image sign --version 1.2.3` must not print this program's version.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addHelpText(
      "after",
      "\nBegin with: everboot demo, then everboot init my-boot; in a clone, npx everboot.\nExit codes: 0 fine, 1 refused or a violation found, 2 misuse, 3 incomplete,\n  70 a defect of everboot.",
    );
  const known = given === undefined || !Object.hasOwn(COMMANDS, given) ? undefined : COMMANDS[given];
  const needed = known === undefined ? Object.values(COMMANDS) : [known];
  for (const load of needed) (await load())(program);
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

/**
 * Runs a command; its outcome is in process.exitCode, undefined where all is well.
 * @param argv as process.argv: node, the program, then the command's words
 */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    const program = await createProgram(argv[2]);
    // Someone who does not know what to say yet: commander's own way is an error.
    if (argv.length <= 2) return program.outputHelp();
    await program.parseAsync(joinPairs(argv, PAIRED_OPTIONS));
  } catch (error) {
    if (error instanceof CommanderError) reportCommanderError(error, argv);
    else reportError(error);
  }
}
