// Matchers for vitest: import "everboot/vitest" in a test or a setup file. Judges nothing that a report does not say.
import { expect } from "vitest";
import type { CampaignReport } from "./campaign/report.js";
import { type DeviceModule, violationStory } from "./report/story.js";

interface EverbootMatchers<Result = unknown> {
  /**
   * The campaign came to its end and no oracle was violated. The failure message tells the shortest run that shows the
   * violation, operation by operation, and how to replay it.
   */
  toHaveNoViolations(): Result;
}

declare module "vitest" {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- declaration merging needs an interface
  interface Matchers<T = any> extends EverbootMatchers<T> {} // eslint-disable-line @typescript-eslint/no-explicit-any
}
