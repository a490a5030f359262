// Design R, for parts where the same bits may be programmed again as often as one likes: needs no assumption.
import type { Flash } from "../flash.js";
import { SEAL } from "../flash.js";
import { type Design, NO_RECORD } from "../explore.js";
import { bodyRoles, following, newer, programBody, readBody, sealSeen } from "./parts.js";

export interface RefreshOptions {
  /** Program units that the body takes. */
  readonly units: number;
  /** Rules that can be left out. */
  readonly refresh?: boolean;
  readonly eraseOther?: boolean;
  readonly eraseTarget?: boolean;
  readonly markLast?: boolean;
  readonly refreshFirst?: boolean;
  readonly cycle?: boolean;
}

/**
 * Two sectors in turn without a mark: every boot programs the newest again and erases the other one.
 * The body says by its cycle which is the newest.
 */
export function refreshEveryBoot(options: RefreshOptions): Design {
  const { units } = options;
  const bodies = (flash: Flash): [number, number] => [readBody(flash, 0, units), readBody(flash, 1, units)];
  return {
    roles: [bodyRoles(units), bodyRoles(units)],
    recover(flash) {
      const read = bodies(flash);
      const newest = newer(...read);
      if (newest === -1) return NO_RECORD;
      if (options.refresh !== false) programBody(flash, newest, read[newest], units);
      if (options.eraseOther !== false) flash.erase(1 - newest);
      return read[newest];
    },
    read(flash) {
      const read = bodies(flash);
      const newest = newer(...read);
      return newest === -1 ? NO_RECORD : read[newest];
    },
    update(flash, id) {
      const read = bodies(flash);
      const newest = newer(...read);
      const target = newest === 0 ? 1 : 0;
      if (options.eraseTarget !== false) flash.erase(target);
      programBody(flash, target, following(id, newest === -1 ? NO_RECORD : read[newest]), units);
    },
  };
}

/**
 * Design R: a mark in one sector says that the other sector's body is strong and counts. The mark stands where the next
 * update erases first, so a boot that sees it writes nothing.
 */
export function refreshWithMark(options: RefreshOptions): Design {
  const { units } = options;
  const mark = units;
  const current = (flash: Flash): { sector: -1 | 0 | 1; symbol: number; settled: boolean } => {
    for (const sector of [0, 1] as const) {
      if (!sealSeen(flash, 1 - sector, mark)) continue;
      const symbol = readBody(flash, sector, units);
      if (symbol !== NO_RECORD) return { sector, symbol, settled: true };
    }
    const read = [readBody(flash, 0, units), readBody(flash, 1, units)] as const;
    const sector =
      options.cycle === false ? (read[0] !== NO_RECORD ? 0 : read[1] !== NO_RECORD ? 1 : -1) : newer(...read);
    return { sector, symbol: sector === -1 ? NO_RECORD : read[sector], settled: false };
  };
  return {
    roles: [
      [...bodyRoles(units), "mark"],
      [...bodyRoles(units), "mark"],
    ],
    recover(flash) {
      const { sector, symbol, settled } = current(flash);
      if (sector === -1 || settled) return symbol;
      const refresh = () => {
        if (options.refresh !== false) programBody(flash, sector, symbol, units);
      };
      if (options.refreshFirst !== false) refresh();
      if (options.eraseOther !== false) flash.erase(1 - sector);
      if (options.refreshFirst === false) refresh();
      flash.program(1 - sector, mark, SEAL);
      return symbol;
    },
    read: (flash) => current(flash).symbol,
    update(flash, id) {
      const { sector, symbol } = current(flash);
      const source = sector === -1 ? 1 : sector;
      const target = 1 - source;
      if (sector === -1) flash.erase(source);
      if (options.eraseTarget !== false) flash.erase(target);
      if (options.markLast === false) flash.program(source, mark, SEAL);
      programBody(flash, target, following(id, symbol), units);
      if (options.markLast !== false) flash.program(source, mark, SEAL);
    },
  };
}
