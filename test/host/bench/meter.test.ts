// The shape of `bench meter`. Asserts no time.
import { expect, it } from "vitest";
import { benchMeter } from "../../../host/bench/meter.js";
import { partById } from "../../../host/device/parts.js";
import { deviceModule, ed25519Pair, smallScene, wasm } from "../../support/scenes.js";

const EFFORT = { rounds: 3, sampleMicros: 0, warmUpMicros: 0 };

function bench(boot: Uint8Array): ReturnType<typeof benchMeter> {
  const part = partById("nrf52840");
  const machine = {
    ...{ deviceModule, part, layout: part.layout, attempts: 3 },
    guest: { ...ed25519Pair, boot },
  };
  return benchMeter({
    guests: [{ name: "guest", machine }],
    scene: smallScene("update", "nrf52840", 3000),
    effort: EFFORT,
  });
}

it("has the time of the boot as it ships, and what metering makes of it", () => {
  const rows = bench(ed25519Pair.boot);
  expect(rows.map(({ what, build, unit }) => [what, build, unit])).toEqual([
    ["boot-unmetered", "guest", "µs"],
    ["metered-over-unmetered", "guest", "×"],
    ["counting-over-unmetered", "guest", "×"],
  ]);
  for (const { value } of rows) expect(value).toBeGreaterThan(0);
});

it("measures nothing that does not boot", () => {
  expect(() => bench(wasm("boot-p256"))).toThrow(/expected a boot that jumps/);
});
