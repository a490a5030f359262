// Every scenario, run plainly with nothing going wrong, on every part, with the smallest images: what it boots in which
// order, how it ends, and that no oracle objects.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { begin } from "../../../../host/campaign/machine.js";
import { placed } from "../../../../host/campaign/plan/placed.js";
import { type PlainCall, runPlain } from "../../../../host/campaign/play/plain.js";
import {
  type SceneImage,
  STEPS_MAX,
  generationOf,
  imagesOf,
} from "../../../../host/campaign/plan/scenario.js";
import { SCENARIOS, scenarioByName } from "../../../../host/campaign/plan/scenarios.js";
import type { Device } from "../../../../host/device/device.js";
import { sectorsOf } from "../../../../host/device/layout.js";
import { PARTS, partById } from "../../../../host/device/parts.js";
import type { PartProfile, Region } from "../../../../host/device/profile.js";
import { recordAreaBytes } from "../../../../host/device/record-area.js";
import { makeScene } from "../../../../host/scene/make.js";
import { guestFor } from "../../../support/guests.js";
import { deviceOf } from "../../../support/scenes.js";
import { sceneKeys } from "../../scene/keys.js";

/** With an Ed25519 key: no image is smaller. */
const LEAST_SIZE_BYTES = 192;
const FLOOR_MAX = 2 ** 32 - 1;

/** What boots, one after the other: the same image again is not said again. */
const BOOTED: Readonly<Record<string, readonly string[]>> = {
  update: ["v1", "v2"],
  revert: ["v1", "v2", "v1"],
  downgrade: ["v9", "v3-same", "v4-most"],
  tampered: ["v1"],
  overlong: ["v1"],
  "wrong-slot": ["v1"],
  "first-boot": ["v1"],
  "double-update": ["v1", "v2", "v3"],
  "both-bad": [],
  "confirm-late": ["v1", "v2"],
  "fallback-lost": ["v1", "v2", "v3"],
  "fails-later": ["v1", "v2", "v3"],
  "long-life": Array.from({ length: 201 }, (_, index) => `v${index + 1}`),
};

/** One boot that jumped into an image of the scene: which one, and the floor at that time. */
interface Boot {
  readonly image: SceneImage;
  readonly name: string;
  readonly floor: number;
}

/** A device at a scenario's start. */
function staged(name: string, part: PartProfile) {
  const target = { part, layout: part.layout };
  const scene = makeScene(scenarioByName(name)!, target, sceneKeys, { imageSizeBytes: LEAST_SIZE_BYTES });
  const device = deviceOf(part, guestFor("boot-full", part));
  return begin(device, scene);
}

/** Plays a scenario on a part. */
function played(name: string, part: PartProfile) {
  const { scene, device, start, settled } = staged(name, part);
  const { scenario } = scene;
  const boots: Boot[] = [];
  const refusals: number[] = [];
  let last: PlainCall | undefined;
  const result = runPlain(device, scene, start, {
    onCall: (call) => {
      last = call;
      const { booted: image } = call;
      if (image !== undefined)
        boots.push({
          image,
          name: scenario.images[image.generation]!.name,
          floor: device.counter(abi.COUNTER_FLOOR),
        });
      for (const operation of call.operations)
        if (operation.kind === "event" && operation.code === abi.EVENT_OFFER_REFUSED)
          refusals.push(operation.value);
    },
  });
  return { scenario, scene, device, settled, result, boots, refusals, last: last! };
}

/** Offset of the first payload byte of the image that is confirmed in the end, if it stands where boot jumped to. */
function entriesOf(device: Device, images: readonly SceneImage[]): number[] {
  const { slotA, slotB } = device.layout;
  return [slotA, slotB].flatMap(({ offset }) =>
    images
      .filter(({ bytes, linkedFor }) => {
        const isHere = Buffer.compare(device.flash(offset, bytes.length), bytes) === 0;
        return isHere && (linkedFor === null || linkedFor === offset);
      })
      .map(({ headerSizeBytes }) => offset + headerSizeBytes),
  );
}

/** A part of each design of the Record; the others are the same code with other figures. */
const QUICK = PARTS.filter(({ id }) => ["nrf52840", "stm32l476"].includes(id));
const SLOW = PARTS.filter((part) => !QUICK.includes(part));

describe.each(QUICK.map((part) => [part.id, part] as const))("on %s", (_, part) => goesAsPlanned(part));
describe.each(SLOW.map((part) => [part.id, part] as const))("on %s", { tags: "slow" }, (_, part) =>
  goesAsPlanned(part),
);

