// A scene of images that someone brings along: one to update from, one or a pair to update to. Reads no files.
import type { Scenario, Scene, SceneImage } from "../campaign/plan/scenario.js";
import { MisuseError } from "../core/errors.js";
import { hexNumber } from "../image/reason.js";
import { type Target, type Trust, acceptedImage, keyTableFor } from "./accept.js";
import { type NamedImage, checkOffers, checkPair } from "./offers.js";

/** An image's bytes, and what to call them in an error. */
export interface GivenImage {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Images for a scenario's two plans. */
export interface GivenImages {
  /** For slot A. */
  readonly from: GivenImage;
  /** None where the scenario has one image only; else one, or a pair. */
  readonly to: readonly GivenImage[];
  /** The guest is known to go by security counters alone: an older version is an update like another; false when absent. */
  readonly olderToo?: boolean;
}

/**
 * A scene of images that were signed elsewhere; their versions and security counters count, not those of the plans.
 * @param scenario of one or two images that are neither spoiled nor linked for one slot alone
 * @throws {MisuseError} for another scenario, for an image that does not fit, and for an offer that cannot be taken over what is installed;
 *   ImageRefusedError for an image that may not boot.
 */
export function sceneFromImages(
  scenario: Scenario,
  target: Target,
  trust: Trust,
  { from, to, olderToo = false }: GivenImages,
): Scene {
  const wanted = to.length === 0 ? 1 : 2;
  const isPlain = scenario.images.every(
    ({ spoiled, linkedFor = "both" }) => spoiled === undefined && linkedFor === "both",
  );
  if (scenario.images.length !== wanted || !isPlain) {
    if (isPlain && scenario.images.length === 1)
      throw new MisuseError(
        `scenario ${scenario.name}: expected nothing to offer, found ${to.map(({ name }) => name).join(" and ")}`,
      );
    const images = wanted === 1 ? "one image" : "two images";
    throw new MisuseError(
      `scenario ${scenario.name}: expected one that plays with ${images} as they are, like ${wanted === 1 ? "first-boot" : "update"}`,
    );
  }
  const accept = ({ name, bytes }: GivenImage, generation: number): NamedImage => ({
    name,
    image: acceptedImage(bytes, name, trust, target, generation),
  });
  const first = accept(from, 0);
  checkLinkedForA(first.image, from.name, target);
  const offered = to.map((image) => accept(image, 1));
  checkPair(offered, target);
  checkOffers(scenario, { from: first, to: offered, olderToo }, target);
  return {
    scenario,
    images: [first, ...offered].map(({ image }) => image),
    keyTable: keyTableFor(trust, target),
  };
}

function checkLinkedForA({ linkedFor }: SceneImage, name: string, { layout }: Target): void {
  const { offset } = layout.slotA;
  if (linkedFor === null || linkedFor === offset) return;
  throw new MisuseError(
    `${name}: expected an image for slot A (${hexNumber(offset)}), found one linked for ${hexNumber(linkedFor)}`,
  );
}
