// The scenarios that come with the package, as data. Adds nothing to what a configuration could write.
import { type ImagePlan, OVERLONG, type OfferStep, type Scenario, type Spoil } from "./scenario.js";

const V1: ImagePlan = { name: "v1", version: 1, securityCounter: 1 };
const V2: ImagePlan = { name: "v2", version: 2, securityCounter: 2 };
const V3: ImagePlan = { name: "v3", version: 3, securityCounter: 3 };
const SETTLED = { slotA: "v1", settled: true } as const;

const update: Scenario = {
  name: "update",
  title: "v1 confirmed; v2 offered, installed, tried, confirmed",
  images: [V1, V2],
  start: SETTLED,
  steps: [{ offer: "v2", until: "confirmed" }],
  expect: { runs: "v2" },
  otherwise: "update-completes",
  notApplicable: [],
};

const revert: Scenario = {
  name: "revert",
  title:
    "v1 confirmed; v2 offered, installed, fails its self-test and is reset whenever it runs, v1 comes back",
  images: [V1, { ...V2, selfTest: "bad" }],
  start: SETTLED,
  steps: [{ offer: "v2", until: "ran" }],
  expect: { runs: "v1" },
  otherwise: "trial-reverts",
  notApplicable: ["update-completes"],
};

const HALF = 2 ** 31;
const MOST = 2 ** 32 - 1;

const downgrade: Scenario = {
  name: "downgrade",
  title:
    "v9 confirmed, floor 2^31; older images with security counters 0, 2^31−1 (refused), 2^31, 2^32−1 (taken), 2^31 again (refused)",
  images: [
    { name: "v9", version: 9, securityCounter: HALF },
    { name: "v1-0", version: 1, securityCounter: 0 },
    { name: "v2-below", version: 2, securityCounter: HALF - 1 },
    { name: "v3-same", version: 3, securityCounter: HALF },
    { name: "v4-most", version: 4, securityCounter: MOST },
  ],
  start: { slotA: "v9", settled: true },
  steps: [
    { offer: "v1-0", until: "refused" },
    { offer: "v2-below", until: "refused" },
    { offer: "v3-same", until: "confirmed" },
    { offer: "v4-most", until: "confirmed" },
    { offer: "v9", until: "refused" },
  ],
  expect: { runs: "v4-most" },
  otherwise: "ends-as-expected",
  notApplicable: ["update-completes"],
};

const SPOILT: readonly Spoil[] = [
  "unsigned",
  "foreign-key",
  "truncated",
  "length-overflow",
  "injected-counter",
  "duplicated-tlv",
];

const tampered: Scenario = {
  name: "tampered",
  title: "v1 confirmed, a flipped v2 put into slot B; six other images offered that were tampered with",
  images: [
    V1,
    ...(["bit-flipped", ...SPOILT] as const).map((spoiled) => ({ ...V2, name: spoiled, spoiled })),
  ],
  start: { ...SETTLED, then: { slotB: "bit-flipped" } },
  steps: SPOILT.map((offer): OfferStep => ({ offer, until: "refused" })),
  expect: { runs: "v1" },
  otherwise: "ends-as-expected",
  notApplicable: ["update-completes"],
};

const overlong: Scenario = {
  name: "overlong",
  title: "v1 confirmed; eight images offered whose header, TLV areas or entries are longer than any may be",
  images: [V1, ...OVERLONG.map((spoiled) => ({ ...V2, name: spoiled, spoiled }))],
  start: SETTLED,
  steps: OVERLONG.map((offer): OfferStep => ({ offer, until: "refused" })),
  expect: { runs: "v1" },
  otherwise: "ends-as-expected",
  notApplicable: ["update-completes"],
};

const wrongSlot: Scenario = {
  name: "wrong-slot",
  title: "v1 runs from slot A; v2, linked for slot A alone, stands in slot B and is offered",
  images: [V1, { ...V2, linkedFor: "A" }],
  start: { ...SETTLED, then: { slotB: "v2" } },
  steps: [{ offer: "v2", until: "refused" }],
  expect: { runs: "v1" },
  otherwise: "ends-as-expected",
  notApplicable: ["update-completes"],
};

