// `everboot schema`: the JSON Schema of campaign reports.
import type { Command } from "commander";
import { campaignJsonSchema } from "../../report/report-schema.js";

/** Adds the command. */
export function registerSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of campaign reports, as --json writes them")
    .action(() => {
      process.stdout.write(`${JSON.stringify(campaignJsonSchema(), null, 2)}\n`);
    });
}
