// Situations for mutants that no other situation told from the core as it is. New ones go to the end, so that what killed a
// mutant before still comes first.
import * as abi from "../../assembly/abi.js";
import type { PartProfile } from "../../host/device/profile.js";
import { bases } from "./faults.js";
import { keyCorners } from "./corners-keys.js";
import { recordAreas, recordShape } from "../support/record.js";
import { KEYS, entry, flipped, forged, image, joined, withArea, withProtected } from "./images.js";
import { GEOMETRIES, HOME, RECORD_FIRST } from "./parts.js";
import { BOTH, confirmed, standing, trial } from "./records.js";
import type { Rig, Situation } from "./rig.js";

/** The situations of a design. */
export function corners(design: PartProfile["record"], rig: Rig): Situation[] {
  const own = [...counters(design, rig), ...slots(design), ...recordsRead(design), ...recordsWritten(design)];
  const last = latches(design);
  return design === "sealed"
    ? [...own, ...twoSlots(), ...areasCut(), ...keyCorners(), ...last]
    : [...own, ...last];
}

/** The floor counter: weak after a cut, and what would lower it. */
function counters(design: PartProfile["record"], rig: Rig): Situation[] {
  const base = bases(HOME[design])[3] as Situation;
  const { events } = rig.measure(base);
  return [
    ...[0, 1].flatMap((choice) => ({
      ...base,
      name: `corners: a floor that is weak, seen as ${choice}`,
      wrong: { kind: "cut", operation: 0, shape: abi.COUNTER_WEAK } as const,
      sees: [choice, choice, choice],
      boots: 3,
    })),
    // Counter and entry change alike, so that the check over both still holds.
    ...[0, 1].flatMap((view) =>
      Array.from({ length: events }, (_, event) => ({
        ...base,
        floor: 2,
        name: `corners: counter and entry of view ${view} change, event ${event}`,
        wrong: { kind: "ram", event, view, bytes: [8, 12], bit: 1 } as const,
      })),
    ),
  ];
}

/** Images whose counter and version are those of an image that is not there. */
function slots(design: PartProfile["record"]): Situation[] {
  const nothing = image({ version: [0, 0, 0, 1] });
  const base = { part: HOME[design], keys: KEYS };
  return [
    { ...base, name: "corners: only B, counter and version 0", slotB: nothing },
    { ...base, name: "corners: only A, counter and version 0", slotA: nothing },
  ];
}

/** Records with one thing wrong that a single flip does not make. */
function recordsRead(design: PartProfile["record"]): Situation[] {
  const part = HOME[design];
  const [first, second] = recordAreas(part);
  const [older, newer] = [confirmed(0), trial(1, 2, 1)];
  const home = { part, keys: KEYS, ...BOTH };
  const whole = standing(part, newer, 2, older) ?? [];
  const wrongCheck = Uint8Array.from(whole[1]![1]);
  for (const at of [8, 12]) wrongCheck[at] = (wrongCheck[at] ?? 0) ^ 1;
  const alone = (changes: number) =>
    (standing(part, newer, changes) ?? []).map(([offset, bytes]) => [offset, bytes.slice(0, 16)] as const);
  const words = [first.offset, second.offset].flatMap((start) =>
    Array.from({ length: 6 }, (_, word) => start + 4 * word),
  );
  return [
    {
      ...home,
      name: "corners: a check and its complement, both wrong",
      places: [whole[0]!, [second.offset, wrongCheck]],
    },
    ...words.flatMap((offset) =>
      [whole, alone(1), alone(3)].map((places, at) => ({
        ...home,
        places,
        name: `corners: ${offset} comes with an error, ${at}`,
        wrong: { kind: "dead", offset, bare: true } as const,
      })),
    ),
    ...[1, 2, 3].flatMap((changes) =>
      Array.from({ length: 40 }, (_, read) => ({
        ...home,
        places: alone(changes),
        name: `corners: one body and nothing behind it, ${changes}, read ${read}`,
        wrong: { kind: "unreadable", read } as const,
      })),
    ),
    ...[1, 2, 3].flatMap((changes) =>
      Array.from({ length: 40 }, (_, read) => ({
        ...home,
        places: standing(part, newer, changes) ?? [],
        name: `corners: one record, ${changes}, read ${read}`,
        wrong: { kind: "unreadable", read } as const,
      })),
    ),
    ...[256, 257, 300].map((attempts) => ({
      ...home,
      attempts,
      name: `corners: ${attempts} attempts, more than a record holds`,
      boots: 2,
    })),
  ];
}

/** Words that are not taken into the write buffer. */
function latches(design: PartProfile["record"]): Situation[] {
  return bases(HOME[design]).flatMap((base) =>
    Array.from({ length: 12 }, (_, latch) => ({
      ...base,
      name: `corners: ${base.name}, latch ${latch} fails`,
      wrong: { kind: "latch", latch } as const,
      boots: 2,
    })),
  );
}

