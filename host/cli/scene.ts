// What a campaign or a run plays with: a part, a layout, keys and images, from files or made for the occasion.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Scenario,
  type Scene,
  type SceneImage,
  SCENARIOS,
  scenarioByName,
} from "../campaign/scenario.js";
import { MisuseError } from "../core/errors.js";
import { checkLayout, parseLayout } from "../device/layout.js";
import { partById } from "../device/parts.js";
import type { Layout, PartProfile } from "../device/profile.js";
import { ENTRY_COUNT_MAX, encodeKeyTable } from "../image/key-table.js";
import type { KeyType, PrivateKey, PublicKey } from "../image/key-types.js";
import { generateKey, readPrivateKey } from "../image/keys.js";
import { hexNumber, reasonName } from "../image/reason.js";
import { signImage } from "../image/sign.js";
import { verifyImage } from "../image/verify.js";
import { formatVersion } from "../image/version.js";
import { readBytes, readText, writePrivateKey } from "./files.js";
import { loadPublicKey } from "./keys.js";

/** Where everything that the command line makes on its own is put; ignored by git. */
export const WORK_FOLDER = ".everboot";

const DEMO_IMAGE_SIZE_BYTES = 64 * 1024;
const HEADER_SIZE_BYTES = 0x200;
const SMALL_SLOT_BYTES = 16 * 1024;
const SMALL_IMAGE_SIZE_BYTES = 6 * 1024;
const SMALL_HEADER_SIZE_BYTES = 0x20;
/** What signing adds behind the payload: SEC_CNT in its area (12), digest, key hash and signature in theirs (148). */
const TLV_SIZE_BYTES = 12 + 4 + 36 + 36 + 68;

/** An image that was read but is refused; the message says why and where. Ends a command with exit code 1. */
export class ImageRefusedError extends Error {
  override readonly name = "ImageRefusedError";
}

/** A part and where things lie on it. */
export interface Target {
  readonly part: PartProfile;
  readonly layout: Layout;
}

/** What the key table says. */
interface Trust {
  readonly keys: readonly PublicKey[];
  readonly demanded: readonly KeyType[];
}

/**
 * The part by its id, with its own layout or the one in a file.
 * @throws {MisuseError} for an unknown part or a layout that does not fit it; FileError for an unreadable file.
 */
export function targetOf(device: string, layoutFile: string | undefined): Target {
  const part = partById(device);
  const layout =
    layoutFile === undefined ? part.layout : parseLayout(readText(layoutFile, "a layout"), layoutFile);
  checkLayout(part, layout);
  return { part, layout };
}

/**
 * A scenario by name.
 * @throws {MisuseError} naming the known ones.
 */
export function scenarioOf(name: string): Scenario {
  const scenario = scenarioByName(name);
  if (scenario !== undefined) return scenario;
  throw new MisuseError(
    `unknown scenario "${name}", expected one of ${SCENARIOS.map((known) => known.name).join(", ")}`,
  );
}

/** One's own images and keys, as files. */
export interface SceneFiles {
  readonly keys: readonly string[];
  /** Kinds of key that must all have signed; none: one of the keys is enough. */
  readonly demanded: readonly KeyType[];
  /** For slot A. */
  readonly first: string;
  /** None, one, or a pair. */
  readonly offered: readonly string[];
}

/** A scene from one's own image files. */
export function sceneFromFiles(scenario: Scenario, target: Target, files: SceneFiles): Scene {
  const trust = { keys: files.keys.map(loadPublicKey), demanded: files.demanded };
  return {
    scenario,
    first: imageFromFile(files.first, trust, target, 0),
    offered: files.offered.map((file) => imageFromFile(file, trust, target, 1)),
    keyTable: keyTableFor(trust, target),
  };
}

/** A scene of images made on the spot: v1 for slot A, v2 as a pair linked for A and B, signed by the demo key. */
export function demoScene(scenario: Scenario, target: Target, imageSizeBytes?: number): Scene {
  const key = demoKey();
  const trust = { keys: [key.publicKey], demanded: [] };
  const size = imageSizeBytes ?? demoImageSize(target.layout);
  const make = (name: string, generation: 0 | 1, slot: "slotA" | "slotB"): SceneImage => {
    const bytes = demoImage(key, { generation, size, target, linkedFor: target.layout[slot].offset });
    return accepted(bytes, name, trust, target, generation);
  };
  return {
    scenario,
    first: make("v1", 0, "slotA"),
    offered: [make("v2 for slot A", 1, "slotA"), make("v2 for slot B", 1, "slotB")],
    keyTable: keyTableFor(trust, target),
  };
}

