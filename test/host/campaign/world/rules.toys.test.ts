// The small guests that ask for what surrounds them: the right ones hold to a fixpoint, each wrong one is caught.
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { readTrace } from "../../../../host/campaign/plan/trace.js";
import { tellTrace } from "../../../../host/report/run/tell.js";
import { runShare } from "../../../../host/campaign/campaign.js";
import { type CampaignOptions, WHOLE } from "../../../../host/campaign/options.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { WorldPlan } from "../../../../host/campaign/plan/world-plan.js";
import { reportOf } from "../../../../host/campaign/report-of.js";
import { partById } from "../../../../host/device/parts.js";
import type { GuestPair } from "../../../../host/campaign/plan/trace.js";
import { compile } from "../../../support/compile.js";
import { deviceModule, pairOf } from "../../../support/scenes.js";
import { WORLDS, worldGuest, worldScene } from "../../../support/world.js";

function optionsOf(
  guest: string | GuestPair,
  faults: readonly FaultName[],
  world: WorldPlan,
): CampaignOptions {
  const part = partById("tiny");
  const pair = typeof guest === "string" ? guestOf(guest) : guest;
  return {
    ...{ deviceModule, part, layout: part.layout, guest: pair, attempts: 1, faults },
    ...{ scene: worldScene(part, world), assume: true, audit: 1, depth: "fixpoint" },
    ...{ canaries: [], clock: () => ({ cpu: 0, wall: 0 }) },
  };
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Guests that run with an application beside them, and which. */
const BESIDE: Readonly<Record<string, string>> = {
  "checked-earlier beside": "takes-packets",
  "acts-once beside": "takes-packets",
};

function guestOf(name: string): GuestPair {
  return worldGuest(name.replace(" beside", ""), BESIDE[name]);
}

/** Guest, fault models, its world, and the oracles that it violates. */
const CASES: readonly (readonly [string, readonly FaultName[], WorldPlan, readonly string[]])[] = [
  ["acts-once", ["power", "link"], WORLDS.oneRequest, []],
  ["acts-once", ["link"], WORLDS.twoRequests, []],
  ["acts-first", ["link"], WORLDS.twoRequests, []],
  ["acts-first", ["power"], WORLDS.oneRequest, ["acts-once"]],
  ["by-sequence", ["link"], WORLDS.twoRequests, ["acts-once"]],
  ["window-asked", ["power", "clock"], WORLDS.window, []],
  ["clock-asked-twice", ["power"], WORLDS.window, []],
  ["clock-asked-twice", ["clock"], WORLDS.window, ["acts-in-time"]],
  ["resets-if-safe", ["power", "inputs"], WORLDS.inputs, []],
  ["checks-then-resets", ["power"], WORLDS.inputs, []],
  ["checks-then-resets", ["inputs"], WORLDS.inputs, ["undisturbed"]],
  ["challenge-drawn", ["power", "link"], WORLDS.challenged, []],
  ["challenge-constant", ["link"], WORLDS.challenged, ["acts-once"]],
  ["serial-once", ["link"], WORLDS.lines, []],
  ["serial-early", ["power"], WORLDS.lines, []],
  ["serial-early", ["link"], WORLDS.lines, ["acts-once"]],
  // A request that is one line has its CRC in it.
  ["serial-early", ["link"], { client: { ...WORLDS.lines.client, line: 64 } }, []],
  ["key-in-slot", ["power", "reset", "link"], WORLDS.key, []],
  ["key-retained", ["power"], WORLDS.key, ["secrets-kept"]],
  ["checked-earlier", ["power"], WORLDS.twoRequests, []],
  ["checked-earlier", ["power", "link"], WORLDS.oneRequest, []],
  ["checked-earlier beside", ["power"], WORLDS.twoRequests, []],
  ["checked-earlier beside", ["application"], WORLDS.twoRequests, ["answers-are-true"]],
  ["acts-once beside", ["power"], WORLDS.twoRequests, []],
  ["acts-once beside", ["power", "application"], WORLDS.twoRequests, []],
  ["acts-once beside", ["power", "link", "application"], WORLDS.oneRequest, []],
];

/** Those that take seconds: with a link, whose every packet can be damaged in seventy ways; with two requests under way beside each other. */
const isSlow = ([, faults, world]: (typeof CASES)[number]) =>
  faults.includes("link") || world === WORLDS.twoRequests;

/** Requests that are all under way at once. */
const FIVE = {
  client: { requests: ["do", "do", "do", "do", "do"], window: 5, sequences: 8, tries: 1 },
} as const satisfies WorldPlan;
const FEW_FAULTS: readonly (readonly [string, readonly FaultName[], WorldPlan, number, readonly string[]])[] =
  [
    ["acts-once", ["link"], FIVE, 2, []],
    ["by-sequence", ["link"], FIVE, 2, ["acts-once"]],
    ["acts-once", ["power", "link"], FIVE, 1, []],
    ["acts-first", ["power", "link"], FIVE, 1, ["acts-once"]],
    ["serial-once", ["power", "link"], WORLDS.lines, 2, []],
  ];

it.each(FEW_FAULTS)(
  "%s under %j to a depth, slowly",
  { tags: ["slow"] },
  (guest, faults, world, depth, oracles) => {
    const options = { ...optionsOf(guest, faults, world), depth };
    const report = reportOf(options, [runShare(options, WHOLE)], []);
    expect(report.verdict).toBe(oracles.length === 0 ? "clean" : "violated");
    expect([...new Set(report.violations.map(({ oracle }) => oracle))]).toEqual(oracles);
    expect(report.unreplayed ?? []).toEqual([]);
  },
);

it.each(CASES.filter((one) => !isSlow(one)))("%s under %j", holdsOrNot);
it.each(CASES.filter(isSlow))("%s under %j, slowly", { tags: ["slow"] }, holdsOrNot);

function holdsOrNot(...[guest, faults, world, oracles]: (typeof CASES)[number]): void {
  const options = optionsOf(guest, faults, world);
  const result = runShare(options, WHOLE);
  const report = reportOf(options, [result], []);
  expect(report.verdict).toBe(oracles.length === 0 ? "proved" : "violated");
  expect([...new Set(report.violations.map(({ oracle }) => oracle))]).toEqual(oracles);
  expect(report.unreplayed ?? []).toEqual([]);
  for (const { oracle, trace } of report.violations) {
    const facts = readTrace(JSON.parse(JSON.stringify(trace)), oracle, sha256);
    expect(tellTrace(facts, deviceModule).violations).toContain(oracle);
  }
}

/** Verdict, and why it is incomplete. */
function saidOf(options: CampaignOptions) {
  const { verdict, incomplete } = reportOf(options, [runShare(options, WHOLE)], []);
  return { verdict, incomplete };
}

it("is no proof under a model that no question meets", () => {
  expect(saidOf(optionsOf("window-asked", ["power", "link"], WORLDS.window))).toEqual({
    verdict: "incomplete",
    incomplete: "no guest asked for anything that the model link could answer otherwise",
  });
});

it("is no proof where a guest asks for the clock's seconds, and nobody says what they may be", async () => {
  const file = "assembly/canary/world/window-asked.ts";
  const binary = await compile(file, [
    { file, from: "clockInWindow }", to: "clockSeconds }" },
    {
      file,
      from: "clockInWindow(WINDOW_FROM, WINDOW_TO, 0) == 0",
      to: "clockSeconds() - WINDOW_FROM >= WINDOW_TO - WINDOW_FROM",
    },
  ]);
  const guest = pairOf("seconds", binary, binary);
  const { verdict, incomplete } = saidOf(optionsOf(guest, ["clock"], WORLDS.window));
  expect(verdict).toBe("incomplete");
  expect(incomplete).toContain("clockValues");
  const named = { ...WORLDS.window, clockValues: [0, 1, 2, 3, 4, 5] };
  expect(saidOf(optionsOf(guest, ["power", "clock"], named))).toEqual({
    verdict: "proved",
    incomplete: null,
  });
});

it.each([
  [
    "does what no packet asks for",
    "acts-once",
    ["link"],
    WORLDS.oneRequest,
    "acts-once",
    [["kit", "if (isRequest(size))", "if (size == FRAME_BYTES)"]],
  ],
  [
    "takes messages whose CRC is wrong",
    "serial-once",
    ["link"],
    WORLDS.lines,
    "acts-once",
    [["serial", "|| isSound(total)", "|| total != 0"]],
  ],
  [
    "crashes while somebody is treated",
    "resets-if-safe",
    ["inputs"],
    WORLDS.inputs,
    "undisturbed",
    [
      ["resets-if-safe", "{ resetIfSafe }", "{ input }"],
      ["resets-if-safe", "  resetIfSafe();", "  if (input(0) != 0) unreachable();"],
    ],
  ],
] as const)("a guest that %s is caught", async (_, name, faults, world, oracle, changes) => {
  const fileOf = (of: string) => `assembly/${of === "serial" ? "link" : "canary/world"}/${of}.ts`;
  const binary = await compile(
    fileOf(name),
    changes.map(([of, from, to]) => ({ file: fileOf(of), from, to })),
  );
  // One call in which something goes wrong shows it, and those are few.
  const options = { ...optionsOf(pairOf(name, binary, binary), faults, world), depth: 1 };
  const report = reportOf(options, [runShare(options, WHOLE)], []);
  expect(report.violations.map((violation) => violation.oracle)).toContain(oracle);
});

it("a trace whose answers are none is refused", () => {
  const options = optionsOf("clock-asked-twice", ["clock"], WORLDS.window);
  const { trace } = reportOf(options, [runShare(options, WHOLE)], []).violations[0]!;
  expect(trace.faults.answers).toHaveLength(2);
  for (const wrong of [{ question: -1 }, { option: 0.5 }, { call: "1" }]) {
    const answers = trace.faults.answers?.map((answer) => ({ ...answer, ...wrong }));
    const spoilt = JSON.parse(JSON.stringify({ ...trace, faults: { ...trace.faults, answers } }));
    expect(() => readTrace(spoilt, "spoilt", sha256)).toThrow(/spoilt: expected an answer by call, question/);
  }
});
