// Which image of a plan goes into a slot. Judges nothing: a scenario may put an image where it cannot run.
import type { Region } from "../../device/profile.js";
import { type Scene, type SceneImage, imagesOf } from "./scenario.js";

/**
 * The image that stands in a slot when a scenario puts the one named `name` there: the one linked for it, else one that
 * runs anywhere, else the only one there is.
 * @param slot of the layout, like `layout.slotA`
 * @throws {RangeError} where the scenario has no such image, or the scene none that was made of it.
 */
export function placed(scene: Scene, name: string, slot: Region): SceneImage {
  const images = imagesOf(scene, name);
  const image =
    images.find(({ linkedFor }) => linkedFor === slot.offset) ??
    images.find(({ linkedFor }) => linkedFor === null) ??
    images[0];
  if (image === undefined)
    throw new RangeError(`scenario ${scene.scenario.name}: the scene has no image ${name}`);
  return image;
}
