// Scenes made for each part and scenario: images that fit, are linked where they come to, and are the same each time. Never runs
// one.
import { describe, expect, it } from "vitest";
import { placed } from "../../../host/campaign/plan/placed.js";
import {
  type Scenario,
  type Scene,
  type SceneImage,
  imagesOf,
} from "../../../host/campaign/plan/scenario.js";
import { SCENARIOS, scenarioByName } from "../../../host/campaign/plan/scenarios.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import { decodeHeader } from "../../../host/image/header.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import { generateKey } from "../../../host/image/keys.js";
import { verifyImage } from "../../../host/image/verify.js";
import { compareVersions } from "../../../host/image/version.js";
import { type SceneOptions, makeScene, planVersion } from "../../../host/scene/make.js";
import { fastSha256 } from "../image/samples.js";
import { sceneKeys } from "./keys.js";

const TINY = partById("tiny");
const NRF52840 = partById("nrf52840");
const publicKeys = [sceneKeys.own.publicKey];

function scene(name: string, part = TINY, options: SceneOptions = {}): Scene {
  return makeScene(scenarioByName(name)!, { part, layout: part.layout }, sceneKeys, options);
}

const namesOf = (made: Scene): string[] => made.images.map(({ name }) => name);

/** What an image of this scene says of itself, judged for the slot that it is linked for. */
function judged({ bytes, linkedFor }: SceneImage) {
  return verifyImage(bytes, publicKeys, { slotOffset: linkedFor!, sha256: fastSha256 });
}

describe.each(PARTS.map((part) => [part.id, part] as const))("on %s", (_, part) => {
  const slots = { A: part.layout.slotA, B: part.layout.slotB };

  it.each(SCENARIOS.map(({ name }) => name))("%s gets images that fit and say what was planned", (name) => {
    const { scenario, images, keyTable } = scene(name, part);
    expect(keyTable).toEqual(encodeKeyTable(publicKeys));
    for (const image of images) {
      const plan = scenario.images[image.generation]!;
      const [, slotName] = /^(?:.*) for slot ([AB])$/.exec(image.name)!;
      const slot = slots[slotName as "A" | "B"];
      expect(image).toMatchObject({
        name: `${plan.name} for slot ${slotName}`,
        linkedFor: slot.offset,
        securityCounter: plan.securityCounter,
        genuine: plan.spoiled === undefined,
      });
      expect(image.bytes.length).toBeLessThanOrEqual(slot.size);
      const result = judged(image);
      expect(result.ok, image.name).toBe(image.genuine);
      if (!result.ok) continue;
      expect(result).toMatchObject({
        version: planVersion(plan.version),
        securityCounter: image.securityCounter,
        headerSizeBytes: image.headerSizeBytes,
        linkedOffset: image.linkedFor,
        extentBytes: image.bytes.length,
      });
    }
    const distinct = new Set(images.map(({ bytes }) => Buffer.from(bytes).toString("latin1")));
    expect(distinct.size).toBe(images.length);
  });
});

describe("images are made for the slots that they may come to:", () => {
  it.each([
    ["update", ["v1 for slot A", "v2 for slot A", "v2 for slot B"]],
    ["first-boot", ["v1 for slot A"]],
    ["wrong-slot", ["v1 for slot A", "v2 for slot A"]],
    ["both-bad", ["v1 for slot A", "v1-damaged for slot A", "v2-damaged for slot B"]],
  ])("%s", (name, expected) => {
    expect(namesOf(scene(name))).toEqual(expected);
  });

  it("downgrade, which offers the start image again", () => {
    expect(namesOf(scene("downgrade")).slice(0, 3)).toEqual([
      "v9 for slot A",
      "v9 for slot B",
      "v1-0 for slot A",
    ]);
  });

  it("one that is only ever put where it is not linked for, all the same; one that comes to no slot not at all", () => {
    const scenario: Scenario = { ...scenarioByName("wrong-slot")!, steps: [] };
    const make = (changed: Scenario) =>
      namesOf(makeScene(changed, { part: TINY, layout: TINY.layout }, sceneKeys));
    expect(make(scenario)).toEqual(["v1 for slot A", "v2 for slot A"]);
    expect(make({ ...scenario, start: { slotA: "v1", settled: true } })).toEqual(["v1 for slot A"]);
  });

  it("tampered, where the flipped image is only ever put into slot B", () => {
    const made = scene("tampered");
    expect(imagesOf(made, "bit-flipped").map(({ name }) => name)).toEqual(["bit-flipped for slot B"]);
    expect(imagesOf(made, "truncated")).toHaveLength(2);
  });
});

