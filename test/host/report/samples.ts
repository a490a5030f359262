// Reports made by hand, one for each verdict: small, plausible, and run by nobody.
import { CAMPAIGN_SCHEMA, type CampaignReport, type Violation } from "../../../host/campaign/report.js";
import type { Survival } from "../../../host/campaign/explore/strikes/survival.js";
import type { Trace } from "../../../host/campaign/plan/trace.js";

const SHA256 = "0123456789abcdef".repeat(4);

/** A complete report, proved under power alone, with changes. */
export function reportOf(changes: Partial<CampaignReport> = {}): CampaignReport {
  return {
    schema: CAMPAIGN_SCHEMA,
    scenario: "update",
    device: "nrf52840",
    guest: { name: "boot", sha256: SHA256 },
    faults: ["power"],
    assumptions: [],
    torn: { slots: "nine shapes", elsewhere: "nine shapes" },
    identity: "feedc0de",
    seed: 7,
    verdict: "proved",
    depth: { requested: "fixpoint", reached: 12, fixpoint: true },
    points: { planned: 5000, judged: 5000 },
    states: { distinct: 321, all: 654, digest: "abcdef0123456789" },
    powerUpsToRest: { most: 4, bound: 15 },
    wear: {
      slots: { erases: 1, sector: 136, offset: 0x88000, bound: 1 },
      record: { erases: 0, sector: null, offset: null, bound: 16 },
    },
    survival: null,
    violations: [],
    canaries: {
      planted: 1,
      caught: 1,
      each: [{ name: "single-flag", fault: "power", caughtBy: ["no-brick"] }],
    },
    notApplicable: ["trial-reverts"],
    memory: { boot: { objects: 3, bytes: 512, touching: 1 }, agent: null },
    incomplete: null,
    shard: null,
    notModelled: ["glitches"],
    effort: {
      cpuSeconds: 3.5,
      wallSeconds: 2.25,
      bootsCovered: 5000,
      bootsExecuted: 400,
      callsAudited: 10,
      runsAudited: 5,
      workers: 2,
    },
    ...changes,
  };
}

/** A violation of no-brick, with changes. */
export function violationOf(changes: Partial<Violation> = {}): Violation {
  return {
    oracle: "no-brick",
    cause: "firmware, program",
    states: 9,
    trace: { schema: "everboot.trace/9", whatever: [1, { deep: null }] } as unknown as Trace,
    replay: "everboot replay .everboot/traces/update.json",
    line: "update nrf52840 boot 0:3:half",
    ...changes,
  };
}

const ONCE = { requested: 1, reached: 1, fixpoint: false } as const;

/** What a campaign of flips and failed writes counted. */
export const SURVIVAL = {
  total: 1300,
  survived: 1234,
  asExpected: 1230,
  sampled: 300,
  unread: 4000,
  fields: [
    {
      kind: "rest",
      field: "slot A: TLV SHA256",
      total: 1000,
      survived: 934,
      asExpected: 934,
      otherwise: [
        { ending: "boot halts: DIGEST", count: 60 },
        { ending: "boot halts: HEADER", count: 6 },
      ],
      places: ["0x1000.3"],
    },
    {
      kind: "offer",
      field: "erase of slot B",
      total: 300,
      survived: 300,
      asExpected: 296,
      otherwise: [],
      places: [],
    },
  ],
} as const satisfies Survival;

/** One report for each verdict, and two that are more than one thing. */
export const SAMPLES = {
  proved: reportOf(),
  "proved-under": reportOf({
    faults: ["power", "weak"],
    assumptions: ["decided-seal"],
    verdict: "proved-under",
  }),
  clean: reportOf({ depth: { ...ONCE, requested: 2 }, verdict: "clean" }),
  linked: reportOf({ faults: ["power", "link"], link: { clientStates: 41, losses: 205 } }),
  survives: reportOf({
    depth: ONCE,
    verdict: "survives",
    survival: SURVIVAL,
  }),
  violated: reportOf({
    depth: ONCE,
    verdict: "violated",
    violations: [
      violationOf(),
      violationOf({ cause: "boot, erase", line: null }),
      violationOf({ oracle: "update-completes", states: 4, replay: "", line: null }),
    ],
  }),
  incomplete: reportOf({
    depth: { requested: "fixpoint", reached: 3, fixpoint: false },
    verdict: "incomplete",
    incomplete: "time limit of 5 s reached",
    shares: [{ index: 0, count: 4, done: false, data: "eJwDAAAAAAE=" }],
  }),
  "canary free": reportOf({
    verdict: "incomplete",
    canaries: {
      planted: 2,
      caught: 1,
      each: [
        { name: "single-flag", fault: "power", caughtBy: ["no-brick"] },
        { name: "no-digest", fault: "power", caughtBy: [] },
      ],
    },
  }),
  "violated shard": reportOf({
    depth: ONCE,
    verdict: "violated",
    violations: [violationOf()],
    incomplete: "a shard",
    shard: { index: 1, count: 4 },
    shares: [{ index: 1, count: 4, done: true, data: "" }],
  }),
} as const satisfies Readonly<Record<string, CampaignReport>>;

/** All of them. */
export const REPORTS: readonly CampaignReport[] = Object.values(SAMPLES);

/** A report whose every free text is hostile to what it is written into. */
export function hostileReport(text: string): CampaignReport {
  return reportOf({
    scenario: text,
    device: text,
    guest: { name: text, sha256: SHA256 },
    verdict: "violated",
    violations: [violationOf({ cause: text, replay: text, line: text })],
    survival: {
      total: 2,
      survived: 1,
      asExpected: 1,
      sampled: 0,
      unread: 0,
      fields: [
        {
          kind: text,
          field: text,
          total: 2,
          survived: 1,
          asExpected: 1,
          otherwise: [{ ending: text, count: 1 }],
          places: [],
        },
      ],
    },
    incomplete: text,
    notModelled: [text],
  });
}
