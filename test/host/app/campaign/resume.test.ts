// A campaign that is ended early leaves a report, and goes on from it to the same end. No test asserts how long anything takes, or that
// a signal comes in time.
// @module-tag slow: command line processes that are interrupted and go on.
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaignJsonSchema } from "../../../../host/report/report-schema.js";
import { isNightly } from "../../../support/nightly.js";
import { SMALL, workplace } from "../../cli/campaign-cli.js";

const place = workplace();
afterAll(place.remove);

const CAMPAIGN = ["campaign", ...SMALL, "--depth", "2", "--workers", "1"] as const;

/** Campaigns that may come to their end before a signal reaches them, in a row: on a machine that is busy some do. */
const TRIES_MAX = 50;

/** Starts a campaign and sends it SIGINT when half of its shares are done; one that had come to its end by then is started anew. */
async function interrupted(...args: readonly string[]) {
  for (let tries = 1; ; tries++) {
    const running = place.start([...CAMPAIGN, "--progress", "lines", ...args]);
    await running.lines(args.includes("--shard") ? 4 : 8);
    running.signal("SIGINT");
    const outcome = await running.ended;
    const isWhole = [0, 1].includes(outcome.code) && !outcome.stderr.includes("interrupted; ");
    if (!isWhole || tries === TRIES_MAX) return outcome;
  }
}

beforeAll(async () => {
  await place.run(...CAMPAIGN, "--json", "whole.json");
  await interrupted("--json", "partial.json");
});

describe("Ctrl-C", () => {
  it("leaves a valid report of what is done so far, and says how to go on", async () => {
    const { code, stderr } = await interrupted("--json", "again.json");
    expect(code).toBe(3);
    const told =
      /interrupted; (\d+) of 16 shares \(\d+ %\) are complete; the report so far is in again\.json: npx everboot campaign --resume again\.json goes on with it/;
    expect(stderr).toMatch(told);
    const report = place.report("again.json");
    expect(report).toMatchObject({ verdict: "incomplete", incomplete: "interrupted", shard: null });
    expect(new Ajv2020().validate(campaignJsonSchema(), report)).toBe(true);
    const done = report.shares?.filter((part) => part.done).length ?? 0;
    expect(done).toBeGreaterThan(7);
    expect(done).toBeLessThan(16);
    expect(report.points.judged).toBeGreaterThan(0);
    expect(report.points.judged).toBeLessThan(place.report("whole.json").points.judged);
  });

  it("leaves it in .everboot where no file was named", async () => {
    const { code, stderr } = await interrupted();
    expect(code).toBe(3);
    expect(stderr).toContain(".everboot/partial.json");
    expect(place.report(".everboot/partial.json").shares).toHaveLength(16);
  });

  it("loses no earlier one, and says of a campaign in one piece that it begins anew", async () => {
    const before = place.report(".everboot/partial.json");
    const words = ["--depth", "4", "--faults", "power,reset", "--time-limit", "1"];
    const { code, stderr } = await place.run("campaign", ...SMALL, ...words);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /partial\.json: the report of an earlier campaign, which is now in \S+partial\.1\.json/,
    );
    expect(stderr).toMatch(/: the campaign is one piece, so npx everboot campaign --resume \S+ begins anew/);
    expect(place.report(".everboot/partial.1.json")).toEqual(before);
    expect(place.report(".everboot/partial.json").shares).toHaveLength(1);
  });

  it("ends at once when it comes twice", async () => {
    place.write(
      "slow.config.ts",
      `import { writeSync } from "node:fs";
      const wait = () => { writeSync(2, "waiting\\n"); for (;;); };
      export default { oracles: [{ name: "slow", demands: "x", judge: wait }] };`,
    );
    const running = place.start([
      ...["campaign", "update", "--device", "nrf52840", "--depth", "fixpoint", "--faults", "power,weak"],
      ...["--config", "slow.config.ts"],
    ]);
    await running.lines(1);
    // Two signals that are sent at once may arrive as one: the second is sent until it has arrived.
    running.signal("SIGINT");
    const again = setInterval(() => running.signal("SIGINT"), 100);
    const { code } = await running.ended;
    clearInterval(again);
    expect(code).toBe(3);
  });

  it("leaves the violations so far, with their traces", async () => {
    const { code } = await interrupted("--guest", "single-flag", "--json", "bad.json");
    const { violations } = place.report("bad.json");
    expect(code).toBe(violations.length > 0 ? 1 : 3);
    for (const { replay } of violations)
      expect(place.read(replay.split(" ")[2] ?? "")).toContain("everboot.trace");
  });
});

