// Torn words that stay open until a call asks for them (--tears dense): what campaigns say with them, and that every violation is shown
// again by the bits that had landed.
// @module-tag slow: whole campaigns with dense tears.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import { readTrace } from "../../../host/campaign/plan/trace.js";
import { sha256Hex } from "../../../host/app/workspace/modules.js";
import { tellTrace } from "../../../host/report/run/tell.js";
import { oracleNames } from "../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../host/campaign/play/plain.js";
import { partById } from "../../../host/device/parts.js";
import { prepared } from "../../support/exploration.js";
import { sceneOn } from "../../support/guests.js";
import { isNightly } from "../../support/nightly.js";
import { deviceModule, ownPairFor } from "../../support/scenes.js";
import { campaign, equalScene, soundnessPair } from "../../support/soundness.js";

const tiny = partById("tiny");
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;

/** A boot that halts where two certain bits of the Record's word have not landed. */
const FUSSY = [
  { from: "import { retainedWrite }", to: "import { halt, read32 }" },
  { from: "  retainedWrite(1, 0);", to: "  if (read32(record()) == (READY | 0x18)) halt(1);" },
];

const UNSETTLED = { slotA: "v1", settled: false };

describe("a boot that a certain torn word leads astray", () => {
  const scene = equalScene(tiny, SECTOR_PAYLOAD);

  it("is clean in the nine shapes, which the report says are all", async () => {
    const guest = await soundnessPair("g5", FUSSY);
    const report = campaign({ part: tiny, guest, scene, faults: ["power"] });
    expect(report.verdict).toBe("clean");
    expect(report.torn).toEqual({ slots: "nine shapes", elsewhere: "nine shapes" });
    expect(report.notModelled.join()).toContain("than these nine shapes");
  });

  it.each<{ readonly faults: readonly FaultName[] }>([
    { faults: ["power"] },
    { faults: ["reset"] },
    { faults: ["power", "weak"] },
  ])("is caught densely under $faults, by bits that show it again", async ({ faults }) => {
    const guest = await soundnessPair("g5", FUSSY);
    const report = campaign({ part: tiny, guest, scene, faults, tears: "dense" });
    expect(report.torn?.elsewhere).toBe("nine shapes and every small subset of a word's bits");
    const found = report.violations.filter(({ oracle }) => oracle === "no-brick");
    expect(found.length).toBeGreaterThan(0);
    for (const { trace } of found) {
      const [cut] = trace.faults.cuts;
      expect(cut).toMatchObject({ shape: "bits", landed: [(~0x5afeb007 & ~0x18) >>> 0] });
      const { device, start } = prepared({
        part: tiny,
        pair: guest,
        scene,
        models: faults,
        tears: "dense",
      });
      const { violations } = runPlain(device, scene, start, { faults: trace.faults });
      expect(oracleNames(violations)).toContain("no-brick");
      const written = readTrace(JSON.parse(JSON.stringify(trace)), "a trace", sha256Hex);
      expect(tellTrace(written, deviceModule).violations).toContain("no-brick");
    }
  });
});

