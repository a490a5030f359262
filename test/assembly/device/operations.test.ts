// Persistent operations: how a cut ends a call at each of them, and what of their wear and time is counted.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import { partById } from "../../../host/device/parts.js";
import { compileText } from "../../support/compile.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";
import { deviceOf, ownPair, pairOf } from "../../support/scenes.js";

const tiny = partById("tiny");

describe("a cut", () => {
  it("ends the guest's call there: what came before is done, what follows is not", async () => {
    const guest = `
      import { counterAdvance, erase, event, halt, latch32, program } from "../hal/hal";
      export function abiVersion(): u32 { return 1; }
      export function boot(): void {
        latch32(0x100, 1); program(0x100, 4); event(1, 0);
        erase(0x200); event(1, 1);
        counterAdvance(2, 9); event(1, 2);
        latch32(0x104, 2); program(0x104, 4); event(1, 3);
        halt(0);
      }`;
    const device = deviceOf(tiny, pairOf("script", await compileText(guest), ownPair.agent));
    device.exports.provisionWord(0x200, 0x12345678);
    device.exports.checkpoint();
    for (let at = 0; at < 5; at++) {
      for (const shape of [0, 1, 2]) {
        device.exports.rollback();
        device.setCut(at, shape);
        const { end, operationCount } = executeCall(device, IN_BOOT, 0);
        device.setCut(abi.NOWHERE, 0);
        expect(end).toEqual(at === 4 ? { kind: "halted", reason: 0 } : { kind: "power-lost", operation: at });
        expect(operationCount).toBe(at);
        const events = device.operations().filter(({ kind }) => kind === "event");
        expect(events.length).toBe(at);
        // Of these shapes 1 is all of a program and of a counter, 2 a half of a program and all of an erase.
        expect(device.flash(0x100, 1)[0]).toBe(at > 0 || shape > 0 ? 1 : 0xff);
        expect(device.flash(0x200, 1)[0]).toBe(at > 1 || (at === 1 && shape > 0) ? 0xff : 0x78);
        expect(device.counter(2)).toBe(at > 2 || (at === 2 && shape === 1) ? 9 : 0);
        expect(device.flash(0x104, 1)[0]).toBe(at > 3 || (at === 3 && shape > 0) ? 2 : 0xff);
      }
    }
  });
});

describe("wear and busy time", () => {
  it("count whole operations only, and a checkpoint does not bring them back", () => {
    const part = madePart({ rule: "twice", programMin: 4, programMax: 4 });
    const { offset } = part.layout.record;
    const hal = new Hal(part);
    hal.device.exports.checkpoint();
    hal.erase(offset);
    hal.erase(offset);
    hal.erase(offset + 512 + 512);
    hal.program(offset, 4);
    hal.program(offset + 1, 4);
    hal.erase(1);
    hal.device.exports.rollback();
    expect(hal.device.wear()).toEqual([0, 0, 0, 2, 0, 1, 0]);
    expect(hal.device.busyMicros()).toEqual({ typical: 512 + 512 + 2048 + 3, max: 2 * 3072 + 5 });
    hal.cut(abi.ERASE_HALF, () => hal.erase(offset));
    expect(hal.device.wear()[3]).toBe(3);
    hal.device.exports.wipe();
    expect(hal.device.wear()).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(hal.device.busyMicros()).toEqual({ typical: 0, max: 0 });
  });
});
