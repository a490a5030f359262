// A violation's line replays it: of guests, scenarios and devices of a configuration, and of a guest that is a file.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CampaignReport } from "../../../host/campaign/report.js";
import { everboot, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const WASM = join(import.meta.dirname, "../../../dist/wasm");
const SMALL = ["--image-size", "700", "--progress", "none", "--json", "-"];

/** The package's canary with a single flag as a guest of one's own, on a part and in a scenario of one's own. */
function configured(name: string): string {
  const config = folder.path(name);
  const guest = (which: string) => join(WASM, `single-flag-${which}.wasm`);
  const scenario = {
    ...{ name: "one-update", title: "v1, then v2", expect: { runs: "v2" } },
    images: ["v1", "v2"].map((image, index) => ({ name: image, version: index + 1 })),
    ...{ start: { slotA: "v1" }, steps: [{ offer: "v2" }] },
  };
  const own = { boot: guest("boot"), agent: guest("agent"), attempts: 2 };
  const devices = { "tiny-again": { extends: "tiny", title: "tiny under another name" } };
  writeFileSync(config, JSON.stringify({ guests: { own }, devices, scenarios: [scenario] }));
  return config;
}

/** The first violation of a campaign. */
async function violationOf(...words: readonly string[]) {
  const { stdout } = await everboot("campaign", ...words, ...SMALL);
  const [violation] = (JSON.parse(stdout) as CampaignReport).violations;
  if (violation === undefined) throw new Error(`nothing violated: ${words.join(" ")}`);
  return violation;
}

describe("a violation's line", () => {
  it.each([
    ["the guest", ["update", "--device", "tiny"]],
    ["guest, device and scenario", ["one-update", "--device", "tiny-again"]],
  ])("names the configuration that has %s, and replays the run", async (what, words) => {
    const config = configured(`${what} of.json`);
    const { line, oracle } = await violationOf(...words, "--guest", "own", "--config", config);
    expect(line).toContain(" own@");
    expect(line?.endsWith(` config=${config.replaceAll(" ", "%20")}`)).toBe(true);
    const { code, stdout } = await everboot("replay", line ?? "");
    expect(stdout).toMatch(new RegExp(`^violated: .*${oracle}`, "m"));
    expect(code).toBe(1);
  });

  it("of which a digit is wrong is no replay: what does not happen is said", async () => {
    const words = ["update", "--device", "tiny", "--guest", "single-flag"];
    const { line } = await violationOf(...words);
    const [, cut = ""] = / (c\d+\.\d+\.\S+) /.exec(line ?? "") ?? [];
    const [call = "", operation = ""] = cut.slice(1).split(".");
    for (const [wrong, message] of [
      [
        cut.replace(`c${call}.`, "c9999."),
        /^everboot: trace line: expected a cut in call 9999: the run has \d+ calls, counted from 0\n$/,
      ],
      [
        cut.replace(`.${operation}.`, ".9999."),
        /^everboot: trace line: expected a cut in call \d+: call \d+ does not come to it\n$/,
      ],
    ] as const) {
      const { code, stdout, stderr } = await everboot("replay", (line ?? "").replace(cut, wrong));
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(message);
    }
  });

  it("is of images that the guest's own kind of key has signed", async () => {
    const { code, stdout } = await everboot(
      "campaign",
      "update",
      "--device",
      "tiny",
      "--guest",
      "boot-p256",
      ...SMALL,
    );
    expect([code, (JSON.parse(stdout) as CampaignReport).verdict]).toEqual([0, "clean"]);
  });

  it("names a guest that is a file by its path", async () => {
    const { line, oracle } = await violationOf(
      ...["update", "--device", "tiny", "--guest", join(WASM, "single-flag-boot.wasm")],
    );
    const { code, stdout } = await everboot("replay", line ?? "");
    expect(stdout).toMatch(new RegExp(`^violated: .*${oracle}`, "m"));
    expect(code).toBe(1);
  });
});
