// Situations around the Record: what it says, in every state that its two areas can be in, on every geometry; and what boot
// makes of it with this or that in the slots.
import * as abi from "../../assembly/abi.js";
import type { PartProfile } from "../../host/device/profile.js";
import { encodeArea, encodeRecord, recordAreas, recordShape } from "../support/record.js";
import { KEYS, flipped, image } from "./images.js";
import { GEOMETRIES, HOME } from "./parts.js";
import type { Situation } from "./rig.js";

type Design = PartProfile["record"];
type Slots = Pick<Situation, "slotA" | "slotB">;

const FORMAT = 6;
const INTERRUPTED = 1 << 15;

/** Record words, their cycle 0. */
export const confirmed = (slot: number) => FORMAT | (slot << 8) | (1 << 9);
export const trial = (slot: number, attempts: number, fallback: number, failed = 0, bits = 0) =>
  (FORMAT | (slot << 8) | (fallback << 10) | (failed << 12) | (attempts << 16) | bits) >>> 0;
const afterTrial = (slot: number, failed: number) => confirmed(slot) | (2 << 10) | (failed << 12);

const FIRST = image({ counter: 1 });
const SECOND = image({ counter: 2, version: [2, 0, 0, 0] });
const BROKEN = flipped(SECOND, 40, 4);
/** Both slots good. */
export const BOTH: Slots = { slotA: FIRST, slotB: SECOND };
const ONLY_A: Slots = { slotA: SECOND, slotB: BROKEN };
const ONLY_B: Slots = { slotA: BROKEN, slotB: SECOND };
const NEITHER: Slots = { slotA: BROKEN, slotB: flipped(FIRST, 20, 1) };

/** What the areas hold when `word` is the newest record after so many changes. */
export function standing(part: PartProfile, word: number, changes = 1, older?: number): Situation["places"] {
  const areas = recordAreas(part);
  return encodeRecord(part, changes, word, older).map((bytes, at) => [areas[at]!.offset, bytes] as const);
}