describe("the image that is put into a slot", () => {
  const { slotA, slotB } = TINY.layout;

  it("is the one linked for it", () => {
    const made = scene("update");
    expect(placed(made, "v2", slotA).name).toBe("v2 for slot A");
    expect(placed(made, "v2", slotB).name).toBe("v2 for slot B");
  });

  it("is the only one there is where none is linked for it", () => {
    expect(placed(scene("wrong-slot"), "v2", slotB).name).toBe("v2 for slot A");
  });

  it("is one that runs anywhere rather than one linked for the other slot", () => {
    const made = scene("wrong-slot");
    const [first, second] = made.images;
    const anywhere = { ...second!, name: "v2", linkedFor: null };
    const images = [first!, second!, anywhere];
    expect(placed({ ...made, images }, "v2", slotB).name).toBe("v2");
    expect(placed({ ...made, images }, "v2", slotA).name).toBe("v2 for slot A");
  });

  it("is asked for by a name that the scene has", () => {
    const made = scene("update");
    expect(() => placed(made, "v3", slotA)).toThrow(/update: no image is named v3/);
    expect(() => placed({ ...made, images: [] }, "v2", slotA)).toThrow(/update: the scene has no image v2/);
  });
});

describe("sizes", () => {
  const sizesOf = (made: Scene) => new Set(made.images.map(({ bytes }) => bytes.length));

  it("are 64 KiB with a header of 512 bytes, 6 KiB with one of 32 in small slots", () => {
    expect(sizesOf(scene("update", NRF52840))).toEqual(new Set([65536]));
    expect(scene("update", NRF52840).images[0]!.headerSizeBytes).toBe(0x200);
    expect(sizesOf(scene("update"))).toEqual(new Set([6144]));
    expect(scene("update").images[0]!.headerSizeBytes).toBe(0x20);
  });

  it.each(PARTS.map(({ id }) => id))(
    "of a long life on %s are the least sensible, and its images distinct",
    (id) => {
      const { images } = scene("long-life", partById(id));
      expect(images).toHaveLength(401);
      expect(Math.max(...images.map(({ bytes }) => bytes.length))).toBe(224);
      expect(
        new Set(images.map(({ bytes }) => Buffer.from(bytes.subarray(0x20, 0x44)).toString("hex"))).size,
      ).toBe(401);
    },
  );

  it("are as asked for, below 1 KiB with a small header", () => {
    const sizes = [192, 700, 1023, 1024, 5000];
    for (const imageSizeBytes of sizes) {
      const made = scene("update", NRF52840, { imageSizeBytes });
      expect(sizesOf(made)).toEqual(new Set([imageSizeBytes]));
      expect(made.images[0]!.headerSizeBytes).toBe(imageSizeBytes < 1024 ? 0x20 : 0x200);
    }
  });

  it("that no image can have or no slot can hold are refused", () => {
    expect(() => scene("update", TINY, { imageSizeBytes: 191 })).toThrow(
      /image size: expected 192 whole bytes or more, found 191/,
    );
    expect(() => scene("update", TINY, { imageSizeBytes: 300.5 })).toThrow(
      /192 whole bytes or more, found 300\.5/,
    );
    expect(() => scene("update", TINY, { imageSizeBytes: 0x1e01 })).toThrow(
      /v1 for slot A: expected at most 7680 bytes \(a slot\), found 7681/,
    );
    // What is put into an image makes it larger than the rest.
    expect(() => scene("tampered", TINY, { imageSizeBytes: 0x1e00 })).toThrow(
      /injected-counter for slot A: expected at most 7680 bytes \(a slot\), found 7688/,
    );
    expect(scene("overlong", TINY, { imageSizeBytes: 0x1e00 }).images.length).toBeGreaterThan(8);
  });

  it("have slots with room for what is overlong, or it is said that they have not", () => {
    const { slotA, slotB } = TINY.layout;
    const layout = { ...TINY.layout, slotA: { ...slotA, size: 2048 }, slotB: { ...slotB, size: 2048 } };
    expect(() =>
      makeScene(scenarioByName("overlong")!, { part: TINY, layout }, sceneKeys, { imageSizeBytes: 300 }),
    ).toThrow(/overlong-protected for slot A: expected at most 2048 bytes \(a slot\), found 2497/);
  });

  it("hold no blank unit in the payload", () => {
    const { bytes, headerSizeBytes } = scene("update", NRF52840).images[1]!;
    expect(bytes.subarray(headerSizeBytes, -200)).not.toContain(0xff);
  });
});

