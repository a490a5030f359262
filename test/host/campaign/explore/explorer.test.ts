// The explorer against plain execution, which has no memo, no replay and no joins; and every oracle against a core of our
// own that it must catch.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countPlan } from "../../../../host/campaign/explore/calm-run.js";
import { begin } from "../../../../host/campaign/machine.js";
import { Explorer } from "../../../../host/campaign/explore/explorer.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { FaultPlan } from "../../../../host/campaign/plan/fault-plan.js";
import { Faults } from "../../../../host/campaign/plan/faults.js";
import { type OracleName, oracleNames } from "../../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import type { Edge } from "../../../../host/campaign/explore/states/edge.js";
import type { GuestPair } from "../../../../host/campaign/plan/trace.js";
import { partById } from "../../../../host/device/parts.js";
import { assumptionOf } from "../../../../host/device/record.js";
import { type Mutation, compile } from "../../../support/compile.js";
import {
  deviceOf,
  lateAttempts,
  ownPairFor,
  pairOf,
  singleFlag,
  smallScene,
} from "../../../support/scenes.js";

const PAYLOAD_SIZE = 700;
const SAMPLE = 150;

/** One judged cut: the faults up to it, and what the explorer says becomes of it. */
interface Judged {
  readonly plan: FaultPlan;
  readonly violations: number;
  readonly powerUps: number;
}

interface Explored {
  readonly device: string;
  readonly scenario: string;
  readonly pair: GuestPair;
  readonly attempts: number;
  readonly models?: readonly FaultName[];
  readonly depth?: number;
}

function machineFor({ device, scenario, pair, attempts, models = ["power"] }: Explored) {
  const part = partById(device);
  const faults = new Faults(part, models, assumptionOf(part, part.layout));
  const machine = deviceOf(part, pair, attempts);
  machine.setEcc(faults.eccUnit, faults.erasedFaults);
  const scene = smallScene(scenario, device, PAYLOAD_SIZE);
  const { start } = begin(machine, scene);
  return { machine, scene, start, faults };
}

function explored(what: Explored) {
  const { machine, scene, start, faults } = machineFor(what);
  const cuts: { readonly edge: Edge; readonly target: number; readonly violations: number }[] = [];
  const result = new Explorer(machine, scene, {
    faults,
    depth: what.depth ?? 1,
    onCut: (edge, target, violations) => cuts.push({ edge, target, violations }),
  }).run(start);
  return { cuts, result };
}

/** Cuts chosen at random, and the first of those that the explorer objects to. */
function sampleOf({ cuts, result }: ReturnType<typeof explored>, seed: number): Judged[] {
  const { findings, futures } = result;
  const objection = ({ target, violations }: (typeof cuts)[number]) =>
    violations | futures.violations(target);
  const bad = cuts.filter((cut) => objection(cut) !== 0).slice(0, SAMPLE);
  const places = fc.sample(fc.nat({ max: cuts.length - 1 }), { numRuns: SAMPLE, seed });
  const any = places.map((place) => cuts[place]!);
  return [...bad, ...any].map((cut) => ({
    plan: findings.planOf(cut.edge),
    violations: objection(cut),
    powerUps: futures.powerUps(cut.target),
  }));
}

/** Plays a plan; power-ups are counted from its last cut on. */
function play({ machine, scene, start }: ReturnType<typeof machineFor>, plan: FaultPlan) {
  machine.exports.rollback();
  const last = plan.cuts.at(-1)!;
  let powerUpsAtCut = 0;
  let powerUps = 0;
  let struck = 0;
  const settled = runPlain(machine, scene, start, {
    faults: plan,
    onPowerUp: () => powerUps++,
    onCall: ({ index, result }) => {
      if (result.end.kind === "power-lost") struck++;
      if (index === last.call) powerUpsAtCut = powerUps;
    },
  });
  expect(struck, JSON.stringify(plan)).toBe(plan.cuts.length);
  return { ...settled, powerUps: powerUps - powerUpsAtCut };
}

