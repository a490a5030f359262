// What each fault model lets happen to an operation on each part: the shapes of a cut, which oracles count, and which plans are
// refused. Never runs a guest.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { type FaultName, STRIKE_MODELS } from "../../../../host/campaign/plan/fault-models.js";
import {
  COUNTERS,
  ERASES,
  TEARS,
  shapeName,
  shapeNumber,
  wholeShape,
} from "../../../../host/campaign/plan/shapes.js";
import type { Cut } from "../../../../host/campaign/plan/fault-plan.js";
import { Faults } from "../../../../host/campaign/plan/faults.js";
import { ORACLES, oracleNames } from "../../../../host/campaign/plan/oracles.js";
import { PARTS, partById } from "../../../../host/device/parts.js";
import { assumptionOf, sealRegions } from "../../../../host/device/record.js";

const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;

/** Shapes of a cut by name; `offset` is that of slot A where it is not said. */
function shapes(
  device: string,
  models: readonly FaultName[],
  kind: keyof typeof KINDS,
  at: { readonly offset?: number; readonly size?: number; readonly assume?: boolean } = {},
) {
  const part = partById(device);
  const faults = new Faults(part, models, at.assume === true ? assumptionOf(part, part.layout) : null);
  const { offset = part.layout.slotA.offset, size = part.programMax.value } = at;
  return faults.shapesOf(KINDS[kind], offset, size).map((shape) => shapeName(KINDS[kind], shape));
}

const POWER_TEARS = TEARS.slice(0, abi.TEAR_COUNT);

describe("a cut strikes", () => {
  for (const { id } of PARTS) {
    it(`in nine shapes a program, in three an erase, in two a counter advance under power: ${id}`, () => {
      expect(shapes(id, ["power"], "program")).toEqual(POWER_TEARS);
      expect(shapes(id, ["power"], "erase")).toEqual(["untouched", "half", "done"]);
      expect(shapes(id, ["power"], "counter")).toEqual(["old", "new"]);
    });

    it(`first in the shape that leaves no mark, under any models, and never in one twice: ${id}`, () => {
      for (const models of [
        ["power"],
        ["power", "weak"],
        ["power", "ecc"],
        ["power", "weak", "ecc"],
      ] as const) {
        for (const kind of ["program", "erase", "counter"] as const) {
          const found = shapes(id, models, kind);
          expect(["none", "untouched", "old"]).toContain(found[0]);
          expect(new Set(found).size).toBe(found.length);
        }
      }
    });

    it(`in one shape more of each kind where what was touched reads either way: ${id}`, () => {
      expect(shapes(id, ["power", "weak"], "program")).toEqual([...POWER_TEARS, "flicker"]);
      expect(shapes(id, ["power", "weak"], "erase")).toEqual(["untouched", "half", "done", "weak"]);
      expect(shapes(id, ["power", "weak"], "counter")).toEqual(["old", "new", "either"]);
    });
  }

  for (const device of ["nrf52840", "stm32f407", "rp2040-w25q", "tiny"]) {
    it(`no otherwise with ecc where the part has none: ${device}`, () => {
      for (const kind of ["program", "erase", "counter"] as const)
        expect(shapes(device, ["power", "weak", "ecc"], kind)).toEqual(
          shapes(device, ["power", "weak"], kind),
        );
      expect(new Faults(partById(device), ["power", "ecc"])).toMatchObject({
        eccUnit: 0,
        erasedFaults: false,
      });
    });
  }

  for (const [device, unit] of [
    ["stm32l476", 8],
    ["stm32h743", 32],
    ["lpc55s69", 16],
  ] as const) {
    it(`a unit of ${unit} bytes wholly, not at all, or so that it cannot be read, with ecc: ${device}`, () => {
      expect(shapes(device, ["power", "ecc"], "program", { size: unit })).toEqual([
        "none",
        "all",
        "unreadable",
      ]);
      expect(shapes(device, ["power", "ecc"], "erase")).toEqual(["untouched", "half-unreadable", "done"]);
      expect(shapes(device, ["power", "weak", "ecc"], "program", { size: unit })).toEqual([
        "none",
        "all",
        "unreadable",
        "unsteady",
      ]);
      expect(shapes(device, ["power", "weak", "ecc"], "erase")).toEqual([
        "untouched",
        "half-unreadable",
        "done",
        "weak-unsteady",
      ]);
      expect(new Faults(partById(device), ["power", "ecc"])).toMatchObject({
        eccUnit: unit,
        erasedFaults: device === "lpc55s69",
      });
    });
  }

  it("half of the units of a program that covers several, with ecc", () => {
    expect(shapes("lpc55s69", ["power", "ecc"], "program")).toEqual([
      "none",
      "all",
      "unreadable",
      "prefix",
      "suffix",
    ]);
  });

  for (const part of PARTS.filter(({ assumes }) => assumes !== undefined)) {
    it(`a seal so that it reads alike for ever, where that is assumed, and nothing else: ${part.id}`, () => {
      const seals = sealRegions(part, part.layout);
      expect(seals).toHaveLength(2);
      for (const { offset } of seals) {
        const sealed = (assume: boolean) => shapes(part.id, ["power", "weak"], "program", { offset, assume });
        expect(sealed(true)).not.toContain("flicker");
        expect(sealed(false)).toContain("flicker");
      }
      const body = { offset: part.layout.record.offset, assume: true };
      expect(shapes(part.id, ["power", "weak"], "program", body)).toContain("flicker");
      expect(shapes(part.id, ["power", "weak"], "erase", body)).toContain("weak");
    });
  }

  it("a seal of several units with ecc as any other program of that size, but that it does not flicker", () => {
    const part = partById("lpc55s69");
    const [seal] = sealRegions(part, part.layout);
    const { offset, size } = seal!;
    for (const models of [
      ["power", "ecc"],
      ["power", "weak", "ecc"],
    ] as const) {
      const other = shapes(part.id, models, "program", { size }).filter((shape) => shape !== "unsteady");
      expect(other).toContain("prefix");
      expect(shapes(part.id, models, "program", { offset, size, assume: true })).toEqual(other);
    }
  });

  it("as is assumed of a seal only where a program lies within it", () => {
    const part = partById("stm32l476");
    const [seal] = sealRegions(part, part.layout);
    const { offset, size } = seal!;
    const flickers = (at: number, bytes: number) =>
      shapes(part.id, ["power", "weak"], "program", { offset: at, size: bytes, assume: true }).includes(
        "flicker",
      );
    expect(flickers(offset, size)).toBe(false);
    expect(flickers(offset, size + 8)).toBe(true);
    expect(flickers(offset - 8, size + 8)).toBe(true);
  });

  it("under an assumption that a report names only where weak bits make it matter", () => {
    const part = partById("nrf52840");
    const assumption = assumptionOf(part, part.layout);
    expect(new Faults(part, ["power", "weak"], assumption).assumes).toBe("decided-seal");
    expect(new Faults(part, ["power"], assumption).assumes).toBeNull();
    expect(new Faults(part, ["power", "weak"]).assumes).toBeNull();
    expect(assumptionOf(partById("tiny"), partById("tiny").layout)).toBeNull();
  });
});

