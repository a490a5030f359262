// Situations in which something goes wrong while boot runs: a read that sees other bits or nothing, an operation that fails
// or is cut, RAM that changes. How many reads and operations there are is measured on the core as it is.
import * as abi from "../../assembly/abi.js";
import type { PartProfile } from "../../host/device/profile.js";
import { KEYS, flipped, image } from "./images.js";
import { GEOMETRIES, HOME } from "./parts.js";
import { BOTH, confirmed, standing, trial } from "./records.js";
import type { Rig, Situation, Wrong } from "./rig.js";

/** Shapes of a cut that need no ECC, by kind of operation (TEAR_, ERASE_ and COUNTER_ numbers). */
const CUT_SHAPES: Readonly<Record<string, number>> = {
  program: abi.TEAR_WEAK + 1,
  erase: abi.ERASE_WEAK + 1,
  counter: abi.COUNTER_WEAK + 1,
};
const EFFECTS = [abi.WRITE_DROPPED, abi.WRITE_FAILED, abi.WRITE_WORN];
/** Reads at the start and the end of a boot in which everything is tried; between them every third. */
const EDGE = 60;
/** A byte of the payload. */
const PAYLOAD_PLACE = 0x28;

/** What goes wrong goes wrong on one of these. */
export function bases(part: PartProfile): Situation[] {
  const base = (name: string, rest: Partial<Situation>): Situation => ({
    name,
    part,
    keys: KEYS,
    ...BOTH,
    cause: abi.CAUSE_SOFT,
    ...rest,
  });
  const record = (word: number, older = confirmed(1 - ((word >> 8) & 1))) => ({
    places: standing(part, word, 2, older) ?? [],
  });
  return [
    base("a trial", record(trial(1, 2, 1))),
    base("no Record", {}),
    base("a lost trial", record(trial(1, 0, 1))),
    base("confirmed, the floor to raise", { ...record(confirmed(1)), floor: 1 }),
    base("a first trial", record(trial(0, 3, 0))),
    base("unclean", {
      places: (standing(part, trial(1, 2, 1), 2, confirmed(0)) ?? []).map(
        ([offset, bytes]) => [offset, bytes.slice(0, 16)] as const,
      ),
    }),
  ];
}

/** Operations that fail, are dropped or cut, each followed by two more boots. */
export function writes(design: PartProfile["record"], rig: Rig): Situation[] {
  const parts = [HOME[design], GEOMETRIES[design][0] as PartProfile];
  return parts.flatMap((part) =>
    bases(part).flatMap((base) => {
      const { operations } = rig.measure(base);
      const wrongs: Wrong[] = [];
      operations.forEach((kind, operation) => {
        for (const effect of EFFECTS) wrongs.push({ kind: "write", operation, effect });
        for (let shape = 0; shape < (CUT_SHAPES[kind] ?? 0); shape++)
          wrongs.push({ kind: "cut", operation, shape });
      });
      return wrongs.map((wrong) => ({
        ...base,
        name: `writes: ${part.id}, ${base.name}, ${Object.values(wrong).join(" ")}`,
        wrong,
        boots: 3,
      }));
    }),
  );
}

/** Reads that see other bits, or nothing, once. */
export function reads(design: PartProfile["record"], rig: Rig): Situation[] {
  return bases(HOME[design]).flatMap((base) => {
    const { reads: count } = rig.measure(base);
    const wrongs: Wrong[] = [];
    for (let read = 0; read < count; read++) {
      if (read >= EDGE && read < count - EDGE && read % 3 !== 0) continue;
      wrongs.push(
        { kind: "flip", read, mask: read % 2 === 0 ? 1 : 0x80000000 },
        { kind: "unreadable", read },
      );
    }
    return wrongs.map((wrong) => ({
      ...base,
      name: `reads: ${base.name}, ${Object.values(wrong).join(" ")}`,
      wrong,
    }));
  });
}

/** One bit of an image is wrong, and a read of it is wrong too, so that it looks right this once: which passes are believed. */
export function undone(rig: Rig): Situation[] {
  const part = HOME.sealed;
  const at = PAYLOAD_PLACE;
  return [confirmed(1), trial(1, 2, 1)].flatMap((word) => {
    const slotB = flipped(image({ counter: 2 }), at, 4);
    const base = { part, keys: KEYS, slotB, places: standing(part, word) ?? [], name: "" };
    const { reads: count } = rig.measure(base);
    return Array.from({ length: count }, (_, read) => ({
      ...base,
      name: `undone: ${word.toString(16)}, read ${read}`,
      wrong: { kind: "flip" as const, read, mask: 4 << (8 * (at % 4)) },
    }));
  });
}

/** Words that cannot be read, or read otherwise the second time. */
export function words(design: PartProfile["record"]): Situation[] {
  const part = HOME[design];
  const [trialBase, none] = bases(part) as [Situation, Situation];
  const { slotA, slotB, keys, record } = part.layout;
  const size = image({ counter: 2 }).length;
  const ranges: readonly (readonly [number, number])[] = [
    [slotB.offset, size],
    [slotA.offset, 8],
    [keys.offset, KEYS.length],
    [record.offset, 24],
    [record.offset + 256, 24],
  ];
  return [trialBase, none].flatMap((base) =>
    ranges.flatMap(([start, bytes]) => {
      const found: Situation[] = [];
      for (let offset = start; offset < start + bytes; offset += 4) {
        found.push({ ...base, name: `words: ${base.name}, dead ${offset}`, wrong: { kind: "dead", offset } });
        found.push({
          ...base,
          name: `words: ${base.name}, ${offset} twice`,
          wrong: { kind: "refetch", offset, mask: 0x10001 },
        });
      }
      return found;
    }),
  );
}

/** Bits of RAM that flip between the verdict and its use. */
export function ram(design: PartProfile["record"], rig: Rig): Situation[] {
  return bases(HOME[design]).flatMap((base) => {
    const { events } = rig.measure(base);
    const found: Situation[] = [];
    for (const view of [0, 1])
      for (const byte of [0, 7, 8, 11, 12, 13, 16])
        for (let event = 0; event < events; event++)
          found.push({
            ...base,
            name: `ram: ${base.name}, byte ${byte} of view ${view}, event ${event}`,
            wrong: { kind: "ram", event, view, bytes: [byte], bit: 1 },
          });
    return found;
  });
}
