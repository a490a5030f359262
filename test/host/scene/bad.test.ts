// Images that somebody brings along because they must never boot: what a scene makes of them, and which it does not take.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { begin } from "../../../host/campaign/machine.js";
import { runPlain } from "../../../host/campaign/play/plain.js";
import { STEPS_MAX, type Scenario, type Scene } from "../../../host/campaign/plan/scenario.js";
import { scenarioByName } from "../../../host/campaign/plan/scenarios.js";
import { partById } from "../../../host/device/parts.js";
import { generateKey } from "../../../host/image/keys.js";
import { reasonName } from "../../../host/image/reason.js";
import { signImage } from "../../../host/image/sign.js";
import { parseVersion } from "../../../host/image/version.js";
import { withBadImages } from "../../../host/scene/bad.js";
import { sceneFromImages } from "../../../host/scene/given.js";
import { makeScene } from "../../../host/scene/make.js";
import { spoiledImage } from "../../../host/scene/spoil.js";
import { bytesOf } from "../../support/bytes.js";
import { guestFor, modules } from "../../support/guests.js";
import { deviceOf } from "../../support/scenes.js";
import { sceneKeys } from "./keys.js";

const part = partById("tiny");
const { slotA } = part.layout;
const target = { part, layout: part.layout };
const trust = { keys: [sceneKeys.own.publicKey], demanded: [] };
const OPTIONS = {
  headerSizeBytes: 0x20,
  padHeader: true,
  version: parseVersion("2.0.0"),
  securityCounter: 2,
};

const named = (name: string, bytes: Uint8Array) => ({ name, bytes });
const junk = named("junk.bin", bytesOf(5, 333));
const foreign = named("foreign.bin", signImage(bytesOf(3, 64), sceneKeys.foreign, OPTIONS));
const valid = named("valid.bin", signImage(bytesOf(3, 64), sceneKeys.own, OPTIONS));
const wrongSlot = named(
  "for-a.bin",
  spoiledImage("bit-flipped", {
    payload: bytesOf(4, 64),
    options: { ...OPTIONS, romFixed: slotA.offset },
    keys: sceneKeys,
  }).bytes,
);

function made(scenario: Scenario): Scene {
  return makeScene(scenario, target, sceneKeys, { imageSizeBytes: 300 });
}

const join = (bad: readonly { name: string; bytes: Uint8Array }[], scenario = scenarioByName("update")!) =>
  withBadImages({ scene: made(scenario), target, trust, others: [named("v1.bin", bytesOf(8, 50))] }, bad);

describe("bad images", () => {
  it("are offered first, in their order, each until it is refused; then the scenario goes on", () => {
    const { scenario, images, bad } = join([junk, foreign]);
    const [first, second] = ["bad image junk.bin", "bad image foreign.bin"];
    expect(scenario.steps).toEqual([
      { offer: first, until: "refused" },
      { offer: second, until: "refused" },
      { offer: "v2", until: "confirmed" },
    ]);
    expect(scenario.images.map(({ name }) => name)).toEqual(["v1", "v2", first, second]);
    expect(images.slice(-2)).toMatchObject([
      { name: first, generation: 2, genuine: false, bytes: junk.bytes },
      { name: second, generation: 3, genuine: false, bytes: foreign.bytes },
    ]);
    expect(bad).toEqual([
      { file: "junk.bin", reason: "MAGIC" },
      { file: "foreign.bin", reason: "KEY_UNKNOWN" },
    ]);
  });

  it("that are none leave a scene as it is", () => {
    const scene = made(scenarioByName("both-bad")!);
    expect(withBadImages({ scene, target, trust }, [])).toBe(scene);
  });

  it.each(["update", "revert", "first-boot", "fallback-lost", "downgrade"])(
    "are refused one after the other by our own firmware in %s, which then goes as planned",
    (name) => {
      const scene = join([junk, wrongSlot, foreign], scenarioByName(name)!);
      const device = deviceOf(part, guestFor("boot-full", part));
      const { start } = begin(device, scene);
      const refused: string[] = [];
      const result = runPlain(device, scene, start, {
        onCall: ({ operations }) => {
          for (const operation of operations)
            if (operation.kind === "event" && operation.code === abi.EVENT_OFFER_REFUSED)
              refused.push(reasonName(operation.value));
        },
      });
      expect(result).toMatchObject({ ending: "rested", violations: 0 });
      expect(refused.length).toBeGreaterThanOrEqual(3);
      expect(result.last.history.step).toBe(scene.scenario.steps.length - 1);
    },
  );
});