/** Records written where something is in the way. */
function recordsWritten(design: PartProfile["record"]): Situation[] {
  const first = RECORD_FIRST[design];
  const [older, newer] = [confirmed(0), trial(1, 2, 1)];
  const found: Situation[] = [1, 2].map((changes) => ({
    name: `corners: the Record first on the flash, after ${changes}`,
    part: first,
    keys: KEYS,
    ...BOTH,
    places: standing(first, newer, changes, older) ?? [],
    boots: 3,
  }));
  for (const part of GEOMETRIES[design]) {
    const { behind, unit } = recordShape(part);
    const areas = recordAreas(part);
    if (unit % 4 !== 0) continue;
    const places = standing(part, newer, 2, older) ?? [];
    const padded = places.map(([offset, bytes]) => {
      const whole = new Uint8Array(behind + unit).fill(part.erasedByte);
      whole.set(bytes);
      return [offset, whole] as const;
    });
    const base = { part, keys: KEYS, ...BOTH, boots: 3 };
    for (const [index, { offset }] of areas.entries()) {
      for (const at of [behind, behind + 4, behind + unit - 1])
        found.push({
          ...base,
          name: `corners: ${part.id}, byte ${at} of area ${index} in the way`,
          places: padded.map(([start, bytes]) => [
            start,
            start === offset ? flipped(bytes, at % (behind + unit), 1) : bytes,
          ]),
        });
      for (const bare of [undefined, true] as const)
        for (const at of [behind, behind + 4, 16, 20])
          found.push({
            ...base,
            name: `corners: ${part.id}, word ${at} of area ${index} cannot be read, ${bare}`,
            places: padded,
            wrong: { kind: "dead", offset: offset + at, ...(bare === undefined ? {} : { bare }) },
          });
    }
  }
  return found;
}

/** What one slot leaves in RAM must not count for the other. */
function twoSlots(): Situation[] {
  const part = HOME.sealed;
  const bare = (area: Uint8Array) =>
    forged({ protectedArea: () => area, header: { protectedSizeBytes: area.length } });
  const without = { "no area": bare(new Uint8Array(0)), "no counter": withProtected(entry(0xa0, 3)) };
  const slotA = flipped(image({ counter: 5 }), 40, 4);
  return Object.entries(without).flatMap(([name, slotB]) =>
    [0, 3].flatMap((floor) =>
      [null, confirmed(0), confirmed(1)].map((word) => ({
        name: `corners: ${name} in B, a counter in A, floor ${floor}, ${word}`,
        part,
        keys: KEYS,
        slotA,
        slotB,
        floor,
        ...(word === null ? {} : { places: standing(part, word) ?? [] }),
      })),
    ),
  );
}

/** Areas and entries that end a byte or two before or behind where they say. */
function areasCut(): Situation[] {
  const on = (name: string, slotA: Uint8Array): Situation => ({
    name: `corners: ${name}`,
    part: HOME.sealed,
    keys: KEYS,
    slotA,
  });
  const area = (...bytes: readonly number[]) => withArea(() => Uint8Array.from(bytes));
  const situations = [
    on("an area of 3 bytes", area(0x08, 0x69, 3)),
    on("an area of 2 bytes", area(0x08, 0x69)),
    on("an area of 4 bytes", area(0x08, 0x69, 4, 0)),
    on("an area of 4 bytes that says 5", area(0x08, 0x69, 5, 0)),
  ];
  for (const more of [1, 2, 3, 4, 5, 60, 200])
    situations.push(
      on(`a protected entry ${more} bytes too long`, area(0x08, 0x69, 11, 0, 0xa0, 0, 3 + more, 0, 1, 2, 3)),
    );
  for (const type of [0xb0, 0x01, 0x21, 0x30])
    for (const more of [1, 2, 3, 4, 5, 200])
      situations.push(
        on(
          `an unprotected entry of type ${type} ${more} bytes too long`,
          forged({
            unprotected: (entries) => [...entries, entry(type, 32)],
            image: (bytes) => flipped(bytes, bytes.length - 34, 32 ^ (32 + more)),
          }),
        ),
      );
  const { slotA } = HOME.sealed.layout;
  const payload = new Uint8Array(slotA.size - 0x20 - 12 - 4).fill(9);
  situations.push(
    on(
      "an empty area in the slot's last 4 bytes",
      forged({
        payload,
        image: (bytes, hashed) => joined(bytes.slice(0, hashed), Uint8Array.of(0x07, 0x69, 4, 0)),
      }),
    ),
    ...[0x0f, 0x13].map((type) =>
      on(`protected type ${type} twice`, withProtected(entry(type, 1), entry(type, 1))),
    ),
  );
  return situations;
}
