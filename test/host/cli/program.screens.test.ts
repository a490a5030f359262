// What a person sees of the commands that are quick, at 80 columns: compared with committed text. The screens of budget, gallery and
// matrix are compared where these run anyway.
// @module-tag slow: a process for each command.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ORACLES } from "../../../host/campaign/plan/oracles.js";
import { FAULT_MODELS } from "../../../host/campaign/plan/fault-models.js";
import { Faults } from "../../../host/campaign/plan/faults.js";
import { partById } from "../../../host/device/parts.js";
import { placeFixedKeys } from "../../support/findings.js";
import { screenOf } from "../../support/screens.js";

const MAIN = join(import.meta.dirname, "../../../dist/host/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "everboot-screens-"));
const SMALL = ["--image-size", "224", "--workers", "1"];

beforeAll(() => placeFixedKeys(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function everboot(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

/** A text in one line, as it was before it was wrapped. */
function unwrapped(text: string): string {
  return text.replace(/\s+/g, " ");
}

describe("the screen", () => {
  it.each([
    ["campaign", 0, ["campaign", "update", ...SMALL]],
    ["campaign-violated", 1, ["campaign", "update", "--guest", "single-flag", ...SMALL]],
    [
      "campaign-survives",
      0,
      ["campaign", "both-bad", "--device", "tiny", "--faults", "flip", "--samples", "8", ...SMALL],
    ],
    ["devices", 0, ["devices"]],
    ["faults", 0, ["faults"]],
    ["oracles", 0, ["oracles"]],
    ["scenarios", 0, ["scenarios"]],
  ])("of %s fits 80 columns and is as ever", async (name, code, words) => {
    const found = everboot(...words);
    expect([found.code, found.stderr]).toEqual([code, ""]);
    await expect(screenOf(found.stdout)).toMatchFileSnapshot(`screens/${name}.txt`);
  });

  it("of everboot alone is its help, and that is no error", () => {
    const { code, stdout, stderr } = everboot();
    expect([code, stderr]).toEqual([0, ""]);
    expect(screenOf(stdout)).toBe(everboot("--help").stdout);
  });
});

describe("everboot faults", () => {
  it("lists everything that a report says is not modelled", () => {
    const listed = unwrapped(everboot("faults").stdout);
    const faults = [
      new Faults(partById("stm32l476"), ["power"]),
      new Faults(partById("tiny"), ["power", "ecc"]),
      new Faults(partById("tiny"), ["power"], null, { tears: "dense" }),
    ];
    for (const line of faults.flatMap(({ notModelled }) => notModelled))
      expect(listed).toContain(line.startsWith("ecc: the part") ? line.slice("ecc: ".length) : line);
    expect(FAULT_MODELS.length).toBeGreaterThan(5);
  });
});

describe("everboot oracles", () => {
  it("prints JSON, those of a configuration among them", () => {
    writeFileSync(
      join(folder, "everboot.config.mjs"),
      `export default { oracles: [{ name: "few-erases", demands: "no run erases more than five sectors", judge: () => null }] };\n`,
    );
    const own = { name: "few-erases", demands: "no run erases more than five sectors" };
    const { stdout } = everboot("oracles", "--json", "--config", "everboot.config.mjs");
    expect(JSON.parse(stdout)).toEqual([...ORACLES, own]);
    const text = everboot("oracles", "--config", "everboot.config.mjs").stdout;
    rmSync(join(folder, "everboot.config.mjs"));
    expect(text).toMatch(/\nof the configuration:\nfew-erases: no run erases more than five sectors\n$/);
  });
});

describe("everboot words", () => {
  it("prints every term of the glossary, within the screen", () => {
    const terms = JSON.parse(everboot("words", "--json").stdout) as { term: string; meaning: string }[];
    expect(terms.map(({ term }) => term)).toEqual(expect.arrayContaining(["part", "fault", "cut", "strike"]));
    const text = unwrapped(screenOf(everboot("words").stdout));
    for (const { term, meaning } of terms) expect(text).toContain(`${term}: ${meaning}`);
  });

  it("prints one term", () => {
    expect(everboot("words", "Cut").stdout).toMatch(/^cut: .*\n( {2}.*\n)*$/);
  });

  it("refuses a word that it does not have, and says which is near", () => {
    const { code, stdout, stderr } = everboot("words", "strik");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/found "strik", did you mean "strike"\?\n$/);
  });
});
