// `everboot sweep`: puts a guest pair of one's own through the campaigns that all guests of the gallery go through, and says what
// was violated. Finds nothing itself.
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { Tinypool } from "tinypool";
import { didYouMean } from "../core/nearest.js";
import { MisuseError } from "../core/errors.js";
import { partById } from "../device/parts.js";
import { SWEEP } from "../gallery/sweep.js";
import { type SweepRow, isIncomplete, sweepTable } from "../report/tables/sweep-table.js";
import { CONFIG_HELP } from "./campaign-flags.js";
import { tellStandIn } from "./outcome.js";
import { loadConfig } from "../app/workspace/config.js";
import { screenColumns } from "../app/terminal/columns.js";
import { EXIT_INCOMPLETE, EXIT_REFUSED, setExit } from "../app/terminal/exit.js";
import { demoKeys } from "../app/workspace/scene.js";
import { type SweepTask, guestFor } from "../app/campaign/sweep-worker.js";
import { type ErrorData, orThrow } from "../app/campaign/thread-errors.js";
import { positive } from "./values.js";

interface SweepFlags {
  readonly guest: string;
  readonly agent?: string;
  readonly config?: string;
  readonly workers: number;
  readonly maxStates?: number;
  readonly json: boolean;
}

const SCENARIO_NAMES = [...new Set(SWEEP.map(({ scenario }) => scenario.name))];
const STATES_MOST = 5_000_000;

/** Adds the command. */
export function registerSweep(program: Command): void {
  program
    .command("sweep")
    .description("put a guest pair through the campaigns that every bug of the gallery goes through")
    .argument("[scenarios...]", `which of its scenarios: ${SCENARIO_NAMES.join(", ")} (default: all)`)
    .requiredOption(
      "--guest <name|file>",
      "guest pair of the configuration or the package by name, or a wasm file that boots",
    )
    .option(
      "--agent <file>",
      "wasm file of the firmware's part, with a guest that is a file; it may be the same one",
    )
    .option("--config <file>", CONFIG_HELP)
    .addOption(
      new Option("--workers <count>", "campaigns at a time")
        .argParser(positive(64))
        .default(availableParallelism()),
    )
    .addOption(
      new Option("--max-states <count>", "states after which a campaign ends as incomplete").argParser(
        positive(STATES_MOST),
      ),
    )
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      `
Exit code 0: nothing was violated; 1: something was; 3: nothing was, in
campaigns that are not all complete.
Examples:
  everboot sweep --guest mine
  everboot sweep --guest boot.wasm --agent agent.wasm --json
  everboot sweep update revert --guest both.wasm --agent both.wasm`,
    )
    .action(async (scenarios: readonly string[], flags: SweepFlags) => {
      const rows = await rowsOf(numbersOf(scenarios), flags);
      process.stdout.write(
        flags.json
          ? `${JSON.stringify(rows, null, 2)}\n`
          : sweepTable(flags.guest, rows, screenColumns(process.stdout)),
      );
      tellStandIn(flags.guest, rows[0]?.agent);
      if (rows.some(({ violations }) => violations.length > 0)) setExit(EXIT_REFUSED);
      else if (rows.some(isIncomplete)) setExit(EXIT_INCOMPLETE);
    });
}

/**
 * Numbers of the campaigns with these scenarios; of all of them where there is none.
 * @throws {MisuseError} for a scenario that the sweep does not have.
 */
function numbersOf(scenarios: readonly string[]): readonly number[] {
  const unknown = scenarios.find((name) => !SCENARIO_NAMES.includes(name));
  if (unknown !== undefined)
    throw new MisuseError(
      `expected scenarios of the sweep (${SCENARIO_NAMES.join(", ")}), found "${unknown}"${didYouMean(unknown, SCENARIO_NAMES)}`,
    );
  return SWEEP.flatMap(({ scenario }, index) =>
    scenarios.length === 0 || scenarios.includes(scenario.name) ? [index + 1] : [],
  );
}

/** Each campaign's row; a guest that does not fit is refused before any begins. */
async function rowsOf(numbers: readonly number[], flags: SweepFlags): Promise<SweepRow[]> {
  const { guest, agent, config, workers, maxStates } = flags;
  const parsed = await loadConfig(config, process.cwd());
  const own = { guest, ...(agent === undefined ? {} : { agent }) };
  for (const { device } of SWEEP) guestFor(own, partById(device), parsed);
  demoKeys();
  const pool = new Tinypool({
    filename: new URL("../app/campaign/sweep-worker.js", import.meta.url).href,
    minThreads: 1,
    maxThreads: workers,
    isolateWorkers: false,
  });
  const common = {
    ...own,
    ...(config === undefined ? {} : { config }),
    ...(maxStates === undefined ? {} : { statesMax: maxStates }),
  };
  try {
    return await Promise.all(
      numbers.map(async (number) => {
        const task: SweepTask = { number, ...common };
        return orThrow((await pool.run(task)) as SweepRow | ErrorData);
      }),
    );
  } finally {
    await pool.destroy();
  }
}
