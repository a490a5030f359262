// The device module: every Status, every program rule, what each tear leaves, and that a checkpoint restores it all. Each
// case is a small guest.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/call.js";
import { TEARS } from "../../../host/campaign/faults.js";
import type { Device } from "../../../host/device/device.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { compileText } from "../../support/compile.js";
import { deviceOf, ownPair, pairOf } from "../../support/scenes.js";

const SCRIPT = (body: string) => `
  import { counterAdvance, counterRead, erase, halt, info, latch32, program, read32, receive32, tryRead32 } from "../hal/hal";
  export function abiVersion(): u32 { return 1; }
  export function boot(): void { ${body} }
`;

/** A device whose boot does `body`, which halts with what it wants to say. */
async function run(part: PartProfile, body: string): Promise<{ device: Device; says: () => number }> {
  const device = deviceOf(part, pairOf("script", await compileText(SCRIPT(body)), ownPair.agent));
  return {
    device,
    says: () => {
      const { end } = executeCall(device, IN_BOOT, 0);
      if (end.kind !== "halted") throw new Error(`script ${JSON.stringify(end)}`);
      return end.reason;
    },
  };
}

const tiny = partById("tiny");
const nrf = partById("nrf52840");
const l476 = partById("stm32l476");
const h743 = partById("stm32h743");
const record = (part: PartProfile) => part.layout.record.offset;

describe("every rule broken is a Status", () => {
  const cases: readonly (readonly [string, PartProfile, string, number])[] = [
    ["a program outside the flash", tiny, "halt(program(0x4000, 4));", abi.STATUS_OUT_OF_RANGE],
    ["an erase outside the flash", tiny, "halt(erase(0x4000));", abi.STATUS_OUT_OF_RANGE],
    ["a program at an odd offset", tiny, "halt(program(0x102, 4));", abi.STATUS_MISALIGNED],
    ["an erase inside a sector", tiny, "halt(erase(0x104));", abi.STATUS_MISALIGNED],
    ["a latch at an odd offset", tiny, "halt(latch32(0x101, 0));", abi.STATUS_MISALIGNED],
    ["a program of a size that the part lacks", tiny, "halt(program(0x100, 8));", abi.STATUS_BAD_SIZE],
    [
      "a program of no power of two",
      partById("rp2040-w25q"),
      "halt(program(0x1e0000, 12));",
      abi.STATUS_BAD_SIZE,
    ],
    ["a program of a slot by boot", tiny, "halt(program(0x400, 4));", abi.STATUS_DENIED],
    ["an erase of the keys", tiny, "halt(erase(0));", abi.STATUS_DENIED],
    ["a read of what belongs to nobody", nrf, "halt(u32(tryRead32(0x1000) >> 32));", abi.STATUS_DENIED],
    ["a counter that is not there", tiny, "halt(counterAdvance(8, 1));", abi.STATUS_NO_SUCH_COUNTER],
    [
      "a counter that goes down",
      tiny,
      "counterAdvance(1, 5); halt(counterAdvance(1, 4));",
      abi.STATUS_COUNTER_BACKWARDS,
    ],
    ["a read of the offer by boot", tiny, "halt(u32(receive32(0) >> 32));", abi.STATUS_NOTHING_OFFERED],
    [
      "a latched word outside the program",
      tiny,
      "latch32(0x104, 0); halt(program(0x100, 4));",
      abi.STATUS_OUT_OF_ORDER,
    ],
    [
      "a 0 that should become 1",
      tiny,
      "latch32(0x100, 0); program(0x100, 4); latch32(0x100, 1); halt(program(0x100, 4));",
      abi.STATUS_NOT_ERASED,
    ],
    [
      "a third program of a word that takes two",
      nrf,
      "program(0xf0000, 4); program(0xf0000, 4); halt(program(0xf0000, 4));",
      abi.STATUS_WRITE_LIMIT,
    ],
    [
      "a second program, of erased words even",
      l476,
      "program(0xf0000, 8); halt(program(0xf0000, 8));",
      abi.STATUS_NOT_ERASED,
    ],
    [
      "a second program that is not all zero",
      h743,
      "program(0xe0000, 32); latch32(0xe0000, 1); halt(program(0xe0000, 32));",
      abi.STATUS_NOT_ERASED,
    ],
  ];
  for (const [what, part, body, status] of cases) {
    it(`${what}: ${status}`, async () => {
      const { says } = await run(part, body);
      expect(says()).toBe(status);
    });
  }

  it("but all zero over anything is taken where the part allows it, and the same value where it clears bits", async () => {
    const zero = Array.from({ length: 8 }, (_, i) => `latch32(0xe0000 + ${i * 4}, 0);`).join("");
    expect((await run(h743, `program(0xe0000, 32); ${zero} halt(program(0xe0000, 32));`)).says()).toBe(
      abi.STATUS_OK,
    );
    expect(
      (
        await run(tiny, "latch32(0x100, 7); program(0x100, 4); latch32(0x100, 7); halt(program(0x100, 4));")
      ).says(),
    ).toBe(0);
  });

  it("and a refused program changes nothing and forgets its latches", async () => {
    const { device, says } = await run(
      tiny,
      "latch32(0x100, 0); program(0x100, 8); program(0x100, 4); halt(read32(0x100));",
    );
    expect(says() >>> 0).toBe(0xffffffff);
    expect(device.callWord(abi.CALL_RULE_BREAKS)).toBe(1);
  });
});

