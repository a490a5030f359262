// What a report says beside a violation: that a part leaves its assumption out, that an agent's provision() wrote nothing.
import { describe, expect, it } from "vitest";
import type { CampaignOptions } from "../../../host/campaign/options.js";
import { runCampaign } from "../../../host/campaign/campaign.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { partById } from "../../../host/device/parts.js";
import { compileText } from "../../support/compile.js";
import { guestFor, sceneOn, tinyWith } from "../../support/guests.js";
import { deviceModule, pairOf, wasm } from "../../support/scenes.js";
import { templatePair } from "../../support/soundness.js";

const PAYLOAD_BYTES = 300;

function reportOn(part: PartProfile, rest: Partial<CampaignOptions>) {
  return runCampaign({
    ...{ deviceModule, part, layout: part.layout, guest: guestFor("single-flag", part) },
    ...{ scene: sceneOn(part, "update", PAYLOAD_BYTES), attempts: 3, faults: ["power"] },
    ...{ assume: true, depth: 1, audit: 0, canaries: [] },
    clock: () => ({ cpu: 0, wall: 0 }),
    ...rest,
  });
}

describe("a part with a sealed Record that leaves its assumption out", () => {
  const faults = ["power", "weak"] as const;
  const without = tinyWith({ rule: "once", record: "sealed" });

  it("is told beside what is violated under weak bits", () => {
    const { violations, hints } = reportOn(without, { faults });
    expect(violations.length).toBeGreaterThan(0);
    expect(hints).toEqual([expect.stringMatching(/^device tiny assumes nothing \("assumes"\), /)]);
  });

  it("is not told where bits are not weak, or the assumption is there, or nothing is violated", () => {
    const assuming = tinyWith({ rule: "once", record: "sealed", assumes: true });
    expect(reportOn(without, {}).hints).toBeUndefined();
    expect(reportOn(assuming, { faults }).hints).toBeUndefined();
    const good = reportOn(without, { faults, guest: guestFor("boot-full", without), depth: 0 });
    expect([good.violations, good.hints]).toEqual([[], undefined]);
  });
});

describe("what no guest can do is told beside what is violated:", () => {
  it("a security counter that the part's counters do not hold", () => {
    const part = { ...partById("tiny"), counterMax: { value: 1, mark: "seen", source: "a test" } as const };
    const { violations, hints } = reportOn(part, {
      scene: sceneOn(part, "update", PAYLOAD_BYTES),
      depth: 0,
      guest: guestFor("boot-full", part),
    });
    expect(violations.map(({ oracle }) => oracle)).toContain("update-completes");
    expect(hints).toEqual([
      expect.stringMatching(
        /^an image of the scenario has security counter \d+, and a counter of tiny holds 1 at most/,
      ),
    ]);
  });

  it("an image that needs more boots than it gets", () => {
    const part = partById("tiny");
    const scene = sceneOn(part, "confirm-late", PAYLOAD_BYTES);
    const wanted = { scene, depth: 0, guest: guestFor("boot-full", part) };
    expect(reportOn(part, { ...wanted, attempts: 2 }).hints).toEqual([
      "in this scenario v2 confirms itself at boot 3, and gets 2 (--attempts)",
    ]);
    expect(reportOn(part, wanted).hints).toBeUndefined();
  });

  it("a Record design that programs again on a part that programs once", () => {
    const part = tinyWith({ rule: "once", record: "refreshed" });
    const { violations, hints } = reportOn(part, { guest: guestFor("boot-full", part) });
    expect(violations.length).toBeGreaterThan(0);
    expect(hints).toEqual([
      expect.stringMatching(/^device tiny has "record": "refreshed", which takes a part of rule "and"/),
    ]);
  });
});

describe("an agent's provision()", () => {
  const part = partById("tiny");
  /** An agent that does nothing, with this in its provision(). */
  const agentWith = (body: string) =>
    compileText(`
      import { erase, info } from "../hal/hal";
      import { INFO_SLOT_OFFSET } from "../abi";
      export function abiVersion(): u32 { return 1; }
      export function provision(): void { ${body} }
      export function step(input: u32): i32 { return i32(info(INFO_SLOT_OFFSET, 2) == 0 ? erase(0) : 1); }
    `);
  const hintsOf = async (body: string) =>
    reportOn(part, { guest: pairOf("own", wasm("single-flag-boot"), await agentWith(body)) }).hints;

  it("that writes nothing is said to have written nothing", async () => {
    expect(await hintsOf("")).toEqual(["provision() of the agent wrote nothing"]);
  });

  it("that is refused what it writes is said to be so", async () => {
    expect(await hintsOf("erase(info(INFO_SLOT_OFFSET, 0));")).toEqual([
      "provision() of the agent wrote nothing: 1 of its operations were refused",
    ]);
  });

  it("that writes is not spoken of, nor is one that is not there", async () => {
    expect(await hintsOf("erase(info(INFO_SLOT_OFFSET, 1));")).toBeUndefined();
    expect(reportOn(part, {}).hints).toBeUndefined();
  });
});

describe("a guest that breaks rules before the scenario begins", () => {
  it("is told beside a campaign that is clean, and judged in first-boot", async () => {
    const change = {
      from: "  const slot = hal.info(hal.INFO_SLOT_OFFSET, record.active);\n",
      to: `  if (<u32>hal.counterRead(hal.COUNTER_FLOOR) == 0) hal.erase(hal.info(hal.INFO_SLOT_OFFSET, 1));
  const slot = hal.info(hal.INFO_SLOT_OFFSET, record.active);\n`,
    };
    const guest = await templatePair("erases at first", [change]);
    const part = partById("nrf52840");
    const { violations, hints } = reportOn(part, { guest });
    expect([violations, hints]).toEqual([
      [],
      [expect.stringMatching(/^before the scenario began, .*boot-never-erases-slot/)],
    ]);
    const first = reportOn(part, { guest, scene: sceneOn(part, "first-boot", PAYLOAD_BYTES) });
    expect(first.violations.map(({ oracle }) => oracle)).toContain("boot-never-erases-slot");
  });
});
