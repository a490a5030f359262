// Images that somebody brings along because they must never boot: checked to be such, and offered before all else that a scenario
// offers. Reads no files.
import {
  type BadImage,
  type OfferStep,
  STEPS_MAX,
  type Scenario,
  type Scene,
  type SceneImage,
} from "../campaign/plan/scenario.js";
import { MisuseError } from "../core/errors.js";
import { equalBytes } from "../image/digest.js";
import { HEADER_SIZE_BYTES } from "../image/header.js";
import { reasonName } from "../image/reason.js";
import { verifyImage } from "../image/verify.js";
import { formatVersion } from "../image/version.js";
import { NO_OTHERS, type Target, type Trust, checkFits } from "./accept.js";
import type { GivenImage } from "./given.js";

/** Scenario, target and trust of a scene that bad images join. */
export interface Joined {
  readonly scene: Scene;
  readonly target: Target;
  readonly trust: Trust;
  /** Images that the scene was given, which none of the bad ones may be. */
  readonly others?: readonly GivenImage[];
}

/**
 * The scene in which each of these images is offered first, one after the other, until the firmware has refused it; then the scenario
 * goes on as it is.
 * @throws {MisuseError} naming the image that would boot, or that fits no slot, or that is another's; and for a scenario in which nothing
 *   runs that could refuse it.
 */
export function withBadImages(
  { scene, target, trust, others = [] }: Joined,
  bad: readonly GivenImage[],
): Scene {
  if (bad.length === 0) return scene;
  checkScenario(scene.scenario, bad.length);
  bad.forEach((image, index) => {
    checkOther(image, others, bad.slice(0, index));
  });
  const first = scene.scenario.images.length;
  const told = bad.map(({ name, bytes }): BadImage => ({
    file: name,
    reason: refusedFor({ name, bytes }, target, trust),
  }));
  const plans = bad.map(({ name }) => ({ name: planName(name), version: 0, securityCounter: 0 }));
  const offers = plans.map(({ name }): OfferStep => ({ offer: name, until: "refused" }));
  const images = bad.map(({ name, bytes }, index): SceneImage => ({
    name: planName(name),
    bytes,
    headerSizeBytes: HEADER_SIZE_BYTES,
    securityCounter: 0,
    linkedFor: null,
    generation: first + index,
    genuine: false,
  }));
  const { scenario } = scene;
  return {
    ...scene,
    scenario: { ...scenario, images: [...scenario.images, ...plans], steps: [...offers, ...scenario.steps] },
    images: [...scene.images, ...images],
    bad: told,
  };
}

/** What a report calls a bad image: no plan of a scenario is named so. */
function planName(file: string): string {
  return `bad image ${file}`;
}

function checkScenario({ name, expect, steps }: Scenario, count: number): void {
  if ("halts" in expect)
    throw new MisuseError(
      `--bad: expected a scenario in which firmware runs and can refuse an image, found ${name}, in which boot halts`,
    );
  const most = STEPS_MAX - steps.length;
  if (count > most)
    throw new MisuseError(`--bad: expected at most ${most} images in scenario ${name}, found ${count}`);
}

function checkOther(
  { name, bytes }: GivenImage,
  others: readonly GivenImage[],
  earlier: readonly GivenImage[],
): void {
  const isSame = (image: GivenImage) => equalBytes(image.bytes, bytes);
  const [twin, again] = [others.find(isSame), earlier.find(isSame)];
  if (twin !== undefined)
    throw new MisuseError(
      `${name}: expected an image that must be refused, found the one that is to run: ${twin.name}`,
    );
  if (again !== undefined)
    throw new MisuseError(
      `${name}: expected an image that is given once, found it given before as ${again.name}`,
    );
}

/**
 * Why the host refuses an image, alone and in a slot that is erased behind it.
 * @throws {MisuseError} where it does not, or where the image is larger than a slot.
 */
function refusedFor({ name, bytes }: GivenImage, target: Target, { keys, demanded }: Trust): string {
  if (bytes.length === 0) throw new MisuseError(`${name}: expected an image, found an empty file`);
  checkFits(bytes.length, name, target);
  const { part, layout } = target;
  const slot = new Uint8Array(Math.max(layout.slotA.size, layout.slotB.size)).fill(part.erasedByte);
  slot.set(bytes);
  const [alone, inSlot] = [bytes, slot].map((image) =>
    verifyImage(image, keys, { demanded, otherImages: NO_OTHERS }),
  );
  if (inSlot === undefined || alone === undefined) throw new Error("two judgements of one image");
  for (const [result, where] of [
    [alone, ""],
    [inSlot, " once erased flash follows it"],
  ] as const)
    if (result.ok)
      throw new MisuseError(
        `${name}: expected an image that must be refused, found a valid one${where}: version ${formatVersion(result.version)} verifies with the keys at hand (an old genuine one is what the scenario downgrade offers)`,
      );
  return inSlot.ok ? "" : reasonName(inSlot.reason);
}
