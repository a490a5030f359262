// What a campaign or a run plays with: a part, a layout, keys and images, from files or made for the occasion.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Scenario, Scene } from "../../campaign/plan/scenario.js";
import type { ParsedConfig } from "../../config/parse.js";
import { MisuseError } from "../../core/errors.js";
import { didYouMean } from "../../core/nearest.js";
import * as resolve from "../../config/resolve.js";
import { checkLayout, parseLayout } from "../../device/layout.js";
import { type FixedKeyType, fixedKey } from "../../image/fixed-keys.js";
import type { KeyType, PrivateKey } from "../../image/key-types.js";
import { generateKey, readPrivateKey } from "../../image/keys.js";
import type { Target } from "../../scene/accept.js";
import { withBadImages } from "../../scene/bad.js";
import { type GivenImage, sceneFromImages } from "../../scene/given.js";
import { type SceneOptions, makeScene } from "../../scene/make.js";
import type { SceneKeys } from "../../scene/recipe.js";
import { readBinary } from "./binaries.js";
import { attempt, readBytes, readText, writeFirstPrivateKey } from "./files.js";
import { loadPublicKey } from "./keys.js";

/** Where everything that the command line makes on its own is put; ignored by git. */
export const WORK_FOLDER = ".everboot";

/**
 * The part by its id, with its own layout, one of the configuration's by name, or the one in a file.
 * @throws {MisuseError} for an unknown part or layout, or a layout that does not fit the part; FileError for an unreadable file.
 */
export function targetOf(device: string, layout: string | undefined, config?: ParsedConfig): Target {
  const part = resolve.partOf(config, device);
  if (layout === undefined || resolve.hasLayout(config, layout))
    return { part, layout: resolve.layoutOf(config, part, layout) };
  if (!existsSync(layout)) throw unknownLayout(layout, config);
  const own = parseLayout(readText(layout, "a layout"), layout);
  checkLayout(part, own);
  return { part, layout: own };
}

function unknownLayout(name: string, config: ParsedConfig | undefined): MisuseError {
  const names = (config?.layouts ?? []).map((layout) => layout.name);
  const known = names.length === 0 ? "there is no configuration with any" : names.join(", ");
  return new MisuseError(
    `--layout ${name}: expected the name of a layout (${known}) or a JSON file, found neither${didYouMean(name, names)}`,
  );
}

/**
 * A scenario by name.
 * @throws {MisuseError} naming the known ones.
 */
export function scenarioOf(name: string, config?: ParsedConfig): Scenario {
  return resolve.scenarioOf(config, name);
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
  /** An older version is an update like another. */
  readonly olderToo: boolean;
  /** Images that must be refused; none when absent. */
  readonly bad?: readonly string[];
}

/** A scene from one's own image files: the scenario's first image, and its second where there is one. */
export function sceneFromFiles(scenario: Scenario, target: Target, files: SceneFiles): Scene {
  const trust = { keys: files.keys.map(loadPublicKey), demanded: files.demanded };
  const [from, to] = [givenImage(files.first), files.offered.map(givenImage)];
  const bad = (files.bad ?? []).map(badImage);
  const scene = sceneFromImages(scenario, target, trust, { from, to, olderToo: files.olderToo });
  return withBadImages({ scene, target, trust, others: [from, ...to] }, bad);
}

function givenImage(file: string): GivenImage {
  return { name: file, bytes: readBinary(file, "an image") };
}

/** As it is, to its last byte: who brings an app.elf along wants to know whether the device takes it. */
function badImage(file: string): GivenImage {
  return { name: file, bytes: readBytes(file, "an image") };
}

/** A scene of images made on the spot, signed by the demo keys; and files with images that must be refused. */
export function demoScene(
  scenario: Scenario,
  target: Target,
  {
    bad = [],
    keys = demoKeys(),
    ...options
  }: SceneOptions & { readonly bad?: readonly string[] | undefined; readonly keys?: SceneKeys } = {},
): Scene {
  const scene = makeScene(scenario, target, keys, options);
  const trust = { keys: [keys.own.publicKey], demanded: [] };
  return withBadImages({ scene, target, trust }, bad.map(badImage));
}

/**
 * The keys that sign demo images: the device's own, and one that it does not know. Ed25519 keys are made at first use. Others are fixed ones,
 * which sign the same content alike every time (ECDSA does not by itself): all workers have to make the same images.
 */
export function demoKeys(type: FixedKeyType = "ed25519"): SceneKeys {
  if (type === "ed25519") return { own: demoKey("demo"), foreign: demoKey("foreign") };
  return { own: fixedKey(type, "everboot demo"), foreign: fixedKey(type, "everboot demo, of somebody else") };
}

/** A key that signs demo images: made at first use, kept in the work folder, never part of the package. */
function demoKey(name: "demo" | "foreign"): PrivateKey {
  const folder = join(WORK_FOLDER, "keys");
  const file = join(folder, `${name}-ed25519.pem`);
  // Processes that start at once all make a key; what counts is what then stands in the file.
  if (!existsSync(file)) {
    attempt(`${folder}: expected a folder for keys`, () => mkdirSync(folder, { recursive: true }));
    writeFirstPrivateKey(file, generateKey("ed25519").pem);
  }
  return readPrivateKey(readText(file, "the demo key"), file);
}
