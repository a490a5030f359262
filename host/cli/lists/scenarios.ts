// `everboot scenarios`: what each scenario begins with, what it offers, and how it must end.
import type { Command } from "commander";
import { incidentWords } from "../../campaign/play/incidents.js";
import { type OfferStep, type Scenario, isOffer } from "../../campaign/plan/scenario.js";
import { scenariosOf } from "../../config/resolve.js";
import { CONFIG_HELP } from "../campaign-flags.js";
import { screenColumns } from "../../app/terminal/columns.js";
import { loadConfig } from "../../app/workspace/config.js";
import { wrap } from "../../report/wrap.js";

/** Steps that are told one by one. */
const STEPS_TOLD = 8;

/** Adds the command. */
export function registerScenarios(program: Command): void {
  program
    .command("scenarios")
    .description("list the scenarios: what a device begins with, what it is offered, how it must end")
    .option("--config <file>", CONFIG_HELP)
    .option("--json", "print JSON", false)
    .action(async ({ config, json }: { readonly config?: string; readonly json: boolean }) => {
      const scenarios = scenariosOf(await loadConfig(config, process.cwd()));
      const told = scenarios.map(scenarioWords).join("\n\n");
      const text = json ? JSON.stringify(scenarios, null, 2) : wrap(told, screenColumns(process.stdout), 2);
      process.stdout.write(`${text}\n`);
    });
}

/** Until what an offer stands. */
function untilWords(until: OfferStep["until"]): string {
  return until === "begun" ? "it is begun with" : until;
}

function scenarioWords({ name, title, start, steps, expect }: Scenario): string {
  const { slotA, slotB } = start.then ?? {};
  const put = [slotA && `${slotA} in slot A`, slotB && `${slotB} in slot B`].filter((part) => part);
  const begins = `begins with ${start.slotA} in slot A, ${start.settled ? "confirmed" : "as it left the factory"}`;
  const told = steps
    .slice(0, STEPS_TOLD)
    .map((step) =>
      isOffer(step) ? `${step.offer} until ${untilWords(step.until)}` : `then ${incidentWords(step)}`,
    );
  const rest = steps.length > STEPS_TOLD ? `, and ${steps.length - STEPS_TOLD} more` : "";
  return [
    `${name}: ${title}`,
    `  ${begins}${put.length === 0 ? "" : `; then ${put.join(", ")}`}`,
    `  is offered ${told.length === 0 ? "nothing" : `${told.join(", ")}${rest}`}`,
    `  must end with ${"runs" in expect ? `${expect.runs}, confirmed` : `a halt: ${expect.halts}`}`,
  ].join("\n");
}