describe("a Record of two words in one program", () => {
  const part = partById("rp2040-w25q");
  const scene = equalScene(part, SECTOR_PAYLOAD);
  /** The firmware traps where in all four bits of both words are missing: one, and three. */
  const TRAPS = {
    from: "  if (hasNothingToInstall()) return confirm();",
    to: "  if (popcnt(ready & ~READY) == 1 && popcnt(seal & ~SEAL) == 3) unreachable();\n  if (hasNothingToInstall()) return confirm();",
  };
  const ASKED = "  const seal = read32(record() + 4);\n  const ready = read32(record());\n";
  const TURNED = "  const ready = read32(record());\n  const seal = read32(record() + 4);\n";

  it.each([
    ["as it is asked for", []],
    ["asked for the other way round", [{ from: ASKED, to: TURNED }]],
  ])("is caught where both are torn, %s", async (_, turned) => {
    const guest = await soundnessPair("two-words", [TRAPS, ...turned]);
    const report = campaign({ part, guest, scene, faults: ["power"], tears: "dense" });
    expect(report.violations.map(({ oracle }) => oracle)).toEqual(["update-completes"]);
    const clean = campaign({ part, guest, scene, faults: ["power"] });
    expect(clean.verdict).toBe("clean");
  });

  it("is clean where more bits would have to be missing in both than are few, asked for in one call", async () => {
    const guest = await soundnessPair("two-words", [
      {
        from: "  run(read32(record()) == READY && read32(record() + 4) == SEAL ? 1 : 0);",
        to: `${TURNED}  if ((ready & ~READY) == 0x18 && (seal & ~SEAL) == 0xa1) unreachable();
  run(ready == READY && seal == SEAL ? 1 : 0);`,
      },
    ]);
    const report = campaign({ part, guest, scene, faults: ["power"], tears: "dense" });
    expect(report.verdict).toBe("clean");
  });

  it("holds to depth two, with every whole run that can be drawn", async () => {
    const guest = await soundnessPair("two-words");
    const report = campaign({
      ...{ part, guest, scene, faults: ["power"], tears: "dense", depth: 2, audit: 1 },
    });
    expect(report.verdict).toBe("clean");
  });
});

describe("a Record of half a word", () => {
  it("is caught densely by what a shape shows: half of its program is no small subset", async () => {
    const part = partById("rp2040-w25q");
    const scene = equalScene(part, SECTOR_PAYLOAD);
    const guest = await soundnessPair("half-word");
    for (const tears of ["shapes", "dense"] as const) {
      const report = campaign({ part, guest, scene, faults: ["power"], tears, audit: 1 });
      expect(report.violations.map(({ oracle }) => oracle)).toContain("no-brick");
    }
  });
});

describe("a word of which an erase that was cut leaves but one thing to be", () => {
  it("is open no more: what is programmed over it stands firmly", async () => {
    const guest = await soundnessPair("solid-note");
    const { scenario, ...images } = equalScene(tiny, SECTOR_PAYLOAD);
    const scene = {
      ...images,
      scenario: { ...scenario, steps: [], expect: { runs: "v1" }, start: UNSETTLED },
    };
    const report = campaign({
      ...{ part: tiny, guest, scene, faults: ["power", "weak"], tears: "dense", depth: 3 },
    });
    expect([report.violations, report.unreplayed ?? [], report.incomplete]).toEqual([[], [], null]);
  });
});

describe("a word that two programs, both cut, have left", () => {
  it("is what landed of both: dense tears find what neither leaves alone, at depth two", async () => {
    const guest = await soundnessPair("written-over");
    const { scenario, ...images } = equalScene(tiny, SECTOR_PAYLOAD);
    const scene = {
      ...images,
      scenario: { ...scenario, steps: [], expect: { runs: "v1" }, start: UNSETTLED },
    };
    const wanted = { part: tiny, guest, scene, faults: ["power"], depth: 2 } as const;
    const report = campaign({ ...wanted, tears: "dense" });
    expect(report.violations.map(({ oracle, trace }) => [oracle, trace.faults.cuts.length])).toEqual([
      ["update-completes", 2],
    ]);
    expect(campaign(wanted).verdict).toBe("clean");
  });
});

describe("our own core", () => {
  const MODELS: readonly (readonly FaultName[])[] = isNightly
    ? [["power"], ["power", "reset"], ["power", "weak"]]
    : [["power"]];
  it.each(MODELS.map((faults) => ({ faults })))(
    "is clean densely under $faults at one fault",
    ({ faults }) => {
      const scene = sceneOn(tiny, "update", SECTOR_PAYLOAD);
      const report = campaign({ part: tiny, guest: ownPairFor(tiny), scene, faults, tears: "dense" });
      expect(report.incomplete).toBeNull();
      expect(report.verdict).toBe("clean");
    },
  );
});
