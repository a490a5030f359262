// Matchers for vitest: import "everboot/vitest" in a test or a setup file. Judges nothing that a report does not say.
import { expect } from "vitest";
import type { CampaignReport, Violation } from "./campaign/report.js";
import { deviceModule } from "./app/workspace/modules.js";
import { violationStory } from "./report/run/story.js";
import { violationWords } from "./report/rows.js";
import { verdictWords } from "./report/verdict.js";

interface EverbootMatchers<Result = unknown> {
  /**
   * The campaign came to its end and no oracle was violated. The failure message tells the shortest run that shows a
   * violation, operation by operation, and how to replay it.
   */
  toHaveNoViolations(): Result;
}

declare module "vitest" {
  // Declaration merging needs an interface with the parameter that vitest gives it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends EverbootMatchers<T> {}
}

expect.extend({
  toHaveNoViolations(received: CampaignReport) {
    const isClean = received.violations.length === 0 && received.verdict !== "incomplete";
    return {
      pass: isClean,
      message: () => {
        const subject = `${received.scenario} on ${received.device}: ${verdictWords(received)}`;
        if (isClean) return `${subject}; expected a violation`;
        const [shortest, ...others] = [...received.violations].sort(
          (one, other) => lengthOf(one) - lengthOf(other),
        );
        if (shortest === undefined) return subject;
        const story = violationStory(shortest, deviceModule());
        const more = others.map((violation) => `  ${violationWords(violation)}: ${howToReplay(violation)}`);
        const rest = more.length === 0 ? [] : [["other runs that show a violation:", ...more].join("\n")];
        return [subject, story, ...rest].join("\n\n");
      },
    };
  },
});

/** How long a violation's run is: by its faults first, then by the guest call in which the last of them strikes. */
function lengthOf({ trace }: Violation): number {
  const { cuts, reads, strikes = [] } = trace.faults;
  const calls = [...cuts, ...reads, ...strikes].map(({ call }) => call);
  return (cuts.length + strikes.length) * 2 ** 32 + Math.max(0, ...calls);
}

function howToReplay({ replay, line }: Violation): string {
  return line ?? replay;
}
