// Which image stands in a slot, by its bytes as every read sees them: the host's own judgement, independent of any guest.
// Comparisons are remembered by the slot's content digest, which the device keeps anyway and which has weak bits in it.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import type { SceneImage } from "../plan/scenario.js";
import { DigestTable } from "../../core/data/digest-table.js";

/** Recognises a scene's genuine images in a device's slots: a spoiled one is no image, until something makes it whole again. */
export class Identifier {
  readonly #device: Device;
  /** Each image as words, padded with the erased value, as flash holds it. */
  readonly #images: readonly {
    readonly image: SceneImage;
    readonly words: Uint32Array;
    /** The bits of the last word that belong to it: what stands behind an image does not count. */
    readonly lastMask: number;
  }[];
  /** Per slot: index in #sets of the images that stand there, by the slot's digest. */
  readonly #known = [new DigestTable(), new DigestTable()] as const;
  readonly #sets: (readonly SceneImage[])[] = [];

  constructor(device: Device, images: readonly SceneImage[]) {
    this.#device = device;
    const erased = device.part.erasedByte;
    this.#images = images
      .flatMap((image) => {
        if (image.genuine) return [image];
        const { name, sound } = image;
        return sound === undefined
          ? []
          : [{ ...image, name: `${name}, made whole again`, bytes: sound, genuine: true }];
      })
      .map((image) => {
        const padded = new Uint8Array((image.bytes.length + 3) & ~3).fill(erased);
        padded.set(image.bytes);
        // The device keeps content in erased-is-ones form.
        const lastBytes = image.bytes.length % 4;
        return {
          image,
          lastMask: lastBytes === 0 ? 0xffffffff : 2 ** (8 * lastBytes) - 1,
          words: new Uint32Array((erased === 0xff ? padded : padded.map((byte) => byte ^ 0xff)).buffer),
        };
      });
  }

  /** The images that stand, byte for byte, at the start of `slot` (0 or 1): none, or those with equal bytes. */
  inSlot(slot: number): readonly SceneImage[] {
    const { words } = this.#device;
    const at = this.#device.table(abi.TABLE_REGION_DIGESTS) + (abi.REGION_SLOT_A + slot) * 4;
    const known = this.#known[slot as 0 | 1];
    let index = known.get(words, at);
    if (index < 0) known.set(words, at, (index = this.#indexOf(this.#compare(slot))));
    return this.#sets[index] as readonly SceneImage[];
  }

  /** Equal sets are kept once: there are few, and millions of contents. */
  #indexOf(images: readonly SceneImage[]): number {
    const known = this.#sets.findIndex(
      (set) => set.length === images.length && set.every((image, i) => image === images[i]),
    );
    return known === -1 ? this.#sets.push(images) - 1 : known;
  }

  #compare(slot: number): readonly SceneImage[] {
    const { layout, words } = this.#device;
    const region = slot === 0 ? layout.slotA : layout.slotB;
    const start = this.#device.table(abi.TABLE_FLASH) + region.offset / 4;
    return this.#images
      .filter(({ words: wanted, lastMask }) => {
        if (wanted.length * 4 > region.size) return false;
        let mask = lastMask;
        for (let i = wanted.length - 1; i >= 0; i--) {
          if ((((words[start + i] as number) ^ (wanted[i] as number)) & mask) !== 0) return false;
          mask = 0xffffffff;
        }
        return this.#isCertain(region.offset, wanted.length);
      })
      .map(({ image }) => image);
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
