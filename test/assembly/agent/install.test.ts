// Sessions: what is erased and programmed, in which order, what starts one anew, and when none is needed.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import type { SceneImage } from "../../../host/campaign/plan/scenario.js";
import type { Device } from "../../../host/device/device.js";
import { oracleNames } from "../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../host/campaign/play/plain.js";
import { partById } from "../../../host/device/parts.js";
import { difference } from "../../support/bytes.js";
import { phasesOf, tearsOf } from "../../support/flash-model.js";
import { type Step, inside, offered, part, running, step, steps } from "../../support/agent.js";
import { prepared } from "../../support/exploration.js";
import { sceneOn } from "../../support/guests.js";
import { recordOn, recordWord } from "../../support/record.js";
import { offerTo, ownPairFor, testImage } from "../../support/scenes.js";

const SECTOR = 256;
const { slotB, record } = part.layout;
const forB = offered[1] as SceneImage;
/** Sectors of the offered image. */
const COUNT = Math.ceil(forB.bytes.length / SECTOR);
const RETAINED_SESSION = [0, 1];

/** Sectors of slot B in the order in which they were erased, then in which they were programmed. */
function order(all: readonly Step[]) {
  const changes = all.flatMap(({ changes }) => changes).filter(inside(slotB));
  const sectors = (kind: string) => [
    ...new Set(
      changes.flatMap((one) =>
        one.kind === kind && "offset" in one ? [Math.floor((one.offset - slotB.offset) / SECTOR)] : [],
      ),
    ),
  ];
  const firstProgram = changes.findIndex(({ kind }) => kind === "program");
  const erasesAfter = changes.slice(firstProgram).some(({ kind }) => kind === "erase");
  return { erased: sectors("erase"), programmed: sectors("program"), erasesAfter };
}

