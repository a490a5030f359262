// The parts that situations stand on: small ones, with room for what an image and a key table may hold, and one for each way
// in which a part's geometry changes what a Record's write does.
import type { PartProfile } from "../../host/device/profile.js";
import { type MadePart, madePart } from "../support/parts.js";

/** Keys, slot A, slot B. */
const SIZES = [2048, 4096, 4096] as const;

function made(id: string, record: readonly number[], rest: Omit<MadePart, "sectors">): PartProfile {
  return { ...madePart({ ...rest, sectors: [...SIZES, ...record] }), id };
}

const once = { rule: "once", programMin: 4, programMax: 4 } as const;
const atWill = { rule: "and", programMin: 4, programMax: 4 } as const;

/** Where most situations stand, by design of the Record. */
export const HOME: Readonly<Record<PartProfile["record"], PartProfile>> = {
  sealed: made("home", [256, 256], once),
  refreshed: made("home at will", [256, 256], atWill),
};

/** Parts on which Records are written, by design. */
export const GEOMETRIES: Readonly<Record<PartProfile["record"], readonly PartProfile[]>> = {
  sealed: [
    made("units of 8, erased to zero", [256, 256, 256], {
      rule: "once",
      programMin: 8,
      programMax: 8,
      erasedByte: 0,
    }),
    made("units of 16", [512, 512], { rule: "once", programMin: 16, programMax: 16 }),
    made("units of 32", [256, 256], { rule: "once-or-zero", programMin: 32, programMax: 32 }),
    made("pages", [512, 512, 512, 512], { rule: "once", programMin: 512, programMax: 512 }),
    made("twice, 1 to 4", [256, 256], { rule: "twice", programMin: 1, programMax: 4 }),
    made("once, 4 to 64", [256, 256], { rule: "once", programMin: 4, programMax: 64 }),
    made("uneven sectors", [512, 512, 256, 256, 512], { rule: "once", programMin: 512, programMax: 512 }),
    made("sectors that grow", [256, 512, 512], { rule: "once", programMin: 256, programMax: 256 }),
  ],
  refreshed: [
    made("at will, 1 to 256", [256, 256, 256], { rule: "and", programMin: 1, programMax: 256 }),
    made("at will, erased to zero", [512, 512], { rule: "and", programMin: 4, programMax: 4, erasedByte: 0 }),
    made("at will, units of 32", [256, 256], { rule: "and", programMin: 32, programMax: 32 }),
    made("at will, pages", [512, 512, 512, 512], { rule: "and", programMin: 512, programMax: 512 }),
  ],
};

/** The home of each design with its Record at the beginning of the flash. */
export const RECORD_FIRST: Readonly<Record<PartProfile["record"], PartProfile>> = {
  sealed: recordFirst(once),
  refreshed: recordFirst(atWill),
};

function recordFirst(rest: Omit<MadePart, "sectors">): PartProfile {
  const [keys, slotA, slotB] = SIZES;
  const part = madePart({ ...rest, sectors: [256, 256, keys, slotA, slotB] });
  return {
    ...part,
    id: "Record first",
    layout: {
      record: { offset: 0, size: 512 },
      keys: { offset: 512, size: keys },
      slotA: { offset: 512 + keys, size: slotA },
      slotB: { offset: 512 + keys + slotA, size: slotB },
    },
  };
}

/** Home with its keys at the end of the flash: what reads on behind them reads outside. */
export const KEYS_LAST: PartProfile = keysLast();

function keysLast(): PartProfile {
  const [keys, slotA, slotB] = SIZES;
  const part = madePart({ ...once, sectors: [256, 256, slotA, slotB, keys] });
  return {
    ...part,
    id: "keys last",
    layout: {
      record: { offset: 0, size: 512 },
      slotA: { offset: 512, size: slotA },
      slotB: { offset: 512 + slotA, size: slotB },
      keys: { offset: 512 + slotA + slotB, size: keys },
    },
  };
}