/** Numbers from 0 to below 1 that look random and are the same every time. */
function* drawn(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("Ctrl-C at any moment", () => {
  const draw = drawn(7);
  const moments = Array.from({ length: isNightly ? 10 : 3 }, () => ({
    lines: 1 + Math.floor(draw.next().value * 15),
    millis: Math.floor(draw.next().value * 300),
  }));

  it.each(moments)(
    "$millis ms after line $lines: a report from which the campaign goes on to the same end",
    async ({ lines, millis }) => {
      const running = place.start([...CAMPAIGN, "--progress", "lines", "--json", "moment.json"]);
      await running.lines(lines);
      await new Promise((resolve) => setTimeout(resolve, millis));
      running.signal("SIGINT");
      const { code } = await running.ended;
      // It may have come to its end by then.
      const report = place.report("moment.json");
      expect([code, report.verdict]).toEqual(report.incomplete === null ? [0, "clean"] : [3, "incomplete"]);
      expect(new Ajv2020().validate(campaignJsonSchema(), report)).toBe(true);
      const resumed = await place.run("campaign", "--resume", "moment.json", "--json", "moment.json");
      // What is complete already is not begun again.
      expect(resumed.code).toBe(report.incomplete === null ? 2 : 0);
      expect(place.textOf("moment.json")).toBe(place.textOf("whole.json"));
    },
  );

  const piece = ["campaign", ...SMALL, "--depth", "fixpoint", "--workers", "1", "--json", "piece.json"];

  it.each([
    ["2", "1"],
    ["1", "2"],
  ])("of %s workers at a fixpoint: %s go on from there to the same end", async (first, second) => {
    const words = [
      "campaign",
      "update",
      "--device",
      "nrf52840",
      "--image-size",
      "49152",
      "--depth",
      "fixpoint",
    ];
    if (first === "2") await place.run(...words, "--json", "fixpoint.json");
    const { code, stderr } = await place.run(
      ...[...words, "--workers", first, "--time-limit", "1", "--json", "limited.json"],
    );
    // It may have come to its end by then, or not have come beyond the run without faults.
    if (code === 0) return;
    expect(stderr).toMatch(/--resume limited\.json (goes on with it|begins anew)/);
    const again = ["campaign", "--resume", "limited.json", "--workers", second, "--json", "limited.json"];
    expect((await place.run(...again)).code).toBe(0);
    expect(place.textOf("limited.json")).toBe(place.textOf("fixpoint.json"));
  });

  it("is refused with the states of another campaign, or with changed ones", async () => {
    // Beyond the run without faults, and nowhere near the end.
    const long = ["campaign", "update", "--device", "nrf52840", "--depth", "fixpoint", "--workers", "1"];
    const half = async (faults: string, file: string) => {
      await place.run(...long, "--faults", faults, "--time-limit", "2", "--json", file);
      return place.report(file);
    };
    const [one, other] = [await half("power", "one.json"), await half("power,reset", "another.json")];
    const [mine, others] = [one.shares?.[0], other.shares?.[0]];
    // On a busy machine one of them may not have come so far.
    if (mine === undefined || others === undefined || mine.data === "" || others.data === "") return;
    place.write("mixed.json", JSON.stringify({ ...other, shares: [{ ...others, data: mine.data }] }));
    const { code, stderr } = await place.run("campaign", "--resume", "mixed.json");
    expect(code).toBe(2);
    expect(stderr).toMatch(/mixed\.json: share 0\/1: expected its own data as it was written/);
  });

  it("of a campaign to a fixpoint before anything was explored: it says so, and begins anew", async () => {
    place.write(
      "waiting.config.ts",
      `import { writeSync } from "node:fs";
      const wait = () => { writeSync(2, "waiting\\n"); for (;;); };
      export default { oracles: [{ name: "waits", demands: "x", judge: wait }] };`,
    );
    const running = place.start([...piece, "--config", "waiting.config.ts"]);
    await running.lines(1);
    running.signal("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/interrupted; its one share is not complete; the report so far is in piece\.json/);
    place.write(
      "waiting.config.ts",
      `export default { oracles: [{ name: "waits", demands: "x", judge: () => null }] };`,
    );
    expect((await place.run("campaign", "--resume", "piece.json", "--json", "piece.json")).code).toBe(0);
    expect(place.report("piece.json").verdict).toBe("proved");
  });

  it("while the report is being written waits for that", async () => {
    const running = place.start([...piece, "--progress", "lines"]);
    // The only share is done.
    await running.lines(1);
    running.signal("SIGINT");
    expect((await running.ended).code).toBe(0);
    expect(place.report("piece.json").verdict).toBe("proved");
  });
});

describe("--time-limit", () => {
  it("ends as Ctrl-C does", async () => {
    const { code } = await place.run(
      ...["campaign", "update", "--device", "tiny", "--faults", "flip", "--samples", "4096"],
      ...["--time-limit", "1", "--json", "time.json"],
    );
    expect(code).toBe(3);
    expect(place.report("time.json").incomplete).toBe("time limit of 1 s reached");
    expect(place.report("time.json").shares).toHaveLength(16);
  });
});

describe("--resume", () => {
  it("comes to the same as without the interruption", async () => {
    const { code } = await place.run("campaign", "--resume", "partial.json", "--json", "resumed.json");
    expect(code).toBe(0);
    expect(place.textOf("resumed.json")).toBe(place.textOf("whole.json"));
    const { effort } = place.report("resumed.json");
    expect(effort.wallSeconds).toBeGreaterThan(place.report("partial.json").effort.wallSeconds);
  });

  it("goes on with a shard, which can be merged then", async () => {
    await interrupted("--shard", "1/2", "--json", "half.json");
    expect(place.report("half.json")).toMatchObject({ shard: { index: 1, count: 2 }, verdict: "incomplete" });
    await place.run("campaign", "--resume", "half.json", "--json", "half.json");
    await place.run(...CAMPAIGN, "--shard", "2/2", "--json", "other.json");
    const { code } = await place.run("merge", "half.json", "other.json", "--json", "merged.json");
    expect(code).toBe(0);
    expect(place.textOf("merged.json")).toBe(place.textOf("whole.json"));
  });

  it("starts an unfinished share over, and keeps what is done", async () => {
    const report = place.report("partial.json");
    const shares = report.shares?.map((part) =>
      part.done && part.index > 0 ? { ...part, done: false, data: "" } : part,
    );
    place.write("less.json", JSON.stringify({ ...report, shares }));
    await place.run("campaign", "--resume", "less.json", "--json", "more.json");
    expect(place.textOf("more.json")).toBe(place.textOf("whole.json"));
  });

  const refused: readonly [string, readonly string[], RegExp][] = [
    [
      "another device",
      ["--device", "nrf52840"],
      /--device: expected tiny as in partial\.json, found nrf52840/,
    ],
    ["another depth", ["--depth", "1"], /--depth: expected 2 as in partial\.json, found 1/],
    ["other faults", ["--faults", "power,weak"], /--faults: expected power as in partial\.json/],
    ["another scenario", ["revert"], /scenario: expected update as in partial\.json, found revert/],
    ["a shard of it", ["--shard", "1/2"], /--shard: expected the whole campaign as in partial\.json/],
  ];
  it.each(refused)("refuses %s", async (_, args, message) => {
    const { code, stderr } = await place.run("campaign", "--resume", "partial.json", ...args);
    expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
    expect(stderr).toMatch(message);
  });

  it("refuses a report of another guest or images than at hand, and one that is whole", async () => {
    const report = place.report("partial.json");
    const complaint = async (name: string, change: object) => {
      place.write(name, JSON.stringify({ ...report, ...change }));
      const { code, stderr } = await place.run("campaign", "--resume", name);
      expect(code).toBe(2);
      return stderr;
    };
    const guest = { name: "boot-full", sha256: "0".repeat(64) };
    // What is done says whose it is: here nothing is.
    const shares = report.shares?.map((share) => ({ ...share, done: false, data: "" }));
    expect(await complaint("g.json", { identity: "x", guest, shares })).toMatch(
      /g\.json: expected guest boot-full \(0{12}\), found/,
    );
    expect(await complaint("i.json", { identity: "x", shares })).toMatch(
      /i\.json: of another guest, device, ABI or image/,
    );
    expect(await complaint("j.json", { job: { ...report.job, device: 3 } })).toMatch(
      /j\.json: job\.device: /,
    );
    const { code, stderr } = await place.run("campaign", "--resume", "whole.json");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/whole\.json: expected a report with shares/)]);
  });
});
