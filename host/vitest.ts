// Matchers for vitest: import "everboot/vitest" in a test or a setup file. Judges nothing that a report does not say.
import { expect } from "vitest";
import type { CampaignReport } from "./campaign/report.js";
import { deviceModule } from "./app/workspace/modules.js";
import { violationStory } from "./report/story.js";
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
        const stories = received.violations.map((violation) => violationStory(violation, deviceModule()));
        return [subject, ...stories].join("\n\n");
      },
    };
  },
});
