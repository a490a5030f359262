// Makes the images that a scenario plays with: pseudo-random payloads, signed on the spot, linked for the slots that
// they may come to. The same scenario, target, keys and options give the same bytes (with keys that sign the same way
// twice). Reads no files and keeps no keys.
import {
  type ImagePlan,
  type Scenario,
  type Scene,
  type SceneImage,
  generationOf,
  isOffer,
} from "../campaign/plan/scenario.js";
import { MisuseError } from "../core/errors.js";
import type { Layout } from "../device/profile.js";
import type { PublicKey } from "../image/key-types.js";
import type { SignOptions } from "../image/sign.js";
import { verifyImage } from "../image/verify.js";
import type { ImageVersion } from "../image/version.js";
import { type Target, type Trust, acceptedImage, checkFits, keyTableFor } from "./accept.js";
import { type Recipe, type SceneKeys, soundImage } from "./recipe.js";
import { spoiledImage } from "./spoil.js";

/** How the images of a scene are made where its scenario leaves that open. */
export interface SceneOptions {
  /** Whole signed size of each image in bytes, at most (ECDSA signatures vary); by scenario and slots when absent. */
  readonly imageSizeBytes?: number | undefined;
  /** "raised" (when absent): security counters as planned; "equal": all that of the start image. */
  readonly floor?: "raised" | "equal" | undefined;
}

const IMAGE_SIZE_BYTES = 64 * 1024;
/** In slots below this one, images and headers are small. */
const SMALL_SLOT_BYTES = 16 * 1024;
const SMALL_SLOT_IMAGE_SIZE_BYTES = 6 * 1024;
/** Scenarios of more images than this get the smallest sensible ones: signing and installing hundreds must stay cheap. */
const MANY_IMAGES = 32;
/** With an Ed25519 key 224 bytes in all: seven flash words of 32 bytes, less than any sector. */
const SMALL_PAYLOAD_BYTES = 36;

const HEADER_SIZE_BYTES = 0x200; // as most targets of MCUboot have it: the payload starts with an aligned vector table
const SMALL_HEADER_SIZE_BYTES = 0x20;
/** Images below this size get a small header. */
const SMALL_IMAGE_BYTES = 1024;
const PAYLOAD_LEAST_BYTES = 4;
/** Behind the payload: SEC_CNT in its area, then an info header, digest, key hash, and a signature's own header. */
const TLV_SIZE_BYTES = 12 + 4 + 36 + 36 + 4;

const SLOTS = ["A", "B"] as const;
type SlotName = (typeof SLOTS)[number];

/**
 * A scene of images made on the spot: for each plan one per slot that it is linked for and can come to.
 * @param keys that sign; `own` alone stands in the key table
 * @throws {MisuseError} for a size that an image cannot have or a slot cannot hold, and for a `foreign` key that is `own`;
 *   InvalidImageOptionError for a plan whose version or security counter fits no image.
 */
export function makeScene(
  scenario: Scenario,
  target: Target,
  keys: SceneKeys,
  options: SceneOptions = {},
): Scene {
  const trust = { keys: [keys.own.publicKey], demanded: [] };
  const imageSizeBytes = options.imageSizeBytes ?? defaultImageSizeBytes(scenario, target.layout, keys);
  const start = scenario.images[generationOf(scenario, scenario.start.slotA)];
  const images = scenario.images.flatMap((plan, generation) => {
    const securityCounter = (options.floor === "equal" ? start : plan)?.securityCounter ?? 0;
    return slotsFor(scenario, plan).map((slot) =>
      makeImage({ ...plan, securityCounter }, slot, { generation, imageSizeBytes, target, keys, trust }),
    );
  });
  return { scenario, images, keyTable: keyTableFor(trust, target) };
}

/**
 * The version that a plan's number stands for, each greater than all before: up to 255 a major one (7 is 7.0.0), from
 * there on what goes beyond counts on in minor and revision (256 is 255.0.1, 255 + 65536 is 255.1.0).
 */
export function planVersion(version: number): ImageVersion {
  const beyond = Math.max(0, version - 0xff);
  return {
    major: version - beyond,
    minor: Math.floor(beyond / 0x10000),
    revision: beyond % 0x10000,
    build: 0,
  };
}

