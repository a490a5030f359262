// The cases of the comparing test: our own core, wrong guests of every kind, and those that once showed a mistake, each with what it
// is put to. Small enough that every torn state can be a state of its own.
import { isOffer } from "../../host/campaign/plan/scenario.js";
import { SCENARIOS, scenarioByName } from "../../host/campaign/plan/scenarios.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import type { PartProfile } from "../../host/device/profile.js";
import { GALLERY, TWINS } from "../../host/gallery/entries.js";
import { makeScene } from "../../host/scene/make.js";
import { sceneKeys } from "../host/scene/keys.js";
import { compile } from "../support/compile.js";
import { type TinyVariant, guestFor, modules, sceneOn, tinyWith } from "../support/guests.js";
import { pairOf } from "../support/scenes.js";
import { equalScene, soundnessPair } from "../support/soundness.js";
import type { Twice } from "./bridge.js";
import type { Loss } from "./life.js";

/** A case whose guest is yet to be compiled or read. */
export interface Case extends Omit<Twice, "pair"> {
  readonly pair: () => GuestPair | Promise<GuestPair>;
  /** Takes too long for every day. */
  readonly nightly?: true;
}

const POWER: readonly Loss[] = ["power"];
const RESET: readonly Loss[] = ["reset"];
const BOTH: readonly Loss[] = ["power", "reset"];
const KIB = 1024;
const SECTOR = 256;
/** Payload of an image of less than one sector. */
const PAYLOAD = 4;
const LEAST_IMAGE = 192;
/** Of the least size there is no room for what some spoiled images have. */
const SPOILED_IMAGE = 320;

/** `tiny` with other rules and slots of 1 KiB, or a little more: whole contents are copied here by the ten thousand. */
export function small(variant: TinyVariant = {}, programMin?: number, slotBytes = KIB): PartProfile {
  const part = tinyWith(variant);
  const [run] = part.sectors;
  const figure = (value: number) => ({ ...run!.count, value });
  return {
    ...part,
    ...(programMin === undefined ? {} : { programMin: figure(programMin) }),
    sectors: [{ ...run!, count: figure((KIB + 2 * slotBytes) / SECTOR) }],
    layout: {
      ...part.layout,
      slotA: { offset: KIB, size: slotBytes },
      slotB: { offset: KIB + slotBytes, size: slotBytes },
    },
  };
}

const words = small();
const wide = small({ programBytes: 64 });
const sealed = small({ rule: "once", record: "sealed", programBytes: 16 });
const sealedWide = small({ rule: "once", record: "sealed", programBytes: 64 });
/** With room for a protected area that is larger than it may be. */
const sealedRoomy = small({ rule: "once", record: "sealed", programBytes: 64 }, undefined, 3 * KIB);
const zeroing = small({ rule: "once-or-zero", record: "sealed", programBytes: 32 });
const twice = small({ rule: "twice", record: "sealed", programBytes: 32 });
const toZero: PartProfile = { ...wide, erasedByte: 0 };
const bytes = small({}, 1);
const onceBytes = small({ rule: "once" }, 1);

type Put = Partial<Case> & { readonly losses: readonly Loss[] };

function own(what: string, part: PartProfile, scenario: string, more: Put): Case {
  const pair = () => guestFor("boot-full", part);
  const scene = sceneOn(part, scenario, PAYLOAD);
  return { what: `${what}, ${scenario}`, part, pair, scene, depth: 1, attempts: 1, ...more };
}

/** The same part with one-way counters that hold no more than `most`. */
function holding(most: number, part: PartProfile): PartProfile {
  return { ...part, counterMax: { ...part.programMin, value: most } };
}

