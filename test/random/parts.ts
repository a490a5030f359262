// Very small parts for random guests, and scenes of very small images on them: an image is a header and a chain of words that
// a guest can check one by one, as bytecode.ts says; nobody signs it, as only the host's oracles know images by their bytes.
import { partById } from "../../host/device/parts.js";
import type { Figure, PartProfile, ProgramRule } from "../../host/device/profile.js";
import type { Scene, SceneImage } from "../../host/campaign/plan/scenario.js";
import { scenarioByName } from "../../host/campaign/plan/scenarios.js";
import * as code from "./guest/bytecode.js";

export const SECTOR_SIZE = 256;
const HEADER_SIZE = 32;
/** In the place of keys, which no random guest asks for. */
const KEYS_SIZE = 32;
const KEYS_BYTE = 0x5a;

/** What a part is made of. */
export interface PartVariant {
  readonly rule: ProgramRule;
  /** Smallest and largest program, in bytes. */
  readonly programs: readonly [least: number, most: number];
  /** Sectors of a slot. */
  readonly sectors: 1 | 2;
  readonly eccBytes?: number;
  readonly erasedFaults?: boolean;
  /** Names the assumption of a sealed Record. */
  readonly assumes?: boolean;
  readonly erasedByte?: number;
}

/** Every variant; those with an error-correcting code last. */
export const VARIANTS: readonly PartVariant[] = [
  { rule: "and", programs: [16, 16], sectors: 1 },
  { rule: "and", programs: [32, 32], sectors: 2 },
  { rule: "and", programs: [8, 64], sectors: 1, erasedByte: 0 },
  { rule: "twice", programs: [32, 64], sectors: 1 },
  { rule: "once", programs: [32, 32], sectors: 1, assumes: true },
  { rule: "once-or-zero", programs: [32, 32], sectors: 1 },
  { rule: "once", programs: [32, 32], sectors: 1, eccBytes: 16 },
  { rule: "once", programs: [64, 64], sectors: 2, eccBytes: 64, erasedFaults: true },
];

/** The part of a variant. */
export function partOf(variant: PartVariant): PartProfile {
  const { rule, programs, sectors, eccBytes, erasedFaults, assumes, erasedByte = 0xff } = variant;
  const tiny = partById("tiny");
  const [run] = tiny.sectors;
  const slot = sectors * SECTOR_SIZE;
  const record = SECTOR_SIZE;
  const slotA = record + 2 * SECTOR_SIZE;
  return {
    ...tiny,
    id: `random, ${JSON.stringify(variant)}`,
    sectors: [{ ...run!, count: figure(3 + 2 * sectors), sizeBytes: figure(SECTOR_SIZE) }],
    programMin: figure(programs[0]),
    programMax: figure(programs[1]),
    rule,
    erasedByte,
    record: rule === "and" ? "refreshed" : "sealed",
    ...(assumes === true
      ? { assumes: { name: "decided-seal", source: "made for a test", mark: "seen" } }
      : {}),
    ...(eccBytes === undefined
      ? {}
      : { ecc: { unitBytes: figure(eccBytes), erasedFaults: erasedFaults === true } }),
    layout: {
      keys: { offset: 0, size: SECTOR_SIZE },
      record: { offset: record, size: 2 * SECTOR_SIZE },
      slotA: { offset: slotA, size: slot },
      slotB: { offset: slotA + slot, size: slot },
    },
  };
}

function figure(value: number): Figure {
  return { value, source: "made for a test", mark: "seen" };
}

/** A scenario of the package with images of `size` bytes for both slots of a part. */
export function sceneOf(part: PartProfile, scenario: string, size: number): Scene {
  const known = scenarioByName(scenario)!;
  const { slotA, slotB } = part.layout;
  return {
    scenario: known,
    images: known.images.flatMap(({ securityCounter }, generation) =>
      // The first never goes into slot B.
      (generation === 0 ? [slotA] : [slotA, slotB]).map(({ offset }) =>
        imageOf(generation, securityCounter, offset, size),
      ),
    ),
    keyTable: new Uint8Array(KEYS_SIZE).fill(KEYS_BYTE),
  };
}

function imageOf(generation: number, securityCounter: number, slot: number, size: number): SceneImage {
  const words = new Uint32Array(size / 4);
  words.set([code.MAGIC, slot, HEADER_SIZE, size]);
  words[code.AT_VERSION / 4] = generation + 1;
  words[code.AT_COUNTER / 4] = securityCounter;
  let chain = 0;
  for (let at = 0; at < words.length; at++) {
    if (at >= code.AT_CHAIN / 4) words[at] = chain;
    const before = at < code.AT_CHAIN / 4 ? chain ^ words[at]! : words[at]!;
    chain = (Math.imul(before, code.CHAIN_FACTOR) + code.CHAIN_TERM) >>> 0;
  }
  return {
    name: `v${generation + 1}`,
    bytes: new Uint8Array(words.buffer),
    headerSizeBytes: HEADER_SIZE,
    securityCounter,
    linkedFor: slot,
    generation,
    genuine: true,
  };
}
