// A violation told: the run of its trace, operation by operation, and how to replay it. Plays the trace again to do so.
import type { Violation } from "../campaign/report.js";
import { Faults } from "../campaign/faults.js";
import { readTrace } from "../campaign/trace.js";
import { violationWords } from "./rows.js";
import { tell } from "./tell.js";

/** A violation as text of several lines. @param module the compiled device module */
export function violationStory(violation: Violation, module: WebAssembly.Module): string {
  // The trace comes from this very process or was checked when it was read: its digest needs no second look.
  const facts = readTrace(violation.trace, "trace", () => violation.trace.guest.sha256);
  const faults = new Faults(facts.part, facts.models);
  const told = tell(
    {
      module,
      part: facts.part,
      layout: facts.layout,
      boot: { name: facts.guest.name, binary: facts.guest.boot },
      agent: { name: `${facts.guest.name} (agent)`, binary: facts.guest.agent },
      attempts: facts.attempts,
    },
    facts.scene,
    facts.faults,
    faults,
  );
  const how = [violation.replay, violation.line ?? ""].filter((part) => part !== "");
  return [
    `violated: ${violationWords(violation)}`,
    ...told.lines,
    ...how.map((line) => `replay: ${line}`),
  ].join("\n");
}