/** Our own core. */
export const OWN: readonly Case[] = [
  own("the part tiny as it is", tinyWith({}), "update", { losses: POWER, attempts: 3 }),
  own("units of 64 bytes", wide, "update", { losses: BOTH, attempts: 2 }),
  own("units of 64 bytes, a fixpoint", wide, "update", { losses: POWER, depth: Infinity }),
  own("units of 64 bytes, a fixpoint", wide, "revert", { losses: POWER, depth: Infinity }),
  own("erased is zero, two faults", toZero, "revert", { losses: POWER, depth: 2 }),
  own("units of 16 bytes, once, two faults", sealed, "update", { losses: POWER, depth: 2 }),
  own("units of 64 bytes, once, a fixpoint", sealedWide, "update", { losses: POWER, depth: Infinity }),
  own("units of 64 bytes, once, two faults", sealedWide, "revert", { losses: RESET, depth: 2 }),
  own("units of 32 bytes, once or to zero", zeroing, "confirm-late", { losses: BOTH, attempts: 3 }),
  own("units of 32 bytes, twice", twice, "confirm-late", { losses: BOTH, attempts: 3 }),
  own("counters that hold 1, which is full", holding(1, wide), "update", { losses: POWER }),
  own("counters that hold 2", holding(2, wide), "update", { losses: BOTH }),
  own("words, two faults", words, "first-boot", { losses: BOTH, depth: 2 }),
  own("words, two faults", words, "update", { losses: POWER, depth: 2, nightly: true }),
  own("units of 64 bytes, resets", wide, "revert", { losses: BOTH, depth: 2, nightly: true }),
];

/** Every scenario but the long one and those with incidents, some with more than two images or with spoiled ones, by our own core. */
export const SCENES: readonly Case[] = SCENARIOS.filter(
  ({ name, steps }) => name !== "long-life" && steps.every(isOffer),
).map(({ name }): Case => {
  const part = name === "overlong" ? sealedRoomy : sealedWide;
  const imageSizeBytes = name === "tampered" ? SPOILED_IMAGE : LEAST_IMAGE;
  const target = { part, layout: part.layout };
  const scene = makeScene(scenarioByName(name)!, target, sceneKeys, { imageSizeBytes });
  const pair = () => guestFor("boot-full", part);
  return { what: name, part, pair, scene, losses: BOTH, depth: 1, attempts: 3 };
});

function canary(name: string, scenario: string, more: Partial<Case> = {}): Case {
  const part = more.part ?? wide;
  const scene = sceneOn(part, scenario, PAYLOAD);
  const pair = () => guestFor(name, part);
  return { what: `${name}, ${scenario}`, part, pair, scene, losses: POWER, depth: 2, attempts: 1, ...more };
}

/** Guests that are wrong on purpose, and MCUboot's table. */
export const CANARIES: readonly Case[] = [
  canary("single-flag", "update"),
  canary("single-flag", "update", { part: sealed, losses: BOTH, depth: 1 }),
  canary("late-attempts", "revert"),
  canary("skittish", "update", { losses: RESET, depth: 1 }),
  canary("believing", "update"),
  canary("hasty", "update", { losses: BOTH, depth: 1 }),
  canary("mcuboot-revert", "revert", { part: twice, depth: 1 }),
  canary("mcuboot-revert", "update", { part: twice, losses: BOTH, depth: 1 }),
];

/** Numbers of the gallery's guests whose wrong twin violates something on a small part. */
const EVERY_DAY: readonly number[] = [1, 3, 4, 6, 9, 12, 16, 17];

/** Every guest of the gallery, on one of three small parts; every day a third of them. */
export const GUESTS_OF_GALLERY: readonly Case[] = GALLERY.flatMap(({ id, name }) =>
  TWINS.map((twin): Case => {
    const part = id % 3 === 0 ? wide : id % 3 === 1 ? sealed : zeroing;
    const scene = sceneOn(part, id % 2 === 0 ? "update" : "revert", PAYLOAD);
    const losses = id % 4 < 2 ? POWER : BOTH;
    const pair = () => modules.galleryGuest(name, twin);
    const one: Case = { what: `${name}, ${twin}`, part, pair, scene, losses, depth: 1, attempts: 2 };
    return EVERY_DAY.includes(id) && twin === "bad" ? one : { ...one, nightly: true };
  }),
);

function sound(name: string, losses: readonly Loss[], more: Partial<Case> = {}): Case {
  const part = more.part ?? words;
  const scene = equalScene(part, PAYLOAD);
  const pair = () => soundnessPair(name);
  return { what: name, part, pair, scene, losses, depth: 1, attempts: 3, ...more };
}

/** Programs each word byte by byte, or by halves. */
function byBytes(size: 1 | 2): () => Promise<GuestPair> {
  const file = "test/host/campaign/soundness/kit.ts";
  const to = `program(offset, ${size});
  for (let at: u32 = ${size}; at < 4; at += ${size}) {
    latch32(offset, word);
    program(offset + at, ${size});
  }`;
  return async () => {
    const entry = "test/host/campaign/soundness/g5.ts";
    const binary = await compile(entry, [{ file, from: "program(offset, 4);", to }]);
    return pairOf(`g5 by ${size}`, binary, binary);
  };
}

