// Cut points of full-size runs, drawn at random: what an exploration says of each is what a plain run of it ends with. Never
// explores them all.
// @module-tag slow: hundreds of runs of large images; explorer.test.ts holds the explorer against plain runs of small ones.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { Cut, FaultPlan } from "../../../../host/campaign/plan/fault-plan.js";
import { shapeName } from "../../../../host/campaign/plan/shapes.js";
import { oracleNames } from "../../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import { BEFORE, type Edge, RESET_KIND } from "../../../../host/campaign/explore/states/edge.js";
import { type StateStore } from "../../../../host/campaign/explore/states/state-store.js";
import { partById } from "../../../../host/device/parts.js";
import { type Wanted, explored, prepared } from "../../../support/exploration.js";
import { guestFor, sceneOn } from "../../../support/guests.js";

/** Bytes of header and TLVs. */
const AROUND = 188;
const FULL_SIZE = 64 * 1024;
/** Where each cut point has a long way of its own: a boot that leaves a session as it was struck. */
const SMALL_SIZE = 4 * 1024;
/** A plain run of a 64 KiB update takes some 20 ms, of one that bricks ten times as long. */
const SAMPLE = 300;
const FEWER = 15;
const POWER: readonly FaultName[] = ["power"];

const RUNS: readonly {
  readonly guest: string;
  readonly scenario: "update" | "revert";
  readonly sample: number;
  readonly size?: number;
  readonly models?: readonly FaultName[];
  readonly attempts?: number;
}[] = [
  { guest: "boot-full", scenario: "update", sample: SAMPLE },
  { guest: "single-flag", scenario: "update", sample: FEWER },
  { guest: "single-flag", scenario: "update", sample: FEWER, size: SMALL_SIZE, models: ["reset"] },
  { guest: "late-attempts", scenario: "revert", sample: FEWER, attempts: 1 },
];

describe("an explored cut point of a full-size run, nrf52840", () => {
  for (const { guest, scenario, sample, size = FULL_SIZE, models = POWER, attempts = 3 } of RUNS) {
    it(`has the outcome of a plain re-run, in ${sample} random ones: ${guest}, ${scenario}, ${models.join()}, ${size} bytes`, () => {
      const part = partById("nrf52840");
      const points: { readonly edge: Edge; readonly target: number; readonly violations: number }[] = [];
      const wanted: Wanted = {
        part,
        pair: guestFor(guest, part),
        scene: sceneOn(part, scenario, size - AROUND),
        models,
        depth: 1,
        attempts,
        onCut: (edge, target, violations) => points.push({ edge, target, violations }),
      };
      const { result } = explored(wanted);
      expect(points.length).toBe(result.judged);
      expect(points.length).toBeGreaterThan(size);
      const violated = (at: (typeof points)[number]) => at.violations | result.futures.violations(at.target);
      const bad = points.filter((point) => violated(point) !== 0);
      const { device, start } = prepared(wanted);
      const chosen = [...pick(points, sample), ...pick(bad, bad.length === 0 ? 0 : sample)];
      for (const point of chosen) {
        device.exports.rollback();
        const faults = planTo(result.states, point.edge);
        const plain = runPlain(device, wanted.scene, start, { faults });
        expect(oracleNames(plain.violations), JSON.stringify(faults)).toEqual(oracleNames(violated(point)));
      }
      expect(bad.length > 0).toBe(guest !== "boot-full");
    });
  }
});

/** The faults that lead over an edge, from the start. */
function planTo(states: StateStore, edge: Edge): FaultPlan {
  let call = 0;
  for (let { from } = edge; from !== 0; from = states.edgeInto(from).from) call++;
  return { cuts: [{ call, ...whereOf(edge), ...resetOf(edge) } as Cut], reads: [] };
}

function whereOf({ operation, kind, shape }: Edge): object {
  if (operation === BEFORE) return { before: true };
  const what = kind & ~RESET_KIND;
  return what === abi.OP_RETAINED ? { retained: operation } : { operation, shape: shapeName(what, shape) };
}

function resetOf({ kind }: Edge): object {
  return (kind & RESET_KIND) === 0 ? {} : { reset: true };
}

/** `count` of the items, pseudo-random, the same in every run (an LCG of Numerical Recipes). */
function pick<Item>(items: readonly Item[], count: number): Item[] {
  let state = 0x2545f491;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return items[Math.floor((state / 2 ** 32) * items.length)]!;
  });
}