describe("the explorer", () => {
  const own = (device: string) => ownPairFor(partById(device));
  const cases: readonly Explored[] = [
    { device: "tiny", scenario: "update", pair: own("tiny"), attempts: 3 },
    { device: "tiny", scenario: "revert", pair: own("tiny"), attempts: 2, depth: 3 },
    // A sealed Record where every program may be repeated: what the other builds hold, on another part.
    { device: "tiny", scenario: "update", pair: own("nrf52840"), attempts: 3, depth: 2 },
    { device: "stm32h743", scenario: "update", pair: own("stm32h743"), attempts: 3 },
    { device: "stm32l476", scenario: "revert", pair: own("stm32l476"), attempts: 3, depth: 2 },
    { device: "lpc55s69", scenario: "update", pair: own("lpc55s69"), attempts: 3, depth: 3 },
    { device: "tiny", scenario: "update", pair: singleFlag, attempts: 3 },
    { device: "nrf52840", scenario: "revert", pair: singleFlag, attempts: 3 },
    { device: "tiny", scenario: "update", pair: lateAttempts, attempts: 1 },
    { device: "rp2040-w25q", scenario: "update", pair: lateAttempts, attempts: 1 },
    {
      device: "stm32l476",
      scenario: "update",
      pair: own("stm32l476"),
      attempts: 3,
      models: ["power", "ecc"],
      depth: 2,
    },
    {
      device: "lpc55s69",
      scenario: "revert",
      pair: own("lpc55s69"),
      attempts: 3,
      models: ["power", "ecc"],
      depth: 2,
    },
  ];
  for (const what of cases) {
    const { device, scenario, pair, depth = 1, models = ["power"] } = what;
    const tags = depth === 3 || ["stm32h743", "rp2040-w25q"].includes(device) ? ["slow"] : [];
    it(
      `says of random cuts what plain execution says: ${pair.name}, ${scenario}, ${device}, ${depth} deep, ${models.join()}`,
      { tags },
      () => {
        const machine = machineFor(what);
        for (const { plan, violations, powerUps } of sampleOf(explored(what), 7)) {
          const plain = play(machine, plan);
          const where = JSON.stringify(plan);
          expect(oracleNames(plain.violations), where).toEqual(oracleNames(violations));
          if (plain.ending === "rested") expect(plain.powerUps, where).toBe(powerUps);
        }
      },
    );
  }

  for (const what of [
    {
      device: "tiny",
      scenario: "update",
      pair: own("tiny"),
      attempts: 3,
      models: ["power", "weak"],
      depth: 2,
    },
    {
      device: "stm32l476",
      scenario: "revert",
      pair: own("stm32l476"),
      attempts: 3,
      models: ["power", "weak", "ecc"],
      depth: 2,
    },
    {
      device: "nrf52840",
      scenario: "update",
      pair: singleFlag,
      attempts: 3,
      models: ["power", "weak"],
      depth: 1,
    },
  ] satisfies readonly Explored[]) {
    const { device, scenario, pair, models } = what;
    // Plain execution sees one way of reading after the last cut; the explorer every one.
    it(`says of random cuts no less than plain execution, where reads are weak: ${pair.name}, ${scenario}, ${device}, ${models.join()}`, () => {
      const machine = machineFor(what);
      for (const { plan, violations, powerUps } of sampleOf(explored(what), 8)) {
        const plain = play(machine, plan);
        const where = JSON.stringify(plan);
        expect(oracleNames(plain.violations & ~violations), where).toEqual([]);
        if (plain.ending === "rested") expect(plain.powerUps, where).toBeLessThanOrEqual(powerUps);
      }
    });
  }

  it("finds by cuts and weak reads what plain execution of its findings shows", () => {
    const what: Explored = {
      device: "nrf52840",
      scenario: "update",
      pair: singleFlag,
      attempts: 3,
      models: ["power", "weak"],
    };
    const machine = machineFor(what);
    const { all } = explored(what).result.findings;
    expect(all.length).toBeGreaterThan(0);
    for (const { oracle, plan } of all) {
      machine.machine.exports.rollback();
      const { violations } = runPlain(machine.machine, machine.scene, machine.start, { faults: plan });
      expect(oracleNames(violations), JSON.stringify(plan)).toContain(oracle);
    }
  });

  it("judges as many points as plain execution plans, on every kind of part", () => {
    for (const device of ["tiny", "stm32f407", "stm32h743", "lpc55s69"]) {
      const what: Explored = { device, scenario: "update", pair: own(device), attempts: 3 };
      const { machine, scene, start, faults } = machineFor(what);
      const { cuts: planned } = countPlan(machine, scene, start, faults);
      const { cuts, result } = explored(what);
      expect([cuts.length, result.judged, result.planned]).toEqual([planned, planned, planned]);
    }
  });
});

