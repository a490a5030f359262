// Our own core without the assumption that a part makes of a decided seal: one cut makes it fail, as committed traces say, explored
// and run plainly; with the assumption no single cut does. Never asserts how the trace was found.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oracleNames } from "../../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import { shrink } from "../../../../host/campaign/shrink.js";
import { formatTraceLine, parseTraceLine } from "../../../../host/campaign/plan/trace-line.js";
import { PARTS } from "../../../../host/device/parts.js";
import { type Wanted, explored, prepared } from "../../../support/exploration.js";
import { guestFor, sceneOn } from "../../../support/guests.js";
import { firstOf } from "../../../support/scenes.js";

const FOLDER = join(import.meta.dirname, "../../../vectors/traces");
const GUEST = "boot-full";
/** With a header of 32 bytes and TLVs of 156: 4 KiB. */
const PAYLOAD = 4096 - 188;

/** A committed line, with the digest of the guest at hand: that changes with every build, what the line says does not. */
function fixture(device: string, sha256: string): string {
  const text = readFileSync(join(FOLDER, `update-${device}-assume-none.txt`), "utf8").trimEnd();
  return text.replace(` ${GUEST} `, ` ${GUEST}@${sha256.slice(0, 12)} `);
}

describe("without the assumption that its part makes, our own core", () => {
  for (const part of PARTS.filter(({ assumes }) => assumes !== undefined)) {
    const wanted: Wanted = {
      part,
      pair: guestFor(GUEST, part),
      scene: sceneOn(part, "update", PAYLOAD),
      models: ["power", "weak"],
      assume: false,
      depth: 1,
    };

    it(`fails by one cut, as the committed trace says: ${part.id}`, () => {
      const { result } = explored(wanted);
      expect(result.incomplete).toBeNull();
      const [finding] = result.findings.all;
      const { device, start } = prepared(wanted);
      const faults = shrink(device, wanted.scene, start, finding!)!;
      expect(faults.cuts).toHaveLength(1);
      const line = formatTraceLine({
        scenario: "update",
        device: part.id,
        guest: GUEST,
        digest: wanted.pair.sha256,
        imageSizeBytes: firstOf(wanted.scene, part).bytes.length,
        attempts: device.attempts,
        models: wanted.models,
        faults,
      });
      expect(line).toBe(fixture(part.id, wanted.pair.sha256));
    });

    it(`fails so when the committed trace is run plainly: ${part.id}`, () => {
      const text = fixture(part.id, wanted.pair.sha256);
      expect(text.length).toBeLessThan(200);
      const { faults, attempts, imageSizeBytes, models } = parseTraceLine(text);
      expect({ attempts, imageSizeBytes, models }).toEqual({
        attempts: 3,
        imageSizeBytes: 4096,
        models: wanted.models,
      });
      const { device, start } = prepared(wanted);
      const { violations } = runPlain(device, wanted.scene, start, { faults });
      expect(oracleNames(violations)).toEqual(["update-completes"]);
    });

    it(`does not with it, in any single cut: ${part.id}`, () => {
      const { result } = explored({ ...wanted, assume: true });
      expect(result.incomplete).toBeNull();
      expect(result.findings.all).toEqual([]);
    });
  }
});