/** Situations in which the Record says something, and boot acts on it. */
export function policy(design: Design): Situation[] {
  const part = HOME[design];
  const situations: Situation[] = [];
  const add = (name: string, word: number | null, rest: Omit<Situation, "name" | "part" | "keys">) =>
    situations.push({
      name: `policy: ${name}`,
      part,
      keys: KEYS,
      ...(word === null
        ? {}
        : { places: standing(part, word, 1 + (situations.length % 4), trial(1, 9, 0)) ?? [] }),
      ...rest,
    });
  const words = [0, 1].flatMap((slot) => [
    confirmed(slot),
    afterTrial(slot, 3),
    ...[0, 1, 2, 3].flatMap((left) => [0, 1, 2].map((fallback) => trial(slot, left, fallback))),
    trial(slot, 0, 1, 2),
    trial(slot, 0, 1, 7),
    trial(slot, 0, 1, 2, INTERRUPTED),
    trial(slot, 2, 1, 2, INTERRUPTED),
    trial(slot, 255, 0),
  ]);
  for (const word of words)
    for (const [name, slots] of Object.entries({ BOTH, ONLY_A, ONLY_B, NEITHER }))
      add(`${word.toString(16)} ${name}`, word, {
        ...slots,
        boots: 2,
        later: abi.CAUSE_SOFT,
        cause: abi.CAUSE_SOFT,
      });
  for (const [name, slots] of Object.entries({ BOTH, ONLY_A, ONLY_B, NEITHER }))
    for (const attempts of [1, 3, 255])
      add(`none ${name} ${attempts}`, null, { ...slots, attempts, boots: 5 });
  for (const cause of [abi.CAUSE_POWER, abi.CAUSE_SOFT, abi.CAUSE_FAULT, abi.CAUSE_WATCHDOG])
    for (const word of [trial(1, 2, 1), trial(1, 3, 1), trial(1, 0, 1, 1), trial(1, 4, 1), trial(0, 1, 2)])
      add(`cause ${cause} ${word.toString(16)}`, word, { ...BOTH, cause, boots: 2 });
  for (const floor of [1, 2, 3, 0x80000001])
    for (const word of [
      null,
      confirmed(0),
      confirmed(1),
      trial(1, 2, 1),
      trial(0, 2, 1),
      trial(1, 0, 1),
      trial(0, 0, 0),
    ])
      add(`floor ${floor} ${word?.toString(16)}`, word, { ...BOTH, floor });
  const pairs: readonly (readonly [Uint8Array | undefined, Uint8Array | undefined])[] = [
    [image({ counter: 1, version: [9, 0, 0, 0] }), image({ counter: 2 })],
    [image({ counter: 2 }), image({ counter: 1, version: [9, 0, 0, 0] })],
    [image({ counter: 1 }), image({ counter: 0x80000000 })],
    [image({}), image({ version: [1, 0, 1, 0] })],
    [image({ version: [1, 0, 1, 0] }), image({ version: [1, 0, 0, 5] })],
    [image({}), image({ version: [255, 0, 0, 0] })],
    [image({ version: [1, 0, 0, 1] }), image({ version: [1, 0, 0, 9] })],
    [image({ version: [1, 2, 0, 0] }), image({ version: [1, 1, 0xffff, 0] })],
    [image({ version: [1, 2, 0, 0] }), image({ version: [2, 1, 0, 0] })],
    [image({ linkedFor: part.layout.slotA.offset }), image({ linkedFor: part.layout.slotB.offset })],
    [image({ linkedFor: part.layout.slotB.offset }), image({ linkedFor: part.layout.slotA.offset })],
    [undefined, undefined],
    [BROKEN, undefined],
    [undefined, BROKEN],
    [undefined, FIRST],
    [FIRST, undefined],
  ];
  pairs.forEach(([slotA, slotB], at) =>
    add(`no Record, pair ${at}`, null, {
      ...(slotA === undefined ? {} : { slotA }),
      ...(slotB === undefined ? {} : { slotB }),
    }),
  );
  const layout = (name: string, field: number, index: number, value: number) =>
    add(name, confirmed(0), { ...BOTH, wrong: { kind: "info", field, index, value } });
  layout("no slot A", abi.INFO_SLOT_SIZE, 0, abi.NOWHERE);
  layout("no slot B", abi.INFO_SLOT_SIZE, 1, abi.NOWHERE);
  layout("another ABI", abi.INFO_ABI, 0, 2);
  layout("no Record region", abi.INFO_RECORD_OFFSET, 0, 0xfffff000);
  layout("a Record region of one area", abi.INFO_RECORD_SIZE, 0, 256);
  layout("a Record region of a byte less than two areas", abi.INFO_RECORD_SIZE, 0, 511);
  layout("a key region too small for a header", abi.INFO_KEYS_SIZE, 0, 23);
  layout("a key region of a header", abi.INFO_KEYS_SIZE, 0, 24);
  layout("a key region of the table", abi.INFO_KEYS_SIZE, 0, KEYS.length);
  layout("a key region one byte short", abi.INFO_KEYS_SIZE, 0, KEYS.length - 1);
  add("the floor cannot be read", confirmed(0), { ...BOTH, wrong: { kind: "counter" } });
  return situations;
}

