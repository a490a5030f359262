// A configuration's checks: each mistake once, with the whole line that the user reads.
import { describe, expect, it } from "vitest";
import { STEPS_MAX } from "../../../host/campaign/plan/scenario.js";
import { partById } from "../../../host/device/parts.js";
import { type EverbootConfig, defineConfig } from "../../../host/config/config.js";
import { exampleConfig, exampleDevice, exampleScenario } from "./example.js";
import { complaint, deviceWith, extendedWith, imageWith, parse, scenarioWith } from "./parsing.js";

describe("a configuration", () => {
  it("may be empty", () => {
    expect(parse({})).toEqual({
      file: "everboot.config.ts",
      devices: [],
      layouts: [],
      scenarios: [],
      guests: [],
      oracles: [],
      limits: {},
      campaign: {},
    });
  });

  it("is given back by defineConfig as it is", () => {
    const config: EverbootConfig = exampleConfig;
    expect(defineConfig(config)).toBe(config);
  });

  it("that uses every field is accepted, and optional fields may be undefined", () => {
    const parsed = parse({ ...exampleConfig, campaign: { ...exampleConfig.campaign, seed: undefined } });
    expect(parsed.limits).toEqual(exampleConfig.limits);
    expect(parsed.campaign).toEqual({
      device: "mine",
      faults: ["power", "weak"],
      depth: "fixpoint",
      guest: "own",
      imageSize: 16 * 1024,
    });
    expect(parsed.guests).toEqual([
      { name: "own", boot: "boot.wasm", agent: "agent.wasm", attempts: 5 },
      { name: "boot-only", boot: "boot.wasm" },
    ]);
    expect(parsed.oracles).toEqual(exampleConfig.oracles);
  });
});

describe("an unknown key", () => {
  it.each([
    [{ device: {} }, 'device: unknown key "device", did you mean "devices"?'],
    [
      { xyzzy: 1 },
      'xyzzy: unknown key "xyzzy", expected one of devices, layouts, scenarios, guests, oracles, limits, campaign',
    ],
    [scenarioWith({ step: [] }), 'scenarios[0].step: unknown key "step", did you mean "steps"?'],
    [
      scenarioWith({ images: [{ name: "v1", verison: 1 }] }),
      'scenarios[0].images[0].verison: unknown key "verison", did you mean "version"? (and 1 more)',
    ],
    [
      imageWith({ selfTest: { afterReset: 1 } }),
      'scenarios[0].images[0].selfTest.afterReset: unknown key "afterReset", did you mean "afterResets"? (and 1 more)',
    ],
    [
      scenarioWith({ expect: { run: "v2" } }),
      'scenarios[0].expect.run: unknown key "run", did you mean "runs"? (and 1 more)',
    ],
    [
      scenarioWith({ expect: { halt: "DIGEST" } }),
      'scenarios[0].expect.halt: unknown key "halt", did you mean "halts"? (and 1 more)',
    ],
    [
      deviceWith({ sectors: [{ ...exampleDevice.sectors[0], size: 4 }] }),
      'devices.mine.sectors[0].size: unknown key "size", did you mean "sizeBytes"?',
    ],
    [
      { devices: { mine: { extend: "tiny" } } },
      'devices.mine.extend: unknown key "extend", did you mean "extends"? (and 10 more)',
    ],
    [
      extendedWith({ endurence: 5 }),
      'devices.mine.endurence: unknown key "endurence", did you mean "endurance"?',
    ],
    [
      extendedWith({ layout: { ...partById("nrf52840").layout, slotb: 1 } }),
      'devices.mine.layout.slotb: unknown key "slotb", did you mean "slotB"?',
    ],
    [
      { guests: { "my-own": { boot: "b.wasm", attempt: 1 } } },
      'guests["my-own"].attempt: unknown key "attempt", did you mean "attempts"?',
    ],
    [{ limits: { maxState: 1 } }, 'limits.maxState: unknown key "maxState", did you mean "maxStates"?'],
  ])("%j is named with its path", (value, line) => {
    expect(complaint(value)).toBe(line);
  });
});

