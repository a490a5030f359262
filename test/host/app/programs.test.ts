// The API for programs: openDevice and runCampaign do by name what the command line does, and refuse an unknown name. Never asserts
// what a campaign finds, which the tests of host/campaign do.
import { describe, expect, it } from "vitest";
import { openDevice, runCampaign } from "../../../dist/host/index.js";

const SMALL = { device: "tiny", imageSizeBytes: 700 } as const;

describe("openDevice", () => {
  it("runs its scenario from the start, as often as one likes", async () => {
    const { run, device } = await openDevice(SMALL);
    for (let round = 0; round < 2; round++) {
      const calm = run();
      expect(calm).toMatchObject({ scenario: "update", device: "tiny", rested: true, violations: [] });
      expect(calm.calls.at(-1)).toMatchObject({ guest: "firmware", image: "v2 for slot B" });
      expect(device.counter(0)).toBe(2);
    }
  });

  it("lets a fault strike and says what it does", async () => {
    const { run } = await openDevice({ ...SMALL, guest: "single-flag" });
    expect(run().violations).toEqual([]);
    const erase = run().calls.findIndex(
      ({ guest, operations }) => guest === "boot" && operations.some(({ kind }) => kind === "erase"),
    );
    const { violations, calls } = run({
      cuts: [{ call: erase, operation: 1, shape: "one-only" }],
      reads: [],
    });
    expect(violations).toContain("no-brick");
    expect(calls.some(({ end }) => end.kind === "power-lost")).toBe(true);
  });

  it("refuses what there is not, by name", async () => {
    await expect(openDevice({ device: "nrf9999" })).rejects.toThrow(
      /unknown device "nrf9999", expected one of/,
    );
    const { run } = await openDevice(SMALL);
    expect(() => run({ cuts: [{ call: 0, operation: 0, shape: "unreadable" }], reads: [] })).toThrow(
      /cut shape "unreadable"/,
    );
  });
});

describe("runCampaign", () => {
  it("is the campaign of the command line, by name", async () => {
    const report = await runCampaign({ ...SMALL, scenario: "revert", faults: ["write"] });
    expect(report).toMatchObject({ scenario: "revert", device: "tiny", verdict: "survives", violations: [] });
    expect(report.survival?.fields.map(({ kind }) => kind)).toContain("write");
  });

  it("refuses an unknown scenario by name", async () => {
    await expect(runCampaign({ scenario: "uptade" })).rejects.toThrow(/unknown scenario "uptade"/);
  });
});
