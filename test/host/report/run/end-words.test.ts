// Why a told run ends as it does: as the scenario demands, otherwise, or as the resets of a trial excuse; never more than was seen.
import { describe, expect, it } from "vitest";
import { machineAt } from "../../../../host/campaign/machine.js";
import type { Cut } from "../../../../host/campaign/plan/fault-plan.js";
import { Faults } from "../../../../host/campaign/plan/faults.js";
import { IN_BOOT } from "../../../../host/campaign/play/call.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import { partById } from "../../../../host/device/parts.js";
import { tell } from "../../../../host/report/run/tell.js";
import { sceneOn } from "../../../support/guests.js";
import { deviceModule, ownPairFor } from "../../../support/scenes.js";

const part = partById("tiny");
const guest = ownPairFor(part);
const scene = sceneOn(part, "update", 100);

const machine = { deviceModule, part, layout: part.layout, attempts: 1, guest };
const faults = new Faults(part, ["power", "reset"]);
const TRIALS_MOST = 20;

/** The told update, with one attempt for each trial. */
function told(cuts: readonly Cut[]) {
  return tell(machine, scene, { cuts, reads: [] }, faults);
}

/** Resets before each first step of the update's firmware, until it is tried no more. */
function trialResets(): readonly Cut[] {
  const cuts: Cut[] = [];
  for (let last = -1; cuts.length < TRIALS_MOST;) {
    const { device, start } = machineAt(machine, scene, faults);
    const tried: number[] = [];
    runPlain(device, scene, start, {
      faults: { cuts, reads: [] },
      onCall: ({ index, position }) => {
        if (
          index > last &&
          position.bootedOffset >= part.layout.slotB.offset &&
          position.bootedOffset !== IN_BOOT
        )
          tried.push(index);
      },
    });
    const [call] = tried;
    if (call === undefined) return cuts;
    cuts.push({ call, before: true, reset: true });
    last = call;
  }
  throw new Error(`expected fewer than ${TRIALS_MOST} trials`);
}

describe("the end of a told run", () => {
  it("is as the scenario demands where nothing goes wrong", () => {
    expect(told([]).ending).toMatch(
      /^The device ends with v2.* running in slot B, confirmed, as the scenario demands\.$/,
    );
  });

  it("is excused where resets have used up the trial, and no refusal is named as its cause", () => {
    const { ending, violations } = told(trialResets());
    expect(violations).toEqual([]);
    expect(ending).toMatch(
      /^The device ends with v1.* running in slot A, .*; the scenario demands that v2 runs, confirmed, but for what the resets of its trial excuse\.$/,
    );
  });
});
