// `everboot faults`: the fault models, what each lets happen, and where that is known from.
import type { Command } from "commander";
import { FAULT_MODELS } from "../../campaign/plan/fault-models.js";
import { partsOf } from "../../config/resolve.js";
import { CONFIG_HELP } from "../campaign-flags.js";
import { loadConfig } from "../../app/workspace/config.js";

/** Adds the command. */
export function registerFaults(program: Command): void {
  program
    .command("faults")
    .description("list the fault models with their sources, and what is assumed of which part")
    .option("--config <file>", CONFIG_HELP)
    .option("--json", "print JSON", false)
    .action(async ({ config, json }: { readonly config?: string; readonly json: boolean }) => {
      const parts = partsOf(await loadConfig(config, process.cwd()));
      const assumptions = parts.flatMap(({ id, assumes }) => (assumes ? [{ device: id, ...assumes }] : []));
      if (json) {
        process.stdout.write(`${JSON.stringify({ models: FAULT_MODELS, assumptions }, null, 2)}\n`);
        return;
      }
      const lines = FAULT_MODELS.flatMap(({ name, title, lets, sources }) => [
        `${name}: ${title}`,
        ...lets.map((line) => `  - ${line}`),
        ...sources.map((line) => `  source: ${line}`),
        "",
      ]);
      lines.push("assumed under weak, unless --assume none:");
      for (const { device, name, source, mark } of assumptions)
        lines.push(`  ${device}: ${name} (${source}; ${mark})`);
      process.stdout.write(`${lines.join("\n")}\n`);
    });
}
