// The memo of guest calls: its tree over calls written by hand, the errors where a guest is no function of what it reads, and the
// audit that finds such a guest in an exploration. Never asserts how much time a memo saves.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../../assembly/abi.js";
import { AuditError } from "../../../../../host/campaign/explore/calls.js";
import { Explorer } from "../../../../../host/campaign/explore/explorer.js";
import { NO_HISTORY } from "../../../../../host/campaign/play/history.js";
import { NotAFunctionError, type Step } from "../../../../../host/campaign/explore/memo/steps.js";
import { MemoTree, type Place } from "../../../../../host/campaign/explore/memo/tree.js";
import type { Outcome } from "../../../../../host/campaign/explore/memo/outcomes.js";
import { powerOn } from "../../../../../host/campaign/play/position.js";
import type { Device } from "../../../../../host/device/device.js";
import { partById } from "../../../../../host/device/parts.js";
import { compileText } from "../../../../support/compile.js";
import { explored, prepared } from "../../../../support/exploration.js";
import { guestFor, sceneOn } from "../../../../support/guests.js";
import { deviceOf, pairOf } from "../../../../support/scenes.js";

const tiny = partById("tiny");
const own = guestFor("boot-full", tiny);
const BLANK = 0xffffffff;

function check(offset: number, value: number): Step {
  return { kind: "check", check: [abi.CHECK_WORD, offset, value, 0, 0, 0] };
}

function outcome(id: number): Outcome {
  return { kind: "outcome", id } as Outcome;
}

describe("the boot memo's tree", () => {
  const fresh = () => {
    const device = deviceOf(tiny, own);
    return { device, tree: new MemoTree(device), root: { next: undefined } as Place };
  };

  it("leads to an outcome where the device answers all that the call had asked", () => {
    const { device, tree, root } = fresh();
    tree.add(root, [check(0x400, BLANK), check(0x404, BLANK)], outcome(1));
    expect(tree.follow(root)).toEqual(outcome(1));
    device.exports.provisionWord(0x404, 5);
    expect(tree.follow(root)).toBeUndefined();
    tree.add(root, [check(0x400, BLANK), check(0x404, 5), check(0x408, BLANK)], outcome(2));
    expect(tree.follow(root)).toEqual(outcome(2));
    device.exports.provisionWord(0x408, 5);
    expect(tree.follow(root)).toBeUndefined();
  });

  it("asks for a retained word and for the reset cause like flash, and for no other word than the call did", () => {
    const { device, tree, root } = fresh();
    const outside = (place: number, value: number): Step => ({
      kind: "check",
      check: [abi.CHECK_OUTSIDE, place, value, 0, 0, 0],
    });
    const hal = device.hal as unknown as { retainedWrite(index: number, word: number): void };
    device.exports.reset(abi.CAUSE_PIN);
    hal.retainedWrite(3, 33);
    const asked = (word: number, cause: number) => [
      outside(abi.OUTSIDE_RETAINED + 3, word),
      outside(abi.OUTSIDE_CAUSE, cause),
    ];
    tree.add(root, asked(33, abi.CAUSE_PIN), outcome(1));
    expect(tree.follow(root)).toEqual(outcome(1));
    hal.retainedWrite(2, 22);
    expect(tree.follow(root)).toEqual(outcome(1));
    hal.retainedWrite(3, 34);
    expect(tree.follow(root)).toBeUndefined();
    tree.add(root, asked(34, abi.CAUSE_PIN), outcome(2));
    expect(tree.follow(root)).toEqual(outcome(2));
    device.exports.reset(abi.CAUSE_SOFT);
    expect(tree.follow(root)).toBeUndefined();
  });

  it("leads to a weak read, and on by what it sees", () => {
    const { tree, root } = fresh();
    const seen = (chosen: number): Step => ({ kind: "choice", options: 2, chosen });
    tree.add(root, [check(0x400, BLANK), seen(0)], outcome(1));
    tree.add(root, [check(0x400, BLANK), seen(1), check(0x404, BLANK)], outcome(2));
    const choice = tree.follow(root);
    if (choice?.kind !== "choice") throw new Error("expected a choice");
    expect(choice.places.map((place) => tree.follow(place))).toEqual([outcome(1), outcome(2)]);
  });

  const cases: readonly (readonly [what: string, first: readonly Step[], then: readonly Step[]])[] = [
    ["ends otherwise after the same answers", [check(0x400, 1)], [check(0x400, 1)]],
    ["asks for something else first", [check(0x400, 1)], [check(0x404, 1)]],
    [
      "asks for something else after the same answers",
      [check(0x400, 1), check(0x404, 1)],
      [check(0x400, 1), check(0x408, 1)],
    ],
    ["asks on where it had ended", [check(0x400, 1)], [check(0x400, 1), check(0x404, 1)]],
    ["ends where it had asked on", [check(0x400, 1), check(0x404, 1)], [check(0x400, 1)]],
    [
      "reads a weak bit where it had read a certain one",
      [check(0x400, 1)],
      [{ kind: "choice", options: 2, chosen: 0 }],
    ],
    [
      "reads a certain bit where it had read a weak one",
      [{ kind: "choice", options: 2, chosen: 0 }],
      [check(0x400, 1)],
    ],
    [
      "finds more ways to read where it had found two",
      [{ kind: "choice", options: 2, chosen: 0 }],
      [{ kind: "choice", options: 3, chosen: 0 }],
    ],
  ];
  for (const [what, first, then] of cases) {
    it(`refuses a guest that ${what}: it is not a function of its inputs`, () => {
      const { tree, root } = fresh();
      tree.add(root, first, outcome(1));
      expect(() => tree.add(root, then, outcome(2))).toThrow(NotAFunctionError);
    });
  }
});

