// What several designs are made of: bodies of several units, and which of two cycles is the newer.
import { type Flash, SEAL, body, cycleOf, isBody } from "../flash.js";
import { NO_RECORD } from "../explore.js";

/** Roles of a body of so many units. */
export function bodyRoles(units: number): string[] {
  return units === 1 ? ["body"] : Array.from({ length: units }, (_, i) => `body ${i}`);
}

/** The body whose every unit reads alike and whole; the check finds any mixture. */
export function readBody(flash: Flash, sector: number, units = 1): number {
  const first = flash.read(sector, 0);
  if (!isBody(first)) return NO_RECORD;
  for (let unit = 1; unit < units; unit++) if (flash.read(sector, unit) !== first) return NO_RECORD;
  return first;
}

export function programBody(flash: Flash, sector: number, symbol: number, units = 1): void {
  for (let unit = 0; unit < units; unit++) flash.program(sector, unit, symbol);
}

export function sealSeen(flash: Flash, sector: number, unit: number): boolean {
  return flash.read(sector, unit) === SEAL;
}

/** Of two bodies, either may be NO_RECORD, the sector of the newer by their cycles modulo 3; −1 where there is none. */
export function newer(first: number, second: number): -1 | 0 | 1 {
  if (first === NO_RECORD) return second === NO_RECORD ? -1 : 1;
  if (second === NO_RECORD) return 0;
  return cycleOf(second) === (cycleOf(first) + 1) % 3 ? 1 : 0;
}

/** Record `id` with the cycle that follows the one of `symbol`. */
export function following(id: number, symbol: number): number {
  return body(id, symbol === NO_RECORD ? 0 : (cycleOf(symbol) + 1) % 3);
}
