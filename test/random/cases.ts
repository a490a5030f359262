// Random guests by number: which working guest, how it is changed, on which part, in which scenario, under which fault models.
// A number gives the same case for ever, as long as nothing here changes.
import { type FaultName, STRIKE_MODELS } from "../../host/campaign/plan/fault-models.js";
import { Random } from "../../host/core/data/random.js";
import type { PartProfile } from "../../host/device/profile.js";
import { mutated } from "./mutate.js";
import { VARIANTS, partOf, sceneOf } from "./parts.js";
import { type Programs, encode } from "./program.js";
import type { Play } from "./seat.js";
import { type Design, skeleton } from "./skeletons.js";

/** One random guest and what it is put to. */
export interface RandomCase {
  readonly number: number;
  readonly play: Play;
  readonly programs: Programs;
  /** All of it in words. */
  readonly words: string;
}

/** Guests in a row that are on the same part, and so on the same device. */
export const ROW = 12;
/** A column may be drawn more often than another: it stands there twice. */
const SCENARIOS = ["update", "update", "update", "update", "revert", "revert", "first-boot", "double-update"];
const MODELS: readonly (readonly FaultName[])[] = [
  ...Array.from({ length: 5 }, (): FaultName[] => ["power"]),
  ...Array.from({ length: 3 }, (): FaultName[] => ["power", "weak"]),
  ["reset"],
  ["power", "reset"],
  ["power", "reset"],
  ["flip"],
  ["write"],
  ["misdirected"],
  ["double-fetch"],
  ["power", "write"],
  ["power", "flip"],
];
/** On parts with an error-correcting code. */
const ECC_MODELS: readonly (readonly FaultName[])[] = [
  ["power", "ecc"],
  ["power", "weak", "ecc"],
  ["power", "weak"],
];
const IMAGE_SIZES = [64, 96, 128] as const;
/** Images of a slot of two sectors, the larger one in both. */
const LARGE_IMAGE_SIZES = [128, 320] as const;
/** Where reads have choices, or each bit of a word may be struck: calls go in as many ways as an image has words, or more. */
const SMALL_IMAGE_SIZE = 64;
const CAUSES = 4;
const CHANGES_MAX = 4;

const PARTS: readonly PartProfile[] = VARIANTS.map(partOf);

/** The guest with a number, from 0. */
export function randomCase(number: number): RandomCase {
  const at = Math.floor(number / ROW) % VARIANTS.length;
  const [variant, part] = [VARIANTS[at]!, PARTS[at]!];
  const random = new Random(number);
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;
  const models = pick(variant.eccBytes === undefined ? MODELS : ECC_MODELS);
  const sizes = variant.sectors === 2 ? LARGE_IMAGE_SIZES : IMAGE_SIZES;
  const isSmall = models.some((model) => model === "weak" || STRIKE_MODELS.includes(model));
  const imageBytes = isSmall ? SMALL_IMAGE_SIZE : pick(sizes);
  const design: Design = {
    unitBytes: variant.programs[0],
    imageBytes,
    sectors: variant.sectors,
    attempts: 1 + random.below(2),
    record: pick(["copies", "journal"]),
    progress: pick(["compared", "counted", "glanced"]),
    chunk: pick([1, 3]),
    attemptsIn: pick(["record", "record", "record", "counter"]),
    countsAfter: random.below(5) === 0 ? random.below(CAUSES) : "any reset",
    verifiedBytes: random.below(4) === 0 ? pick([4, 32, 64]) : imageBytes,
  };
  const scenario = pick(SCENARIOS);
  const changes = random.below(CHANGES_MAX + 1);
  const programs = mutated(skeleton(design), changes, random);
  const scene = sceneOf(part, scenario, imageBytes);
  const words = `guest ${number}: ${scenario} under ${models.join(",")} on ${part.id}, ${changes} changes of ${JSON.stringify(design)}`;
  return {
    number,
    play: { part, programs: encode(programs), scene, models, attempts: design.attempts },
    programs,
    words,
  };
}
