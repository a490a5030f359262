// Look-up by name: one's own and the package's, and errors that name what there is.
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../../host/campaign/plan/scenarios.js";
import { parseConfig } from "../../../host/config/parse.js";
import {
  guestOf,
  hasLayout,
  layoutOf,
  partOf,
  partsOf,
  scenarioOf,
  scenariosOf,
} from "../../../host/config/resolve.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import { exampleConfig } from "./example.js";

const config = parseConfig(exampleConfig, { file: "everboot.config.ts", guestNames: [] });

describe("by name", () => {
  it("a device is found in the configuration and in the package", () => {
    expect(partOf(config, "mine")).toBe(config.devices[0]);
    expect(partOf(config, "tiny")).toBe(partById("tiny"));
    expect(partOf(undefined, "tiny")).toBe(partById("tiny"));
    expect(partsOf(config).map(({ id }) => id)).toEqual(["mine", "nrf-worn", ...PARTS.map(({ id }) => id)]);
    expect(() => partOf(config, "mime")).toThrow(
      `unknown device "mime", expected one of mine, nrf-worn, ${PARTS.map(({ id }) => id).join(", ")}, did you mean "mine"?`,
    );
  });

  it("a scenario is found in the configuration and in the package", () => {
    expect(scenarioOf(config, "spoilt")).toBe(config.scenarios[1]);
    expect(scenarioOf(undefined, "revert")).toBe(SCENARIOS[1]);
    expect(scenariosOf(config)).toEqual([...config.scenarios, ...SCENARIOS]);
    expect(() => scenarioOf(undefined, "spoilt")).toThrow(
      `unknown scenario "spoilt", expected one of ${SCENARIOS.map(({ name }) => name).join(", ")}`,
    );
  });

  it("a layout is the part's own or the configuration's, checked against the part", () => {
    const mine = partOf(config, "mine");
    expect(layoutOf(config, mine, undefined)).toBe(mine.layout);
    expect(layoutOf(config, mine, "small")).toEqual(mine.layout);
    expect([hasLayout(config, "small"), hasLayout(config, "other"), hasLayout(undefined, "small")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => layoutOf(config, mine, "smal")).toThrow(
      'unknown layout "smal", expected one of small, did you mean "small"?',
    );
    expect(() => layoutOf(undefined, mine, "small")).toThrow('unknown layout "small", expected none');
    expect(() => layoutOf(config, partById("tiny"), "small")).toThrow(
      /^everboot\.config\.ts: layouts\.small: .* of tiny$/,
    );
  });

  it("a guest is the configuration's or none", () => {
    expect(guestOf(config, "boot-only")).toEqual({ name: "boot-only", boot: "boot.wasm" });
    expect(guestOf(config, "boot-full")).toBeUndefined();
    expect(guestOf(undefined, "own")).toBeUndefined();
  });
});
