// Resets that keep RAM powered: what they leave, where they strike, and a cause that is open until a guest asks for it.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { partById } from "../../../host/device/parts.js";
import { Hal } from "../../support/hal.js";

const tiny = partById("tiny");
const { offset } = tiny.layout.record;
const CAUSES = [abi.CAUSE_WATCHDOG, abi.CAUSE_SOFT, abi.CAUSE_PIN, abi.CAUSE_POWER];

/** A device after a reset that may have had any cause, about to make a call whose questions are logged. */
function wasReset(): Hal {
  const hal = new Hal(tiny);
  hal.retainedWrite(4, 44);
  hal.device.exports.reset(abi.CAUSE_OPEN);
  hal.device.exports.beginCall(abi.NOWHERE, 1);
  return hal;
}

describe("a reset", () => {
  it("keeps the retained words, whatever its cause turns out to be; a loss of power does not", () => {
    for (const choice of CAUSES.keys()) {
      const hal = wasReset();
      hal.device.setChoices([choice]);
      hal.info(abi.INFO_RESET_CAUSE);
      expect(hal.retainedRead(4)).toBe(44);
    }
    const hal = wasReset();
    hal.device.exports.reset(abi.CAUSE_POWER);
    expect(hal.retainedRead(4)).toBe(0);
  });

  it("strikes right after the change of a retained word that was said, and after no other", () => {
    const hal = new Hal(tiny);
    const write = (index: number) => {
      const { kind, value } = hal.stop((imports) => imports.retainedWrite(index, 9));
      return kind === abi.STOP_NONE ? "goes on" : { kind, value };
    };
    hal.device.setResetAt(1);
    hal.begin();
    expect(write(0)).toBe("goes on");
    // That is no change.
    expect(write(0)).toBe("goes on");
    expect(hal.programBytes(offset, new Uint8Array(4))).toBe(abi.STATUS_OK);
    expect(write(1)).toEqual({ kind: abi.STOP_RESET, value: 1 });
    expect([0, 1].map((index) => hal.retainedRead(index))).toEqual([9, 9]);
    // Counted anew in each call; and never, where that is said.
    hal.begin();
    expect(write(2)).toBe("goes on");
    expect(write(3)).toEqual({ kind: abi.STOP_RESET, value: 1 });
    hal.device.setResetAt(abi.NOWHERE);
    hal.begin();
    for (const index of [4, 5, 6]) expect(write(index)).toBe("goes on");
  });

  it("tears an operation as a loss of power does, and says which of the two it was", () => {
    const torn = (isReset: boolean) => {
      const hal = new Hal(tiny);
      hal.begin();
      hal.device.setCut(0, abi.TEAR_PREFIX, isReset);
      expect(hal.device.cutIsReset).toBe(isReset);
      hal.stop(() => hal.programBytes(offset, new Uint8Array(4)));
      return hal.stateKey();
    };
    expect(torn(true)).toBe(torn(false));
  });
});

describe("a cause that is open", () => {
  it.each(CAUSES.map((cause, choice) => [choice, cause]))(
    "is decided by a choice where a guest asks, %d, and logged as an operation",
    (choice, cause) => {
      const hal = wasReset();
      hal.device.setChoices([choice]);
      expect(hal.info(abi.INFO_RESET_CAUSE)).toBe(cause);
      expect(hal.device.operations()).toEqual([{ kind: "cause", value: cause }]);
      expect(hal.device.words[hal.device.table(abi.TABLE_RESET_CAUSE)]).toBe(cause);
      // Nothing that could be torn.
      expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(0);
    },
  );

  it("is decided once, in the call and for all that come", () => {
    const hal = wasReset();
    hal.device.setChoices([2, 1, 0]);
    const asked = () => hal.info(abi.INFO_RESET_CAUSE);
    expect([asked(), asked()]).toEqual([abi.CAUSE_PIN, abi.CAUSE_PIN]);
    expect(readLog(hal)).toEqual([
      [abi.READ_OUTSIDE | (abi.OUTSIDE_CAUSE << 2), abi.CAUSE_OPEN, 0],
      [abi.READ_CHOICE, 2, abi.OPEN_CAUSE_COUNT],
    ]);
    hal.device.exports.beginCall(abi.NOWHERE, 1);
    expect(asked()).toBe(abi.CAUSE_PIN);
    expect(hal.device.operations()).toEqual([]);
    expect(readLog(hal)).toEqual([[abi.READ_OUTSIDE | (abi.OUTSIDE_CAUSE << 2), abi.CAUSE_PIN, 0]]);
  });

  it("stays open where nobody asks, and is open again where the call is taken back", () => {
    const hal = wasReset();
    const open = hal.stateKey();
    const mark = hal.device.exports.undoMark();
    hal.retainedRead(4);
    expect(hal.stateKey()).toBe(open);
    hal.info(abi.INFO_RESET_CAUSE);
    const decided = hal.stateKey();
    expect(decided).not.toBe(open);
    hal.device.exports.undoTo(mark);
    expect(hal.stateKey()).toBe(open);
    const place = hal.device.keepOperation(abi.OP_CAUSE, 0, abi.CAUSE_WATCHDOG);
    hal.device.exports.replay(place, 0);
    expect(hal.stateKey()).toBe(decided);
  });
});

/** Head and two words of what the call depended on. */
function readLog({ device }: Hal): number[][] {
  const at = device.table(abi.TABLE_READ_LOG);
  return Array.from({ length: device.callWord(abi.CALL_READ_LOG_COUNT) }, (_, index) => [
    ...device.words.slice(at + index * 4, at + index * 4 + 3),
  ]);
}
