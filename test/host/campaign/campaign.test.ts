// Whole campaigns: our own core is proved on every part, wrong guests are named with a trace, and nothing is claimed of a
// campaign that ended early.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { CampaignOptions } from "../../../host/campaign/options.js";
import { runCampaign } from "../../../host/campaign/campaign.js";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import { runPlain } from "../../../host/campaign/play/plain.js";
import { readTrace } from "../../../host/campaign/plan/trace.js";
import { whyIncomplete } from "../../../host/campaign/verdict.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import { guestFor, modules } from "../../support/guests.js";
import { prepared } from "../../support/exploration.js";
import { isNightly } from "../../support/nightly.js";
import {
  deviceModule,
  firstOf,
  lateAttempts,
  sampleScene,
  singleFlag,
  smallScene,
} from "../../support/scenes.js";

const PAYLOAD_SIZE = 700;

function options(device: string, scenario: string, more: Partial<CampaignOptions> = {}): CampaignOptions {
  const part = partById(device);
  return {
    deviceModule,
    part,
    layout: part.layout,
    guest: guestFor("boot-full", part),
    scene: smallScene(scenario, device, PAYLOAD_SIZE),
    attempts: 3,
    faults: ["power"],
    assume: true,
    depth: "fixpoint",
    audit: 0.05,
    canaries: modules.canaries(part),
    clock: () => ({ cpu: 0, wall: 0 }),
    ...more,
  };
}

/** Every model that the part has. */
function allFaults(device: string): readonly FaultName[] {
  return partById(device).ecc === undefined ? ["power", "weak"] : ["power", "weak", "ecc"];
}

/** Guest calls and changes of retained words of the run in which nothing goes wrong, counted by making it. */
function calmRun(device: string): { readonly calls: number; readonly retained: number } {
  const scene = smallScene("update", device, PAYLOAD_SIZE);
  const part = partById(device);
  const ready = prepared({ part, pair: guestFor("boot-full", part), scene, models: ["power"] });
  const kinds: string[] = [];
  let calls = 0;
  runPlain(ready.device, scene, ready.start, {
    onCall: ({ operations }) => {
      calls++;
      kinds.push(...operations.map(({ kind }) => kind));
    },
  });
  return { calls, retained: kinds.filter((kind) => kind === "retained").length };
}

/** Parts whose Record has few torn states under weak bits: the others take half a minute each. */
const FEW_STATES = new Set(["nrf52840", "stm32l476", "stm32h743", "lpc55s69"]);
/** Parts on which every proof is among the quick tests: one for each way to keep a Record. */
const ALWAYS = new Set(["nrf52840", "rp2040-w25q"]);

describe("our own core", () => {
  for (const { id } of PARTS) {
    const tags = ALWAYS.has(id) ? [] : ["slow"];
    for (const scenario of ["update", "revert"]) {
      it(
        `is proved in ${scenario} on ${id} for any number of cuts, with every canary caught`,
        { tags },
        () => {
          const report = runCampaign(options(id, scenario));
          expect(report.violations).toEqual([]);
          expect(report.incomplete).toBeNull();
          expect(report.depth.fixpoint).toBe(true);
          expect(report.points.judged).toBe(report.points.planned);
          expect(report.states.distinct).toBeGreaterThan(100);
          expect(report.canaries).toMatchObject({ planted: 2, caught: 2 });
          expect(report.assumptions).toEqual([]);
          expect(report.effort.callsAudited).toBeGreaterThan(20);
        },
      );

      const isTried = isNightly || FEW_STATES.has(id);
      it.runIf(isTried)(`is proved in ${scenario} on ${id} with all that is weak`, { tags }, () => {
        const faults = allFaults(id);
        const report = runCampaign(options(id, scenario, { faults }));
        expect(report.violations).toEqual([]);
        expect(report.incomplete).toBeNull();
        expect(report.depth.fixpoint).toBe(true);
        expect(report.canaries).toMatchObject({ planted: faults.length + 1, caught: faults.length + 1 });
        expect(report.assumptions).toEqual(partById(id).assumes ? ["decided-seal"] : []);
      });

      it(`is clean at one reset or cut in ${scenario} on ${id}, with all that is weak`, { tags }, () => {
        const faults = ["reset", ...allFaults(id)] as const;
        const report = runCampaign(options(id, scenario, { faults, depth: 1, canaries: [] }));
        expect(report.violations).toEqual([]);
        expect(report.incomplete).toBeNull();
        expect(report.points.judged).toBe(report.points.planned);
      });
    }
  }

  for (const device of ["stm32l476", "stm32h743", "nrf52840"]) {
    it(
      `is proved where units of the image look erased, whole or in half: ${device}`,
      { tags: "slow" },
      () => {
        const scene = smallScene("update", device, 3 * PAYLOAD_SIZE, (payload) => {
          for (let at = 0; at < payload.length; at += 256) payload.fill(0xff, at, at + 48);
        });
        const report = runCampaign(options(device, "update", { scene, canaries: [] }));
        expect(report.violations).toEqual([]);
        expect(report.depth.fixpoint).toBe(true);
      },
    );
  }

  it("is proved where a whole sector of the image is erased, on a part that programs once", () => {
    const scene = smallScene("update", "lpc55s69", 3 * 512, (payload) => payload.fill(0xff, 480, 992));
    for (const faults of [["power"], ["power", "weak", "ecc"]] as const) {
      const report = runCampaign(options("lpc55s69", "update", { scene, faults, canaries: [] }));
      expect(report.violations).toEqual([]);
      expect(report.depth.fixpoint).toBe(true);
    }
  });

  it("is proved with a single attempt too, as the canary late-attempts is run", { tags: "slow" }, () => {
    for (const scenario of ["update", "revert"]) {
      const report = runCampaign(options("tiny", scenario, { attempts: 1, canaries: [] }));
      expect(report.violations).toEqual([]);
      expect(report.depth.fixpoint).toBe(true);
    }
  });

  it("is clean at one cut when imgtool's app2 is installed over its app", () => {
    const scene = sampleScene("update");
    const report = runCampaign(options("nrf52840", "update", { scene, depth: 1, canaries: [] }));
    expect(report.violations).toEqual([]);
    expect(report.points.planned).toBeGreaterThan(110_000);
    expect(report.points.judged).toBe(report.points.planned);
  });
});

