// The Record alone, on every part: whatever a cut leaves of a change, what is read is the old record or the new one.
import { beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/call.js";
import { COUNTER_OUTCOMES, ERASE_PHASES, TEARS } from "../../../host/campaign/faults.js";
import type { Device } from "../../../host/device/device.js";
import { PARTS } from "../../../host/device/parts.js";
import { compileText } from "../../support/compile.js";
import { deviceOf, ownPair, pairOf } from "../../support/scenes.js";

const NONE = 0xffffffff;
/** Retained word 0 chooses: 0 read and halt with the record, else write it and halt with 1 when it is durable. */
const GUEST = `
  import { recordRead, recordWrite } from "../record/record";
  import { counterRead, halt } from "../hal/hal";
  export function abiVersion(): u32 { return 1; }
  export function boot(): void {
    const wanted = u32(counterRead(7));
    if (wanted == 0) halt(recordRead());
    halt(recordWrite(wanted) ? 1 : 0);
  }
`;

let binary: Uint8Array;
beforeAll(async () => {
  binary = await compileText(GUEST);
});

const trial = (attempts: number) => 5 | (1 << 8) | (1 << 10) | (attempts << 16);

class Records {
  readonly device: Device;
  constructor(part: (typeof PARTS)[number]) {
    this.device = deviceOf(part, pairOf("record", binary, ownPair.agent));
    this.device.exports.wipe();
  }
  read(): number {
    this.choose(0);
    const { end } = executeCall(this.device, IN_BOOT, 0);
    return end.kind === "halted" ? end.reason >>> 0 : -1;
  }
  write(record: number) {
    this.choose(record);
    return executeCall(this.device, IN_BOOT, 0);
  }
  /** The guest reads which record to write from counter 7: the host sets it past all rules. */
  private choose(record: number): void {
    this.device.words[this.device.table(abi.TABLE_COUNTERS) + 7] = record;
  }
}

describe("the Record", () => {
  for (const part of PARTS) {
    it(`reads old or new after a cut anywhere in a change, whatever stood there before: ${part.id}`, () => {
      const records = new Records(part);
      const { device } = records;
      let before = NONE;
      // Seven changes in a row: none before, one before, two before, and the cycle wraps twice.
      for (let change = 0; change < 7; change++) {
        device.exports.checkpoint();
        const after = trial(change + 1);
        const whole = records.write(after);
        expect(whole).toMatchObject({ end: { kind: "halted", reason: 1 }, ruleBreaks: 0, denials: 0 });
        const operations = device.operations().filter((operation) => operation.kind !== "event");
        operations.forEach((operation, index) => {
          const shapes =
            operation.kind === "erase"
              ? ERASE_PHASES
              : operation.kind === "counter"
                ? COUNTER_OUTCOMES
                : TEARS;
          shapes.forEach((shape, number) => {
            device.exports.rollback();
            device.setCut(index, number);
            expect(records.write(after).end).toEqual({ kind: "power-lost", operation: index });
            device.setCut(NONE, 0);
            const read = records.read();
            expect([before, after], `change ${change}, operation ${index}, ${shape}`).toContain(read);
            // A change after the cut succeeds, breaks no rule, and is read back.
            expect(records.write(trial(99))).toMatchObject({ end: { reason: 1 }, ruleBreaks: 0 });
            expect(records.read()).toBe(trial(99));
          });
        });
        device.exports.rollback();
        records.write(after);
        before = after;
      }
    });
  }

  it("notices each single flipped bit of the newest record, and falls back to the one before", () => {
    const records = new Records(PARTS[0]!);
    records.write(trial(2));
    records.write(trial(1));
    const { offset } = records.device.layout.record;
    const newest = records.device.words;
    const at = records.device.table(abi.TABLE_FLASH) + (offset + 0x1000) / 4;
    for (let word = 0; word < 4; word++) {
      for (let bit = 0; bit < 32; bit++) {
        newest[at + word]! ^= 1 << bit;
        expect(records.read(), `word ${word}, bit ${bit}`).toBe(trial(2));
        newest[at + word]! ^= 1 << bit;
      }
    }
    expect(records.read()).toBe(trial(1));
  });

  it("counts a seal as seen from its first programmed bit on", () => {
    const records = new Records(PARTS[0]!);
    records.write(trial(2));
    records.write(trial(1));
    const at =
      records.device.table(abi.TABLE_FLASH) + (records.device.layout.record.offset + 0x1000 + 16) / 4;
    records.device.words[at] = 0xffffffff;
    expect(records.read()).toBe(trial(2));
    for (let bit = 0; bit < 32; bit++) {
      records.device.words[at] = ~(1 << bit);
      expect(records.read(), `bit ${bit}`).toBe(trial(1));
    }
  });
});
