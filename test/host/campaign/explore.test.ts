import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { begin, countPlan } from "../../../host/campaign/campaign.js";
import { Explorer } from "../../../host/campaign/explore.js";
import type { Cut } from "../../../host/campaign/faults.js";
import { type OracleName, oracleNames } from "../../../host/campaign/oracles.js";
import { runPlain } from "../../../host/campaign/plain.js";
import type { GuestPair } from "../../../host/campaign/trace.js";
import { partById } from "../../../host/device/parts.js";
import { type Mutation, compile } from "../../support/compile.js";
import { deviceOf, lateAttempts, ownPair, pairOf, singleFlag, smallScene } from "../../support/scenes.js";

const PAYLOAD_SIZE = 700;
const SAMPLE = 150;

interface Judged {
  readonly cut: Cut;
  readonly violations: number;
  readonly powerUps: number;
}

function explored(device: string, scenario: string, pair: GuestPair, attempts: number) {
  const machine = deviceOf(partById(device), pair, attempts);
  const scene = smallScene(scenario, device, PAYLOAD_SIZE);
  const { start } = begin(machine, scene);
  const judged: Judged[] = [];
  const result = new Explorer(machine, scene, {
    onJudged: (cut, violations, powerUps) => judged.push({ cut, violations, powerUps }),
  }).run(start);
  return { judged, result, scene };
}

describe("the explorer", () => {
  const cases = [
    ["tiny", "update", ownPair, 3],
    ["tiny", "revert", ownPair, 2],
    ["stm32h743", "update", ownPair, 3],
    ["stm32l476", "revert", ownPair, 3],
    ["tiny", "update", singleFlag, 3],
    ["nrf52840", "revert", singleFlag, 3],
    ["tiny", "update", lateAttempts, 1],
    ["rp2040-w25q", "update", lateAttempts, 1],
  ] as const;
  for (const [device, scenario, pair, attempts] of cases) {
    it(`says of random cuts what plain execution says: ${pair.name}, ${scenario}, ${device}`, () => {
      const { judged, scene } = explored(device, scenario, pair, attempts);
      const machine = deviceOf(partById(device), pair, attempts);
      const { start } = begin(machine, scene);
      const bad = judged.filter(({ violations }) => violations !== 0);
      const sample = fc.sample(fc.constantFrom(...judged), { numRuns: SAMPLE, seed: 7 });
      for (const { cut, violations, powerUps } of [...bad.slice(0, SAMPLE), ...sample]) {
        machine.exports.rollback();
        let upsAtCut = 0;
        let ups = 0;
        const plain = runPlain(machine, scene, start, {
          cuts: [cut],
          onPowerUp: () => ups++,
          onCall: ({ index }) => {
            if (index === cut.call) upsAtCut = ups;
          },
        });
        expect(oracleNames(plain.violations), JSON.stringify(cut)).toEqual(oracleNames(violations));
        if (plain.ending === "rested") expect(plain.powerUps - upsAtCut, JSON.stringify(cut)).toBe(powerUps);
      }
    });
  }

  it("judges as many points as plain execution plans, on every kind of part", () => {
    for (const device of ["tiny", "stm32f407", "stm32h743"]) {
      const machine = deviceOf(partById(device), ownPair);
      const scene = smallScene("update", device, PAYLOAD_SIZE);
      const { start } = begin(machine, scene);
      const planned = countPlan(machine, scene, start);
      expect(new Explorer(machine, scene, {}).run(start).judged).toBe(planned);
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
        from: "if (recordWrite(counted)) handOver(view);",
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
        from: "const progress = installStep(target, offer);",
        to: "recordWrite(recordTrial(target, 3, 1));\n  const progress = installStep(target, offer);",
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
      { file: "assembly/boot/boot.ts", from: "if (counter > floor &&", to: "if (counter > floor + 1000 &&" },
    ],
  },
  {
    what: "the floor rises for the image on trial and the fallback ignores it",
    oracle: "no-rollback",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "if (recordWrite(counted)) handOver(view);",
        to: "if (recordWrite(counted)) { counterAdvance(COUNTER_FLOOR, load<u32>(view, VIEW_COUNTER)); handOver(view); }",
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
    oracle: "converges",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/boot/boot.ts",
        from: "if (recordWrite(counted)) handOver(view);",
        to: "if (recordWrite(counted)) { counterAdvance(COUNTER_FLOOR, load<u32>(view, VIEW_COUNTER)); handOver(view); }",
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
    mutations: [{ file: "assembly/record/record.ts", from: "|| erase(offset) != STATUS_OK", to: "" }],
  },
  {
    what: "the newest Record is erased before its successor is written",
    oracle: "trial-reverts",
    scenario: "revert",
    mutations: [
      {
        file: "assembly/record/record.ts",
        from: "const offset = recordSector(target);",
        to: "if (newest != RECORD_NONE) erase(recordSector(newest));\n  const offset = recordSector(target);",
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
      { file: "assembly/boot/boot.ts", from: "if (counter > floor &&", to: "if (counter > floor + 1000 &&" },
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
        to: "const running = runningSlot();\n  recordWrite(recordRead());",
      },
    ],
  },
];

describe("the oracles catch our own core with one thing wrong", () => {
  for (const { what, oracle, scenario, mutations, agent } of MUTANTS) {
    it(`${oracle}: ${what}`, async () => {
      const boot = mutations.length === 0 ? ownPair.boot : await compile("assembly/boot/boot.ts", mutations);
      const firmware = agent === undefined ? ownPair.agent : await compile("assembly/agent/agent.ts", agent);
      const { result } = explored("tiny", scenario, pairOf("mutant", boot, firmware), 3);
      const names = new Set(result.findings.flatMap(({ violations }) => oracleNames(violations)));
      expect([...names]).toContain(oracle);
    });
  }
});
