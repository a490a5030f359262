// Takes images and keys into a scene: judges each image by the host (node:crypto), cuts it to its extent, encodes the key
// table. Reads no files and signs nothing.
import { type ErrorKind, MisuseError } from "../core/errors.js";
import type { SceneImage } from "../campaign/plan/scenario.js";
import type { Layout, PartProfile } from "../device/profile.js";
import { ENTRY_COUNT_MAX, encodeKeyTable } from "../image/key-table.js";
import type { KeyType, PublicKey } from "../image/key-types.js";
import { hexNumber, reasonName } from "../image/reason.js";
import { imageFields } from "../image/fields.js";
import { verifyImage } from "../image/verify.js";
import { type ImageVersion, formatVersion } from "../image/version.js";

/** An image that was read but is refused; the message says why and where. */
export class ImageRefusedError extends Error {
  readonly kind: ErrorKind = "refused";
  override readonly name = "ImageRefusedError";
}

/** A part and where things lie on it. */
export interface Target {
  readonly part: PartProfile;
  readonly layout: Layout;
}

/** Other images that a key table here says are installed: an image that depends on one is refused. */
export const NO_OTHERS: ReadonlyMap<number, ImageVersion> = new Map();

/** What the key table says. */
export interface Trust {
  readonly keys: readonly PublicKey[];
  /** Kinds of key that must all have signed; none: one of the keys is enough. */
  readonly demanded: readonly KeyType[];
}

/**
 * The image at the start of `bytes`, named by its version and the slot that it is linked for.
 * @param bytes the image and whatever follows it, which is cut off
 * @param name what to call it in an error, like a file's path
 * @param trust keys that it must be signed with
 * @param target where it is to run
 * @param generation index of its plan among the scenario's images
 * @throws {ImageRefusedError} where it may not boot; MisuseError where it is larger than a slot.
 */
export function acceptedImage(
  bytes: Uint8Array,
  name: string,
  trust: Trust,
  target: Target,
  generation: number,
): SceneImage {
  const result = verifyImage(bytes, trust.keys, { demanded: trust.demanded, otherImages: NO_OTHERS });
  if (!result.ok) {
    throw new ImageRefusedError(
      `${name}: ${reasonName(result.reason)} at ${hexNumber(result.offset)}: ${result.message}`,
    );
  }
  checkFits(result.extentBytes, name, target);
  const linkedFor = result.linkedOffset ?? null;
  return {
    name: `v${formatVersion(result.version)}${linkedFor === null ? "" : ` for ${placeName(linkedFor, target)}`}`,
    bytes: bytes.slice(0, result.extentBytes),
    headerSizeBytes: result.headerSizeBytes,
    securityCounter: result.securityCounter,
    linkedFor,
    generation,
    genuine: true,
    fields: imageFields(bytes.subarray(0, result.extentBytes)),
  };
}

/**
 * Checks that an image of so many bytes fits both slots.
 * @throws {MisuseError} naming the image.
 */
export function checkFits(sizeBytes: number, name: string, { layout }: Target): void {
  const mostBytes = Math.min(layout.slotA.size, layout.slotB.size);
  if (sizeBytes > mostBytes)
    throw new MisuseError(`${name}: expected at most ${mostBytes} bytes (a slot), found ${sizeBytes}`);
}

/**
 * The key table (images/SPEC.md) that a device is provisioned with.
 * @throws {MisuseError} for more keys than a table holds, or a table larger than its region.
 */
export function keyTableFor({ keys, demanded }: Trust, { layout }: Target): Uint8Array {
  if (keys.length > ENTRY_COUNT_MAX)
    throw new MisuseError(`key table: expected at most ${ENTRY_COUNT_MAX} keys, found ${keys.length}`);
  const table = encodeKeyTable(keys, [], demanded);
  if (table.length <= layout.keys.size) return table;
  throw new MisuseError(`key table: expected at most ${layout.keys.size} bytes, found ${table.length}`);
}

function placeName(offset: number, { layout }: Target): string {
  if (offset === layout.slotA.offset) return "slot A";
  return offset === layout.slotB.offset ? "slot B" : hexNumber(offset);
}