describe("an exploration", () => {
  const wanted = { part: tiny, pair: own, scene: sceneOn(tiny, "update", 4), models: ["power"] as const };

  it("confirms every answer of the memo by a call, where all are audited", () => {
    const { result } = explored({ ...wanted, depth: 1, audit: 1 });
    expect(result.incomplete).toBeNull();
    expect(result.callsAudited).toBe(result.states.size);
  });

  /**
   * The fifth call that is made asks what it always asks and says what no other says: it is the memo's own, or the one that
   * audits it.
   */
  const lies = (device: Device) => {
    const step = device.agent.call.bind(device.agent);
    let calls = 0;
    device.agent.call = (input) => {
      const end = step(input);
      return ++calls === 5 ? { kind: "returned", value: 77 } : end;
    };
  };

  it("ends by an error where a call does not do what the memo said", () => {
    const { device, start, faults } = prepared(wanted);
    lies(device);
    const explorer = new Explorer(device, wanted.scene, { faults, depth: 1, audit: 1 });
    expect(() => explorer.run(start)).toThrow(AuditError);
  });

  it("does not notice such a call where nothing is audited: that is what auditing is for", () => {
    const { device, start, faults } = prepared(wanted);
    lies(device);
    const explorer = new Explorer(device, wanted.scene, { faults, depth: 1, audit: 0 });
    expect(() => explorer.run(start)).not.toThrow();
  });

  /** Explores a boot that reads the Record's first word so often and then erases it: cut there, each read sees it either way. */
  async function readingOften(reads: number, waysMax?: number) {
    const boot = await compileText(`
      import { erase, halt, info, latch32, program, tryRead32 } from "../hal/hal";
      export function abiVersion(): u32 { return 1; }
      export function boot(): void {
        const record = info(${abi.INFO_RECORD_OFFSET}, 0);
        for (let read = 0; read < ${reads}; read++) tryRead32(record);
        erase(record);
        latch32(record, 0);
        program(record, 4);
        halt(1);
      }`);
    const pair = pairOf("reader", boot, own.agent);
    const device = deviceOf(tiny, pair);
    const { faults } = prepared({ ...wanted, models: ["power", "weak"] });
    device.exports.wipe();
    device.provision(tiny.layout.record.offset, new Uint8Array(4));
    const bound = waysMax === undefined ? {} : { waysMax };
    const explorer = new Explorer(device, wanted.scene, { faults, depth: 2, ...bound });
    return explorer.run(powerOn(abi.CAUSE_POWER, NO_HISTORY));
  }

  it("ends as incomplete where one call can read in too many ways, and says so", async () => {
    const result = await readingOften(20);
    expect(result.incomplete).toBe("too many ways to read in one call");
    expect(result.fixpoint).toBe(false);
  });

  it("follows as many ways as it may, and no more", async () => {
    // Of three reads, each of which sees one of two: two ways on from none, four from one, eight from two.
    expect((await readingOften(3, 14)).incomplete).toBeNull();
    expect((await readingOften(3, 13)).incomplete).toBe("too many ways to read in one call");
  });
});
