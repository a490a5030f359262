// Reads that see otherwise than what stands there, told of by the host before the call; and what tracking marks.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { Hal } from "../../support/hal.js";
import { partById } from "../../../host/device/parts.js";
import { DATA, WORD, record, withData } from "./struck.js";

describe("one flipped read", () => {
  const tiny = partById("tiny");
  const { record } = tiny.layout;

  it("is the n-th of the call and no other, of either kind, and leaves flash and later calls alone", () => {
    const hal = new Hal(tiny);
    for (let at = 0; at < 64; at += 4) hal.device.exports.provisionWord(record.offset + at, at);
    for (let flipped = 0; flipped < 16; flipped++) {
      hal.begin();
      hal.device.exports.flipRead(flipped, 0x80000001);
      for (let n = 0; n < 16; n++) {
        const offset = record.offset + n * 4;
        const word = n % 2 === 0 ? hal.read32(offset) : hal.tryRead32(offset).word;
        expect(word).toBe(n === flipped ? ((n * 4) ^ 0x80000001) >>> 0 : n * 4);
      }
      hal.begin();
      for (let n = 0; n < 16; n++) expect(hal.read32(record.offset + n * 4)).toBe(n * 4);
    }
  });

  it("is not one that was refused", () => {
    const hal = new Hal(tiny);
    hal.device.exports.flipRead(0, 1);
    expect(hal.tryRead32(0x4000).status).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(hal.read32(record.offset)).toBe(0xfffffffe);
  });
});

describe("a read that is struck", () => {
  const at = record.offset;

  it("sees bits flipped once, the read that was meant, and only in that call", () => {
    for (let read = 0; read < 4; read++) {
      const hal = withData();
      hal.device.exports.flipRead(read, 0x80000001);
      const seen = [0, 1, 2, 3].map(() => hal.read32(at));
      expect(seen).toEqual([0, 1, 2, 3].map((index) => (index === read ? (WORD ^ 0x80000001) >>> 0 : WORD)));
      hal.begin();
      expect([0, 1, 2, 3].map(() => hal.read32(at))).toEqual([WORD, WORD, WORD, WORD]);
    }
  });

  it("sees a word otherwise from its second reading on, and other words as they are", () => {
    const hal = withData();
    const key = hal.stateKey();
    hal.device.exports.refetch(at, 2);
    expect([at, at + 4, at, at + 4, at].map((offset) => hal.read32(offset))).toEqual([
      WORD,
      0x08070605,
      WORD ^ 2,
      0x08070605,
      WORD ^ 2,
    ]);
    expect(hal.tryRead32(at)).toEqual({ status: 0, word: WORD ^ 2 });
    hal.begin();
    expect([hal.read32(at), hal.read32(at)]).toEqual([WORD, WORD]);
    hal.begin();
    hal.device.exports.refetch(at, 1);
    expect([hal.read32(at), hal.read32(at)]).toEqual([WORD, WORD ^ 1]);
    expect(hal.stateKey()).toBe(key);
  });

  it("tells the host once, at the read that was meant, before the guest has the word", () => {
    const hal = withData();
    let told = 0;
    hal.device.onStrike = () => told++;
    hal.device.exports.tellRead(2);
    const seen = [0, 1, 2, 3, 4].map(() => {
      expect(hal.read32(at)).toBe(WORD);
      return told;
    });
    expect(seen).toEqual([0, 0, 1, 1, 1]);
    expect(hal.device.flipsLeft()).toBe(0xffffffff - 2);
    hal.begin();
    hal.read32(at);
    expect(told).toBe(1);
  });

  it("counts allowed reads alone: one that is refused is none", () => {
    const hal = withData();
    hal.device.exports.tellRead(0xffffffff);
    hal.tryRead32(0xfffffffc);
    hal.tryRead32(at + 2);
    hal.tryRead32(at);
    expect(0xffffffff - hal.device.flipsLeft()).toBe(1);
  });
});

describe("tracking", () => {
  /** Offsets in the Record that tracked calls depended on, each with how often. */
  const tracked = ({ device }: Hal) => {
    const at = device.table(abi.TABLE_TRACKED) * 4;
    const bytes = new Uint8Array(device.exports.memory.buffer, at, record.offset / 4 + record.size / 4);
    return [...bytes.entries()].flatMap(([word, count]) => (count === 0 ? [] : [[word * 4, count]]));
  };
  const tracking = () => {
    const hal = withData();
    hal.device.exports.trackClear();
    hal.device.exports.trackCall();
    return hal;
  };

  it("marks words that are read, and how often, up to 255", () => {
    const hal = tracking();
    hal.read32(record.offset + 4);
    for (let i = 0; i < 300; i++) hal.read32(record.offset + 12);
    hal.tryRead32(0);
    expect(tracked(hal)).toEqual([
      [0, 1],
      [record.offset + 4, 1],
      [record.offset + 12, 255],
    ]);
  });

  it("marks every word that is programmed: what comes of it depends on what was there", () => {
    const hal = tracking();
    hal.programBytes(record.offset + 8, DATA);
    expect(tracked(hal)).toEqual([
      [record.offset + 8, 1],
      [record.offset + 12, 1],
    ]);
  });

  it("marks nothing more in a sector once it was erased, until tracking begins anew", () => {
    const hal = tracking();
    hal.read32(record.offset);
    hal.erase(record.offset);
    hal.read32(record.offset + 4);
    hal.programBytes(record.offset + 8, DATA);
    hal.read32(record.offset + 512);
    hal.begin();
    hal.device.exports.trackCall();
    hal.read32(record.offset + 16);
    const marks = [
      [record.offset, 1],
      [record.offset + 512, 1],
    ];
    expect(tracked(hal)).toEqual(marks);
    hal.device.exports.trackClear();
    hal.read32(record.offset + 4);
    expect(tracked(hal)).toEqual([[record.offset + 4, 1]]);
  });

  it("goes on marking in a sector whose erase was dropped or failed", () => {
    for (const effect of [abi.WRITE_DROPPED, abi.WRITE_FAILED]) {
      const hal = tracking();
      hal.device.exports.failWrite(0, effect, 0);
      hal.erase(record.offset);
      hal.read32(record.offset + 4);
      expect(tracked(hal)).toEqual([[record.offset + 4, 1]]);
    }
  });

  it("marks nothing of a call that is not tracked, nor what may not be read", () => {
    const hal = tracking();
    hal.tryRead32(0xfffffffc);
    hal.begin();
    hal.read32(record.offset);
    expect(tracked(hal)).toEqual([]);
  });
});
