// Packed shares: what is read back is what was packed, and what is damaged is refused by name.
import { decode, encode } from "cborg";
import { describe, expect, it } from "vitest";
import { packShare, unpackShare } from "../../../../host/campaign/packed/share-bytes.js";
import type { ShareResult } from "../../../../host/campaign/share-result.js";
import { MisuseError } from "../../../../host/core/errors.js";

const PLAN = {
  cuts: [
    { call: 3, operation: 0, shape: "one-only" },
    { call: 4, operation: 2, shape: "half", reset: true },
    { call: 5, before: true },
    { call: 5, before: true, reset: true },
    { call: 6, retained: 1, reset: true },
  ],
  reads: [{ call: 4, choices: [0, 1, 2] }],
  strikes: [
    { call: 1, strike: { kind: "flip", offset: 0x20000, bit: 31 } },
    { call: 2, strike: { kind: "ram", read: 7, address: 300, bit: 7 } },
    { call: 2, strike: { kind: "write", operation: 5, effect: "stray", bit: 9 } },
    { call: 5, strike: { kind: "counter", id: 0, bit: 2 } },
  ],
  answers: [
    { call: 3, question: 0, option: 73 },
    { call: 4, question: 14, option: 1 },
  ],
} as const;

const PART: ShareResult = {
  index: 2,
  count: 5,
  states: {
    keys: Uint32Array.of(1, 2, 3, 0xffffffff, 5, 6, 7, 8),
    depths: Uint32Array.of(0, 1),
    powerOn: Uint8Array.of(1, 0),
    judged: Uint32Array.of(70_000, 2),
    lost: Uint32Array.of(69_000, 0),
    violations: Uint32Array.of(0, 0x4000_0001),
  },
  findings: [{ oracle: "no-brick", cause: "boot, erase", faults: 3, item: 7, plan: PLAN }],
  unreplayed: [{ oracle: "converges", cause: "before firmware, reset", faults: 1, item: 2, plan: PLAN }],
  survival: {
    unread: 9,
    fields: [
      {
        ...{ kind: "rest", field: "keys", total: 3, sampled: 0, survived: 1, asExpected: 1 },
        endings: { "boot halts: DIGEST": 2 },
        flips: [
          [4, 0x8000_0000],
          [0x7fffc, 1],
        ],
        places: ["read@3.4"],
      },
    ],
  },
  around: { met: ["link", "inputs"], clients: ["0".repeat(32), "0123456789abcdef".repeat(2)] },
  planned: 70_002,
  cuts: 12,
  fixpoint: true,
  gaveUp: false,
  powerUpsToRest: 4,
  wear: {
    slots: { erases: 2, sector: 136, offset: 0x88000, bound: 1 },
    record: { erases: 0, sector: null, offset: null, bound: 16 },
  },
  incomplete: null,
  own: { runs: 3, findings: [{ oracle: "few-erases", says: "9 erases", plan: PLAN, runs: 2 }] },
  wholeRuns: [{ plan: PLAN, states: ["00ff00ff00ff00ff00ff00ff00ff00ff"], violations: ["no-brick"] }],
  suspended: null,
  effort: { cpuSeconds: 0.5, wallSeconds: 0.25, bootsExecuted: 3, callsAudited: 1 },
};

/** What is spoilt of a packed part. */
interface Packed {
  readonly states: object;
  readonly around: object;
  readonly survival: { readonly fields: readonly [{ readonly flips: object }] };
  readonly findings: readonly [
    { readonly plan: { readonly cuts: string[]; readonly strikes: readonly [object] } },
  ];
}

/** The packed part with one field exchanged. */
function spoilt(change: (packed: Packed) => void): Uint8Array {
  const packed = decode(packShare(PART)) as Packed;
  change(packed);
  return encode(packed);
}

