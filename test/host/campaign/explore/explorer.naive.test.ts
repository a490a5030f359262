// The explorer against a naive one (test/support/naive.ts), which copies whole devices and does nothing but boot them: the same
// power-on states, each with the same oracles violated in its future. Never asserts how long either takes.
import { describe, expect, it } from "vitest";
import type { Exploration } from "../../../../host/campaign/explore/exploration.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import { oracleBit, oracleNames } from "../../../../host/campaign/plan/oracles.js";
import type { Device } from "../../../../host/device/device.js";
import { partById } from "../../../../host/device/parts.js";
import type { PartProfile } from "../../../../host/device/profile.js";
import * as abi from "../../../../assembly/abi.js";
import { explored, powerOnStates, prepared } from "../../../support/exploration.js";
import { guestFor, sceneOn, tinyWith } from "../../../support/guests.js";
import { type NaiveResult, exploreNaively, futureOf } from "../../../support/naive.js";
import { isNightly } from "../../../support/nightly.js";

// Sizes are such that the naive explorer, which makes some ten thousand guest calls a second, ends in seconds. Large program
// units make few operations of an image and few torn states of a Record, one attempt makes few Records. What takes
// minutes runs nightly.
interface Case {
  readonly what: string;
  readonly part: PartProfile;
  readonly guest?: string;
  readonly models: readonly FaultName[];
  readonly payload: number;
  readonly attempts?: number;
  readonly depth?: number;
  readonly oncePerOutcome?: true;
  readonly nightly?: true;
  /** Takes seconds, and another case shows as much. */
  readonly slow?: true;
  readonly scenario?: string;
  /** Oracles violated somewhere; none where it is not said. */
  readonly violated?: readonly string[];
}

const tiny = partById("tiny");
const wide = tinyWith({ programBytes: 64 });
const sealed = tinyWith({ rule: "once", record: "sealed", programBytes: 16, assumes: true });
const sealedWide = tinyWith({ rule: "once", record: "sealed", programBytes: 64, assumes: true });
const ecc = tinyWith({ rule: "once", record: "sealed", programBytes: 8, eccBytes: 8, assumes: true });
const blankFaults = tinyWith({
  rule: "once",
  record: "sealed",
  programBytes: 16,
  eccBytes: 16,
  erasedFaults: true,
  assumes: true,
});

const POWER = ["power"] as const;
const WEAK = ["power", "weak"] as const;
const ECC = ["power", "weak", "ecc"] as const;
const RESET = ["power", "reset"] as const;