function goesAsPlanned(part: PartProfile): void {
  it.each(SCENARIOS.map(({ name }) => name))("%s goes as planned when nothing goes wrong", (name) => {
    const { scenario, scene, device, settled, result, boots, last } = played(name, part);
    expect(settled).toMatchObject({ ending: "rested", violations: 0 });
    expect(result).toMatchObject({ ending: "rested", violations: 0 });
    const names = boots.map((boot) => boot.name);
    expect(names.filter((one, index) => one !== names[index - 1])).toEqual(BOOTED[name]);
    const { expect: expected } = scenario;
    if ("halts" in expected) {
      expect(last.result.end).toEqual({ kind: "halted", reason: abi.REASON_DIGEST });
      expect(expected.halts).toBe("DIGEST");
    } else {
      expect(result.last.confirmed).toBe(true);
      expect(entriesOf(device, imagesOf(scene, expected.runs))).toContain(result.last.bootedOffset);
      const { securityCounter } = scenario.images[generationOf(scenario, expected.runs)]!;
      expect(device.counter(abi.COUNTER_FLOOR)).toBe(securityCounter);
    }
  });

  it("downgrade boots no image below the floor, and refuses for that reason alone", () => {
    const { boots, refusals } = played("downgrade", part);
    for (const { image, floor, name } of boots)
      expect(image.securityCounter, name).toBeGreaterThanOrEqual(floor);
    expect(new Set(boots.map(({ floor }) => floor))).toEqual(new Set([2 ** 31, FLOOR_MAX]));
    expect(refusals).toEqual([abi.REASON_FLOOR, abi.REASON_FLOOR, abi.REASON_FLOOR]);
  });

  it("long-life ends with the floor at its maximum, and wears both slots and both Record areas alike", () => {
    const { device } = played("long-life", part);
    expect(device.counter(abi.COUNTER_FLOOR)).toBe(FLOOR_MAX);
    const { slotA, slotB, record } = part.layout;
    const areaBytes = recordAreaBytes(part, sectorAt(part, record.offset).size);
    const areas = [0, 1].map((index) => ({ offset: record.offset + index * areaBytes, size: areaBytes }));
    for (const regions of [[slotA, slotB], areas]) {
      const wear = regions.map((region) => wearOf(device, region));
      expect(Math.min(...wear)).toBeGreaterThan(90);
      expect(Math.max(...wear), wear.join()).toBeLessThanOrEqual(2 * Math.min(...wear));
      expect(Math.max(...wear)).toBeLessThan(part.endurance.value);
    }
  });
}

describe("a scenario begins", () => {
  const part = partById("tiny");
  it.each(SCENARIOS.map(({ name }) => name))("%s with what it says, and nothing else", (name) => {
    const { scene, device } = staged(name, part);
    const { slotA, slotB, record } = part.layout;
    const { start, images } = scene.scenario;
    const standing = [
      [slotA, start.then?.slotA ?? start.slotA],
      [slotB, start.then?.slotB],
    ] as const;
    for (const [slot, image] of standing) {
      const expected = new Uint8Array(slot.size).fill(part.erasedByte);
      if (image !== undefined) expected.set(placed(scene, image, slot).bytes);
      expect(Buffer.compare(device.flash(slot.offset, slot.size), expected)).toBe(0);
    }
    // Settled: the first image has confirmed itself, by a Record and by the floor.
    const first = images[generationOf(scene.scenario, start.slotA)]!;
    expect(device.counter(abi.COUNTER_FLOOR)).toBe(start.settled ? first.securityCounter : 0);
    const hasRecord = device.flash(record.offset, record.size).some((byte) => byte !== part.erasedByte);
    expect(hasRecord).toBe(start.settled);
    expect(start.settled).toBe(name !== "first-boot");
  });
});

describe("the scenarios", () => {
  it("are those that are told of here, each with offers that can be counted", () => {
    expect(SCENARIOS.map(({ name }) => name)).toEqual(Object.keys(BOOTED));
    for (const { steps } of SCENARIOS) expect(steps.length).toBeLessThanOrEqual(STEPS_MAX);
  });

  it("are found by name", () => {
    for (const scenario of SCENARIOS) expect(scenarioByName(scenario.name)).toBe(scenario);
    expect(scenarioByName("upgrade")).toBeUndefined();
  });
});

function sectorAt(part: PartProfile, offset: number): Region {
  return sectorsOf(part).find((sector) => sector.offset === offset)!;
}

/** Erases of a region's most erased sector. */
function wearOf(device: Device, { offset, size }: Region): number {
  const wear = device.wear();
  return sectorsOf(device.part).reduce(
    (most, sector, index) =>
      sector.offset >= offset && sector.offset < offset + size ? Math.max(most, wear[index]!) : most,
    0,
  );
}