describe("reads and programs", () => {
  it("see a part that erases to zero as it is", async () => {
    const inverted: PartProfile = { ...tiny, id: "inverted", erasedByte: 0 };
    const body =
      "const blank = read32(0x100); latch32(0x100, 0x00f0); program(0x100, 4); halt(blank == 0 && info(8, 0) == 0 ? read32(0x100) : 0xbad);";
    const { device, says } = await run(inverted, body);
    expect(says()).toBe(0xf0);
    expect([...device.flash(0x100, 8)]).toEqual([0xf0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("take every program size from one byte to a page", async () => {
    for (const [part, sizes] of [
      [partById("stm32f407"), [1, 2, 4, 8]],
      [partById("rp2040-w25q"), [1, 2, 4, 8, 16, 32, 64, 128, 256]],
    ] as const) {
      for (const size of sizes) {
        const at = record(part) + 256;
        const { device, says } = await run(
          part,
          `for (let i: u32 = 0; i < ${size}; i += 4) latch32(${at} + i, 0x04030201); halt(program(${at}, ${size}));`,
        );
        expect(says(), `${part.id}, ${size}`).toBe(0);
        const bytes = device.flash(at, 256);
        expect([...bytes.subarray(0, size)]).toEqual(Array.from({ length: size }, (_, i) => 1 + (i & 3)));
        expect(bytes.subarray(size).every((byte) => byte === 0xff)).toBe(true);
      }
    }
  });

  it("know the sectors of an uneven part", async () => {
    const { says } = await run(
      partById("stm32f407"),
      "halt(info(5, 0x4000) == 1 && info(4, 4) == 0x10000 && info(3, 5) == 0x20000 && info(2, 0) == 12 ? 1 : 0);",
    );
    expect(says()).toBe(1);
  });

  it("count wear and busy time", async () => {
    const { device, says } = await run(nrf, "erase(0xf0000); erase(0xf0000); program(0xf0000, 4); halt(0);");
    says();
    expect(device.wear()[240]).toBe(2);
    expect(device.busyMicros()).toEqual({ typical: 2 * 85_000 + 41, max: 2 * 89_700 + 41 });
  });
});

describe("a torn program leaves what its shape says", () => {
  const landedBits = (shape: string, size: number, changed: bigint): ((landed: bigint) => boolean) => {
    const all = (1n << BigInt(size * 8)) - 1n;
    const half = (1n << BigInt(size * 4)) - 1n;
    const count = (value: bigint) => [...value.toString(2)].filter((bit) => bit === "1").length;
    const even = BigInt(`0x${"55".repeat(size)}`);
    switch (shape) {
      case "none":
        return (landed) => landed === 0n;
      case "all":
        return (landed) => landed === changed;
      case "prefix":
        return (landed) => landed === (changed & half);
      case "suffix":
        return (landed) => landed === (changed & all & ~half);
      case "even-bits":
        return (landed) => landed === (changed & even);
      case "odd-bits":
        return (landed) => landed === (changed & ~even);
      case "one-missing":
        return (landed) => count(changed & ~landed) === 1 && (landed & ~changed) === 0n;
      case "one-only":
        return (landed) => count(landed) === 1 && (landed & ~changed) === 0n;
      default:
        return (landed) => (landed & ~changed) === 0n;
    }
  };
  const number = (bytes: Uint8Array) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

  for (const part of PARTS) {
    const size = part.programMax.value;
    it(`of ${size} bytes on ${part.id}`, async () => {
      const at = record(part);
      const words = Array.from({ length: size / 4 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);
      const body = `${words.map((word, i) => `latch32(${at + i * 4}, ${word});`).join("")} program(${at}, ${size}); halt(0);`;
      const { device } = await run(part, body);
      device.exports.checkpoint();
      const changed =
        ~number(new Uint8Array(Uint32Array.from(words).buffer)) & ((1n << BigInt(size * 8)) - 1n);
      TEARS.forEach((shape, shapeNumber) => {
        device.exports.rollback();
        device.setCut(0, shapeNumber);
        expect(executeCall(device, IN_BOOT, 0).end).toEqual({ kind: "power-lost", operation: 0 });
        const landed = ~number(device.flash(at, size)) & ((1n << BigInt(size * 8)) - 1n);
        expect(landedBits(shape, size, changed)(landed), `${shape}: ${landed.toString(16)}`).toBe(true);
      });
    });
  }
});

describe("a cut", () => {
  it("ends the call there: what came before is done, what follows is not", async () => {
    const body =
      "latch32(0x100, 1); program(0x100, 4); erase(0x200); counterAdvance(2, 9); latch32(0x104, 2); program(0x104, 4); halt(0);";
    const { device } = await run(tiny, body);
    device.exports.checkpoint();
    for (let at = 0; at < 4; at++) {
      for (const shape of [0, 1]) {
        device.exports.rollback();
        device.setCut(at, shape);
        expect(executeCall(device, IN_BOOT, 0).end).toEqual({ kind: "power-lost", operation: at });
        expect(device.flash(0x100, 1)[0]).toBe(at > 0 || shape === 1 ? 1 : 0xff);
        expect(device.counter(2)).toBe(at > 2 || (at === 2 && shape === 1) ? 9 : 0);
        expect(device.flash(0x104, 1)[0]).toBe(at === 3 && shape === 1 ? 2 : 0xff);
      }
    }
  });
});

describe("checkpoint and rollback", () => {
  let device: Device;
  beforeAll(() => {
    device = deviceOf(l476, ownPair);
  });
  const digests = () => [
    ...device.words.subarray(
      device.table(abi.TABLE_REGION_DIGESTS),
      device.table(abi.TABLE_REGION_DIGESTS) + 16,
    ),
  ];

  it("restore content and digests, and equal content has equal digests however it came about", () => {
    const { offset } = l476.layout.slotA;
    const write = fc.record({
      word: fc.integer({ min: 0, max: 2000 }),
      value: fc.integer({ min: 0, max: 0xffffffff }),
    });
    fc.assert(
      fc.property(
        fc.array(write, { minLength: 1, maxLength: 20 }),
        fc.array(write, { maxLength: 20 }),
        (kept, lost) => {
          device.exports.wipe();
          for (const { word, value } of kept) device.exports.provisionWord(offset + word * 4, value);
          device.exports.checkpoint();
          const before = { content: device.flash(offset, 8008), digests: digests() };
          for (const { word, value } of lost) device.exports.provisionWord(offset + word * 4, value);
          device.exports.rollback();
          expect(device.flash(offset, 8008)).toEqual(before.content);
          expect(digests()).toEqual(before.digests);
          device.exports.wipe();
          const last = new Map(kept.map(({ word, value }) => [word, value]));
          for (const [word, value] of [...last].reverse())
            device.exports.provisionWord(offset + word * 4, value);
          expect(digests()).toEqual(before.digests);
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  });

  it("tell different content by different digests", () => {
    const seen = new Set<string>();
    for (let bit = 0; bit < 32; bit++) {
      for (const word of [0, 1, 2, 1000]) {
        device.exports.wipe();
        device.exports.provisionWord(l476.layout.slotA.offset + word * 4, ~(1 << bit));
        seen.add(digests().join());
      }
    }
    expect(seen.size).toBe(128);
  });
});
