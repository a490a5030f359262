// What every command that runs campaigns says and does at their end: exit code, defects, guests with an agent that is not their own; and how
// Ctrl-C ends them. Runs nothing.
import type { CampaignEnd } from "../app/campaign/run-campaign.js";
import { EXIT_DEFECT, EXIT_INCOMPLETE, EXIT_REFUSED, complain, setExit } from "../app/terminal/exit.js";
import { standInWords } from "../report/rows.js";

/** Sets the exit code that a report stands for, and tells of what is ours to mend. */
export function tellOutcome({ report, defects }: Pick<CampaignEnd, "report" | "defects">): void {
  for (const { oracle, file } of defects)
    complain(
      `a defect of this program: ${oracle} was found violated and playing the run again does not show it; please report it with ${file}`,
    );
  if (report.violations.length > 0) setExit(EXIT_REFUSED);
  if (defects.length > 0) setExit(EXIT_DEFECT);
  const isFooled = report.canaries.caught < report.canaries.planted;
  if (isFooled) complain("a canary was not caught: this campaign shows nothing");
  if (isFooled || report.incomplete !== null) setExit(EXIT_INCOMPLETE);
}

/** Says on standard error that a guest ran with an agent that is not its own. */
export function tellStandIn(guest: string, agent: string | undefined): void {
  const words = standInWords(guest, agent);
  if (words !== null) complain(words);
}

/**
 * Runs work that Ctrl-C ends early, with what it has come to by then; from the first one on it waits for the work to be told and
 * written, whenever that comes. A second one ends the process at once.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT_INCOMPLETE);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", interrupt);
  }
}
