// Which image stands in a slot, by its bytes as every read sees them: the host's own judgement, independent of any guest.
// Comparisons are remembered by the slot's content digest, which the device keeps anyway and which has weak bits in it.
import * as abi from "../../assembly/abi.js";
import type { Device } from "../device/device.js";
import type { SceneImage } from "./scenario.js";
import { StateTable } from "./states.js";

/** Recognises a scene's images in a device's slots. */
export class Identifier {
  readonly #device: Device;
  /** Each image as words, padded with the erased value, as flash holds it. */
  readonly #images: readonly { readonly image: SceneImage; readonly words: Uint32Array }[];
  /** Per slot: the set of standing images, as a bit mask, by the slot's digest. */
  readonly #known = [new StateTable(), new StateTable()] as const;
  readonly #sets = new Map<number, readonly SceneImage[]>();

  constructor(device: Device, images: readonly SceneImage[]) {
    this.#device = device;
    const erased = device.part.erasedByte;
    this.#images = images.map((image) => {
      const padded = new Uint8Array((image.bytes.length + 3) & ~3).fill(erased);
      padded.set(image.bytes);
      // The device keeps content in erased-is-ones form.
      return {
        image,
        words: new Uint32Array((erased === 0xff ? padded : padded.map((byte) => byte ^ 0xff)).buffer),
      };
    });
  }

  /** The images that stand, byte for byte, at the start of `slot` (0 or 1): none, or those with equal bytes. */
  inSlot(slot: number): readonly SceneImage[] {
    const { words } = this.#device;
    const at = this.#device.table(abi.TABLE_REGION_DIGESTS) + (abi.REGION_SLOT_A + slot) * 4;
    const known = this.#known[slot as 0 | 1];
    let mask = known.get(words, at);
    if (mask < 0) known.set(words, at, (mask = this.#compare(slot)));
    let set = this.#sets.get(mask);
    if (set === undefined) {
      set = this.#images.filter((_, index) => (mask & (1 << index)) !== 0).map(({ image }) => image);
      this.#sets.set(mask, set);
    }
    return set;
  }

  #compare(slot: number): number {
    const { layout, words } = this.#device;
    const region = slot === 0 ? layout.slotA : layout.slotB;
    const start = this.#device.table(abi.TABLE_FLASH) + region.offset / 4;
    return this.#images.reduce((mask, { words: wanted }, index) => {
      if (wanted.length * 4 > region.size) return mask;
      for (let i = wanted.length - 1; i >= 0; i--) if (words[start + i] !== wanted[i]) return mask;
      return this.#isCertain(region.offset, wanted.length) ? mask | (1 << index) : mask;
    }, 0);
  }

  /** Whether `count` words from `offset` on read alike every time: an image with a weak word in it does not stand there. */
  #isCertain(offset: number, count: number): boolean {
    if (this.#device.isCertain) return true;
    const { words, exports } = this.#device;
    const weak = this.#device.table(abi.TABLE_WEAK) + offset / 4;
    for (let i = 0; i < count; i++) {
      if (words[weak + i] !== 0 || exports.flagsAt(offset + i * 4) !== 0) return false;
    }
    return true;
  }
}
