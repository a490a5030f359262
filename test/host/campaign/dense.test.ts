// Torn words that stay open until a call asks for them (--tears dense): what campaigns say with them, and that every violation is shown
// again by the bits that had landed.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../host/campaign/fault-models.js";
import { oracleNames } from "../../../host/campaign/oracles.js";
import { runPlain } from "../../../host/campaign/plain.js";
import { partById } from "../../../host/device/parts.js";
import { prepared } from "../../support/exploration.js";
import { sceneOn } from "../../support/guests.js";
import { isNightly } from "../../support/nightly.js";
import { ownPairFor } from "../../support/scenes.js";
import { campaign, equalScene, soundnessPair } from "../../support/soundness.js";

const tiny = partById("tiny");
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;

/** A boot that halts where two certain bits of the Record's word have not landed. */
const FUSSY = [
  { from: "import { retainedWrite }", to: "import { halt, read32 }" },
  { from: "  retainedWrite(1, 0);", to: "  if (read32(record()) == (READY | 0x18)) halt(1);" },
];

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
    expect(report.torn?.elsewhere).toBe("every small subset of a word's bits");
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
    }
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
