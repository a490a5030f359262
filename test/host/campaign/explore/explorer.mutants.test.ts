// Our own core with one thing wrong at a time: an oracle catches it within so many cuts, which shows that the thing is needed.
// Never asserts by which trace.
// @module-tag slow: whole proofs of our own core without one of its steps.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import { type OracleName, oracleBit, oracleNames } from "../../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import { formatTraceLine } from "../../../../host/campaign/plan/trace-line.js";
import { partById } from "../../../../host/device/parts.js";
import type { Mutation } from "../../../support/compile.js";
import { type Wanted, explored, oraclesOf, powerOnStates, prepared } from "../../../support/exploration.js";
import { guestFor, sceneOn, tinyWith } from "../../../support/guests.js";
import { type Mutant, both, mutantPair } from "../../../support/mutants.js";
import { firstOf } from "../../../support/scenes.js";

const tiny = partById("tiny");
const sealed = tinyWith({ rule: "once", record: "sealed", assumes: true });
const PAYLOAD = 512;

/** A change in a file below assembly/. */
function change(file: string, from: string, to: string): Mutation {
  return { file: `assembly/${file}`, from, to };
}

const READS_ERASED = 'import { readsErased } from "../hal/flash";';
const SECTOR_SIZE = 256;

/** Our own core with one thing wrong; the fewest cuts that show it, and the oracle that says so. */
interface Wrong extends Partial<Wanted> {
  readonly what: string;
  readonly mutant: Mutant;
  readonly oracle: OracleName;
  /** Says so too, and sooner: the search goes on beyond it. */
  readonly earlier?: OracleName;
  readonly scenario: "update" | "revert";
  readonly models: readonly FaultName[];
  readonly cuts: number;
}

const POWER = ["power"] as const;
const WEAK = ["power", "weak"] as const;

const NO_CHECK = change(
  "record/body.ts",
  "const check = ~bodyWord(offset + 12);",
  "if (offset != RECORD_NONE) return bodyWord(offset);\n  const check = ~bodyWord(offset + 12);",
);
const FIRST_WORD_IS_ENOUGH = change(
  "agent/install.ts",
  "if (tryRead32(offset + last) != u64(offeredWord(index, position + last))) return false;",
  "if (tryRead32(offset) == u64(offeredWord(index, position))) return true;",
);
const NO_STEP_BACK = change(
  "agent/install.ts",
  "const lowest = wrong == start ? start :",
  "const lowest = wrong != end ? wrong :",
);

const READS_IN_EVERY_STEP = change(
  "agent/install.ts",
  "if (stageOf(session()) == STAGE_BEGUN) lookAround(slot, index);",
  `const wrong = firstWrong(slot, index);
  const end = slotOffset(slot) + info(INFO_OFFER_SIZE, index);
  const size = min<u32>(sectorSize(wrong), end - wrong);
  if (wrong == end) moveSession(session(), STAGE_DONE, 0, 0);
  else if (!readsErased(wrong, (size + 3) & ~3)) return erase(wrong) == STATUS_OK;
  else return programSector(wrong, size, index, wrong - slotOffset(slot));
  if (wrong == end) return true;`,
);

/** Three sectors that are not blank, by one word each, as an older image may have left them. */
function staleTail(): Uint8Array {
  const tail = new Uint8Array(3 * SECTOR_SIZE).fill(0xff);
  for (let sector = 0; sector < 3; sector++) tail.set([1, 2, 3, 4], sector * SECTOR_SIZE + 20);
  return tail;
}

/** Old content in the slot with a blank sector below one that is not. */
function tailWithGap(): Uint8Array {
  const tail = new Uint8Array(3 * SECTOR_SIZE).fill(0xff);
  tail.set([1, 2, 3, 4], 2 * SECTOR_SIZE + 20);
  return tail;
}