/** Our own core with one thing wrong, and the oracle that must say so. */
const MUTANTS: readonly {
  readonly what: string;
  readonly oracle: OracleName;
  readonly scenario: string;
  readonly mutations: readonly Mutation[];
  readonly agent?: readonly Mutation[];
}[] = [
  {
    what: "attempts are counted without being written",
    oracle: "trial-reverts",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "if (writeRecord(standing, counted)) handOver(view);",
        to: "if (counted != 0) handOver(view);",
      },
    ],
  },
  {
    what: "the slot is not verified",
    oracle: "authentic",
    scenario: "update",
    mutations: [
      {
        file: "assembly/image/verify.ts",
        from: "if (!equalBytes(DIGEST, FOUND + FOUND_DIGEST, digestSize(digestType))) return REASON_DIGEST;",
        to: "",
      },
      {
        file: "assembly/image/verify.ts",
        from: "reason = signatureReason(tlvStart, FOUND, DIGEST, CONTEXT, start, HEADER, PROTECTED);",
        to: "",
      },
    ],
    agent: [
      {
        file: "assembly/agent/agent.ts",
        from: "const wanted = offerVersion(offer);",
        to: "const wanted = offerVersion(offer);\n  if (recordIsConfirmed(record)) recordWrite(standing, recordTrial(target, 3, 1));",
      },
    ],
  },
  {
    what: "boot jumps one word too far",
    oracle: "no-wrong-image",
    scenario: "update",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "jump(entry);",
        to: "jump(entry + 4);",
      },
    ],
  },
  {
    what: "the floor never rises",
    oracle: "floor-follows",
    scenario: "update",
    mutations: [
      { file: "assembly/boot/boot.ts", from: "if (counter >= floor &&", to: "if (counter > floor + 1000 &&" },
    ],
  },
  {
    what: "the floor rises for the image on trial and the fallback ignores it",
    oracle: "no-rollback",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "if (writeRecord(standing, counted)) handOver(view);",
        to: "if (writeRecord(standing, counted)) { counterAdvance(COUNTER_FLOOR, load<u32>(view, VIEW_COUNTER)); handOver(view); }",
      },
      {
        file: "assembly/image/verify.ts",
        from: "if (counter < floor) return REASON_FLOOR;",
        to: "",
      },
    ],
  },
  {
    what: "the floor rises before confirmation, so that nothing is left to fall back to",
    oracle: "trial-reverts",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "if (writeRecord(standing, counted)) handOver(view);",
        to: "if (writeRecord(standing, counted)) { counterAdvance(COUNTER_FLOOR, load<u32>(view, VIEW_COUNTER)); handOver(view); }",
      },
    ],
  },
  {
    what: "boot erases the slot it refuses",
    oracle: "boot-never-erases-slot",
    scenario: "update",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "import { counterAdvance, counterRead, event,",
        to: "import { erase, counterAdvance, counterRead, event,",
      },
      { file: "assembly/boot/boot.ts", from: "event(EVENT_RECORD, record);", to: "erase(0x2200);" },
    ],
  },
  {
    what: "boot reads past the slots",
    oracle: "in-bounds",
    scenario: "update",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "import { counterAdvance, counterRead, event,",
        to: "import { tryRead32, counterAdvance, counterRead, event,",
      },
      { file: "assembly/boot/boot.ts", from: "event(EVENT_RECORD, record);", to: "tryRead32(0x4000);" },
    ],
  },
  {
    what: "the Record's other sector is not erased before it is written",
    oracle: "flash-rules",
    scenario: "update",
    mutations: [
      {
        file: "assembly/record/refreshed.ts",
        from: "if (!eraseArea(area) || !programBody(area, word))",
        to: "if (!programBody(area, word))",
      },
    ],
  },
  {
    what: "the newest Record is erased before its successor is written",
    oracle: "trial-reverts",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/record/refreshed.ts",
        from: "const word = recordWithCycle(record, cycle);",
        to: "const word = recordWithCycle(record, cycle);\n  eraseArea(recordArea(index));",
      },
    ],
  },
  {
    what: "boot prefers slot A whatever is confirmed",
    oracle: "confirmed-stays",
    scenario: "update",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "bootConfirmed(recordActive(record), floor)",
        to: "bootConfirmed(0, floor)",
      },
      { file: "assembly/boot/boot.ts", from: "if (counter >= floor &&", to: "if (counter > floor + 1000 &&" },
    ],
  },
  {
    what: "the agent installs nothing",
    oracle: "update-completes",
    scenario: "update",
    mutations: [],
    agent: [{ file: "assembly/agent/agent.ts", from: "if (offer == NOWHERE)", to: "if (offer != NOWHERE)" }],
  },
  {
    what: "the agent writes a Record at every step",
    oracle: "converges",
    scenario: "update",
    mutations: [],
    agent: [
      {
        file: "assembly/agent/agent.ts",
        from: "const running = runningSlot();",
        to: "const running = runningSlot();\n  recordWrite(recordFind(), recordOf(recordFind()));",
      },
    ],
  },
];

describe("the oracles catch our own core with one thing wrong", () => {
  const part = partById("tiny");
  const build = (entry: string, mutations: readonly Mutation[]) => compile(entry, mutations, {}, part.record);
  for (const { what, oracle, scenario, mutations, agent } of MUTANTS) {
    it(`${oracle}: ${what}`, async () => {
      const right = ownPairFor(part);
      const boot = mutations.length === 0 ? right.boot : await build("assembly/boot/boot.ts", mutations);
      const firmware = agent === undefined ? right.agent : await build("assembly/agent/agent.ts", agent);
      const pair = pairOf("mutant", boot, firmware);
      const { result } = explored({ device: part.id, scenario, pair, attempts: 3 });
      expect(result.findings.all.map((finding) => finding.oracle)).toContain(oracle);
    });
  }
});
