// One twin of the gallery in a worker thread, put through the whole sweep; or, where it must be caught, until it is.
import type { GalleryEntry, Twin } from "../../gallery/entries.js";
import { type Swept, sweep } from "../../gallery/catch.js";
import { IMAGE_BYTES } from "../../gallery/sweep.js";
import { fixedKey } from "../../image/fixed-keys.js";
import { makeScene } from "../../scene/make.js";
import { deviceModule, galleryGuest } from "../workspace/modules.js";

/** What one task is about. */
export interface GalleryTask {
  readonly entry: Pick<GalleryEntry, "name" | "oracle">;
  readonly twin: Twin;
}

/** What became of it. */
export interface GalleryResult {
  readonly swept: Swept;
  /** Wall clock. */
  readonly seconds: number;
}

/** Keys that sign the images: the same every time, so that the figures are. */
const keys = {
  own: fixedKey("ed25519", "everboot gallery"),
  foreign: fixedKey("ed25519", "everboot gallery, of somebody else"),
};

/** Runs a task. */
export default function runTwin({ entry, twin }: GalleryTask): GalleryResult {
  const started = performance.now();
  const tools = {
    deviceModule: deviceModule(),
    clock: () => ({ cpu: 0, wall: performance.now() }),
    sceneOf: ({ scenario }, part) =>
      makeScene(scenario, { part, layout: part.layout }, keys, { imageSizeBytes: IMAGE_BYTES }),
  } satisfies Parameters<typeof sweep>[1];
  const guest = galleryGuest(entry.name, twin);
  const swept = twin === "bad" ? sweep(guest, tools, entry.oracle) : sweep(guest, tools);
  return { swept, seconds: (performance.now() - started) / 1000 };
}
