// What every guest of the gallery is put through: the same campaigns for all of them, cheap ones first. Nothing here knows a
// bug: scenarios that anybody would want a boot policy to hold in, on two parts that differ in all that matters to it.
import type { FaultName } from "../campaign/plan/fault-models.js";
import { type ImagePlan, OVERLONG, type Scenario } from "../campaign/plan/scenario.js";
import { scenarioByName } from "../campaign/plan/scenarios.js";

/** One campaign of the sweep. */
export interface SweptCampaign {
  readonly scenario: Scenario;
  /** Id of a part. */
  readonly device: string;
  /** The greatest value that the part's one-way counters hold here; what the part has when absent. */
  readonly counterMax?: number;
  readonly faults: readonly FaultName[];
  /** Most faults in one run. */
  readonly depth: number;
}

/** ECC over units of 8 bytes, each programmed once. */
const WITH_ECC = "stm32l476";
/** Programs pages of 512 bytes; an erased one cannot be read. */
const WITH_PAGES = "lpc55s69";

/** Whole size of the images: they fit a sector of either part. */
export const IMAGE_BYTES = 512;
/** Cuts in a row where every state of an update can be met. */
const SOME = 3;
/** More cuts in a row than a byte counts. */
const MANY = 300;

const HALF = 2 ** 31;
const V1: ImagePlan = { name: "v1", version: 1, securityCounter: 1 };
const V2: ImagePlan = { name: "v2", version: 2, securityCounter: 2 };
const V3: ImagePlan = { name: "v3", version: 3, securityCounter: 3 };

/** Slot A's image, which is confirmed, is damaged; what stands in slot B may not run: boot halts. */
function damagedBeside(
  name: string,
  title: string,
  plans: { readonly active: ImagePlan; readonly other: ImagePlan },
): Scenario {
  const damaged: ImagePlan = { ...plans.active, name: "damaged", spoiled: "bit-flipped" };
  return {
    name,
    title: `the confirmed image is damaged; beside it stands ${title}: boot halts`,
    images: [plans.active, damaged, plans.other],
    start: { slotA: plans.active.name, settled: true, then: { slotA: "damaged", slotB: plans.other.name } },
    steps: [],
    expect: { halts: "DIGEST" },
    otherwise: "ends-as-expected",
    notApplicable: ["update-completes", "floor-follows"],
  };
}

/** Boot finds each kind of overlong image itself; the scenario "overlong" offers them to firmware, which may refuse them first. */
const BESIDE_OVERLONG: readonly Scenario[] = OVERLONG.map((spoiled) =>
  damagedBeside(`beside-${spoiled}`, `an image with an ${spoiled.replaceAll("-", " ")}`, {
    active: V1,
    other: { ...V2, name: spoiled, spoiled },
  }),
);

const SCENARIOS: readonly Scenario[] = [
  damagedBeside("beside-old", "an older image, below the floor", {
    active: { name: "v9", version: 9, securityCounter: HALF },
    other: { name: "v2-below", version: 2, securityCounter: HALF - 1 },
  }),
  damagedBeside("beside-injected", "one with a security counter in its unprotected area", {
    active: V1,
    other: { ...V2, name: "injected", spoiled: "injected-counter" },
  }),
  damagedBeside("beside-overflow", "one whose lengths overflow", {
    active: V1,
    other: { ...V2, name: "overflow", spoiled: "length-overflow" },
  }),
  ...BESIDE_OVERLONG,
  {
    name: "rescue",
    title: "the confirmed image is damaged, a good one stands beside it: it runs, and takes an update",
    images: [V1, { ...V1, name: "damaged", spoiled: "bit-flipped" }, V2, V3],
    start: { slotA: "v1", settled: true, then: { slotA: "damaged", slotB: "v2" } },
    steps: [{ offer: "v3", until: "confirmed" }],
    expect: { runs: "v3" },
    otherwise: "update-completes",
    notApplicable: [],
  },
  {
    name: "after-bad",
    title: "v2 fails its self-test and is reverted; then v3 is offered, installed over it and confirmed",
    images: [V1, { ...V2, selfTest: "bad" }, V3],
    start: { slotA: "v1", settled: true },
    steps: [
      { offer: "v2", until: "ran" },
      { offer: "v3", until: "confirmed" },
    ],
    expect: { runs: "v3" },
    otherwise: "update-completes",
    notApplicable: [],
  },
  {
    name: "full-counter",
    title: "v2 is confirmed, and the security counter is full; v3, which needs a greater one, is refused",
    images: [V1, V2, V3],
    start: { slotA: "v1", settled: true },
    steps: [
      { offer: "v2", until: "confirmed" },
      { offer: "v3", until: "refused" },
    ],
    expect: { runs: "v2" },
    otherwise: "ends-as-expected",
    notApplicable: ["update-completes"],
  },
];

function known(name: string): Scenario {
  const scenario = scenarioByName(name) ?? SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new RangeError(`no scenario ${name}`);
  return scenario;
}

/** Every campaign, in order. */
export const SWEEP: readonly SweptCampaign[] = [
  ...[
    "beside-old",
    "beside-injected",
    "beside-overflow",
    ...BESIDE_OVERLONG.map(({ name }) => name),
    "rescue",
    "downgrade",
    "tampered",
    "fallback-lost",
    "fails-later",
    "overlong",
  ].map((name): SweptCampaign => ({ scenario: known(name), device: WITH_ECC, faults: ["power"], depth: 1 })),
  { scenario: known("full-counter"), device: WITH_ECC, counterMax: 2, faults: ["power"], depth: 1 },
  { scenario: known("first-boot"), device: WITH_ECC, faults: ["power", "double-fetch"], depth: 1 },
  ...["update", "revert", "after-bad"].map((name): SweptCampaign => ({
    scenario: known(name),
    device: WITH_ECC,
    faults: ["power"],
    depth: SOME,
  })),
  { scenario: known("after-bad"), device: WITH_ECC, faults: ["power", "ecc"], depth: SOME },
  ...["first-boot", "update", "revert"].map((name): SweptCampaign => ({
    scenario: known(name),
    device: WITH_PAGES,
    faults: ["power", "ecc"],
    depth: SOME,
  })),
  { scenario: known("update"), device: WITH_ECC, faults: ["power", "ecc"], depth: MANY },
];
