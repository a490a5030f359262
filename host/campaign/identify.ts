// Which image stands in a slot, by its bytes: the host's own judgement, independent of any guest. Comparisons are
// remembered by the slot's content digest, which the device keeps anyway.
import * as abi from "../../assembly/abi.js";
import type { Device } from "../device/device.js";
import type { Region } from "../device/profile.js";
import type { SceneImage } from "./scenario.js";

interface Known {
  readonly digest: readonly [number, number, number, number];
  readonly images: readonly SceneImage[];
}

/** Recognises a scene's images in a device's slots. */
export class Identifier {
  readonly #device: Device;
  readonly #images: readonly SceneImage[];
  readonly #known: [Known[], Known[]] = [[], []];

  constructor(device: Device, images: readonly SceneImage[]) {
    this.#device = device;
    this.#images = images;
  }

  /** The images that stand, byte for byte, at the start of `slot` (0 or 1): none, or those with equal bytes. */
  inSlot(slot: number): readonly SceneImage[] {
    const { words } = this.#device;
    const at = this.#device.table(abi.TABLE_REGION_DIGESTS) + (abi.REGION_SLOT_A + slot) * 4;
    const [a, b, c, d] = [words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0];
    const list = this.#known[slot as 0 | 1];
    for (const { digest, images } of list) {
      if (digest[0] === a && digest[1] === b && digest[2] === c && digest[3] === d) return images;
    }
    const images = this.#compare(slot === 0 ? this.#device.layout.slotA : this.#device.layout.slotB);
    if (list.length < 64) list.push({ digest: [a, b, c, d], images });
    return images;
  }

  #compare(slot: Region): SceneImage[] {
    return this.#images.filter(({ bytes }) => {
      if (bytes.length > slot.size) return false;
      const flash = this.#device.flash(slot.offset, bytes.length);
      return flash.every((byte, index) => byte === bytes[index]);
    });
  }
}
