// Where a report goes: files, standard output, and what GitHub Actions reads; and what progress says.
// @module-tag slow: command line processes that campaign once for every place a report goes to.
import { existsSync, readdirSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, it } from "vitest";
import { progressWords } from "../../../host/app/terminal/progress.js";
import { SMALL, workplace } from "./campaign-cli.js";

const place = workplace();
afterAll(place.remove);

describe("a report", () => {
  it("goes to every place that is named, whole, and leaves no temporary file", async () => {
    const { code, stdout, stderr } = await place.run(
      ...["campaign", ...SMALL, "--json", "r.json", "--junit", "r.xml", "--markdown", "r.md"],
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("clean for up to 1 fault");
    expect(stdout).not.toContain("::notice");
    expect(place.read("r.xml")).toMatch(/^<\?xml .*\n<testsuites name="everboot" tests="21" failures="0"/);
    expect(place.read("r.md")).toMatch(/^### update on tiny\n\n\*\*clean/);
    expect(readdirSync(place.path(".")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const schema = await place.run("schema");
    expect(new Ajv2020().validate(JSON.parse(schema.stdout), place.report("r.json"))).toBe(true);
  });

  it("is alone on standard output as JSON, even in GitHub Actions", async () => {
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: place.path("summary.md") };
    place.write("summary.md", "before\n");
    const { stdout, stderr } = await place.start(["campaign", ...SMALL, "--json", "-"], env).ended;
    expect(JSON.parse(stdout)).toMatchObject({ scenario: "update", verdict: "clean" });
    expect(stderr).toMatch(/^::notice title=update on tiny::clean/);
    expect(place.read("summary.md")).toMatch(/^before\n### update on tiny/);
  });

  it("becomes annotations of GitHub Actions: an error for each violation", async () => {
    const args = ["campaign", ...SMALL, "--guest", "single-flag"];
    const { code, stdout } = await place.start(args, { GITHUB_ACTIONS: "true" }).ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error title=update on tiny%3A no-brick violated::/m);
    expect(existsSync(place.path("undefined"))).toBe(false);
  });

  it("that cannot be written is misuse, before anything is explored or printed", async () => {
    const { code, stdout, stderr } = await place.run("campaign", ...SMALL, "--junit", "nowhere/r.xml");
    expect([code, stdout, stderr]).toEqual([
      2,
      "",
      "everboot: --junit nowhere/r.xml: expected a place to write, found no such folder\n",
    ]);
  });
});

describe("a configuration", () => {
  it("brings devices, scenarios, defaults and oracles, whose violations replay", async () => {
    place.write(
      "everboot.config.ts",
      `export default {
  devices: { "tiny-two": { extends: "tiny" } },
  oracles: [{ name: "calm", demands: "one power-up", judge: (run) => run.calls.some((call) => call.powerUp > 1) ? "twice" : null }],
  limits: { ownOracleRuns: 7 },
  campaign: { device: "tiny-two", imageSize: 400 },
};`,
    );
    const { code, stdout } = await place.run("campaign", "--json", "own.json");
    expect(code).toBe(1);
    expect(stdout).toContain("oracles of one's own: 7 whole runs shown, seed 1");
    const { device, ownRuns, violations } = place.report("own.json");
    expect([device, ownRuns]).toEqual(["tiny-two", 7]);
    const [violation] = violations;
    expect(violation).toMatchObject({
      oracle: "calm",
      cause: "own oracle",
      says: "twice",
      states: 7,
    });
    expect(violation?.trace.faults).toEqual({ cuts: [], reads: [], strikes: [] });
    const [, ...replay] = violation?.replay.split(" ") ?? [];
    const replayed = await place.run(...replay);
    expect(replayed.code).toBe(1);
    expect(replayed.stdout).toMatch(/calm says: twice\nviolated: calm \(as the trace says\)/);
    const byLine = await place.run("replay", violation?.line ?? "");
    expect(byLine.code).toBe(1);
    expect(byLine.stdout).toMatch(/calm says: twice\nviolated: calm\n/);
    const devices = await place.run("devices", "--json");
    expect(JSON.parse(devices.stdout)[0]).toMatchObject({ id: "tiny-two" });
    const flagged = await place.run("campaign", ...SMALL, "--json", "flagged.json");
    expect([flagged.code, place.report("flagged.json").device]).toEqual([1, "tiny"]);
  });
});

describe("progress", () => {
  it("says rate, states, depth and time, and what is left where shares tell", () => {
    const progress = { judged: 5000, states: 70, open: 3, depth: 2 };
    expect(progressWords(progress, { done: 4, of: 16 }, 20_000)).toBe(
      "5000 faults judged (250/s), 70 states (3 open), depth 2, 4 of 16 shares, 0:20 elapsed, 1:00 left",
    );
    expect(progressWords(progress, { done: 0, of: 1 }, 0)).toBe(
      "5000 faults judged (0/s), 70 states (3 open), depth 2, 0:00 elapsed",
    );
  });
});
