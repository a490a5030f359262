// The templates' agents install an update once where nothing goes wrong: each sector of a slot is erased, and each unit
// programmed, at most once.
// @module-tag slow: builds projects and runs their campaigns.
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDevice } from "../../../dist/host/index.js";
import type { Region } from "../../../host/device/profile.js";
import { partById } from "../../../host/device/parts.js";
import { skippedFor } from "../../support/tools.js";
import { temporaryFolder } from "./run.js";
import { LANGUAGES, MISSING, build, projectsIn } from "./projects.js";

const folder = temporaryFolder();
afterAll(folder.remove);
const { init } = projectsIn(folder);

const IMAGE_BYTES = 1024;
const DEVICES = ["nrf52840", "stm32h743"];
const SCENARIOS = ["update", "revert"];

/** How often each place of a slot was erased, and how often programmed, in a run without faults. */
async function workIn(config: string, device: string, scenario: string) {
  const request = { config, guest: "mine", device, scenario, imageSizeBytes: IMAGE_BYTES };
  const { calls, violations } = (await openDevice(request)).run();
  expect(violations).toEqual([]);
  const operations = calls.flatMap((call) => call.operations);
  const { slotA, slotB } = partById(device).layout;
  return [slotA, slotB].map((slot) => ({
    erases: timesIn(slot, operations, "erase"),
    programs: timesIn(slot, operations, "program"),
  }));
}

/** How often an operation of a kind was done at each offset of a region where it was. */
function timesIn(
  { offset, size }: Region,
  operations: readonly { readonly kind: string; readonly offset?: number }[],
  kind: string,
): number[] {
  const times = new Map<number, number>();
  for (const operation of operations) {
    const at = operation.offset ?? -1;
    if (operation.kind !== kind || at < offset || at >= offset + size) continue;
    times.set(at, (times.get(at) ?? 0) + 1);
  }
  return [...times.values()];
}

describe.each(LANGUAGES)("the template in %s", (lang) => {
  it.skipIf(MISSING[lang].length > 0)(
    `installs an update once, where nothing goes wrong${skippedFor(MISSING[lang])}`,
    async () => {
      const { project } = init(`once-${lang}`, lang);
      build(project);
      for (const device of DEVICES) {
        for (const scenario of SCENARIOS) {
          const [a, b] = await workIn(join(project, "everboot.config.json"), device, scenario);
          expect(a).toEqual({ erases: [], programs: [] });
          expect(b?.erases.length).toBeGreaterThan(0);
          expect(new Set(b?.erases)).toEqual(new Set([1]));
          expect(b?.programs.length).toBeGreaterThan(1);
          expect(new Set(b?.programs)).toEqual(new Set([1]));
        }
      }
    },
  );
});