/** A boot that halts for good in its first trial: nothing was ever confirmed then, and the reset uses the trial up. */
function haltsFirst(): Promise<GuestPair> {
  const once = "if (counterRead(0) == 0) {\n    retainedWrite(0, 1);\n    retainedWrite(0, 0);\n  }";
  return soundnessPair("g5", [
    { from: "import { retainedWrite }", to: "import { counterRead, halt, retainedRead, retainedWrite }" },
    { from: "retainedWrite(1, 0);", to: "if (retainedRead(0) != 0) halt(1);" },
    { from: "if (hasNothingToInstall())", to: `${once}\n  if (hasNothingToInstall())` },
  ]);
}

/** Guests over whose verdicts the project's explorer has once erred, and the like. */
export const SOUNDNESS: readonly Case[] = [
  sound("g1", POWER),
  sound("g3", POWER),
  sound("g5", BOTH),
  sound("retained-choice", BOTH),
  sound("half-in-sector", POWER),
  sound("half-in-counter", POWER),
  sound("half-in-retained", BOTH),
  sound("halts-after-watchdog", RESET),
  sound("resumes-in-sector", RESET, { part: small({ rule: "once" }) }),
  sound("half-told", BOTH),
  sound("weak-circle", POWER),
  sound("many-mores", POWER),
  sound("confirms-in-counter", POWER, { attempts: 1 }),
  sound("returns-long", POWER),
  sound("g5", POWER, { what: "a program of single bytes", part: bytes, pair: byBytes(1) }),
  sound("g5", POWER, { what: "a program of half words", part: onceBytes, pair: byBytes(2) }),
  sound("g5", RESET, {
    ...{ what: "a halt where nothing was ever confirmed", pair: haltsFirst, attempts: 1 },
    scene: sceneOn(words, "first-boot", PAYLOAD),
  }),
  sound("g3", POWER, { depth: 2, nightly: true }),
  sound("confirms-in-counter", POWER, { attempts: 1, depth: 2, nightly: true }),
];

const WEAK = { more: ["weak"] } as const;
const ECC = { more: ["ecc"] } as const;
const BOTH_MORE = { more: ["weak", "ecc"] } as const;
/** Units that have a code, programmed once; the wider a program, the more units it may tear. */
const coded = small({ rule: "once", programBytes: 16, eccBytes: 16 });
const codedBlank = small({ rule: "once", programBytes: 64, eccBytes: 16, erasedFaults: true });

/** Reads that have a choice, and units that cannot be read. */
export const UNCERTAIN: readonly Case[] = [
  own("weak, units of 64 bytes", wide, "update", { ...WEAK, losses: POWER }),
  own("weak, erased is zero", toZero, "revert", { ...WEAK, losses: POWER, nightly: true }),
  own("weak, units of 64 bytes, once", sealedWide, "update", { ...WEAK, losses: BOTH }),
  own("weak, words", words, "first-boot", { ...WEAK, losses: POWER }),
  own("a code over 16 bytes", coded, "update", { ...ECC, losses: POWER }),
  own("a code, erased units fault, two faults", codedBlank, "update", { ...ECC, losses: POWER, depth: 2 }),
  own("weak and a code", coded, "update", { ...BOTH_MORE, losses: POWER }),
  own("weak and a code, erased units fault", codedBlank, "revert", {
    ...BOTH_MORE,
    losses: POWER,
    nightly: true,
  }),
  canary("single-flag", "update", { ...WEAK, depth: 1 }),
  canary("trusting", "update", { ...WEAK, depth: 1, nightly: true }),
  canary("peeking", "update", { ...ECC, part: coded, depth: 1 }),
  sound("g1", POWER, WEAK),
  sound("g5", BOTH, WEAK),
  sound("half-in-counter", POWER, WEAK),
  sound("half-in-sector", POWER, WEAK),
  sound("weak-circle", POWER, WEAK),
  sound("retained-choice", BOTH, WEAK),
  sound("g5", POWER, { ...WEAK, depth: 2, nightly: true }),
];
