// Designs for parts where nothing is programmed twice: A, B, C and E. Each closes under one assumption.
import { type Flash, SEAL, body } from "../flash.js";
import { type Design, NO_RECORD } from "../explore.js";
import { bodyRoles, following, newer, programBody, readBody, sealSeen } from "./parts.js";

export interface SealOptions {
  readonly units: number;
  readonly eraseTarget?: boolean;
  readonly sealLast?: boolean;
  /** No seal at all. */
  readonly sealed?: boolean;
  /** Anything but erased counts as a seal, as assembly/record/record.ts has it; else only the seal itself. */
  readonly anyTouch?: boolean;
  /** The seal stands in a sector of its own (a page of one program unit). */
  readonly apart?: boolean;
}

/** Design A: two sectors in turn, body then seal; the newest sealed record counts. */
export function decidedSeal(options: SealOptions): Design {
  const { units, apart = false } = options;
  const sealAt = (half: number): [number, number] => (apart ? [half + 2, 0] : [half, units]);
  const sealed = (flash: Flash, half: number): number => {
    const seal = sealAt(half);
    const seen =
      options.sealed === false ||
      (options.anyTouch === true ? flash.read(...seal) !== 0 : sealSeen(flash, ...seal));
    return seen ? readBody(flash, half, units) : NO_RECORD;
  };
  const half = [...bodyRoles(units), "seal"];
  return {
    roles: apart ? [bodyRoles(units), bodyRoles(units), ["seal"], ["seal"]] : [half, half],
    recover(flash) {
      const read = [sealed(flash, 0), sealed(flash, 1)] as const;
      const newest = newer(...read);
      return newest === -1 ? NO_RECORD : read[newest];
    },
    update(flash, id) {
      const read = [sealed(flash, 0), sealed(flash, 1)] as const;
      const newest = newer(...read);
      const target = newest === 0 ? 1 : 0;
      if (apart) flash.erase(sealAt(target)[0]);
      if (options.eraseTarget !== false) flash.erase(target);
      const symbol = following(id, newest === -1 ? NO_RECORD : read[newest]);
      if (options.sealLast === false) flash.program(...sealAt(target), SEAL);
      programBody(flash, target, symbol, units);
      if (options.sealLast !== false && options.sealed !== false) flash.program(...sealAt(target), SEAL);
    },
  };
}

/** Design B: the older record counts, until its sector is erased. */
export function decidedErase({ newestWins = false }: { readonly newestWins?: boolean } = {}): Design {
  const current = (flash: Flash): { sector: -1 | 0 | 1; symbol: number } => {
    const read = [readBody(flash, 0), readBody(flash, 1)] as const;
    const newest = newer(...read);
    const both = read[0] !== NO_RECORD && read[1] !== NO_RECORD;
    const sector = both && !newestWins ? ((1 - newest) as 0 | 1) : newest;
    return { sector, symbol: sector === -1 ? NO_RECORD : read[sector] };
  };
  return {
    roles: [["body"], ["body"]],
    recover: (flash) => current(flash).symbol,
    update(flash, id) {
      const { sector, symbol } = current(flash);
      const target = sector === 0 ? 1 : 0;
      flash.erase(target);
      flash.program(target, 0, following(id, symbol));
      flash.erase(1 - target);
    },
  };
}

/** Design C: the parity of a one-way counter says which sector counts. */
export function decidedCounter({
  counterFirst = false,
  eraseTarget = true,
}: { readonly counterFirst?: boolean; readonly eraseTarget?: boolean } = {}): Design {
  return {
    roles: [["body"], ["body"]],
    recover: (flash) => readBody(flash, flash.readCounter()),
    update(flash, id) {
      const target = 1 - flash.readCounter();
      if (eraseTarget) flash.erase(target);
      if (counterFirst) flash.advanceCounter(target);
      flash.program(target, 0, body(id));
      if (!counterFirst) flash.advanceCounter(target);
    },
  };
}

/** Design E: k copies, and a mark in the first sector that says that all are whole. */
export function copies(count: number): Design {
  const rewrite = (flash: Flash, symbol: number) => {
    for (let sector = 0; sector < count; sector++) {
      flash.erase(sector);
      flash.program(sector, 0, symbol);
    }
    flash.program(0, 1, SEAL);
  };
  const firstBody = (flash: Flash): number => {
    for (let sector = 0; sector < count; sector++) {
      const symbol = readBody(flash, sector);
      if (symbol !== NO_RECORD) return symbol;
    }
    return NO_RECORD;
  };
  return {
    roles: Array.from({ length: count }, (_, sector) => (sector === 0 ? ["body", "mark"] : ["body"])),
    recover(flash) {
      const settled = sealSeen(flash, 0, 1);
      const symbol = firstBody(flash);
      if (!settled && symbol !== NO_RECORD) rewrite(flash, symbol);
      return symbol;
    },
    read: firstBody,
    update: (flash, id) => rewrite(flash, body(id)),
  };
}
