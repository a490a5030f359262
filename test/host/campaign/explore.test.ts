import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countPlan } from "../../../host/campaign/campaign.js";
import type { FaultName } from "../../../host/campaign/faults.js";
import { type OracleName, oracleNames } from "../../../host/campaign/oracles.js";
import { runPlain } from "../../../host/campaign/plain.js";
import type { Edge } from "../../../host/campaign/state-store.js";
import type { GuestPair } from "../../../host/campaign/trace.js";
import { partById } from "../../../host/device/parts.js";
import type { Mutation } from "../../support/compile.js";
import { explored, oraclesOf, prepared } from "../../support/exploration.js";
import { guestFor } from "../../support/guests.js";
import { mutantPair } from "../../support/mutants.js";
import { lateAttempts, singleFlag, smallScene } from "../../support/scenes.js";

const PAYLOAD_SIZE = 700;
const SAMPLE = 150;

interface Judged {
  readonly edge: Edge;
  readonly target: number;
}

function exploredOn(
  device: string,
  scenario: string,
  pair: GuestPair,
  more: { readonly attempts?: number; readonly models?: readonly FaultName[]; readonly depth?: number } = {},
) {
  const part = partById(device);
  const scene = smallScene(scenario, device, PAYLOAD_SIZE);
  const judged: Judged[] = [];
  const wanted = { part, pair, scene, models: ["power"] as readonly FaultName[], depth: 1, ...more };
  const explorer = explored({ ...wanted, onCut: (edge, target) => judged.push({ edge, target }) });
  return { judged, wanted, ...explorer };
}

const own = (device: string) => guestFor("boot-full", partById(device));

describe("the explorer", () => {
  const cases = [
    ["tiny", "update", own("tiny"), 3],
    ["tiny", "revert", own("tiny"), 2],
    ["stm32h743", "update", own("stm32h743"), 3],
    ["stm32l476", "revert", own("stm32l476"), 3],
    ["tiny", "update", singleFlag, 3],
    ["nrf52840", "revert", singleFlag, 3],
    ["tiny", "update", lateAttempts, 1],
    ["rp2040-w25q", "update", lateAttempts, 1],
  ] as const;
  for (const [device, scenario, pair, attempts] of cases) {
    it(`says of random cuts what plain execution says: ${pair.name}, ${scenario}, ${device}`, () => {
      const { judged, wanted, result } = exploredOn(device, scenario, pair, { attempts });
      const { device: machine, start } = prepared(wanted);
      const { futures, findings } = result;
      const bad = judged.filter(({ target }) => futures.violations(target) !== 0);
      const sample = fc.sample(fc.constantFrom(...judged), { numRuns: SAMPLE, seed: 7 });
      for (const { edge, target } of [...bad.slice(0, SAMPLE), ...sample]) {
        const plan = findings.planOf(edge);
        const [cut] = plan.cuts;
        machine.exports.rollback();
        let upsAtCut = 0;
        let ups = 0;
        const plain = runPlain(machine, wanted.scene, start, {
          faults: plan,
          onPowerUp: () => ups++,
          onCall: ({ index }) => {
            if (index === cut?.call) upsAtCut = ups;
          },
        });
        const what = JSON.stringify(plan);
        expect(oracleNames(plain.violations), what).toEqual(oracleNames(futures.violations(target)));
        if (plain.ending === "rested") expect(plain.powerUps - upsAtCut, what).toBe(futures.powerUps(target));
      }
    });
  }

  it("judges as many points of one cut as plain execution plans, on every kind of part", () => {
    for (const device of ["tiny", "stm32f407", "stm32h743", "lpc55s69"]) {
      const { wanted, result } = exploredOn(device, "update", own(device));
      const { device: machine, start, faults } = prepared(wanted);
      expect(result.judged).toBe(countPlan(machine, wanted.scene, start, faults));
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
  /** Cuts that it takes; one when absent. */
  readonly depth?: number;
}[] = [
  {
    what: "attempts are counted without being written",
    oracle: "trial-reverts",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "if (recordWrite(standing, counted)) handOver(view);",
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
        from: "if (!sessionDone(target, offer) &&",
        to: "if (recordIsConfirmed(record)) recordWrite(standing, recordTrial(target, 3, 1));\n  if (!sessionDone(target, offer) &&",
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
        from: "jump(load<u32>(view, VIEW_ENTRY));",
        to: "jump(load<u32>(view, VIEW_ENTRY) + 4);",
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
        from: "if (recordWrite(standing, counted)) handOver(view);",
        to: "if (recordWrite(standing, counted)) { counterAdvance(COUNTER_FLOOR, load<u32>(view, VIEW_COUNTER)); handOver(view); }",
      },
      {
        file: "assembly/image/verify.ts",
        from: "if (load<u32>(COUNTER) < floor) return REASON_FLOOR;",
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
        from: "if (recordWrite(standing, counted)) handOver(view);",
        to: "if (recordWrite(standing, counted)) { counterAdvance(COUNTER_FLOOR, load<u32>(view, VIEW_COUNTER)); handOver(view); }",
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
        from: "if (!eraseArea(area) || !programBody",
        to: "if (!programBody",
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
        to: "eraseArea(recordArea(index));\n  const word = recordWithCycle(record, cycle);",
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
  for (const { what, oracle, scenario, mutations, agent, depth } of MUTANTS) {
    it(`${oracle}: ${what}`, async () => {
      const mutant = {
        ...(mutations.length === 0 ? {} : { boot: mutations }),
        ...(agent === undefined ? {} : { agent }),
      };
      const pair = await mutantPair(partById("tiny"), mutant);
      const { result } = exploredOn("tiny", scenario, pair, { depth: depth ?? 1 });
      expect(oraclesOf(result)).toContain(oracle);
    });
  }
});
