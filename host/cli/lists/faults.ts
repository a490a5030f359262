// `everboot faults`: the fault models, what each lets happen, where that is known from, and what no model covers.
import type { Command } from "commander";
import { FAULT_MODELS } from "../../campaign/plan/fault-models.js";
import { NOT_MODELLED } from "../../campaign/plan/faults.js";
import { partsOf } from "../../config/resolve.js";
import type { PartProfile } from "../../device/profile.js";
import { CONFIG_HELP } from "../campaign-flags.js";
import { screenColumns } from "../../app/terminal/columns.js";
import { loadConfig } from "../../app/workspace/config.js";
import { wrap } from "../../report/wrap.js";

/** Adds the command. */
export function registerFaults(program: Command): void {
  program
    .command("faults")
    .description("list the fault models with their sources, and what is assumed of which part")
    .option("--config <file>", CONFIG_HELP)
    .option("--json", "print JSON", false)
    .action(async ({ config, json: isJson }: { readonly config?: string; readonly json: boolean }) => {
      const parts = partsOf(await loadConfig(config, process.cwd()));
      const assumptions = parts.flatMap(({ id, assumes }) => (assumes ? [{ device: id, ...assumes }] : []));
      const json = JSON.stringify({ models: FAULT_MODELS, assumptions, notModelled: NOT_MODELLED }, null, 2);
      const text = isJson ? json : wrap(faultWords(assumptions), screenColumns(process.stdout), 2);
      process.stdout.write(`${text}\n`);
    });
}

/** What is assumed of a device beyond its rules. */
type Assumed = { readonly device: string } & NonNullable<PartProfile["assumes"]>;

/** The models, what is assumed, and what no model covers; a line for each, as long as it is. */
function faultWords(assumptions: readonly Assumed[]): string {
  const models = FAULT_MODELS.flatMap(({ name, title, lets, sources }) => [
    `${name}: ${title}`,
    ...lets.map((line) => `  - ${line}`),
    ...sources.map((line) => `  source: ${line}`),
    "",
  ]);
  return [
    "A campaign shows what its --faults let happen, and nothing of the other models.",
    "",
    ...models,
    "assumed under weak, unless --assume none:",
    ...assumptions.map(({ device, name, source, mark }) => `  - ${device}: ${name} (${source}; ${mark})`),
    "",
    "what no campaign shows, whatever its models:",
    ...NOT_MODELLED.always.map((line) => `  - ${line}`),
    `  - torn programs, on parts without an error-correcting code: ${NOT_MODELLED.tears.shapes}`,
    `  - torn programs with --tears dense: ${NOT_MODELLED.tears.dense}`,
    `  - ecc, on parts without: ${NOT_MODELLED.ecc}`,
  ].join("\n");
}