/** Whole signed size in bytes of the images that are made where none are given. */
export function demoImageSize(layout: Layout): number {
  return layout.slotA.size < SMALL_SLOT_BYTES ? SMALL_IMAGE_SIZE_BYTES : DEMO_IMAGE_SIZE_BYTES;
}

function imageFromFile(file: string, trust: Trust, target: Target, generation: 0 | 1): SceneImage {
  return accepted(readBytes(file, "an image"), file, trust, target, generation);
}

/** The image in `bytes`, judged by the host (node:crypto) and cut to its extent. */
function accepted(
  bytes: Uint8Array,
  name: string,
  trust: Trust,
  target: Target,
  generation: 0 | 1,
): SceneImage {
  const result = verifyImage(bytes, trust.keys, { demanded: trust.demanded });
  if (!result.ok) {
    throw new ImageRefusedError(
      `${name}: ${reasonName(result.reason)} at ${hexNumber(result.offset)}: ${result.message}`,
    );
  }
  const { slotA, slotB } = target.layout;
  if (result.extentBytes > Math.min(slotA.size, slotB.size)) {
    throw new MisuseError(
      `${name}: expected at most ${Math.min(slotA.size, slotB.size)} bytes (a slot), found ${result.extentBytes}`,
    );
  }
  const linkedFor = result.linkedOffset ?? null;
  if (generation === 0 && linkedFor !== null && linkedFor !== slotA.offset) {
    throw new MisuseError(
      `${name}: expected an image for slot A (${hexNumber(slotA.offset)}), found one linked for ${hexNumber(linkedFor)}`,
    );
  }
  return {
    name:
      generation === 0
        ? `v${formatVersion(result.version)}`
        : `v${formatVersion(result.version)}${linkedFor === null ? "" : ` for ${hexNumber(linkedFor)}`}`,
    bytes: bytes.slice(0, result.extentBytes),
    headerSizeBytes: result.headerSizeBytes,
    securityCounter: result.securityCounter,
    linkedFor,
    generation,
  };
}

function demoImage(
  key: PrivateKey,
  wanted: {
    readonly generation: 0 | 1;
    readonly size: number;
    readonly target: Target;
    readonly linkedFor: number;
  },
): Uint8Array {
  const { slotA } = wanted.target.layout;
  const headerSizeBytes = slotA.size < SMALL_SLOT_BYTES ? SMALL_HEADER_SIZE_BYTES : HEADER_SIZE_BYTES;
  const payloadSize = wanted.size - headerSizeBytes - TLV_SIZE_BYTES;
  if (payloadSize < 4)
    throw new MisuseError(
      `image size: expected at least ${headerSizeBytes + TLV_SIZE_BYTES + 4} bytes, found ${wanted.size}`,
    );
  return signImage(pseudoRandom(payloadSize, wanted.linkedFor + wanted.generation), key, {
    headerSizeBytes,
    padHeader: true,
    version: { major: wanted.generation + 1, minor: 0, revision: 0, build: 0 },
    securityCounter: wanted.generation + 1,
    romFixed: wanted.linkedFor,
  });
}

/** Bytes without a blank unit, the same in every run (xorshift32). */
function pseudoRandom(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = (seed ^ 0x9e3779b9) | 1;
  for (let at = 0; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}

/** The key that signs demo images: made at first use, kept in the work folder, never part of the package. */
function demoKey(): PrivateKey {
  const folder = join(WORK_FOLDER, "keys");
  const file = join(folder, "demo-ed25519.pem");
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writePrivateKey(file, generateKey("ed25519").pem, { overwrite: false });
  }
  return readPrivateKey(readText(file, "the demo key"), file);
}

function keyTableFor({ keys, demanded }: Trust, { layout }: Target): Uint8Array {
  if (keys.length > ENTRY_COUNT_MAX)
    throw new MisuseError(`key table: expected at most ${ENTRY_COUNT_MAX} keys, found ${keys.length}`);
  const table = encodeKeyTable(keys, [], demanded);
  if (table.length <= layout.keys.size) return table;
  throw new MisuseError(`key table: expected at most ${layout.keys.size} bytes, found ${table.length}`);
}
