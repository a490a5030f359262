// The matcher for vitest, toHaveNoViolations: when it passes, and what its message tells. Never asserts what the campaign beneath
// it finds.
import { describe, expect, it } from "vitest";
import { runCampaign } from "../../dist/host/index.js";
import "../../dist/host/vitest.js";

const SMALL = { device: "tiny", imageSizeBytes: 700 } as const;

describe("toHaveNoViolations", () => {
  it("passes for a campaign that found none, and says so where one is expected", async () => {
    const report = await runCampaign(SMALL);
    expect(report).toHaveNoViolations();
    expect(() => expect(report).not.toHaveNoViolations()).toThrow(
      /update on tiny: clean .*expected a violation/,
    );
  });

  it("tells the shortest run that shows a violation, and of the others only how to replay them", async () => {
    const report = await runCampaign({ ...SMALL, guest: "single-flag" });
    expect(report.violations.length).toBeGreaterThan(1);
    const failing = () => expect(report).toHaveNoViolations();
    expect(failing).not.toThrow(/Power-up 1 [^]*Power-up 1 /);
    expect(failing).toThrow(
      /\nother runs that show a violation:\n {2}[a-z-]+ \(last fault: .*: everboot\/1 update tiny/,
    );
    expect(failing).toThrow(
      /violated: no-brick[^]*Power-up 1[^]*POWER LOST[^]*boot +halts[^]*replay: everboot replay [^]*replay: everboot\/1 update tiny single-flag@/,
    );
  });

  it("fails for a campaign that is incomplete", async () => {
    const report = await runCampaign(SMALL);
    const unfinished = { ...report, incomplete: "time is up", verdict: "incomplete" as const };
    expect(() => expect(unfinished).toHaveNoViolations()).toThrow(/INCOMPLETE: time is up/);
  });
});