/** Size of the images of a scenario, at the most, where none is asked for. */
export function defaultImageSizeBytes(
  { images }: Pick<Scenario, "images">,
  layout: Layout,
  keys: SceneKeys,
): number {
  if (images.length > MANY_IMAGES) return SMALL_HEADER_SIZE_BYTES + SMALL_PAYLOAD_BYTES + tlvSizeBytes(keys);
  return hasSmallSlots(layout) ? SMALL_SLOT_IMAGE_SIZE_BYTES : IMAGE_SIZE_BYTES;
}

function hasSmallSlots({ slotA }: Layout): boolean {
  return slotA.size < SMALL_SLOT_BYTES;
}

/** Slots that the plan is linked for, less those that it never comes to; all of them where it only comes to others. */
function slotsFor({ start, steps }: Scenario, plan: ImagePlan): readonly SlotName[] {
  const { name, linkedFor = "both" } = plan;
  const linked = linkedFor === "both" ? SLOTS : [linkedFor];
  const isOffered = steps.some((step) => isOffer(step) && step.offer === name);
  const isPutInto = (slot: "slotA" | "slotB") =>
    start.then?.[slot] === name || steps.some((step) => "put" in step && step.put[slot] === name);
  const isPut = { A: start.slotA === name || isPutInto("slotA"), B: isPutInto("slotB") };
  const needed = linked.filter((slot) => isOffered || isPut[slot]);
  return needed.length === 0 && (isPut.A || isPut.B) ? linked : needed;
}

interface Making {
  readonly generation: number;
  readonly imageSizeBytes: number;
  readonly target: Target;
  readonly keys: SceneKeys;
  readonly trust: Trust;
}

function makeImage(plan: ImagePlan, slot: SlotName, making: Making): SceneImage {
  const { generation, target, keys, trust } = making;
  const name = `${plan.name} for slot ${slot}`;
  const linkedFor = target.layout[`slot${slot}`].offset;
  const { securityCounter } = plan;
  const headerSizeBytes = headerSizeFor(making);
  const options: SignOptions = {
    headerSizeBytes,
    padHeader: true,
    version: planVersion(plan.version),
    securityCounter,
    romFixed: linkedFor,
  };
  const payloadSizeBytes = payloadSizeFor(making, headerSizeBytes);
  const recipe: Recipe = { payload: payloadOf(payloadSizeBytes, generation, linkedFor), options, keys };
  if (plan.spoiled === undefined)
    return { ...acceptedImage(soundImage(recipe), name, trust, target, generation), name };
  const { bytes, ...before } = spoiledImage(plan.spoiled, recipe);
  checkFits(bytes.length, name, target);
  checkRefused(bytes, `${name} (${plan.spoiled})`, trust.keys);
  return { name, bytes, ...before, headerSizeBytes, securityCounter, linkedFor, generation, genuine: false };
}

function headerSizeFor({ imageSizeBytes, target }: Making): number {
  const isSmall = imageSizeBytes < SMALL_IMAGE_BYTES || hasSmallSlots(target.layout);
  return isSmall ? SMALL_HEADER_SIZE_BYTES : HEADER_SIZE_BYTES;
}

function payloadSizeFor({ imageSizeBytes, keys }: Making, headerSizeBytes: number): number {
  const otherBytes = headerSizeBytes + tlvSizeBytes(keys);
  if (Number.isInteger(imageSizeBytes) && imageSizeBytes >= otherBytes + PAYLOAD_LEAST_BYTES)
    return imageSizeBytes - otherBytes;
  throw new MisuseError(
    `image size: expected ${otherBytes + PAYLOAD_LEAST_BYTES} whole bytes or more, found ${imageSizeBytes}`,
  );
}

/** Everything behind the payload, with the largest signature. */
function tlvSizeBytes({ own }: SceneKeys): number {
  return TLV_SIZE_BYTES + own.publicKey.signatureSizesBytes[1];
}

/** A spoiled image that the host accepts would make every boot of it a violation. */
function checkRefused(bytes: Uint8Array, name: string, keys: readonly PublicKey[]): void {
  if (verifyImage(bytes, keys).ok)
    throw new MisuseError(`${name}: expected an image that is refused, found none`);
}

/** Bytes without a blank unit, the same in every run (xorshift32), others for each generation and slot. */
function payloadOf(sizeBytes: number, generation: number, linkedFor: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  // Odd for every generation, so never 0: slots begin at multiples of 256 (GRANULE_SIZE).
  let state = Math.imul(2 * generation + 1, 0x9e3779b9) ^ linkedFor;
  for (let at = 0; at < sizeBytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = (state >>> 0) % 0xff; // never the erased 0xff
  }
  return bytes;
}
