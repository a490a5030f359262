// Demo scenes of the built command line: their keys are made once, whoever comes first.
import { execFile } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { temporaryFolder } from "../../cli/run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const BUILT = pathToFileURL("dist/host/app/workspace/scene.js").href;
/** Prints what depends on both keys: the key table, and the image that the foreign one signed. */
const PROGRAM = `
  const { demoScene, scenarioOf, targetOf } = await import(${JSON.stringify(BUILT)});
  const { images, keyTable } = demoScene(scenarioOf("tampered"), targetOf("tiny"), { imageSizeBytes: 300 });
  const { bytes } = images.find(({ name }) => name.startsWith("foreign-key"));
  console.log(Buffer.concat([keyTable, bytes]).toString("hex"));
`;

function printed(): Promise<string> {
  return new Promise((resolve, reject) => {
    const argv = ["--input-type=module", "--eval", PROGRAM];
    execFile(process.execPath, argv, { cwd: folder.path(".") }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

it("processes that start at once agree on the keys that they make, and so do later ones", async () => {
  const atOnce = await Promise.all(Array.from({ length: 8 }, printed));
  expect(new Set([...atOnce, await printed()]).size).toBe(1);
  const keys = join(folder.path("."), ".everboot/keys");
  expect(readdirSync(keys).sort()).toEqual(["demo-ed25519.pem", "foreign-ed25519.pem"]);
  for (const file of readdirSync(keys)) expect(statSync(join(keys, file)).mode & 0o777).toBe(0o600);
});