describe("what counts", () => {
  const part = partById("tiny");
  const judged = (models: readonly FaultName[]) => oracleNames(new Faults(part, models).judged);

  it("is every oracle under power cuts, and by what a call can be cut is said", () => {
    expect(judged(["power", "weak"])).toEqual(ORACLES.map(({ name }) => name));
    expect(new Faults(part, ["power"])).toMatchObject({ losses: ["power"], strikes: false });
    expect(new Faults(part, ["reset"])).toMatchObject({ losses: ["reset"], strikes: false });
    expect(new Faults(part, ["reset", "power"]).losses).toEqual(["power", "reset"]);
    expect(new Faults(part, ["flip"])).toMatchObject({ losses: [], strikes: true });
    expect(new Faults(part, ["power", "write"])).toMatchObject({ losses: ["power"], strikes: true });
  });

  it.each(STRIKE_MODELS)("is safety alone under strikes, as no device survives them all: %s", (model) => {
    // A guest that believed a write which was not done may break a rule of the part by the next.
    const isFailing = model === "write" || model === "misdirected";
    expect(judged([model])).toEqual([
      "authentic",
      "no-wrong-image",
      "no-rollback",
      ...(isFailing ? [] : ["flash-rules"]),
      "boot-never-erases-slot",
      "in-bounds",
      "memory-kept",
    ]);
    expect(judged(["power", model])).toEqual(judged([model]));
  });
});

describe("a plan is refused", () => {
  const plan = (cut: Cut) => ({ cuts: [cut], reads: [] });
  const resets: readonly Cut[] = [
    { call: 1, before: true, reset: true },
    { call: 1, operation: 0, shape: "all", reset: true },
    { call: 1, retained: 0, reset: true },
  ];

  it("whose cuts end a power-up by what is not among the models", () => {
    const power = new Faults(partById("tiny"), ["power"]);
    const reset = new Faults(partById("tiny"), ["reset"]);
    const both = new Faults(partById("tiny"), ["power", "reset"]);
    for (const cut of resets) {
      expect(() => power.check(plan(cut))).toThrow(/^a reset: not among power$/);
      for (const faults of [reset, both]) expect(() => faults.check(plan(cut))).not.toThrow();
    }
    for (const cut of [
      { call: 1, before: true },
      { call: 1, operation: 0, shape: "all" },
    ] as const) {
      expect(() => reset.check(plan(cut))).toThrow(/^a loss of power: not among reset$/);
      for (const faults of [power, both]) expect(() => faults.check(plan(cut))).not.toThrow();
    }
  });

  it("with a shape that the models do not have", () => {
    const faults = new Faults(partById("tiny"), ["reset"]);
    const cut: Cut = { call: 1, operation: 0, shape: "flicker", reset: true };
    expect(() => faults.check(plan(cut))).toThrow(/^cut shape "flicker": expected one of reset/);
  });
});

describe("shapes by name", () => {
  it("have a number of their own kind, and a number has the name back", () => {
    for (const [kind, names] of [
      [abi.OP_PROGRAM, TEARS],
      [abi.OP_ERASE, ERASES],
      [abi.OP_COUNTER, COUNTERS],
    ] as const) {
      names.forEach((name, number) => {
        expect(shapeName(kind, number)).toBe(name);
        expect(shapeNumber(name)).toBe(number);
      });
    }
    expect(shapeNumber("molten" as never)).toBe(-1);
  });

  it("are all different, so that a name alone says which is meant", () => {
    const all = [...TEARS, ...ERASES, ...COUNTERS];
    expect(new Set(all).size).toBe(all.length);
  });

  it("know the one that leaves an operation whole", () => {
    expect(Object.values(KINDS).map((kind) => shapeName(kind, wholeShape(kind)))).toEqual([
      "all",
      "done",
      "new",
    ]);
  });
});