const RECORD: readonly Wrong[] = [
  {
    what: "a Record without its check",
    mutant: both(NO_CHECK),
    oracle: "trial-reverts",
    scenario: "revert",
    models: POWER,
    cuts: 1,
  },
  {
    what: "the only valid record erased first, design R",
    mutant: both(
      change(
        "record/refreshed.ts",
        "if (found == NOT_STANDING && !eraseArea(recordArea(index))) return false;",
        "if (!eraseArea(recordArea(index))) return false;",
      ),
    ),
    oracle: "trial-reverts",
    earlier: "record-kept",
    scenario: "revert",
    models: POWER,
    cuts: 1,
  },
  {
    what: "the only valid record erased first, design A",
    part: sealed,
    mutant: both(
      change(
        "record/sealed.ts",
        "if (area == NO_AREA ||",
        "if (area == NO_AREA || !eraseArea(recordArea(found == NOT_STANDING ? 1 : areaOf(found))) ||",
      ),
    ),
    oracle: "trial-reverts",
    earlier: "record-kept",
    scenario: "revert",
    models: POWER,
    cuts: 1,
  },
  {
    what: "the spare believed blank without an erase, design R",
    mutant: both(
      change("record/refreshed.ts", "import {\n  NO_AREA,", `${READS_ERASED}\nimport {\n  NO_AREA,`),
      change(
        "record/refreshed.ts",
        "if (!eraseArea(area) || !programBody",
        `if ((!readsErased(area, ${SECTOR_SIZE}) && !eraseArea(area)) || !programBody`,
      ),
    ),
    oracle: "trial-reverts",
    scenario: "revert",
    models: WEAK,
    cuts: 1,
  },
  {
    what: "the spare believed blank without an erase, design A",
    part: sealed,
    mutant: both(
      change(
        "record/sealed.ts",
        "import { NO_AREA, eraseArea,",
        `${READS_ERASED}\nimport { NO_AREA, eraseArea,`,
      ),
      change(
        "record/sealed.ts",
        "|| !eraseArea(area) ||",
        `|| (!readsErased(area, ${SECTOR_SIZE}) && !eraseArea(area)) ||`,
      ),
    ),
    oracle: "flash-rules",
    scenario: "update",
    models: WEAK,
    cuts: 1,
  },
  {
    what: "design R without refresh",
    mutant: both(
      change(
        "record/refreshed.ts",
        "if (programBody(recordArea(index), u32(found)) && clearOther(index))",
        "if (clearOther(index))",
      ),
    ),
    oracle: "confirmed-stays",
    scenario: "revert",
    models: WEAK,
    cuts: 1,
  },
  {
    what: "design R that marks a record before its body is there",
    mutant: both(
      change(
        "record/refreshed.ts",
        "if (!eraseArea(area) || !programBody(area, word)) return false;",
        "if (!eraseArea(area) || !programUnit(recordArea(index), MARK) || !programBody(area, word)) return false;",
      ),
    ),
    oracle: "trial-reverts",
    scenario: "revert",
    models: WEAK,
    cuts: 1,
  },
  {
    what: "design R that marks the other sector at recovery without erasing it",
    mutant: both(
      change(
        "record/refreshed.ts",
        "u32(found)) && clearOther(index))",
        "u32(found)) && programUnit(recordArea(index ^ 1), MARK))",
      ),
    ),
    oracle: "trial-reverts",
    scenario: "revert",
    models: WEAK,
    cuts: 2,
  },
];

const BOOT_AND_AGENT: readonly Wrong[] = [
  {
    what: "the floor raised before confirmation",
    mutant: {
      boot: [
        change(
          "boot/boot.ts",
          "if (writeRecord(standing, counted)) handOver(view);",
          "if (writeRecord(standing, counted)) { counterAdvance(COUNTER_FLOOR, load<u32>(view, VIEW_COUNTER)); handOver(view); }",
        ),
      ],
    },
    oracle: "trial-reverts",
    scenario: "revert",
    models: POWER,
    cuts: 0,
  },
  {
    what: "an agent that trusts, without reading back, what it had begun to write",
    mutant: { agent: [FIRST_WORD_IS_ENOUGH, NO_STEP_BACK] },
    oracle: "update-completes",
    scenario: "update",
    models: POWER,
    cuts: 1,
  },
  {
    what: "an agent that finds its way by reading in every step, and writes no more than differs",
    mutant: { agent: [READS_IN_EVERY_STEP] },
    oracle: "authentic",
    earlier: "update-completes",
    scenario: "update",
    models: WEAK,
    cuts: 1,
  },
  {
    what: "an agent whose session does not step back",
    mutant: { agent: [NO_STEP_BACK] },
    oracle: "authentic",
    earlier: "update-completes",
    scenario: "update",
    models: WEAK,
    cuts: 1,
  },
  {
    what: "an agent whose session does not wipe the sector above the highest that is not blank",
    mutant: {
      agent: [change("agent/install.ts", "if (highest < last) highest += sectorSize(highest);", "")],
    },
    oracle: "authentic",
    scenario: "update",
    models: WEAK,
    slotB: staleTail(),
    cuts: 1,
  },
];

