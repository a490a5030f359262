// Which activity a profiler's sample belongs to, and that the functions which say so are there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ACTIVITIES, type Profile, RULES, sharesOf } from "../../../../host/bench/campaign/activities.js";

const HOST = join(import.meta.dirname, "../../../../host");

/** A profile of stacks, outermost function first as "place: function", each with the microseconds in which it was seen. */
function profileOf(...stacks: readonly (readonly [micros: number, ...frames: string[]])[]): Profile {
  const nodes: { id: number; callFrame: { functionName: string; url: string }; children: number[] }[] = [];
  const add = (frame: string): number => {
    const [place = "", functionName = ""] = frame.split(": ");
    const url = place === "-" ? "" : place.startsWith("wasm:") ? place : `file:///x/dist/host/${place}.js`;
    const id = nodes.length + 1;
    nodes.push({ id, callFrame: { functionName, url }, children: [] });
    return id;
  };
  add("-: (root)");
  const samples = stacks.map(([, ...frames]) =>
    frames.reduce((parent, frame) => {
      const id = add(frame);
      nodes[parent - 1]?.children.push(id);
      return id;
    }, 1),
  );
  return { nodes, samples, timeDeltas: stacks.map(([micros]) => micros) };
}

const EXPAND = "campaign/explore/expander: expand";
const CUT = "campaign/explore/cuts: #judge";

describe("a sample", () => {
  it.each([
    ["cuts", [EXPAND, CUT, "campaign/explore/states/moments: step", "wasm://wasm/1: eraseContent"]],
    [
      "states: key, lookup, add",
      [EXPAND, CUT, "campaign/explore/states/arrivals: visit", "wasm://wasm/1: key"],
    ],
    ["states: key, lookup, add", [EXPAND, CUT, "campaign/explore/states/state-table: get"]],
    [
      "whole steps, ways there",
      [EXPAND, "campaign/explore/walker: make", "campaign/explore/states/moments: step"],
    ],
    [
      "guest calls executed",
      [EXPAND, "campaign/explore/calls: ways", "campaign/play/call: executeCall", "wasm://wasm/2: boot"],
    ],
    ["memo", [EXPAND, "campaign/explore/calls: ways", "campaign/explore/memo/tree: follow"]],
    ["outcomes told apart", [EXPAND, "campaign/explore/memo/outcomes: ofLastCall"]],
    ["rest of the exploration", [EXPAND]],
    ["rest of the exploration", ["campaign/play/call: resultOf"]],
    ["garbage collection", [EXPAND, CUT, "-: (garbage collector)"]],
  ])("of %s is that of the innermost function which says so: %j", (activity, frames) => {
    expect(sharesOf(profileOf([7, ...frames]))[activity]).toBe(1);
  });
});

it("shares are of the time in which anything ran, and every activity has one", () => {
  const shares = sharesOf(profileOf([30, EXPAND], [10, EXPAND, CUT], [60, "-: (idle)"], [-5, EXPAND]));
  expect(Object.keys(shares)).toEqual(ACTIVITIES);
  expect(shares["rest of the exploration"]).toBe(0.75);
  expect(shares["cuts"]).toBe(0.25);
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBe(1);
});

it("of nothing all shares are 0", () => {
  expect(new Set(Object.values(sharesOf({ nodes: [] })))).toEqual(new Set([0]));
});

it.each(RULES.map((rule) => [rule.place, rule] as const))(
  "%s is there, with its functions",
  (place, rule) => {
    if (place.endsWith("/")) expect(existsSync(join(HOST, place))).toBe(true);
    else {
      const source = readFileSync(join(HOST, `${place}.ts`), "utf8");
      for (const name of rule.functions ?? [])
        expect(source).toMatch(new RegExp(`^(  |export function )${name}\\(`, "m"));
    }
  },
);
