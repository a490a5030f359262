// Devices of a configuration: figures and their sources, and what no part can be.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEVICE_KEYS } from "../../../host/config/schema.js";
import { PARTS } from "../../../host/device/parts.js";
import { exampleDevice } from "./example.js";
import { complaint, deviceWith, extendedWith, parse } from "./parsing.js";

describe("a device", () => {
  const own = (value: number) => ({ value, source: "everboot.config", mark: "unsure" });

  it("of one's own has figures of the configuration", () => {
    const [part] = parse({ devices: { mine: exampleDevice } }).devices;
    expect(part).toEqual({
      id: "mine",
      title: "mine",
      sectors: [
        { count: own(64), sizeBytes: own(4096), eraseTypicalMicros: own(50), eraseMaxMicros: own(60) },
      ],
      programMin: own(8),
      programMax: own(16),
      programTypicalMicros: own(10),
      programMaxMicros: own(20),
      endurance: own(10_000),
      rule: "once",
      ruleSource: { source: "everboot.config", mark: "unsure" },
      ecc: { unitBytes: own(8), erasedFaults: false },
      record: "sealed",
      assumes: { name: "decided-seal", source: "everboot.config", mark: "unsure" },
      erasedByte: 0xff,
      layout: {
        keys: { offset: 0, size: 4096 },
        slotA: { offset: 0x2000, size: 64 * 1024 },
        slotB: { offset: 0x12000, size: 0x10000 },
        record: { offset: 0x30000, size: 0x2000 },
      },
      notes: [],
    });
  });

  it("that extends another keeps what is not said otherwise, sources included", () => {
    for (const base of PARTS) {
      const [part] = parse({ devices: { mine: { extends: base.id, endurance: 7 } } }).devices;
      expect(part).toEqual({
        ...base,
        id: "mine",
        title: `${base.title}, changed in everboot.config`,
        endurance: own(7),
      });
    }
  });

  it("says what a counter of it can hold, or what the one that it extends says", () => {
    const [part] = parse(extendedWith({ counterMax: 16 })).devices;
    expect(part?.counterMax).toEqual(own(16));
    expect(parse(deviceWith({ counterMax: 0xffffffff })).devices[0]?.counterMax).toEqual(own(0xffffffff));
    expect(parse(deviceWith({})).devices[0]).not.toHaveProperty("counterMax");
  });

  it("that extends another may be without its ECC and its assumption", () => {
    const changes = {
      extends: "stm32l476",
      ecc: null,
      rule: "and",
      record: "refreshed",
      title: "t",
      notes: ["n"],
    };
    const [part] = parse({ devices: { mine: changes } }).devices;
    expect(part).not.toHaveProperty("ecc");
    expect(part).not.toHaveProperty("assumes");
    expect(part).toMatchObject({
      title: "t",
      notes: ["n"],
      rule: "and",
      ruleSource: { source: "everboot.config" },
    });
    const [other] = parse({ devices: { mine: { extends: "stm32l476", assumes: "nothing" } } }).devices;
    expect(other).not.toHaveProperty("assumes");
    expect(other).toHaveProperty("ecc");
  });

  const run = exampleDevice.sectors[0];
  it.each([
    [deviceWith({ counterMax: 0 }), "devices.mine.counterMax: expected an integer 1..4294967295, found 0"],
    [
      extendedWith({ counterMax: 2 ** 32 }),
      "devices.mine.counterMax: expected an integer 1..4294967295, found 4294967296",
    ],
    [deviceWith({ programMin: 6 }), "devices.mine.programMin: expected a power of two, found 6"],
    [deviceWith({ programMax: 24 }), "devices.mine.programMax: expected a power of two, found 24"],
    [deviceWith({ programMax: 4 }), "devices.mine.programMax: expected at least programMin, 8, found 4"],
    [
      deviceWith({ programMaxMicros: 9 }),
      "devices.mine.programMaxMicros: expected at least programTypicalMicros, 10, found 9",
    ],
    [
      deviceWith({ sectors: [run, { ...run, sizeBytes: 100 }] }),
      "devices.mine.sectors[1].sizeBytes: expected a multiple of 256, found 100",
    ],
    [
      deviceWith({ programMax: 512, sectors: [{ ...run, sizeBytes: 256 }] }),
      "devices.mine.sectors[0].sizeBytes: expected a multiple of programMax, 512, found 256",
    ],
    [
      deviceWith({ sectors: [{ ...run, eraseMaxMicros: 1 }] }),
      "devices.mine.sectors[0].eraseMaxMicros: expected at least eraseTypicalMicros, 50, found 1",
    ],
    [
      deviceWith({ sectors: [{ ...run, count: 2048, sizeBytes: 256 }, run] }),
      "devices.mine.sectors: expected at most 2048 sectors together, found 2112",
    ],
    [
      deviceWith({ sectors: [{ ...run, count: 1024 }] }),
      "devices.mine.sectors: expected at most 2097152 bytes together, found 4194304",
    ],
    [
      deviceWith({ ecc: { unitBytes: 16 } }),
      "devices.mine.ecc.unitBytes: expected a power of two, 4 to programMin, 8, found 16",
    ],
    [
      deviceWith({ ecc: { unitBytes: 2 } }),
      "devices.mine.ecc.unitBytes: expected a power of two, 4 to programMin, 8, found 2",
    ],
    [
      deviceWith({ record: "refreshed" }),
      'devices.mine.assumes: expected "nothing" with a refreshed Record, found "decided-seal"',
    ],
    [
      deviceWith({ layout: { ...exampleDevice.layout, slotA: { offset: 0x2100, size: 0x1000 } } }),
      "devices.mine.layout: slotA at 0x2100 + 0x1000: expected whole sectors of mine",
    ],
    [
      extendedWith({ sectors: [run] }),
      "devices.mine.layout: slotA at 0x20000 + 0x68000: expected to lie in 0x40000 bytes of mine",
    ],
  ])("that cannot be is refused: %j", (value, line) => {
    expect(complaint(value)).toBe(line);
  });
});

describe("docs/parts.md", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/parts.md"), "utf8");

  it("has configurations that are taken", () => {
    const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(
      ([, block = ""]) => JSON.parse(block) as object,
    );
    const ids = blocks.flatMap((block) => parse(block).devices.map(({ id }) => id));
    expect(ids).toEqual(["my-nrf", "my-g0"]);
  });

  it("has a row for every key of a device, and for no other", () => {
    const keys = [...text.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names = ""]) =>
      names.replaceAll("`", "").split(", "),
    );
    expect(keys.sort()).toEqual(["extends", ...DEVICE_KEYS].sort());
  });
});
