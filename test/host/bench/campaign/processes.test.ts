// Another build, measured in processes of its own: what is said where it is the same, lacks something, fails or differs. Asserts no time.
// @module-tag slow: a process for each measurement; turns.test.ts shows the same with none.
import { mkdirSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { checkBuild } from "../../../../host/bench/campaign/build.js";
import type { Case } from "../../../../host/bench/campaign/cases.js";
import { measureInChild } from "../../../../host/bench/campaign/processes.js";
import { measureInTurns } from "../../../../host/bench/campaign/turns.js";
import { temporaryFolder } from "../../cli/run.js";
import { DIST, OTHER_STATES, buildWith } from "./builds.js";

const OWN = measureInChild(DIST, DIST);
const CUTS: Case = {
  ...{ id: "one-cut", kind: "explore", warmRounds: 1, rounds: 1 },
  of: { scenario: "update", device: "tiny", imageBytes: 512, models: ["power"], depth: 1 },
};
const folder = temporaryFolder();
afterAll(folder.remove);

describe("another build", () => {
  it("is measured in processes of its own and says the same of the same scene", async () => {
    const { rows, unlike } = await measureInTurns([CUTS], { own: OWN, other: OWN });
    expect(unlike).toEqual([]);
    expect(rows.map(({ figure, times }) => [figure, times !== undefined])).toEqual([
      ["fresh", true],
      ["warm", true],
    ]);
  });

  it.each([
    ["a file", null, "host/campaign/share-result.js"],
    ["a function", "export {};\n", "columnsOf in host/campaign/share-result.js"],
  ])("is told to lack %s that it lacks", async (name, text, what) => {
    const dist = buildWith(folder.path(name), { "host/campaign/share-result.js": text });
    checkBuild(dist, "--against");
    const { rows, unlike } = await measureInTurns([CUTS], { own: OWN, other: measureInChild(DIST, dist) });
    expect(unlike).toEqual([]);
    expect(new Set(rows.map(({ remark }) => remark))).toEqual(new Set([`the other build lacks ${what}`]));
  });

  it("is told to fail where its process ends with nothing measured", async () => {
    const dist = buildWith(folder.path("failing"), { "host/campaign/share-result.js": "process.exit(9);\n" });
    const { unlike } = await measureInTurns([CUTS], { own: OWN, other: measureInChild(DIST, dist) });
    expect(unlike).toEqual(["one-cut: the other build failed: its process ended with exit code 9"]);
  });

  it("has no ratio where it judges otherwise", async () => {
    const dist = buildWith(folder.path("other-states"), OTHER_STATES);
    const { rows, unlike } = await measureInTurns([CUTS], { own: OWN, other: measureInChild(DIST, dist) });
    expect(unlike).toEqual([
      expect.stringMatching(/^one-cut: not the same: digest [0-9a-f]{64}, in the other build [0-9a-f]{64}$/),
    ]);
    expect(rows.map(({ times, remark }) => [times, remark])).toEqual([
      [undefined, "not the same"],
      [undefined, "not the same"],
    ]);
  });

  it("is no build without what there must be", () => {
    const dist = folder.path("no-build");
    mkdirSync(dist);
    expect(() => checkBuild(dist, "--against")).toThrow(
      `--against ${dist}: expected the dist folder of a build of everboot, found none with host/cli/main.js`,
    );
  });
});
