// Which pairs of images are refused as an offer before anything runs, and which are taken. Never runs one.
import { describe, expect, it } from "vitest";
import type { OfferStep, Scenario } from "../../../host/campaign/plan/scenario.js";
import { scenarioByName } from "../../../host/campaign/plan/scenarios.js";
import { partById } from "../../../host/device/parts.js";
import { signImage } from "../../../host/image/sign.js";
import { parseVersion } from "../../../host/image/version.js";
import { type GivenImage, sceneFromImages } from "../../../host/scene/given.js";
import { bytesOf } from "../../support/bytes.js";
import { sceneKeys } from "./keys.js";

const part = partById("tiny");
const { slotA, slotB } = part.layout;
const target = { part, layout: part.layout };
const trust = { keys: [sceneKeys.own.publicKey], demanded: [] };
const update = scenarioByName("update")!;

interface Made {
  readonly at?: number;
  readonly counter?: number;
  readonly seed?: number;
  readonly needs?: true;
}

function image(name: string, version: string, { at, counter = 0, seed = 3, needs }: Made = {}): GivenImage {
  const bytes = signImage(bytesOf(seed, 64), sceneKeys.own, {
    headerSizeBytes: 0x20,
    padHeader: true,
    version: parseVersion(version),
    securityCounter: counter,
    romFixed: at,
    dependencies: needs && [{ imageId: 1, leastVersion: parseVersion("1.0.0") }],
  });
  return { name, bytes };
}

const from = image("from.bin", "1.0.0", { counter: 5 });
const make = (to: readonly GivenImage[], scenario: Scenario = update, olderToo = false) =>
  sceneFromImages(scenario, target, trust, { from, to, olderToo });
/** The update, with another step. */
const until = (how: OfferStep["until"]): Scenario => ({ ...update, steps: [{ offer: "v2", until: how }] });

const five = { counter: 5 };
const forA = { counter: 5, at: slotA.offset };
const forB = { counter: 5, at: slotB.offset };

describe("an offer that cannot be taken is named before anything runs:", () => {
  it.each([
    [
      "the installed image",
      [{ ...from, name: "next.bin" }],
      "next.bin: expected an update, found the image that is installed already, version 1.0.0+0 in from.bin",
    ],
    [
      "the installed version",
      [image("next.bin", "1.0.0", { ...five, seed: 4 })],
      "next.bin: expected another version than the installed one in from.bin, found 1.0.0+0 in both",
    ],
    [
      "a lower security counter",
      [image("next.bin", "2.0.0", { counter: 4 })],
      "next.bin: expected a security counter of 5 or more, as in from.bin, found 4: a rollback",
    ],
    [
      "an older version",
      [image("next.bin", "0.9.0", five)],
      "next.bin: expected a newer version than 1.0.0+0 in from.bin, found 0.9.0+0; --even-so offers it to a guest that takes older ones",
    ],
    [
      "one linked for the slot that runs",
      [image("next.bin", "2.0.0", forA)],
      "next.bin: expected an image for slot B (0x2200), where it goes, or a pair, found one linked for 0x400",
    ],
    [
      "two that run anywhere",
      [image("b.bin", "2.0.0", five), image("c.bin", "3.0.0", five)],
      "b.bin and c.bin: expected a pair, one linked for slot A (0x400) and one for slot B (0x2200), found one that runs anywhere and one that runs anywhere",
    ],
    [
      "two for one slot",
      [image("b.bin", "2.0.0", forB), image("c.bin", "2.0.0", forB)],
      "b.bin and c.bin: expected a pair, one linked for slot A (0x400) and one for slot B (0x2200), found one linked for 0x2200 and one linked for 0x2200",
    ],
    [
      "a pair of two versions",
      [image("a.bin", "2.0.0", forA), image("b.bin", "3.0.0", forB)],
      "a.bin and b.bin: expected a pair of one version, found 2.0.0+0 and 3.0.0+0",
    ],
    [
      "three",
      [1, 2, 3].map((major) => image(`${major}.bin`, `${major}.0.0`)),
      "expected one image to offer or a pair, found 3",
    ],
    [
      "one that depends on another image",
      [image("next.bin", "2.0.0", { ...five, needs: true })],
      "next.bin: DEPENDENCY at 0x6c: expected image 1 with version 1.0.0+0 or newer, found none",
    ],
  ])("%s", (_, to, message) => {
    expect(() => make(to)).toThrow(expect.objectContaining({ message }));
  });
});

describe("an offer is taken", () => {
  it("as a pair in either order, and alone for slot B", () => {
    const pair = [image("b.bin", "2.0.0", forB), image("a.bin", "2.0.0", forA)];
    expect(make(pair).images).toHaveLength(3);
    expect(make(pair.slice(0, 1)).images).toHaveLength(2);
  });

  it("with another build number", () => {
    expect(make([image("next.bin", "1.0.0+1", five)]).images).toHaveLength(2);
  });

  it("with an older version where the guest goes by counters", () => {
    expect(make([image("next.bin", "0.9.0", five)], update, true).images).toHaveLength(2);
  });

  it("whatever it is, where the scenario expects that it is refused", () => {
    for (const to of [{ ...from }, image("n", "0.1.0"), image("n", "2.0.0", forA)])
      expect(make([to], until("refused")).images).toHaveLength(2);
    expect(() => make([from], until("ran"))).toThrow(/is installed already/);
  });
});
