// Design D, for parts that program once but may program all zero over anything: the selector is such a unit.
import { type Flash, SEAL, body } from "../flash.js";
import type { Design } from "../explore.js";
import { bodyRoles, programBody, readBody, sealSeen } from "./parts.js";

export interface SelectorOptions {
  readonly units: number;
  /** Make the selector's reading true before acting on it. */
  readonly resolve?: boolean;
  /** Erase the sector that does not count before it is marked: needed where a mark may be programmed only once. */
  readonly wipe?: boolean;
  readonly eraseTarget?: boolean;
}

const SELECTOR = 2;

/**
 * Design D. Records R0 and R1, each a body and a mark; sector Z with the selector: not seen, R0 counts; seen, R1. The mark
 * of the sector that does not count says that the selector is strong.
 */
export function selector(options: SelectorOptions): Design {
  const { units } = options;
  const mark = units;
  const selected = (flash: Flash): number => (sealSeen(flash, SELECTOR, 0) ? 1 : 0);
  const select = (flash: Flash, sector: number) => {
    if (sector === 1) flash.program(SELECTOR, 0, SEAL);
    else flash.erase(SELECTOR);
  };
  return {
    roles: [[...bodyRoles(units), "mark"], [...bodyRoles(units), "mark"], ["selector"]],
    recover(flash) {
      const sector = selected(flash);
      const settled = sealSeen(flash, 1 - sector, mark) && !sealSeen(flash, sector, mark);
      if (!settled) {
        if (options.resolve !== false) select(flash, sector);
        if (options.wipe === true) flash.erase(1 - sector);
        flash.program(1 - sector, mark, SEAL);
      }
      return readBody(flash, sector, units);
    },
    read: (flash) => readBody(flash, selected(flash), units),
    update(flash, id) {
      const sector = selected(flash);
      if (options.eraseTarget !== false) flash.erase(1 - sector);
      programBody(flash, 1 - sector, body(id), units);
      select(flash, 1 - sector);
      if (options.wipe === true) flash.erase(sector);
      flash.program(sector, mark, SEAL);
    },
  };
}
