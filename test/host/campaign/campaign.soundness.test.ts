// Verdicts that were wrong once, and others of their kinds: small guests, each with what a campaign must say of it, and every
// violation shown again by a plain run of its faults.
import { describe, expect, it } from "vitest";
import type { CampaignOptions } from "../../../host/campaign/options.js";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import { type OracleName, oracleNames } from "../../../host/campaign/plan/oracles.js";
import { runJudged } from "../../../host/campaign/play/wear.js";
import type { CampaignReport } from "../../../host/campaign/report.js";
import type { GuestPair } from "../../../host/campaign/plan/trace.js";
import { partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { prepared } from "../../support/exploration.js";
import { sceneOn, tinyWith } from "../../support/guests.js";
import {
  type Wanted,
  campaign,
  equalScene,
  expectClean,
  said,
  soundnessPair,
  templatePair,
} from "../../support/soundness.js";

const tiny = partById("tiny");
const once = tinyWith({ rule: "once" });
const POWER: readonly FaultName[] = ["power"];
const WEAK: readonly FaultName[] = ["power", "weak"];
const ECC: readonly FaultName[] = ["power", "ecc"];
const RESET = ["reset"] as readonly string[] as readonly FaultName[];
const NO_FAULT = "no fault";
/** Faults of a run at most. */
const ONE = 1;
const KIB = 1024;
/** Payload of an image of somewhat less than 1 KiB. */
const TEMPLATE_PAYLOAD = KIB - 256;
/** The same of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;
/** So many strikes are no sample. */
const EVERY = 4096;
/** So many states show that a run without a fault is not explored for ever. */
const FEW_STATES = 200;
/** So that a campaign which does explore it ends soon. */
const STATES_MAX = 5000;

/** A campaign of a guest of the folder in its own scene. */
async function campaignOf(
  name: string,
  faults: readonly FaultName[],
  more: Partial<CampaignOptions> = {},
): Promise<{ readonly report: CampaignReport; readonly wanted: Wanted }> {
  const part = more.part ?? tiny;
  const wanted = { part, guest: await soundnessPair(name), scene: equalScene(part), faults, ...more };
  return { report: campaign(wanted), wanted };
}

/** The oracles that a plain run of these faults violates. */
function replayed(
  { part, guest, scene, faults: models }: Wanted,
  faults: CampaignReport["violations"][number]["trace"]["faults"],
): readonly OracleName[] {
  const { device, start } = prepared({ part, pair: guest, scene, models });
  return oracleNames(runJudged(device, scene, start, { faults }).violations);
}

/** Violated, and each violation is there again when its faults are played plainly. */
function expectViolated(wanted: Wanted, report: CampaignReport, oracle: OracleName): void {
  expect(report.verdict).toBe("violated");
  expect(report.violations.map((violation) => violation.oracle)).toContain(oracle);
  for (const violation of report.violations) {
    expect(replayed(wanted, violation.trace.faults)).toContain(violation.oracle);
    const { cuts, strikes = [] } = violation.trace.faults;
    expect(cuts.length + strikes.length).toBeLessThanOrEqual(ONE);
  }
}

/** What a run without any fault violates. */
function calmly(wanted: Wanted): readonly OracleName[] {
  return replayed(wanted, { cuts: [], reads: [] });
}

interface Case {
  readonly name: string;
  readonly faults: readonly FaultName[];
  /** `tiny` when absent. */
  readonly part?: PartProfile;
}

describe("a wrong guest is named, by one fault that shows it again", () => {
  const WRONG: readonly (Case & { readonly oracle: OracleName })[] = [
    { name: "g1", faults: POWER, oracle: "confirmed-stays" },
    { name: "g3", faults: POWER, oracle: "authentic" },
    { name: "retained-choice", faults: POWER, oracle: "confirmed-stays" },
    { name: "half-in-sector", faults: POWER, oracle: "authentic" },
    { name: "half-in-counter", faults: POWER, oracle: "authentic" },
    { name: "half-in-retained", faults: RESET, oracle: "authentic" },
    { name: "halts-after-watchdog", faults: RESET, oracle: "no-brick" },
    { name: "resumes-in-sector", faults: RESET, oracle: "flash-rules", part: once },
    { name: "half-told", faults: RESET, oracle: "no-brick" },
    { name: "weak-circle", faults: WEAK, oracle: "converges" },
    { name: "reads-counter-twice", faults: WEAK, oracle: "no-brick" },
  ];

  for (const { name, faults, oracle, part = tiny } of WRONG) {
    it(`${name} under ${faults.join(" and ")}: ${oracle}`, async () => {
      const { report, wanted } = await campaignOf(name, faults, { part });
      expect(calmly(wanted)).toEqual([]);
      expectViolated(wanted, report, oracle);
    });
  }

  it("weak-circle goes round by what its weak reads see", async () => {
    const { report } = await campaignOf("weak-circle", WEAK);
    const circle = report.violations.find(({ oracle }) => oracle === "converges");
    expect(circle?.trace.faults.reads.length).toBeGreaterThan(0);
  });
});

describe("a wrong guest is named, whatever it takes", () => {
  it("that confirms itself in a counter when it runs once more than it may", async () => {
    const scene = equalScene(tiny, SECTOR_PAYLOAD);
    const { report } = await campaignOf("confirms-in-counter", POWER, { scene, attempts: 1, depth: 2 });
    expect(said(report).join()).toContain("trial-reverts");
  });

  it("whose program goes astray in a call that has found out why the device was reset", async () => {
    const scene = sceneOn(tiny, "first-boot", SECTOR_PAYLOAD);
    const wanted = { scene, depth: 2, samples: EVERY };
    const { report } = await campaignOf("strays-after-asking", ["reset", "misdirected"], wanted);
    expect(said(report).join()).toContain("no-wrong-image");
  });

  it("whose boot returns a number of 64 bits", async () => {
    const scene = sceneOn(tiny, "first-boot", SECTOR_PAYLOAD);
    const { report } = await campaignOf("returns-long", POWER, { scene });
    expect(said(report).join()).toContain("no-brick");
  });
});

describe("a guest is clean where nothing can go wrong with it", () => {
  const CLEAN: readonly Case[] = [
    { name: "g5", faults: POWER },
    { name: "asks-cause-often", faults: POWER },
    { name: "retained-choice", faults: RESET },
    { name: "half-in-retained", faults: POWER },
    { name: "halts-after-watchdog", faults: POWER },
    { name: "resumes-in-sector", faults: POWER, part: once },
    { name: "half-told", faults: POWER },
    { name: "weak-circle", faults: POWER },
  ];

  for (const { name, faults, part = tiny } of CLEAN) {
    it(`${name} under ${faults.join(" and ")}`, async () => {
      const { report, wanted } = await campaignOf(name, faults, { part });
      expect(calmly(wanted)).toEqual([]);
      expectClean(report);
    });
  }
});

describe("what goes wrong without a fault", () => {
  /** Violated by the run without any fault alone, and nothing is explored beyond it. */
  function expectNoFault(wanted: Wanted, report: CampaignReport, oracle: OracleName): void {
    expect(calmly(wanted)).toContain(oracle);
    expectViolated(wanted, report, oracle);
    expect(new Set(report.violations.map(({ cause }) => cause))).toEqual(new Set([NO_FAULT]));
    expect(report.states.all).toBeLessThan(FEW_STATES);
  }

  it("is said of an agent that answers MORE for ever, in the campaign as in the plain run", async () => {
    const { report, wanted } = await campaignOf("many-mores", POWER, { statesMax: STATES_MAX });
    expectNoFault(wanted, report, "converges");
  });

  it("ends a campaign, which goes on where it is asked to", async () => {
    const evenSo = { statesMax: STATES_MAX, evenSo: true };
    const { report, wanted } = await campaignOf("many-mores", POWER, evenSo);
    expectViolated(wanted, report, "converges");
    expect(report.points.judged).toBeGreaterThan(0);
  });

  it("is said of a boot that counts no attempts, and ends its campaign there", async () => {
    const guest = await templatePair("attempts-not-counted", [
      { from: "record.attempts--; // counted before it runs, or a cut would give it another boot", to: "" },
    ]);
    const part = partById("nrf52840");
    const scene = sceneOn(part, "revert", TEMPLATE_PAYLOAD);
    const wanted = { part, guest, scene, faults: POWER, statesMax: STATES_MAX };
    const report = campaign(wanted);
    expectNoFault(wanted, report, "trial-reverts");
    expect(report.violations.map(({ oracle }) => oracle)).toContain("converges");
  });

  it("is said of firmware that installs again what runs already", async () => {
    const installsAgain = [{ from: "if (isVersionOf(running, offer))", to: "if (false)" }];
    const guest = await templatePair("installs-again", [], installsAgain);
    const part = partById("nrf52840");
    const scene = sceneOn(part, "update", SECTOR_PAYLOAD);
    const wanted = { part, guest, scene, faults: POWER, statesMax: STATES_MAX };
    expectNoFault(wanted, campaign(wanted), "converges");
  });

  it("is said of firmware that never confirms itself while something is offered", async () => {
    const greedy = [
      {
        from: "record.confirmed == 0)) {",
        to: "record.confirmed == 0 && hal.info(hal.INFO_OFFER_COUNT, 0) == 0)) {",
      },
      { from: "if (isVersionOf(running, offer))", to: "if (false)" },
    ];
    const guest = await templatePair("greedy", [], greedy);
    const part = partById("nrf52840");
    const scene = sceneOn(part, "update", SECTOR_PAYLOAD);
    const wanted = { part, guest, scene, faults: POWER, statesMax: STATES_MAX };
    expectNoFault(wanted, campaign(wanted), "converges");
  });
});

describe("what the simulation has no room for", () => {
  it("is told as incomplete and by name: a full log", async () => {
    const { report } = await campaignOf("too-many-events", POWER);
    expect(said(report)).toEqual([]);
    expect(report.verdict).toBe("incomplete");
    expect(report.incomplete).toMatch(/\blog\b/);
  });

  it("does not pass for a guest's trap where a chain of power-ups never ends", { tags: "slow" }, async () => {
    const part = partById("stm32l476");
    const scene = sceneOn(part, "update", TEMPLATE_PAYLOAD);
    const guest: GuestPair = await templatePair(
      "erase-unreadable",
      [
        {
          from: "export function boot(): void {",
          to: "export function boot(): void {\n  eraseUnreadable();",
        },
        { from: "/** Whether a slot holds an image", to: ERASE_UNREADABLE },
      ],
      INSTALLS_FOR_EVER,
    );
    for (const audit of [1, 0.01]) {
      const wanted = { part, guest, scene, faults: ECC, audit };
      const report = campaign(wanted);
      expect(calmly(wanted)).toEqual([]);
      expectViolated(wanted, report, "converges");
      expect(report.incomplete).toBeNull();
      expect(new Set(report.violations.map(({ oracle }) => oracle))).toEqual(new Set(["converges"]));
    }
  });
});

/** An agent that installs what runs already, again and again, once one attempt of a trial was lost. */
const INSTALLS_FOR_EVER = [
  {
    from: "if (isVersionOf(running, offer)) return",
    to: "const runs = isVersionOf(running, offer);\n  if (runs && record.attempts == 2) return",
  },
  {
    from: "record.attempts = hal.info(hal.INFO_ATTEMPTS, 0)",
    to: "record.attempts = runs ? 1 : hal.info(hal.INFO_ATTEMPTS, 0)",
  },
];

/** A boot that erases the first sector of slot A where its first word cannot be read. */
const ERASE_UNREADABLE = `export function mayWrite(): u32 {
  return 1;
}

function eraseUnreadable(): void {
  const slot = hal.info(hal.INFO_SLOT_OFFSET, 0);
  if (<i32>(hal.tryRead32(slot) >> 32) != hal.STATUS_OK) hal.erase(slot);
}

/** Whether a slot holds an image`;
