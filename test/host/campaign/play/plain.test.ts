// Plain runs that are cut elsewhere than in an operation: before a call, and after a change of a retained word.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { IN_BOOT } from "../../../../host/campaign/play/call.js";
import type { Cut } from "../../../../host/campaign/plan/fault-plan.js";
import { type PlainCall, runPlain } from "../../../../host/campaign/play/plain.js";
import { partById } from "../../../../host/device/parts.js";
import { prepared } from "../../../support/exploration.js";
import { guestFor, sceneOn } from "../../../support/guests.js";

const tiny = partById("tiny");
const wanted = {
  ...{ part: tiny, pair: guestFor("boot-full", tiny), scene: sceneOn(tiny, "update", 700) },
  models: ["power", "reset"],
} as const;

/** A call, and a retained word after it. */
type Told = PlainCall & { readonly session: number };

/** The calls of a run with these cuts. */
function callsOf(...cuts: readonly Cut[]): Told[] {
  const { device, start } = prepared(wanted);
  const calls: Told[] = [];
  const settled = runPlain(device, wanted.scene, start, {
    faults: { cuts, reads: [] },
    onCall: (call) =>
      calls.push({ ...call, session: device.words[device.table(abi.TABLE_RETAINED)] as number }),
  });
  expect([settled.violations, settled.ending]).toEqual([0, "rested"]);
  return calls;
}

const calm = callsOf();
const retainedIn = ({ operations }: PlainCall) => operations.filter(({ kind }) => kind === "retained").length;
/** The first step of an installation that is under way: it changes retained words and has some to lose. */
const UNDER_WAY = calm.findIndex(
  (call, index) => retainedIn(call) > 0 && (calm[index - 1]?.session ?? 0) !== 0,
);

describe("a cut before a call", () => {
  it("is one before boot or in a power-up: the call is not made, and the next power-up begins", () => {
    for (const call of calm.keys()) {
      const [before, next] = callsOf({ call, before: true }).slice(call, call + 2);
      expect(before?.position).toEqual(calm[call]?.position);
      expect(before).toMatchObject({
        operations: [],
        result: { end: { kind: "power-lost", operation: null } },
      });
      expect(before?.result).toMatchObject({ writes: 0, touched: 0, operationCount: 0 });
      expect(next?.position).toMatchObject({ bootedOffset: IN_BOOT, cause: abi.CAUSE_POWER, changed: false });
    }
  });

  it("takes the retained words with the power, and not where it is a reset: of that boot makes what it will", () => {
    const [lost, bootAfterLoss] = callsOf({ call: UNDER_WAY, before: true }).slice(UNDER_WAY);
    expect(lost?.session).not.toBe(0);
    expect(bootAfterLoss).toMatchObject({ session: 0, position: { cause: abi.CAUSE_POWER } });
    expect(retainedIn(bootAfterLoss!)).toBe(0);
    const [reset, boot] = callsOf({ call: UNDER_WAY, before: true, reset: true }).slice(UNDER_WAY);
    expect(reset).toMatchObject({ operations: [], result: { end: { kind: "was-reset", operation: null } } });
    expect(boot?.position).toMatchObject({ bootedOffset: IN_BOOT, cause: abi.CAUSE_OPEN });
    // It ends the session that was under way: that it can see it is what was kept.
    expect(retainedIn(boot!)).toBe(2);
    expect(boot?.session).toBe(0);
  });

  it("strikes nothing where the run has rested before", () => {
    expect(callsOf({ call: calm.length, before: true })).toHaveLength(calm.length);
  });
});

describe("a reset after a change of a retained word", () => {
  it("ends the call there, for each of them, with what came before it done", () => {
    let resets = 0;
    for (const [call, whole] of calm.entries()) {
      for (let retained = 0; retained < retainedIn(whole); retained++, resets++) {
        const [cut, next] = callsOf({ call, retained, reset: true }).slice(call);
        expect(cut?.result.end).toEqual({ kind: "was-reset", operation: null });
        expect(cut?.operations).toEqual(whole.operations.slice(0, cut?.operations.length));
        expect(cut?.operations.at(-1)?.kind).toBe("retained");
        expect(retainedIn(cut!)).toBe(retained + 1);
        expect(next?.position).toMatchObject({ bootedOffset: IN_BOOT, cause: abi.CAUSE_OPEN });
      }
    }
    expect(resets).toBeGreaterThan(5);
  });

  it("strikes nothing after more changes than there are", () => {
    const cut = { call: UNDER_WAY, retained: retainedIn(calm[UNDER_WAY]!), reset: true } as const;
    expect(callsOf(cut)).toHaveLength(calm.length);
  });
});