describe("a value of the wrong kind", () => {
  it.each([
    [deviceWith({ programMin: "4" }), 'devices.mine.programMin: expected an integer 1..512, found "4"'],
    [deviceWith({ programMin: 0.5 }), "devices.mine.programMin: expected an integer 1..512, found 0.5"],
    [
      deviceWith({ rule: "thrice" }),
      'devices.mine.rule: expected "and", "once", "once-or-zero" or "twice", found "thrice"',
    ],
    [deviceWith({ erasedByte: 1 }), "devices.mine.erasedByte: expected 255 (0xFF) or 0, found 1"],
    [
      deviceWith({ endurance: undefined }),
      "devices.mine.endurance: expected an integer 1..4294967295, found nothing",
    ],
    [
      deviceWith({ sectors: [] }),
      "devices.mine.sectors: expected a list of runs of sectors, 1 to 2048, found a list of 0",
    ],
    [
      { devices: { Mine: exampleDevice } },
      'devices.Mine: expected a name: lower case words and digits joined by hyphens, at most 40 characters, found "Mine"',
    ],
    [{ devices: [] }, "devices: expected an object: names and devices, found a list of 0"],
    [{ scenarios: {} }, "scenarios: expected a list of scenarios, found an object"],
    [
      scenarioWith({ expect: undefined }),
      "scenarios[0].expect: expected either {runs: image} or {halts: reason}, found nothing",
    ],
    [
      scenarioWith({ expect: { runs: "v2", halts: "DIGEST" } }),
      "scenarios[0].expect: expected either {runs: image} or {halts: reason}, found an object",
    ],
    [
      scenarioWith({ notApplicable: ["no-brik"] }),
      /^scenarios\[0\]\.notApplicable\[0\]: expected "no-brick", .* found "no-brik"$/,
    ],
    [imageWith({ version: 256 }), "scenarios[0].images[0].version: expected an integer 0..255, found 256"],
    [
      imageWith({ securityCounter: -1 }),
      "scenarios[0].images[0].securityCounter: expected an integer 0..4294967295, found -1",
    ],
    [
      imageWith({ selfTest: "late" }),
      'scenarios[0].images[0].selfTest: expected "good", "bad" or {afterResets: 1..255}, found "late"',
    ],
    [
      imageWith({ name: "v 1" }),
      /^scenarios\[0\]\.images\[0\]\.name: expected an image's name: .* found "v 1"$/,
    ],
    [
      scenarioWith({ steps: new Array(STEPS_MAX + 1).fill({ offer: "v2" }) }),
      "scenarios[0].steps: expected a list of steps, 0 to 255, found a list of 256",
    ],
    [
      { layouts: { wide: { ...partById("tiny").layout, keys: { offset: "12kb", size: 1 } } } },
      'layouts.wide.keys.offset: expected bytes 0..4294967295: an integer, or text like "0x1f000" or "16KiB", found "12kb"',
    ],
    [
      { oracles: [{ name: "mine", demands: "all", judge: "x" }] },
      'oracles[0].judge: expected a function of a run, found "x"',
    ],
    [
      { campaign: { depth: "deep" } },
      'campaign.depth: expected an integer 1..4294967295 or "fixpoint", found "deep"',
    ],
    [
      { campaign: { faults: ["gamma"] } },
      'campaign.faults[0]: expected "power", "reset", "weak", "ecc", "flip", "write", "misdirected", "double-fetch", "link", "clock", "inputs" or "application", found "gamma"',
    ],
    [
      { devices: { mine: { programMin: 4, programMax: 4, layout: { keys: { offset: 0, size: 256 } } } } },
      "devices.mine: expected sectors, programTypicalMicros, programMaxMicros, endurance, rule, record, erasedByte, layout.slotA, layout.slotB, layout.record, found none of them",
    ],
    [
      { layouts: { mine: { keys: { offset: 0.5 } } } },
      "layouts.mine: expected keys.size, slotA, slotB, record, found none of them (and 1 more)",
    ],
    [{ guests: { own: {} } }, "guests.own.boot: expected the path of a wasm module: text, found nothing"],
    [{ limits: { workers: 0 } }, "limits.workers: expected an integer 1..256, found 0"],
  ])("%j is told with what was expected", (value, line) => {
    expect(complaint(value)).toEqual(typeof line === "string" ? line : expect.stringMatching(line));
  });

  it("is told of the whole too", () => {
    const line =
      "everboot.config.ts: expected an object with devices, layouts, scenarios, guests, oracles, limits, campaign, found";
    expect(() => parse(undefined)).toThrow(`${line} nothing`);
    expect(() => parse(() => ({}))).toThrow(`${line} a function`);
    expect(() => parse([])).toThrow(`${line} a list of 0`);
  });
});