describe("a forged copy of an update, with its header and its size,", () => {
  const update = signImage(bytesOf(3, 64), sceneKeys.own, OPTIONS);
  const forgery = (at: number) => {
    const bytes = update.slice();
    bytes[at] = bytes[at]! ^ 0x55;
    return named(`forged-${at}.bin`, bytes);
  };

  it.each([
    ["boot-full", 1],
    ["boot-full", 3],
    ["the kit's", 1],
  ] as const)("does not keep the true one out: %s, after %i of them", (guest, count) => {
    const scenario = scenarioByName("update")!;
    const from = named(
      "v1.bin",
      signImage(bytesOf(4, 64), sceneKeys.own, {
        ...OPTIONS,
        version: parseVersion("1.0.0"),
        securityCounter: 1,
      }),
    );
    const to = named("v2.bin", update);
    const scene = sceneFromImages(scenario, target, trust, { from, to: [to] });
    const bad = [60, 61, 62].slice(0, count).map(forgery);
    const joined = withBadImages({ scene, target, trust, others: [from, to] }, bad);
    const pair =
      guest === "boot-full" ? guestFor(guest, part) : modules.galleryGuest("19-fallback-unchecked", "fixed");
    const device = deviceOf(part, pair);
    const { start } = begin(device, joined);
    const result = runPlain(device, joined, start, {});
    expect(result).toMatchObject({ ending: "rested", violations: 0 });
    expect(result.last.confirmed).toBe(true);
    expect(result.last.bootedOffset).toBe(part.layout.slotB.offset + 0x20);
  });
});

describe("an image is not taken for a bad one", () => {
  it.each([
    [
      "that is valid",
      [valid],
      /^valid\.bin: expected an image that must be refused, found a valid one: version 2\.0\.0\+0 verifies with the keys at hand \(an old genuine one is what the scenario downgrade offers\)$/,
    ],
    [
      "that has no bytes",
      [named("e.bin", new Uint8Array(0))],
      /^e\.bin: expected an image, found an empty file$/,
    ],
    [
      "that fits no slot",
      [named("big.bin", bytesOf(1, 7681))],
      /^big\.bin: expected at most 7680 bytes \(a slot\), found 7681$/,
    ],
    [
      "that is to run",
      [named("x.bin", bytesOf(8, 50))],
      /^x\.bin: expected an image that must be refused, found the one that is to run: v1\.bin$/,
    ],
    [
      "that is there already",
      [junk, named("j.bin", junk.bytes)],
      /^j\.bin: expected an image that is given once, found it given before as junk\.bin$/,
    ],
    [
      "that is one too many",
      Array.from({ length: STEPS_MAX }, (_, index) => named(`${index}.bin`, bytesOf(index + 1, 9))),
      /^--bad: expected at most 254 images in scenario update, found 255$/,
    ],
  ])("%s", (_, bad, message) => {
    expect(() => join(bad)).toThrow(message);
  });

  it("that erased flash behind it makes whole", () => {
    // A signature whose last byte is that of erased flash: without it the image is cut short, and in a slot it is whole.
    const key = generateKey("ecdsa-p256");
    const signed = () => signImage(bytesOf(3, 64), key, OPTIONS);
    let bytes = signed();
    while (bytes.at(-1) !== part.erasedByte) bytes = signed();
    const scene = made(scenarioByName("update")!);
    const cut = named("cut.bin", bytes.slice(0, -1));
    expect(() =>
      withBadImages({ scene, target, trust: { keys: [key.publicKey], demanded: [] } }, [cut]),
    ).toThrow(
      /^cut\.bin: expected an image that must be refused, found a valid one once erased flash follows it: version 2\.0\.0\+\d+ verifies/,
    );
  });

  it("in a scenario in which nothing runs that could refuse it", () => {
    expect(() => join([junk], scenarioByName("both-bad")!)).toThrow(
      /^--bad: expected a scenario in which firmware runs and can refuse an image, found both-bad, in which boot halts$/,
    );
  });
});
