// A configuration that uses every field, and the smallest device and scenario. Test data only.
import type { EverbootConfig, ScenarioConfig, WholeDeviceConfig } from "../../../host/config/config.js";

export const exampleDevice = {
  sectors: [{ count: 64, sizeBytes: 4096, eraseTypicalMicros: 50, eraseMaxMicros: 60 }],
  programMin: 8,
  programMax: 16,
  programTypicalMicros: 10,
  programMaxMicros: 20,
  endurance: 10_000,
  rule: "once",
  ecc: { unitBytes: 8 },
  record: "sealed",
  assumes: "decided-seal",
  erasedByte: 0xff,
  layout: {
    keys: { offset: 0, size: 4096 },
    slotA: { offset: "0x2000", size: "64KiB" },
    slotB: { offset: "0x12000", size: 0x10000 },
    record: { offset: 0x30000, size: "8KiB" },
  },
} as const satisfies WholeDeviceConfig;

export const exampleScenario = {
  name: "plain-update",
  images: [
    { name: "v1", version: 1 },
    { name: "v2", version: 2 },
  ],
  start: { slotA: "v1" },
  steps: [{ offer: "v2" }],
  expect: { runs: "v2" },
} as const satisfies ScenarioConfig;

export const exampleWorld = {
  clock: 0,
  clockValues: [0, 5],
  window: { from: 2, to: 4 },
  inputs: ["consent", "patient"],
  client: { requests: ["do", "challenged", "key"], window: 2, sequences: 2, tries: 0, line: 40 },
} as const satisfies ScenarioConfig["world"];

export const exampleConfig = {
  devices: {
    mine: { ...exampleDevice, title: "Mine", counterMax: 64, notes: ["Made up."] },
    "nrf-worn": { extends: "nrf52840", endurance: 100 },
  },
  layouts: { small: exampleDevice.layout },
  scenarios: [
    exampleScenario,
    {
      name: "spoilt",
      title: "v2 is spoiled and refused",
      images: [
        { name: "v1", version: 1, securityCounter: 5, selfTest: { afterResets: 1 }, linkedFor: "A" },
        { name: "v2", version: 2, selfTest: "bad", spoiled: "truncated" },
      ],
      start: { slotA: "v1", settled: false, then: { slotB: "v2" } },
      steps: [{ offer: "v2", until: "refused" }],
      expect: { runs: "v1" },
      otherwise: "trial-reverts",
      wearMax: { slots: 2, record: 16 },
      notApplicable: ["update-completes", "converges"],
      world: exampleWorld,
    },
  ],
  guests: {
    own: { boot: "boot.wasm", agent: "agent.wasm", attempts: 5 },
    "boot-only": { boot: "boot.wasm" },
  },
  oracles: [
    {
      name: "short-runs",
      demands: "at most 20 calls",
      judge: (run) => (run.calls.length > 20 ? "long" : null),
    },
  ],
  limits: { maxStates: 1000, timeLimitSeconds: 60, workers: 2, ownOracleRuns: 100, fuel: 2 ** 40 },
  campaign: {
    device: "mine",
    faults: ["power", "weak"],
    depth: "fixpoint",
    guest: "own",
    imageSize: "16KiB",
  },
} satisfies EverbootConfig;
