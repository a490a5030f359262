// A guest of a configuration with an application beside it: it is read, checked by its own entry, and part of what the guest's digest covers.
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadConfig } from "../../../../host/app/workspace/config.js";
import { partById } from "../../../../host/device/parts.js";
import { temporaryFolder } from "../../cli/run.js";
import { modules } from "../../../support/guests.js";
import { wasm } from "../../../support/scenes.js";

const PART = partById("tiny");

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ["acts-once", "takes-packets"]) writeFileSync(folder.path(`${name}.wasm`), wasm(name));
});
afterEach(() => folder.remove());

async function guestWith(application?: string) {
  const guest = { boot: "acts-once.wasm", agent: "acts-once.wasm" };
  const mine = application === undefined ? guest : { ...guest, application: `${application}.wasm` };
  writeFileSync(folder.path("one.json"), JSON.stringify({ guests: { mine } }));
  return modules.guestPair("mine", PART, await loadConfig("one.json", folder.path(".")));
}

it("is taken from its file, and the digest covers it", async () => {
  const [alone, beside] = [await guestWith(), await guestWith("takes-packets")];
  expect(alone.application).toBeUndefined();
  expect(Buffer.from(beside.application!)).toEqual(Buffer.from(wasm("takes-packets")));
  expect(beside.sha256).not.toBe(alone.sha256);
});

it("needs an entry of its own", async () => {
  await expect(guestWith("acts-once")).rejects.toThrow(
    /acts-once\.wasm: expected an exported function "run", found none$/,
  );
});