const CASES: readonly Case[] = [
  { what: "a 512-byte payload, units of 64 bytes", part: wide, models: POWER, payload: 512, slow: true },
  { what: "reverting, one sector", part: wide, models: POWER, payload: 4, scenario: "revert", slow: true },
  {
    what: "a 512-byte payload, sealed, units of 16 bytes",
    part: sealed,
    models: POWER,
    payload: 512,
    slow: true,
  },
  { what: "one sector, sealed, two cuts", part: sealedWide, models: WEAK, payload: 4, depth: 2, slow: true },
  { what: "one sector, sealed", part: sealed, models: WEAK, payload: 4, oncePerOutcome: true, slow: true },
  { what: "two cuts, units of 64 bytes", part: wide, models: WEAK, payload: 4, depth: 2, slow: true },
  { what: "one cut, units of 4 bytes", part: tiny, models: WEAK, payload: 512, depth: 1, attempts: 3 },
  {
    what: "one cut, ECC over 8 bytes, every way by itself",
    part: ecc,
    models: ECC,
    payload: 4,
    depth: 1,
    slow: true,
  },
  {
    what: "a 512-byte payload, ECC over 8 bytes",
    part: ecc,
    models: ECC,
    payload: 512,
    oncePerOutcome: true,
    slow: true,
  },
  { what: "blank units that fault", part: blankFaults, models: ECC, payload: 4, oncePerOutcome: true },
  { what: "ECC without weak bits", part: ecc, models: ["power", "ecc"], payload: 4 },
  {
    what: "a wrong boot, two cuts",
    part: wide,
    guest: "single-flag",
    models: POWER,
    payload: 4,
    depth: 2,
    violated: ["no-brick"],
  },
  {
    what: "a wrong boot that counts late, reverting",
    part: wide,
    guest: "late-attempts",
    models: POWER,
    payload: 4,
    depth: 2,
    scenario: "revert",
    violated: ["trial-reverts"],
  },
  {
    what: "a boot that peeks, one cut",
    part: ecc,
    guest: "peeking",
    models: ECC,
    payload: 4,
    depth: 1,
    oncePerOutcome: true,
    violated: ["no-brick"],
  },
  { what: "resets, one sector, sealed", part: sealedWide, models: RESET, payload: 4, depth: 2, slow: true },
  {
    what: "resets alone, one sector",
    part: wide,
    models: ["reset"],
    payload: 4,
    depth: 2,
    scenario: "revert",
  },
  {
    what: "resets and weak reads, one cut",
    part: sealedWide,
    models: ["reset", "weak"],
    payload: 4,
    depth: 1,
  },
  {
    what: "a boot that a watchdog reset scares",
    part: wide,
    guest: "skittish",
    models: ["reset"],
    payload: 4,
    depth: 1,
    violated: ["no-brick"],
  },
  // Minutes: every way by itself to the end, and units of 4 bytes.
  { what: "one sector, sealed", part: sealedWide, models: WEAK, payload: 4, nightly: true },
  {
    what: "a 512-byte payload",
    part: sealed,
    models: WEAK,
    payload: 512,
    oncePerOutcome: true,
    nightly: true,
  },
  { what: "units of 4 bytes", part: tiny, models: POWER, payload: 512, nightly: true },
];

describe("a naive explorer that only boots finds the same states and verdicts", () => {
  for (const one of CASES.filter(({ nightly }) => nightly !== true || isNightly)) {
    const { part, guest = "boot-full", models, payload, attempts = 1, scenario = "update" } = one;
    const tags = one.slow === true ? ["slow"] : [];
    it(`${one.what}: ${guest}, ${part.rule}, ${models.join(",")}`, { tags }, () => {
      const wanted = {
        ...one,
        pair: guestFor(guest, part),
        scene: sceneOn(part, scenario, payload),
        attempts,
      };
      const { result } = explored(wanted);
      expect(result.incomplete).toBeNull();
      const { device, start, faults } = prepared(wanted);
      const { depth = Infinity, oncePerOutcome = false } = one;
      const naive = exploreNaively(device, wanted.scene, start, { faults, depth, oncePerOutcome });
      expect({ count: naive.states.size, digest: naive.digest }).toEqual(powerOnStates(result));
      expect(naive.states.size).toBeGreaterThan(70);
      expect(verdicts(naive)).toEqual(verdictsOf(result, device, naive));
      expect(oracleNames(naive.violations)).toEqual(oracleNames(violationsOf(result)));
      expect(oracleNames(naive.violations)).toEqual(expect.arrayContaining([...(one.violated ?? [])]));
      if (one.violated === undefined) expect(naive.violations).toBe(0);
    });
  }
});

/** By key: what is violated from there on. */
function verdicts(naive: NaiveResult): Map<string, number> {
  return new Map([...naive.states.keys()].map((key) => [key, futureOf(naive, key)]));
}

/** The same by the explorer, of the states that the naive one found. */
function verdictsOf(
  { states, futures }: Exploration,
  device: Device,
  naive: NaiveResult,
): Map<string, number> {
  const at = device.table(abi.TABLE_KEY);
  return new Map(
    [...naive.states.keys()].map((key) => {
      for (let i = 0; i < 4; i++) device.words[at + 3 - i] = parseInt(key.slice(i * 8, i * 8 + 8), 16);
      const state = states.table.get(device.words, at);
      return [key, state < 0 ? -1 : futures.violations(state)];
    }),
  );
}

/** Oracles violated anywhere, `converges` only where it is what the naive one can see too: a circle. */
function violationsOf({ findings }: Exploration): number {
  const all = findings.all.reduce((mask, { oracle }) => mask | oracleBit(oracle), 0);
  return all & ~oracleBit("converges");
}