describe("a name", () => {
  it.each([
    [
      scenarioWith({ name: "update" }),
      'scenarios[0].name: expected another name, found "update", a scenario of the package',
    ],
    [
      { devices: { tiny: exampleDevice } },
      'devices.tiny: expected another name, found "tiny", a device of the package',
    ],
    [
      { guests: { "single-flag": { boot: "b.wasm" } } },
      'guests["single-flag"]: expected another name, found "single-flag", a guest of the package',
    ],
    [
      { oracles: [{ name: "no-brick", demands: "x", judge: () => null }] },
      'oracles[0].name: expected another name, found "no-brick", an oracle of the package',
    ],
    [
      { oracles: [{ name: "ends-as-expected", demands: "x", judge: () => null }] },
      'oracles[0].name: expected another name, found "ends-as-expected", an oracle of the package',
    ],
  ])("of the package's own is refused in %j", (value, line) => {
    expect(complaint(value)).toBe(line);
  });

  it.each([
    [
      { scenarios: [exampleScenario, exampleScenario] },
      `scenarios[1].name: expected names that differ, found "${exampleScenario.name}" twice`,
    ],
    [
      scenarioWith({ images: [...exampleScenario.images, { name: "v1", version: 3 }] }),
      'scenarios[0].images[2].name: expected names that differ, found "v1" twice',
    ],
  ])("that comes twice is refused in %j", (value, line) => {
    expect(complaint(value)).toBe(line);
  });

  it.each([
    [
      scenarioWith({ start: { slotA: "v0" } }),
      'scenarios[0].start.slotA: expected an image of this scenario, found "v0", did you mean "v1"?',
    ],
    [
      scenarioWith({ start: { slotA: "v1", then: { slotA: "x" } } }),
      'scenarios[0].start.then.slotA: expected an image of this scenario, found "x", expected one of v1, v2',
    ],
    [
      scenarioWith({ start: { slotA: "v1", then: { slotB: "other" } } }),
      'scenarios[0].start.then.slotB: expected an image of this scenario, found "other", expected one of v1, v2',
    ],
    [
      scenarioWith({ steps: [{ offer: "v2" }, { offer: "other" }] }),
      'scenarios[0].steps[1].offer: expected an image of this scenario, found "other", expected one of v1, v2',
    ],
    [
      scenarioWith({ steps: [{ offer: "v2" }, { put: { slotB: "v" } }] }),
      'scenarios[0].steps[1].put.slotB: expected an image of this scenario, found "v", did you mean "v1"?',
    ],
    [
      scenarioWith({ steps: [{ damage: "slotA" }] }),
      "scenarios[0].steps[0]: expected an offer first, found what befalls the device",
    ],
    [
      scenarioWith({ steps: [{ offer: "v2" }, { damage: "slotC" }] }),
      'scenarios[0].steps[1].damage: expected "slotA", "slotB", "running", "other" or "record", found "slotC"',
    ],
    [
      scenarioWith({ steps: [{ offer: "v2" }, { selfTest: "bad", boots: 1 }] }),
      'scenarios[0].steps[1].selfTest: expected "fails", found "bad"',
    ],
    [
      scenarioWith({ steps: [{ offer: "v2" }, { counter: 8, to: 1 }] }),
      "scenarios[0].steps[1].counter: expected an integer 0..7, found 8",
    ],
    [
      {
        ...scenarioWith({ steps: [{ offer: "v2" }, { counter: 7, to: 17 }] }),
        ...extendedWith({ counterMax: 16 }),
        campaign: { device: "mine" },
      },
      "scenarios[0].steps[1].to: expected at most 16, what a counter of mine can hold, found 17",
    ],
    [
      scenarioWith({ wearMax: { record: 2 ** 32 } }),
      "scenarios[0].wearMax.record: expected an integer 0..4294967295, found 4294967296",
    ],
    [
      scenarioWith({ steps: [{ offer: "v2" }, { wait: 1 }] }),
      "scenarios[0].steps[1]: expected a step: {offer}, {damage}, {put}, {selfTest}, {counter}, found an object",
    ],
    [
      scenarioWith({ expect: { runs: "other" } }),
      'scenarios[0].expect.runs: expected an image of this scenario, found "other", expected one of v1, v2',
    ],
    [
      { guests: { own: { boot: "b.wasm", halts: { "1": "no image" } } } },
      /^guests\.own\.halts\["?1"?\]: expected a reason's name: upper case .*, found "no image"$/,
    ],
    [
      { guests: { own: { boot: "b.wasm", halts: { one: "NO_IMAGE" } } } },
      'guests.own.halts.one: expected an object: numbers 0..4294967295 and names of reasons, found "one"',
    ],
    [
      scenarioWith({ expect: { halts: "DIGETS" } }),
      'scenarios[0].expect.halts: expected a reason of assembly/abi.ts or one that a guest names, found "DIGETS", did you mean "DIGEST"?',
    ],
    [
      scenarioWith({ expect: { halts: "OK" } }),
      /^scenarios\[0\]\.expect\.halts: expected a reason of assembly\/abi\.ts or one that a guest names, found "OK", expected one of MAGIC, /,
    ],
    [
      extendedWith({ extends: "nrf52480" }),
      'devices.mine.extends: expected a device of the package, found "nrf52480", did you mean "nrf52840"?',
    ],
    [
      { campaign: { device: "tinny" } },
      'campaign.device: expected a device, found "tinny", did you mean "tiny"?',
    ],
    [
      { campaign: { guest: "boot-ful" } },
      'campaign.guest: expected a guest or a path that ends in .wasm, found "boot-ful", did you mean "boot-full"?',
    ],
  ])("that refers to nothing is refused in %j", (value, line) => {
    expect(complaint(value)).toEqual(typeof line === "string" ? line : expect.stringMatching(line));
  });

  it("of a counter may fill it, and where no device is named, it is held against none", () => {
    const counting = (to: number) => ({
      ...scenarioWith({ steps: [{ offer: "v2" }, { counter: 7, to }] }),
      ...extendedWith({ counterMax: 16 }),
    });
    expect(parse({ ...counting(16), campaign: { device: "mine" } }).scenarios).toHaveLength(1);
    expect(parse({ ...counting(17), campaign: { device: "tiny" } }).scenarios).toHaveLength(1);
    expect(parse(counting(17)).scenarios).toHaveLength(1);
  });

  it("of a guest may be a path", () => {
    expect(parse({ campaign: { guest: "./build/boot.wasm" } }).campaign.guest).toBe("./build/boot.wasm");
  });
});

describe("fault models", () => {
  it("have power among them, and come once", () => {
    expect(complaint({ campaign: { faults: ["weak"] } })).toBe(
      'campaign.faults: expected "power" among them, found weak',
    );
    expect(complaint({ campaign: { faults: ["power", "power"] } })).toBe(
      "campaign.faults: expected each once, found power, power",
    );
  });
});
