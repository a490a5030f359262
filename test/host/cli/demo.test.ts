// `everboot demo`, the main job: both scenarios are proved, and find what they found ever.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { CampaignReport } from "../../../host/campaign/report.js";
import { findingsOf, placeFixedKeys } from "../../support/findings.js";

const MAIN = join(import.meta.dirname, "../../../dist/host/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "everboot-demo-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("proves update and revert, and finds the same states, counts and verdicts as ever", async () => {
  placeFixedKeys(folder);
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, "demo"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^VERDICT: proved for any number of power cuts/m);
  const reports = JSON.parse(readFileSync(join(folder, ".everboot/report.json"), "utf8")) as CampaignReport[];
  await expect(findingsOf(reports)).toMatchFileSnapshot("findings/demo.txt");
});