/** Puts the image into slot B, as far as `until`, with these sectors wiped and these spoilt. */
function slotHolds(device: Device, { blank = [], spoilt = [] }: Record<string, readonly number[]>): void {
  device.provision(slotB.offset, forB.bytes);
  const fill = (sector: number, word: number) => {
    for (let at = 0; at < SECTOR; at += 4)
      device.exports.provisionWord(slotB.offset + sector * SECTOR + at, word);
  };
  for (const sector of blank) fill(sector, 0xffffffff);
  for (const sector of spoilt) fill(sector, 0x5a5a5a5a);
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const last = COUNT - 1;

describe("a session", () => {
  // What the slot holds at its start; the highest sector erased, and the lowest, from which all is programmed.
  const cases: readonly [string, Record<string, readonly number[]>, number, number][] = [
    ["a blank slot", { blank: range(0, last) }, 1, 0],
    ["nothing but the offer", {}, last, last],
    ["one sector too few", { blank: [last] }, last, last - 1],
    ["two sectors too few", { blank: [last - 1, last] }, last, last - 2],
    ["a wrong first sector", { spoilt: [0] }, last, 0],
    ["a wrong first sector and nothing behind it", { spoilt: [0], blank: range(1, last) }, 1, 0],
    ["a wrong sector in the middle, and blank ones behind it", { spoilt: [1], blank: range(2, last) }, 2, 0],
    ["only stale content high up", { blank: range(0, last - 1), spoilt: [last] }, last, 0],
    ["stale content below the last sector", { blank: [0, 1, last], spoilt: [last - 1] }, last, 0],
  ];
  for (const [what, holds, highest, lowest] of cases) {
    it(`over ${what} erases sector ${highest} down to ${lowest} and programs upwards from there, each whole`, () => {
      const device = running();
      slotHolds(device, holds);
      const all = steps(device);
      expect(all.at(-1)?.value).toBe(abi.STEP_IDLE);
      expect(order(all)).toEqual({
        erased: range(lowest, highest).reverse(),
        programmed: range(lowest, last),
        erasesAfter: false,
      });
      expect(difference(device.flash(slotB.offset, forB.bytes.length), forB.bytes)).toBeUndefined();
      expect(recordOn(device)).toBe(recordWord({ active: 1, trial: { attempts: 3, fallback: "confirmed" } }));
    });
  }

  it("begins with a Record of which nothing is torn, and ends with the trial", () => {
    const all = steps(running());
    expect(all[0]!.changes.every(inside(record))).toBe(true);
    expect(all[0]!.changes.map(({ kind }) => kind)).toEqual(["erase", "program"]);
    expect(
      all
        .slice(1, -1)
        .flatMap(({ changes }) => changes)
        .some(inside(record)),
    ).toBe(false);
    expect(all.at(-1)!.changes.every(inside(record))).toBe(true);
  });

  it("goes on after a reset that keeps retained words, and begins anew after a loss of power", () => {
    const straight = steps(running()).map(({ operations }) => operations);
    for (let at = 1; at < straight.length - 1; at++) {
      for (const cause of [abi.CAUSE_SOFT, abi.CAUSE_FAULT, abi.CAUSE_WATCHDOG, abi.CAUSE_POWER]) {
        const device = running();
        for (let i = 0; i < at; i++) step(device);
        device.exports.reset(cause);
        const next = step(device);
        if (cause === abi.CAUSE_POWER) expect(next.changes.every(inside(record))).toBe(true);
        else expect(next.operations).toEqual(straight[at]);
        expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
        expect(difference(device.flash(slotB.offset, forB.bytes.length), forB.bytes)).toBeUndefined();
      }
    }
  });

  it("depends on flash, offer and retained words alone, whatever the agent did before", () => {
    const straight = running();
    for (let i = 0; i < 4; i++) step(straight);
    const other = running();
    step(other);
    other.exports.reset(abi.CAUSE_POWER);
    for (let i = 0; i < 3; i++) step(other);
    // The same flash and words by other ways: content past all rules, words by what the first device holds.
    other.provision(slotB.offset, straight.flash(slotB.offset, slotB.size));
    other.provision(record.offset, straight.flash(record.offset, record.size));
    const words = straight.table(abi.TABLE_RETAINED);
    for (const index of RETAINED_SESSION)
      other.words[other.table(abi.TABLE_RETAINED) + index] = straight.words[words + index]!;
    expect(steps(other)).toEqual(steps(straight));
  });

  it("resumes after a cut in any step, whatever its shape", () => {
    const straight = steps(running());
    for (const [index, { changes }] of straight.entries()) {
      for (let at = 0; at < changes.length; at += 5) {
        const device = running();
        for (let i = 0; i < index; i++) step(device);
        const shapes = changes[at]!.kind === "erase" ? phasesOf(part) : tearsOf(part);
        device.setCut(at, (at + index) % shapes.length);
        expect(step(device).value).toBe("power-lost");
        device.setCut(abi.NOWHERE, 0);
        device.exports.reset(abi.CAUSE_POWER);
        executeCall(device, IN_BOOT, 0);
        expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
        expect(difference(device.flash(slotB.offset, forB.bytes.length), forB.bytes)).toBeUndefined();
      }
    }
  });

  it("begins anew for another offer, between any two steps, and installs that", () => {
    const other = testImage({ generation: 1, payloadSize: 500, linkedFor: slotB.offset, securityCounter: 7 });
    const count = steps(running()).length;
    for (let at = 1; at < count; at++) {
      const device = running();
      for (let i = 0; i < at; i++) step(device);
      device.exports.reset(abi.CAUSE_SOFT);
      offerTo(device, [other.bytes]);
      const all = steps(device);
      expect(all.at(-1)?.value).toBe(abi.STEP_IDLE);
      expect(all[0]!.changes.some(inside(record))).toBe(true);
      expect(difference(device.flash(slotB.offset, other.bytes.length), other.bytes)).toBeUndefined();
      expect(recordOn(device)).toBe(recordWord({ active: 1, trial: { attempts: 3, fallback: "confirmed" } }));
    }
  });
});

describe("what the Record says of the other slot", () => {
  /** A device on which v2 stands in B, firmly installed, and has lost a trial. */
  function afterLostTrial(): Device {
    const device = running();
    steps(device);
    for (let boots = 0; boots < 4; boots++) {
      device.exports.reset(abi.CAUSE_WATCHDOG);
      executeCall(device, IN_BOOT, 0);
    }
    device.exports.reset(abi.CAUSE_POWER);
    expect(recordOn(device)).toBe(recordWord({ active: 0, lost: 1 }));
    return device;
  }

  it("lets an image that was firmly installed be tried again without writing it again", () => {
    const all = steps(afterLostTrial());
    expect(all.flatMap(({ changes }) => changes).some(inside(slotB))).toBe(false);
    expect(all.at(-1)?.value).toBe(abi.STEP_IDLE);
  });

  it("is forgotten before the first byte of that slot changes", () => {
    const device = afterLostTrial();
    const other = testImage({ generation: 1, payloadSize: 500, linkedFor: slotB.offset, securityCounter: 7 });
    offerTo(device, [other.bytes]);
    const first = step(device);
    expect(first.value).toBe(abi.STEP_MORE);
    expect(first.changes.every(inside(record))).toBe(true);
    expect(recordOn(device)).toBe(recordWord({ active: 0 }));
  });

  it("is all that makes a slot firm: one that merely reads as the offer is written again at its end", () => {
    const device = afterLostTrial();
    // The same content, under a Record that says nothing of it.
    const fresh = running();
    fresh.provision(slotB.offset, device.flash(slotB.offset, slotB.size));
    expect(order(steps(fresh))).toMatchObject({ erased: [last], programmed: [last] });
  });
});

describe("a slot that is not erased behind the end of the offer, within its last unit", () => {
  // In the third sector, which is looked at: two are erased in any case.
  it.each(["stm32l476", "lpc55s69"])("is erased there, too: %s", (id) => {
    const on = partById(id);
    const [{ sizeBytes: sectorBytes }] = on.sectors as [(typeof on.sectors)[number]];
    const scene = sceneOn(on, "update", 2 * sectorBytes.value);
    const { device, start } = prepared({ part: on, pair: ownPairFor(on), scene, models: ["power"] });
    const end = on.layout.slotB.offset + scene.images[2]!.bytes.length;
    const unit = on.programMin.value;
    const behind = Math.ceil(end / unit) * unit - 4;
    expect(behind).toBeGreaterThanOrEqual(end);
    device.exports.provisionWord(behind, 0xfffffffe);
    const settled = runPlain(device, scene, start, {});
    expect([oracleNames(settled.violations), settled.ending]).toEqual([[], "rested"]);
  });
});
