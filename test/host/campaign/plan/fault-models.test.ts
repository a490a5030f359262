// Lists of fault models as text: read in any order, refused where they make no sense together, each with a source. Never lets a
// fault strike.
import { describe, expect, it } from "vitest";
import {
  FAULT_MODELS,
  type FaultName,
  STRIKE_MODELS,
  WORLD_MODELS,
  parseFaults,
} from "../../../../host/campaign/plan/fault-models.js";
import { Faults } from "../../../../host/campaign/plan/faults.js";
import { MisuseError } from "../../../../host/core/errors.js";
import { partById } from "../../../../host/device/parts.js";

describe("a list of fault models", () => {
  it("is read in any order, and comes back in one", () => {
    expect(parseFaults("ecc, weak ,power")).toEqual(["power", "weak", "ecc"]);
    expect(parseFaults("power")).toEqual(["power"]);
    expect(parseFaults("weak,reset")).toEqual(["reset", "weak"]);
    expect(parseFaults("reset,power")).toEqual(["power", "reset"]);
  });

  it("is refused with an unknown model, which it names", () => {
    expect(() => parseFaults("power,wet")).toThrow(
      new MisuseError(
        'unknown fault model "wet", expected some of power, reset, weak, ecc, flip, write, misdirected, double-fetch, link, clock, inputs, application, did you mean "weak"?',
      ),
    );
    expect(() => parseFaults("")).toThrow(MisuseError);
  });

  it("is refused where weak or ecc come without power or reset: a cut alone leaves such cells", () => {
    for (const text of ["weak,ecc", "weak", "flip,ecc"])
      expect(() => parseFaults(text)).toThrow(
        new MisuseError(
          `fault models: weak and ecc say what a cut leaves, expected power or reset with them, found ${text}`,
        ),
      );
  });

  it("may hold strikes alone: they need no cut", () => {
    for (const name of STRIKE_MODELS) expect(parseFaults(name)).toEqual([name]);
    expect(parseFaults("double-fetch,flip")).toEqual(["flip", "double-fetch"]);
  });

  it("leaves the others for reports to say that they were not modelled", () => {
    const missing = (models: readonly FaultName[], part = "stm32l476") =>
      FAULT_MODELS.map(({ name }) => name).filter((name) =>
        new Faults(partById(part), models).notModelled.some((line) => line.startsWith(`${name}: `)),
      );
    expect(missing(["power"])).toEqual(["reset", "weak", "ecc", ...STRIKE_MODELS, ...WORLD_MODELS]);
    expect(missing(["power", "reset", "weak", "ecc"])).toEqual([...STRIKE_MODELS, ...WORLD_MODELS]);
    expect(missing(FAULT_MODELS.map(({ name }) => name))).toEqual([]);
    // A part without an error-correcting code has nothing that could be so.
    expect(missing(["power", "ecc"], "tiny")).toEqual([
      "reset",
      "weak",
      "ecc",
      ...STRIKE_MODELS,
      ...WORLD_MODELS,
    ]);
  });

  it("gives every model a source", () => {
    for (const { sources, lets } of FAULT_MODELS) {
      expect(sources.length).toBeGreaterThan(0);
      expect(lets.length).toBeGreaterThan(0);
    }
  });
});
