// `everboot oracles`: what each oracle demands of a device, and those of one's own configuration. Judges nothing.
import type { Command } from "commander";
import { ORACLES } from "../../campaign/plan/oracles.js";
import { CONFIG_HELP } from "../campaign-flags.js";
import { screenColumns } from "../../app/terminal/columns.js";
import { loadConfig } from "../../app/workspace/config.js";
import { oracleSentence } from "../../report/oracle-words.js";
import { wrap } from "../../report/wrap.js";

/** Adds the command. */
export function registerOracles(program: Command): void {
  program
    .command("oracles")
    .description("list the oracles: what each demands of a device, and those of the configuration")
    .option("--config <file>", CONFIG_HELP)
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  everboot oracles\n  everboot oracles --config everboot.config.mjs --json",
    )
    .action(async ({ config, json }: { readonly config?: string; readonly json: boolean }) => {
      const own = (await loadConfig(config, process.cwd()))?.oracles ?? [];
      const list = [...ORACLES, ...own].map(({ name, demands }) => ({ name, demands }));
      const lines = [
        ...ORACLES.map(({ name }) => oracleSentence(name)),
        ...(own.length === 0 ? [] : ["", "of the configuration:"]),
        ...own.map(({ name }) => oracleSentence(name, own)),
      ];
      const text = json
        ? JSON.stringify(list, null, 2)
        : wrap(lines.join("\n"), screenColumns(process.stdout), 2);
      process.stdout.write(`${text}\n`);
    });
}