async function wantedOf(wrong: Wrong): Promise<Wanted> {
  const { part = tiny, scenario } = wrong;
  const pair = await mutantPair(part, wrong.mutant);
  const scene = sceneOn(part, scenario, PAYLOAD);
  return { ...wrong, part, pair, scene, depth: wrong.cuts };
}

describe("our own core with one thing wrong is caught", () => {
  for (const wrong of [...RECORD, ...BOOT_AND_AGENT]) {
    const { what, oracle, scenario, models, cuts } = wrong;
    it(`${what}: ${oracle}, ${scenario}, ${models.join(",")}, ${cuts} cuts`, async () => {
      const wanted = await wantedOf(wrong);
      const { result } = explored({ ...wanted, stopAtFirst: wrong.earlier === undefined });
      if (wrong.earlier !== undefined) expect(oraclesOf(result)).toContain(wrong.earlier);
      const told = result.findings.all.map(({ plan, oracle: name }) => {
        const line = {
          scenario,
          device: wanted.part.id,
          guest: wanted.pair.name,
          digest: wanted.pair.sha256,
        };
        return `${name}: ${formatTraceLine({ ...line, imageSizeBytes: firstOf(wanted.scene, wanted.part).bytes.length, attempts: 3, models, faults: plan })}`;
      });
      const finding = result.findings.all.find((one) => one.oracle === oracle);
      expect(finding, told.join("\n") || "nothing was found").toBeDefined();
      expect(finding!.plan.cuts.length, told.join("\n")).toBe(cuts);
      const { device, start } = prepared(wanted);
      const plain = runPlain(device, wanted.scene, start, { faults: finding!.plan });
      expect(oracleNames(plain.violations & oracleBit(oracle)), told.join("\n")).toEqual([oracle]);
    });
  }
});

describe("our own core", () => {
  for (const [part, scenario, models, slotB] of [
    [tiny, "revert", POWER, undefined],
    [sealed, "revert", WEAK, undefined],
    [sealed, "update", WEAK, undefined],
    [tiny, "update", WEAK, staleTail()],
  ] as const) {
    it(`is not, in two cuts: ${scenario}, ${part.rule}, ${models.join(",")}${slotB === undefined ? "" : `, over ${slotB.filter((byte) => byte !== 0xff).length} bytes of old content`}`, () => {
      const { result } = explored({
        part,
        pair: guestFor("boot-full", part),
        scene: sceneOn(part, scenario, PAYLOAD),
        models,
        depth: 2,
        ...(slotB === undefined ? {} : { slotB }),
      });
      expect(result.incomplete).toBeNull();
      expect(result.findings.all).toEqual([]);
    });
  }

  it("is not yet safe over old content with a blank sector below one that is not: one weak erase shows it", () => {
    const wanted = { part: tiny, pair: guestFor("boot-full", tiny), scene: sceneOn(tiny, "update", PAYLOAD) };
    const { result } = explored({ ...wanted, models: WEAK, depth: 1, slotB: tailWithGap() });
    expect(oraclesOf(result)).toContain("authentic");
    expect(
      explored({ ...wanted, models: POWER, depth: 2, slotB: tailWithGap() }).result.findings.all,
    ).toEqual([]);
  });

  it("needs to settle the Record before a session for one thing: states do not multiply", async () => {
    const unsettled = await mutantPair(sealed, {
      agent: [
        change(
          "agent/agent.ts",
          "if (!recordSettle(standing)) return refused(REASON_RECORD_WRITE);\n  sessionBegin",
          "sessionBegin",
        ),
      ],
    });
    const count = (pair: Wanted["pair"]) =>
      powerOnStates(
        explored({ part: sealed, pair, scene: sceneOn(sealed, "update", PAYLOAD), models: POWER }).result,
      ).count;
    expect(count(unsettled)).toBeGreaterThan(10 * count(guestFor("boot-full", sealed)));
  });
});
