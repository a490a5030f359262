// Between the project and the second explorer, for the comparing test alone: a case told once is given to both, to the project's
// explorer as it is, to the second one as plain data; and what both came to in the same words.
import * as abi from "../../assembly/abi.js";
import type { Exploration } from "../../host/campaign/explore/exploration.js";
import { Explorer } from "../../host/campaign/explore/explorer.js";
import { placed } from "../../host/campaign/plan/placed.js";
import {
  type Scene,
  type SceneImage,
  type SelfTest as SceneSelfTest,
  generationOf,
  isOffer,
} from "../../host/campaign/plan/scenario.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import { sectorsOf } from "../../host/device/layout.js";
import type { PartProfile } from "../../host/device/profile.js";
import { powerOnStates, prepared } from "../support/exploration.js";
import { type Found, explore } from "./explore.js";
import type { Loss } from "./life.js";
import type { GuestFile, Part, Picture, SelfTest, World } from "./world.js";

/** What is explored twice. */
export interface Twice {
  readonly what: string;
  readonly part: PartProfile;
  readonly pair: GuestPair;
  readonly scene: Scene;
  readonly losses: readonly Loss[];
  /** Infinity: a fixpoint. */
  readonly depth: number;
  readonly attempts: number;
  /** Further models: "weak", "ecc". */
  readonly more?: readonly ("weak" | "ecc")[];
  /** How programs of the Record are torn; "shapes" when absent. */
  readonly tears?: "shapes" | "dense";
}

/** What an exploration came to, as far as both say it. */
export interface Said {
  readonly powerOnStates: number;
  /** All states; null where the project's explorer counts some for others (twins, at the last fault). */
  readonly states: number | null;
  readonly judged: number;
  /** "oracle: least number of faults", sorted. */
  readonly violated: readonly string[];
}

const STATES_MAX = 400_000;
const REASONS: Readonly<Record<string, unknown>> = abi;

/** What the project's explorer says; `gaveUp`: behind a way that is too long the number of states depends on the order. */
export function saidByFirst(one: Twice): Said & { readonly gaveUp: boolean } {
  const { part, pair, scene, losses, more = [], attempts, depth, tears = "shapes" } = one;
  const models = [...losses, ...more];
  const { device, start, faults } = prepared({ part, pair, scene, models, attempts, tears, assume: false });
  return firstSaid(new Explorer(device, scene, { faults, depth }).run(start), depth);
}

/** The same of an exploration by the project's explorer. */
export function firstSaid(result: Exploration, depth: number): Said & { readonly gaveUp: boolean } {
  if (result.incomplete !== null) throw new Error(result.incomplete);
  const least = new Map<string, number>();
  for (const { oracle, faults } of result.findings.all)
    least.set(oracle, Math.min(faults, least.get(oracle) ?? Infinity));
  return {
    powerOnStates: powerOnStates(result).count,
    states: depth === Infinity ? result.states.size : null,
    judged: result.judged,
    violated: violatedOf(least),
    gaveUp: result.gaveUp,
  };
}

/** What the second explorer says. */
export function saidBySecond(one: Twice, world: World = worldOf(one)): Said & Found {
  const { losses, tears = "shapes", depth } = one;
  const weak = one.more?.includes("weak") === true;
  const found = explore(world, { losses, weak, tears, depth, statesMax: STATES_MAX });
  const violated = violatedOf(found.least);
  return { ...found, violated };
}

/** Of what the second explorer says, what is compared with the first. */
export function comparable(said: Said, { states }: Said): Said {
  const { powerOnStates: count, judged, violated } = said;
  return { powerOnStates: count, states: states === null ? null : said.states, judged, violated };
}

function violatedOf(least: ReadonlyMap<string, number>): string[] {
  return [...least].map(([oracle, faults]) => `${oracle}: ${faults}`).sort();
}

/** A case as plain data. */
export function worldOf(one: Omit<Twice, "what" | "losses" | "depth">): World {
  const { part, pair, scene, attempts, more = [] } = one;
  const world = worldWith(part, scene, attempts, {
    boot: { binary: pair.boot },
    agent: { binary: pair.agent },
  });
  return more.includes("ecc") ? withCode(world, part) : world;
}

/** The same with guests given as files. */
export function worldWith(
  part: PartProfile,
  scene: Scene,
  attempts: number,
  guests: { readonly boot: GuestFile; readonly agent: GuestFile },
): World {
  const { scenario, images, keyTable } = scene;
  const { start, steps, expect, otherwise } = scenario;
  const { slotA, slotB } = part.layout;
  const standing = (name: string | undefined, slot: typeof slotA) =>
    name === undefined ? null : placed(scene, name, slot).bytes;
  return {
    ...guests,
    part: plainPart(part),
    attempts,
    keyTable,
    offered: images,
    pictures: images.flatMap(pictureOf),
    story: {
      selfTests: scenario.images.map(({ selfTest }) => plainSelfTest(selfTest)),
      start: { slotA: placed(scene, start.slotA, slotA).bytes, settled: start.settled },
      then: [standing(start.then?.slotA, slotA), standing(start.then?.slotB, slotB)],
      offers: steps.map((step) => {
        if (!isOffer(step) || step.until === "begun")
          throw new Error("the second explorer knows no incidents");
        return { generation: generationOf(scenario, step.offer), until: step.until };
      }),
      expect:
        "runs" in expect
          ? { runs: generationOf(scenario, expect.runs) }
          : { halts: REASONS[`REASON_${expect.halts}`] as number },
      otherwise,
    },
  };
}

/** The same where errors of the part's code are modelled. */
export function withCode(world: World, { ecc }: PartProfile): World {
  if (ecc === undefined) return world;
  const code = { unit: ecc.unitBytes.value, erasedFaults: ecc.erasedFaults === true };
  return { ...world, part: { ...world.part, ecc: code } };
}

function plainPart(part: PartProfile): Part {
  const { keys, record, slotA, slotB } = part.layout;
  return {
    sectors: sectorsOf(part).map(({ size }) => size),
    programMin: part.programMin.value,
    programMax: part.programMax.value,
    rule: part.rule,
    erasedByte: part.erasedByte,
    counterMax: part.counterMax?.value ?? 0xffffffff,
    ecc: null,
    keys,
    record,
    slots: [slotA, slotB],
  };
}

/** A spoiled image may boot only where something has made it whole again. */
function pictureOf(image: SceneImage): Picture[] {
  const {
    bytes,
    sound,
    genuine,
    headerSizeBytes: headerSize,
    securityCounter,
    linkedFor,
    generation,
  } = image;
  const whole = genuine ? bytes : sound;
  return whole === undefined ? [] : [{ bytes: whole, headerSize, securityCounter, linkedFor, generation }];
}

function plainSelfTest(selfTest: SceneSelfTest = "good"): SelfTest {
  if (typeof selfTest !== "string") return { failsFirst: selfTest.afterResets };
  return { failsFirst: selfTest === "bad" ? Infinity : 0 };
}