/** Situations in which the Record's areas hold this and that. */
export function areas(design: Design): Situation[] {
  const part = HOME[design];
  const [first, second] = recordAreas(part);
  const situations: Situation[] = [];
  const add = (name: string, places: Situation["places"] & object, on = part) =>
    situations.push({ name: `areas: ${name}`, part: on, keys: KEYS, ...BOTH, places });
  const [older, newer] = [trial(0, 2, 1), confirmed(1)];
  const behinds = [undefined, "seal", "mark"] as const;
  const area = (word: number | undefined, cycle: number, behind: (typeof behinds)[number]) =>
    encodeArea(part, {
      ...(word === undefined ? {} : { word }),
      cycle,
      ...(behind === undefined ? {} : { behind }),
    });
  const behind = design === "sealed" ? "seal" : undefined;
  for (let bit = 0; bit < 32; bit++) {
    add(`bit ${bit} of the word`, [[first.offset, area((older ^ (1 << bit)) >>> 0, 0, "seal")]]);
    add(`bit ${bit} of the newer word`, [
      [first.offset, area(older, 0, "seal")],
      [second.offset, area((newer ^ (1 << bit)) >>> 0, 1, behind)],
    ]);
  }
  for (let cycleA = 0; cycleA < 4; cycleA++)
    for (let cycleB = 0; cycleB < 4; cycleB++)
      add(`cycles ${cycleA} and ${cycleB}`, [
        [first.offset, area(older, cycleA, behind)],
        [second.offset, area(newer, cycleB, behind)],
      ]);
  for (const behindA of behinds)
    for (const behindB of behinds)
      for (const [cycleA, cycleB] of [
        [0, 1],
        [1, 0],
      ] as const)
        for (const [wordA, wordB] of [
          [older, newer],
          [undefined, newer],
          [older, undefined],
          [undefined, undefined],
        ] as const)
          add(`${behindA} ${behindB} ${cycleA} ${cycleB} ${wordA} ${wordB}`, [
            [first.offset, area(wordA, cycleA, behindA)],
            [second.offset, area(wordB, cycleB, behindB)],
          ]);
  for (const on of [part, ...GEOMETRIES[design].filter(({ layout }) => layout.record.size >= 512)]) {
    const there = recordAreas(on);
    const { behind: span, unit } = recordShape(on);
    if (there[1].offset + there[1].size > on.layout.record.offset + on.layout.record.size) continue;
    const [bytesA, bytesB] = encodeRecord(on, 2, newer, older);
    for (const at of bytePlaces(span, unit))
      for (const mask of [1, 0x80]) {
        const places = [bytesA, bytesB].map((bytes) => wordPadded(bytes, on.erasedByte));
        add(
          `${on.id}, byte ${at} of the newer area`,
          [
            [there[0].offset, places[0]!],
            [there[1].offset, flipped(places[1]!, at, mask)],
          ],
          on,
        );
        if (on === part)
          add(
            `${on.id}, byte ${at} of the older area`,
            [
              [there[0].offset, flipped(places[0]!, at, mask)],
              [there[1].offset, places[1]!],
            ],
            on,
          );
      }
  }
  return situations;
}

function bytePlaces(span: number, unit: number): number[] {
  const places = [...Array(16).keys(), 16, 17, 19, 20, 31, 32, span - 1, span, span + 1, span + 3, span + 4];
  return [...new Set([...places, span + unit - 1])].filter((at) => at < span + unit).sort((a, b) => a - b);
}

function wordPadded(bytes: Uint8Array, erased: number): Uint8Array {
  const padded = new Uint8Array((bytes.length + 3) & ~3).fill(erased);
  padded.set(bytes);
  return padded;
}

/** Situations in which Records are written, one after another, on every geometry. */
export function geometries(design: Design): Situation[] {
  return GEOMETRIES[design].flatMap((part) => [
    { name: `geometry: ${part.id}, none`, part, keys: KEYS, ...BOTH, boots: 6, later: abi.CAUSE_SOFT },
    {
      name: `geometry: ${part.id}, none, only B`,
      part,
      keys: KEYS,
      ...ONLY_B,
      attempts: 4,
      boots: 6,
    },
    ...(part.layout.record.size < 512
      ? []
      : [1, 2, 3].map((changes) => ({
          name: `geometry: ${part.id}, after ${changes}`,
          part,
          keys: KEYS,
          ...BOTH,
          places: padded(part, standing(part, trial(1, 2, 1), changes, confirmed(0)) ?? []),
          boots: 4,
        }))),
  ]);
}

function padded(part: PartProfile, places: Situation["places"] & object): Situation["places"] & object {
  const end = part.layout.record.offset + part.layout.record.size;
  return places
    .filter(([offset, bytes]) => offset + bytes.length <= end)
    .map(([offset, bytes]) => [offset, wordPadded(bytes, part.erasedByte)] as const);
}
