// A campaign ends when it is told to, whatever its workers are at: here they are at what never ends. No test looks at a clock,
// as machines are slow and noisy: a campaign that goes on runs into the limit that every test has.
// @module-tag slow: command line processes that are interrupted and go on.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromText } from "../core/wasm/fixtures.js";
import { SMALL, workplace } from "./campaign-cli.js";

const place = workplace();
afterAll(place.remove);

const SHARES = 16;
const IMPORTS = `
import { writeSync } from "node:fs";
import { isMainThread, threadId } from "node:worker_threads";
const tell = () => writeSync(2, "a worker is here\\n");
const forever = () => { tell(); for (;;); };
`;

/** Writes a configuration that says "a worker is here" where it stands, and answers the arguments of a campaign with it. */
function campaignWith(name: string, text: string): readonly string[] {
  place.write(name, IMPORTS + text);
  return ["campaign", ...SMALL, "--config", name];
}

/** Oracles are shown runs by the first share alone. */
const oracle = (judge: string) =>
  `export default { limits: { ownOracleRuns: 9 }, oracles: [{ name: "calm", demands: "-", judge: ${judge} }] };`;
const PATIENT = oracle("() => null");
const STUCK = oracle("forever");

/** Starts a campaign, sends it SIGINT when standard error has had so many lines, and waits for its end. */
async function interrupted(lines: number, args: readonly string[]) {
  const running = place.start(args);
  await running.lines(lines);
  running.signal("SIGINT");
  return running.ended;
}

/** Which shares of a report are done. */
function doneIn(file: string): number[] {
  const shares = place.report(file).shares ?? [];
  expect(shares).toHaveLength(SHARES);
  return shares.filter(({ done }) => done).map(({ index }) => index);
}

beforeAll(async () => {
  await place.run(...campaignWith("whole.config.ts", PATIENT), "--json", "whole.json");
});

describe("a guest call that does not return", () => {
  const spinning = () => {
    const guest = `(module (memory (export "memory") 1)
      (func (export "abiVersion") (result i32) (i32.const 1))
      (func (export "boot") (loop $again (br $again))))`;
    writeFileSync(place.path("spin.wasm"), fromText(guest));
    const text = `if (!isMainThread) tell();\nexport default { limits: { fuel: ${Number.MAX_SAFE_INTEGER} } };`;
    return [...campaignWith("spin.config.ts", text), "--guest", "spin.wasm", "--workers", "2"];
  };

  it("is ended by Ctrl-C, and the campaign can be resumed, and interrupted again", async () => {
    // One of two workers lets the canaries loose; the other has begun a share.
    const first = await interrupted(2, [...spinning(), "--json", "spin.json"]);
    expect(first.stderr).toMatch(
      /interrupted; 0 of 16 shares \(0 %\) are complete; the report so far is in spin\.json: no share of it is done, so npx everboot campaign --resume spin\.json begins anew/,
    );
    expect(first.code).toBe(3);
    expect(place.report("spin.json")).toMatchObject({ verdict: "incomplete", incomplete: "interrupted" });
    expect(doneIn("spin.json")).toEqual([]);
    const again = ["campaign", "--resume", "spin.json", "--workers", "2", "--json", "spin.json"];
    expect((await interrupted(2, again)).code).toBe(3);
    expect(doneIn("spin.json")).toEqual([]);
  });

  it("is ended by the time limit", async () => {
    const { code } = await place.run(...spinning(), "--time-limit", "3", "--json", "late.json");
    expect(code).toBe(3);
    expect(place.report("late.json").incomplete).toBe("time limit of 3 s reached");
    expect(doneIn("late.json")).toEqual([]);
  });
});

describe("work that is ended", () => {
  it("before it has begun: --resume begins canaries and shares", async () => {
    const args = campaignWith("early.config.ts", `if (!isMainThread) forever();\n${PATIENT}`);
    const { code } = await interrupted(1, [...args, "--workers", "1", "--json", "early.json"]);
    expect(code).toBe(3);
    expect(place.report("early.json").canaries).toEqual({ planted: 0, caught: 0, each: [] });
    expect(doneIn("early.json")).toEqual([]);
    campaignWith("early.config.ts", PATIENT);
    expect((await place.run("campaign", "--resume", "early.json", "--json", "early.json")).code).toBe(0);
    expect(place.textOf("early.json")).toBe(place.textOf("whole.json"));
  });

  type End = (args: readonly string[]) => ReturnType<typeof place.run>;
  const ends: readonly [string, End, number][] = [
    // Its worker says that it is there, and each of the others that it is done.
    ["Ctrl-C", (args) => interrupted(SHARES, [...args, "--progress", "lines"]), SHARES - 1],
    ["the time limit", (args) => place.run(...args, "--time-limit", "3"), 0],
  ];
  it.each(ends)("by %s: its share is open, what is done is kept", async (_, ended, doneAtLeast) => {
    const args = campaignWith("stuck.config.ts", STUCK);
    const { code, stderr } = await ended([...args, "--workers", "2", "--json", "stuck.json"]);
    expect(code).toBe(3);
    const done = doneIn("stuck.json");
    // A slow machine may have done nothing within the time limit.
    expect(stderr).toContain(done.length > 0 ? " goes on with it" : " begins anew");
    expect(done).not.toContain(0);
    expect(done.length).toBeGreaterThanOrEqual(doneAtLeast);
    campaignWith("stuck.config.ts", PATIENT);
    expect((await place.run("campaign", "--resume", "stuck.json", "--json", "stuck.json")).code).toBe(0);
    expect(place.textOf("stuck.json")).toBe(place.textOf("whole.json"));
  });

  it("by another worker's failure: the failure is told", async () => {
    const fail = `if (!isMainThread) { if (threadId === 1) forever(); throw new Error("no more"); }`;
    const args = campaignWith("fail.config.ts", `${fail}\n${PATIENT}`);
    const { code, stderr } = await place.run(...args, "--workers", "2", "--json", "fail.json");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/fail\.config\.ts.*no more/)]);
  });
});
