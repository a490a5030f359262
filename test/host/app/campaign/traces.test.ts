// A violation's line replays it: of guests, scenarios and devices of a configuration, and of a guest that is a file.
// @module-tag slow: command line processes that campaign and replay; trace.replays.test.ts shows the replaying itself.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CampaignReport } from "../../../../host/campaign/report.js";
import { partById } from "../../../../host/device/parts.js";
import { modules } from "../../../support/guests.js";
import { everboot, temporaryFolder } from "../../cli/run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const WASM = join(import.meta.dirname, "../../../../dist/wasm");
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
        /^everboot: trace line: expected a cut in call \d+: the call does not come to it\n$/,
      ],
    ] as const) {
      const { code, stdout, stderr } = await everboot("replay", (line ?? "").replace(cut, wrong));
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(message);
    }
  });

  it("is of images that the guest's own kind of key has signed, of the size that was asked for", async () => {
    const p256 = ["--device", "nrf52840", "--guest", "boot-p256", "--progress", "none", "--json", "-"];
    const words = ["--faults", "power,weak", "--assume", "none", "--image-size", "4097", "--audit", "0"];
    const { stdout: json } = await everboot("campaign", "update", ...p256, ...words);
    const [violation] = (JSON.parse(json) as CampaignReport).violations;
    expect(violation?.line).toContain(" 4097 ");
    const { code, stdout } = await everboot("replay", violation?.line ?? "");
    expect(stdout).toMatch(new RegExp(`^violated: .*${violation?.oracle}`, "m"));
    expect(code).toBe(1);
  });

  it.each([
    ["write - - s4.write@999.dropped", "a strike in call 4: the call does not come to it"],
    ["flip - - s0.read@999999.3", "a strike in call 0: the call does not come to it"],
    ["power,flip c3.before - s3.read@0.1", "a strike in call 3: the call does not come to it"],
    ["power c4.5.all,c4.6.all -", "a cut in call 4: a call is cut once"],
    [
      "power,weak c4.0.flicker r4.1,r99.1x3",
      /^weak reads in call 99: the run has \d+ calls, counted from 0$/,
    ],
  ])("of faults that do not all happen is refused: %s", async (faults, message) => {
    const { sha256 } = modules.guestPair("boot-ed25519", partById("tiny"));
    const line = `everboot/1 update tiny boot-ed25519@${sha256.slice(0, 12)} 1024 3 ${faults}`;
    const { code, stderr } = await everboot("replay", line);
    expect(code).toBe(2);
    const said = stderr.replace("everboot: trace line: expected ", "").trimEnd();
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
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