describe("a packed share", () => {
  it("is read back as it was, its fields in the same order", () => {
    const back = unpackShare(packShare(PART), "part");
    expect(back).toEqual(PART);
    expect(JSON.stringify([back.findings, back.unreplayed])).toBe(
      JSON.stringify([PART.findings, PART.unreplayed]),
    );
  });

  it("need not have oracles of one's own, may be incomplete and empty", () => {
    const { own, ...rest } = PART;
    expect(own).toBeDefined();
    const none = new Uint32Array(0);
    const counts = { judged: none, lost: none, violations: none };
    const states = { keys: none, depths: none, powerOn: new Uint8Array(0), ...counts };
    const part = { ...rest, states, incomplete: "why" };
    expect(unpackShare(packShare(part), "part")).toEqual(part);
  });

  it("has no losses of packets where none can be lost", () => {
    const part = { ...PART, states: { ...PART.states, lost: new Uint32Array(0) } };
    expect(unpackShare(packShare(part), "part")).toEqual(part);
  });

  it("keeps words little-endian", () => {
    const { states } = decode(packShare(PART)) as { states: { judged: Uint8Array } };
    expect([...states.judged]).toEqual([0x70, 0x11, 1, 0, 2, 0, 0, 0]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["no CBOR", Uint8Array.of(0xff), /^part: expected a packed share, found damaged bytes/],
    ["cut short", packShare(PART).subarray(0, -3), /^part: expected a packed share, found damaged bytes/],
    ["null", encode(null), /^part: expected a packed share of version 8, found undefined/],
    [
      "another version",
      spoilt((packed) => Object.assign(packed, { version: 9 })),
      /^part: expected a packed share of version 8, found 9/,
    ],
    [
      "too few keys",
      spoilt(({ states }) => Object.assign(states, { keys: new Uint8Array(16) })),
      /^part: states.keys: expected 8 entries, found 4/,
    ],
    [
      "too many power-on marks",
      spoilt(({ states }) => Object.assign(states, { powerOn: new Uint8Array(3) })),
      /^part: states.powerOn: expected 2 entries, found 3/,
    ],
    [
      "losses of one state alone",
      spoilt(({ states }) => Object.assign(states, { lost: new Uint8Array(4) })),
      /^part: states.lost: expected 2 entries, found 1/,
    ],
    [
      "a client's digest cut short",
      spoilt(({ around }) => Object.assign(around, { clients: ["00"] })),
      /^part: damaged share, around.clients.0/,
    ],
    [
      "half a word",
      spoilt(({ states }) => Object.assign(states, { judged: new Uint8Array(7) })),
      /^part: states.judged: expected a multiple of 4 bytes, found 7/,
    ],
    [
      "flips without masks",
      spoilt(({ survival }) => Object.assign(survival.fields[0].flips, { masks: new Uint8Array(4) })),
      /^part: flips.masks: expected 2 entries, found 1/,
    ],
    [
      "an unknown strike",
      spoilt(({ findings }) => Object.assign(findings[0].plan.strikes[0], { strike: "flop@1" })),
      /^part: expected a strike like .*, found flop@1/,
    ],
    [
      "an unknown cut",
      spoilt(({ findings }) => (findings[0].plan.cuts[0] = "c3.0.molten")),
      /^part: trace line: expected a cut like .*, found c3\.0\.molten/,
    ],
    [
      "an unknown oracle",
      spoilt(({ findings }) => Object.assign(findings[0], { oracle: "nobody" })),
      /^part: damaged share, findings.0.oracle: /,
    ],
    [
      "a share beyond the last",
      spoilt((packed) => Object.assign(packed, { index: 5 })),
      /^part: expected a share below 5, found 5/,
    ],
    [
      "a field that nobody knows",
      spoilt((packed) => Object.assign(packed, { more: 1 })),
      /^part: damaged share/,
    ],
  ])("is refused where it is damaged: %s", (_, bytes, message) => {
    expect(() => unpackShare(bytes, "part")).toThrow(MisuseError);
    expect(() => unpackShare(bytes, "part")).toThrow(message);
  });
});