describe("a campaign", () => {
  it("counts programs by nine shapes, erases by three, counter advances by two, and each call, retained word by resets", () => {
    const planned = (faults: readonly FaultName[]) =>
      runCampaign(options("tiny", "update", { depth: 1, faults, canaries: [] })).points.planned;
    // The image's words; the first two sectors wiped; three Records of five programs and one erase each; the erase and the
    // mark that settle the Record before the session; one counter advance.
    const size = firstOf(smallScene("update", "tiny", PAYLOAD_SIZE), partById("tiny")).bytes.length;
    const { calls, retained } = calmRun("tiny");
    expect(retained).toBeGreaterThan(calls / 2);
    const cuts = calls + 9 * (Math.ceil(size / 4) + 3 * 5 + 1) + 3 * (2 + 3 + 1) + 2;
    expect(planned(["power"])).toBe(cuts);
    expect(planned(["reset"])).toBe(cuts + retained);
    expect(planned(["power", "reset"])).toBe(2 * cuts + retained);
  });

  it("finds the same states a second time", () => {
    const prove = () => runCampaign(options("stm32l476", "update", { canaries: [] }));
    expect(prove().states).toEqual(prove().states);
  });

  it("names the violated oracles of a wrong guest, each with a trace that reads back and shows it again", () => {
    const report = runCampaign(options("tiny", "update", { guest: singleFlag, depth: 1 }));
    expect(report.violations.map(({ oracle }) => oracle)).toContain("no-brick");
    for (const { oracle, trace } of report.violations) {
      const facts = readTrace(JSON.parse(JSON.stringify(trace)), "trace", (bytes) =>
        createHash("sha256").update(bytes).digest("hex"),
      );
      expect(facts.faults).toEqual(trace.faults);
      expect(facts.violations).toEqual([oracle]);
      const scene = smallScene("update", "tiny", PAYLOAD_SIZE);
      const { device, start } = prepared({
        part: partById("tiny"),
        pair: singleFlag,
        scene,
        models: ["power"],
      });
      const { violations } = runPlain(device, scene, start, { faults: facts.faults });
      expect(violations, JSON.stringify(facts.faults)).not.toBe(0);
    }
  });

  it("keeps one representative per oracle and cause", () => {
    const report = runCampaign(options("tiny", "update", { guest: singleFlag, depth: 2, canaries: [] }));
    const kinds = report.violations.map(({ oracle, cause }) => `${oracle}, ${cause}`);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(kinds).toContain("no-brick, firmware, program");
  });

  it("is incomplete when it is stopped, when states run out, and proves nothing then", () => {
    const stopped = runCampaign(options("nrf52840", "update", { canaries: [], stop: () => "time is up" }));
    expect(stopped.incomplete).toBe("time is up");
    const full = runCampaign(options("tiny", "update", { canaries: [], statesMax: 500 }));
    expect(full.incomplete).toBe("more than 500 states");
    for (const report of [stopped, full]) expect(report.depth.fixpoint).toBe(false);
  });

  it("tells a violation that needs no fault, and tries none; or all, where that is asked for", () => {
    const broken = { ...singleFlag, boot: lateAttempts.boot };
    const more = { guest: broken, depth: 1, canaries: [] } as const;
    const calm = runCampaign(options("tiny", "update", more));
    expect(calm.violations.length).toBeGreaterThan(0);
    for (const { cause, trace } of calm.violations) {
      expect(cause).toBe("no fault");
      expect(trace.faults).toEqual({ cuts: [], reads: [] });
    }
    expect(calm).toMatchObject({ verdict: "violated", points: { judged: 0 }, states: { all: 0 } });
    expect(calm.incomplete).toMatch(/^the run without any fault violates an oracle, so no fault was tried/);
    const evenSo = runCampaign(options("tiny", "update", { ...more, evenSo: true }));
    expect(evenSo.violations.map(({ cause }) => cause)).toContain("no fault");
    expect(evenSo.points.judged).toBeGreaterThan(100);
    expect(evenSo.incomplete).toBeNull();
  });

  it("does not count a canary as caught that fails without any cut", () => {
    const broken = { ...singleFlag, boot: lateAttempts.boot };
    const canaries = [{ guest: broken, attempts: 3, fault: "power", depth: 1 }] as const;
    const report = runCampaign(options("tiny", "update", { canaries, depth: 1 }));
    expect(report.canaries.caught).toBe(0);
    expect(report.verdict).toBe("incomplete");
    expect(whyIncomplete(report)).toBe("canaries not caught: single-flag");
  });

  it("finds a violation at one cut where the assumption of the part is not made", () => {
    const report = runCampaign(
      options("stm32l476", "update", { faults: ["power", "weak"], assume: false, depth: 1, canaries: [] }),
    );
    expect(report.assumptions).toEqual([]);
    expect(report.violations.length).toBeGreaterThan(0);
    expect(report.violations[0]?.trace.faults.cuts).toHaveLength(1);
  });
});