describe("an equal floor", () => {
  it.each(["update", "tampered", "downgrade", "long-life"])(
    "gives every image of %s the start's counter",
    (name) => {
      const made = scene(name, TINY, { floor: "equal" });
      const { securityCounter } = made.scenario.images[0]!;
      for (const image of made.images) {
        expect(image.securityCounter).toBe(securityCounter);
        const result = judged(image);
        if (result.ok) expect(result.securityCounter).toBe(securityCounter);
      }
      const raised = scene(name, TINY, { floor: "raised" });
      expect(new Set(raised.images.map((image) => image.securityCounter)).size).toBeGreaterThan(1);
    },
  );
});

describe("versions", () => {
  it("of plans grow with their numbers, beyond 255 in minor and revision", () => {
    const texts = [0, 7, 255, 256, 255 + 0xffff, 255 + 0x10000].map((number) => {
      const { major, minor, revision } = planVersion(number);
      return `${major}.${minor}.${revision}`;
    });
    expect(texts).toEqual(["0.0.0", "7.0.0", "255.0.0", "255.0.1", "255.0.65535", "255.1.0"]);
    for (let number = 1; number < 140_000; number++) {
      if (compareVersions(planVersion(number), planVersion(number - 1)) <= 0)
        throw new Error(`version ${number}`);
    }
  });

  it("stand in the header as they are", () => {
    const scenario: Scenario = {
      ...scenarioByName("first-boot")!,
      images: [{ name: "v1", version: 300, securityCounter: 1 }],
    };
    const [image] = makeScene(scenario, { part: TINY, layout: TINY.layout }, sceneKeys).images;
    expect(decodeHeader(image!.bytes)).toMatchObject({
      header: { version: { major: 255, minor: 0, revision: 45 } },
    });
  });
});

describe("scenes", () => {
  it("are the same for the same arguments", () => {
    expect(scene("tampered").images).toEqual(scene("tampered").images);
  });

  it("are signed by keys of any kind", () => {
    const keys = { own: generateKey("ecdsa-p256"), foreign: generateKey("rsa-2048") };
    for (const scenario of ["tampered", "overlong"]) {
      const made = makeScene(scenarioByName(scenario)!, { part: TINY, layout: TINY.layout }, keys);
      for (const { bytes, genuine, name } of made.images)
        expect(verifyImage(bytes, [keys.own.publicKey]).ok, name).toBe(genuine);
    }
  });

  it("of a long life have room for any kind of signature", () => {
    const keys = { own: generateKey("rsa-3072"), foreign: sceneKeys.foreign };
    const longLife = scenarioByName("long-life")!;
    const few = { ...longLife, steps: longLife.steps.slice(0, 1) };
    const made = makeScene(few, { part: NRF52840, layout: NRF52840.layout }, keys);
    expect(made.images.map(({ bytes }) => bytes.length)).toEqual([544, 544, 544]);
  });

  it("are not made with one key for both roles", () => {
    const keys = { own: sceneKeys.own, foreign: sceneKeys.own };
    expect(() => makeScene(scenarioByName("tampered")!, { part: TINY, layout: TINY.layout }, keys)).toThrow(
      /foreign-key for slot A \(foreign-key\): expected an image that is refused, found none/,
    );
  });
});
