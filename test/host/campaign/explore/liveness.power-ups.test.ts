// The most power-ups from the last fault to rest, as an exploration knows it from its graph: the same as the most of all runs that are
// cut once, each played from the start.
import { expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import type { Cut } from "../../../../host/campaign/plan/fault-plan.js";
import { shapeName } from "../../../../host/campaign/plan/shapes.js";
import { type PlainCall, runPlain } from "../../../../host/campaign/play/plain.js";
import { UNCUT } from "../../../../host/campaign/explore/states/edge.js";
import { partById } from "../../../../host/device/parts.js";
import { explored } from "../../../support/exploration.js";
import type { Scene } from "../../../../host/campaign/plan/scenario.js";
import type { GuestPair } from "../../../../host/campaign/plan/trace.js";
import { sceneOn, tinyWith } from "../../../support/guests.js";
import { ownPairFor } from "../../../support/scenes.js";
import { equalScene, soundnessPair } from "../../../support/soundness.js";

const PAYLOAD = 68;
const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;
const tiny = partById("tiny");
const part = tinyWith({ programBytes: 64 });

/** What an exploration with one cut says, and what the runs say, each cut in every place. */
function twice(pair: GuestPair, scene: Scene, on = part): readonly [number, number] {
  const wanted = { part: on, pair, scene, models: ["power"] } as const;
  const { device, start, faults, result } = explored({ ...wanted, depth: 1 });
  const calls: PlainCall[] = [];
  device.exports.rollback();
  runPlain(device, scene, start, { onCall: (call) => calls.push(call) });
  const cuts = calls.flatMap(({ index: call, operations }): Cut[] => {
    const done = operations.flatMap((one) => (one.kind in KINDS && "status" in one ? [one] : []));
    const amid = done.flatMap((one, operation) => {
      const kind = KINDS[one.kind as keyof typeof KINDS];
      const [offset, size] = "offset" in one ? [one.offset, one.sizeBytes] : [one.id, 0];
      const shapes = faults.shapesOf(kind, offset, size);
      return shapes.map((shape) => ({ call, operation, shape: shapeName(kind, shape) }));
    });
    return [{ call, before: true }, ...amid];
  });
  expect(cuts.length).toBe(result.judged);
  const { states } = result;
  for (let state = 0; state < states.size; state++)
    if (states.edgeInto(state).operation !== UNCUT) expect(states.isAfterFault(state)).toBe(true);
  const played = cuts.map((cut) => {
    device.exports.rollback();
    return runPlain(device, scene, start, { faults: { cuts: [cut], reads: [] } }).since.powerUps;
  });
  return [result.futures.powerUpsAfterFaults(), Math.max(...played)];
}

it.each(["update", "revert", "first-boot"])("is that of %s with one cut, wherever it strikes", (name) => {
  const [said, played] = twice(ownPairFor(part), sceneOn(part, name, PAYLOAD));
  expect(said).toBe(played);
  expect(said).toBeGreaterThan(1);
});

it("is that of a guest which is slow after a cut alone", async () => {
  const slow = { from: "const POWER_UPS: u32 = 0;", to: "const POWER_UPS: u32 = 7;" };
  const [said, played] = twice(
    await soundnessPair("slow-after-cut", [slow]),
    equalScene(tiny, PAYLOAD),
    tiny,
  );
  expect(said).toBe(played);
  expect(said).toBeGreaterThan(7);
});

it("is that of the run itself where a cut leaves everything as it was, and leads nowhere new", () => {
  const scene = sceneOn(part, "first-boot", PAYLOAD);
  const settled = { ...scene, scenario: { ...scene.scenario, start: { slotA: "v1", settled: true } } };
  expect(twice(ownPairFor(part), settled)).toEqual([2, 2]);
});
