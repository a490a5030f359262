// A violation told: the run of its trace, operation by operation, and how to replay it. Plays the trace again to do so.
import type { DeviceModules } from "../../device/device-options.js";
import type { Violation } from "../../campaign/report.js";
import { readTrace } from "../../campaign/plan/trace.js";
import { violationWords } from "../rows.js";
import { tellTrace } from "./tell.js";

/** A violation as text of several lines, runs of operations folded. @param module the compiled device module */
export function violationStory(violation: Violation, module: DeviceModules): string {
  // The trace comes from this very process or was checked when it was read: its digest needs no second look.
  const facts = readTrace(violation.trace, "trace", () => violation.trace.guest.sha256);
  const told = tellTrace(facts, module);
  const how = [violation.replay, violation.line ?? ""].filter((part) => part !== "");
  return [
    `violated: ${violationWords(violation)}`,
    ...told.lines,
    told.ending,
    ...how.map((line) => `replay: ${line}`),
  ].join("\n");
}