const firstBoot: Scenario = {
  name: "first-boot",
  title: "keys and v1 provisioned, no Record, floor 0: v1 runs and confirms itself",
  images: [V1],
  start: { slotA: "v1", settled: false },
  steps: [],
  expect: { runs: "v1" },
  otherwise: "ends-as-expected",
  notApplicable: ["update-completes"],
};

const doubleUpdate: Scenario = {
  name: "double-update",
  title: "v3 is offered while v2 is on trial and has not confirmed itself yet",
  images: [V1, { ...V2, selfTest: { afterResets: 1 } }, V3],
  start: SETTLED,
  steps: [
    { offer: "v2", until: "ran" },
    { offer: "v3", until: "confirmed" },
  ],
  expect: { runs: "v3" },
  otherwise: "update-completes",
  notApplicable: [],
};

const bothBad: Scenario = {
  name: "both-bad",
  title: "v1 confirmed, then both slots damaged: boot halts and says why",
  images: [
    V1,
    { ...V1, name: "v1-damaged", spoiled: "bit-flipped" },
    { ...V2, name: "v2-damaged", spoiled: "bit-flipped" },
  ],
  start: { ...SETTLED, then: { slotA: "v1-damaged", slotB: "v2-damaged" } },
  steps: [],
  expect: { halts: "DIGEST" },
  otherwise: "ends-as-expected",
  notApplicable: ["update-completes", "floor-follows"],
};

const confirmLate: Scenario = {
  name: "confirm-late",
  title: "v2 is reset twice before it confirms itself, in the last of its three attempts",
  images: [V1, { ...V2, selfTest: { afterResets: 2 } }],
  start: SETTLED,
  steps: [{ offer: "v2", until: "confirmed" }],
  expect: { runs: "v2" },
  otherwise: "update-completes",
  notApplicable: [],
};

const fallbackLost: Scenario = {
  name: "fallback-lost",
  title:
    "v2 fails in all the attempts of its trial, in which v1 is damaged: v2 is run on, confirms itself after all, and v3 follows",
  images: [V1, { ...V2, selfTest: { afterResets: 4 } }, V3],
  start: SETTLED,
  steps: [
    { offer: "v2", until: "ran" },
    { damage: "other", field: "payload" },
    { offer: "v3", until: "confirmed" },
  ],
  expect: { runs: "v3" },
  otherwise: "update-completes",
  notApplicable: [],
};

const failsLater: Scenario = {
  name: "fails-later",
  title:
    "v2 is confirmed; while v3 is being installed its self-test fails, in up to five boots, and it is not given up",
  images: [V1, V2, V3],
  start: SETTLED,
  steps: [
    { offer: "v2", until: "confirmed" },
    { offer: "v3", until: "begun" },
    { selfTest: "fails", boots: 5 },
    { offer: "v3", until: "confirmed" },
  ],
  expect: { runs: "v3" },
  otherwise: "update-completes",
  notApplicable: [],
};

const LIVES = 200;

const longLife: Scenario = {
  name: "long-life",
  title: `${LIVES} updates in a row, the last with the greatest security counter there is`,
  images: Array.from({ length: LIVES + 1 }, (_, index) => ({
    name: `v${index + 1}`,
    version: index + 1,
    securityCounter: index === LIVES ? MOST : index + 1,
  })),
  start: SETTLED,
  steps: Array.from({ length: LIVES }, (_, index): OfferStep => ({
    offer: `v${index + 2}`,
    until: "confirmed",
  })),
  expect: { runs: `v${LIVES + 1}` },
  otherwise: "update-completes",
  notApplicable: [],
};

/** Every scenario, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  update,
  revert,
  downgrade,
  tampered,
  overlong,
  wrongSlot,
  firstBoot,
  doubleUpdate,
  bothBad,
  confirmLate,
  fallbackLost,
  failsLater,
  longLife,
];

/** Finds a scenario by name. */
export function scenarioByName(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
