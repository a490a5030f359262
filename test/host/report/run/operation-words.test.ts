// Which operations are told in one line: those of one kind, one after the other, in one region; nothing is hidden by that.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { partById } from "../../../../host/device/parts.js";
import type { Operation } from "../../../../host/device/operations.js";
import { follows } from "../../../../host/report/run/operation-words.js";

const { layout } = partById("tiny");
const BYTES = 4;

function program(offset: number, status: number = abi.STATUS_OK): Operation {
  return { kind: "program", offset, sizeBytes: BYTES, status, data: new Uint8Array(BYTES) };
}

function erase(offset: number, status: number = abi.STATUS_OK): Operation {
  return { kind: "erase", offset, sizeBytes: 256, status };
}

describe("a run of operations", () => {
  const inside = layout.slotA.offset + 64;

  it("goes on where the last one ended", () => {
    const first = program(inside);
    expect(follows(first, program(inside + BYTES), [first], layout)).toBe(true);
    expect(follows(first, program(inside + 2 * BYTES), [first], layout)).toBe(false);
  });

  it("ends at the end of a region", () => {
    const last = layout.slotB.offset - BYTES;
    const first = program(last);
    expect(follows(first, program(last + BYTES), [first], layout)).toBe(false);
    const sector = erase(layout.slotB.offset - 256);
    expect(follows(sector, erase(layout.slotB.offset), [sector], layout)).toBe(false);
  });

  it("ends where one comes to something else", () => {
    const first = program(inside);
    expect(follows(first, program(inside + BYTES, abi.STATUS_DENIED), [first], layout)).toBe(false);
    const cut = erase(layout.slotA.offset, abi.OP_CUT);
    expect(follows(cut, erase(layout.slotA.offset + 256), [cut], layout)).toBe(false);
  });
});
