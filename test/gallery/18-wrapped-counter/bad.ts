// Zephyr ZMS #84874: a one-byte counter is raised by every recovery that is cut. After 256 cuts in a row it says again what it
// said when all was well, of a sector in which there is nothing.

import { eraseArea, recordArea } from "../../../assembly/record/body";
import {
  CORRUPT,
  NONE,
  cellSize,
  policyBoot,
  policyStep,
  readCell,
  writeCell,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

// Sector 0 holds the record. Sector 1 is a journal: a header cell that says for which time in a row it was opened, then a cell
// with the state that is on its way into sector 0. Attempt 0 is none: such a sector would be the one that counts.

const MARK: u32 = 0x5a000000;

/** Attempt in the journal's header; NONE where it was not opened. */
function attempt(): u32 {
  const word = readCell(recordArea(1));
  return word >= CORRUPT ? NONE : word & 0xff;
}

function journalState(): u32 {
  const word = attempt() == NONE ? NONE : readCell(recordArea(1) + cellSize());
  return word >= CORRUPT ? NONE : word & 0xff;
}

function load(): u32 {
  if (attempt() == 0 || journalState() != NONE) return journalState();
  const word = readCell(recordArea(0));
  return word >= CORRUPT ? NONE : word & 0xff;
}

/** By way of the journal: there first, then in its place. */
function save(state: u32): bool {
  const last: u32 = attempt() == NONE ? 0 : attempt();
  const next: u32 = (last + 1) & 0xff;
  const journal = recordArea(1);
  if (!eraseArea(journal) || !writeCell(journal, MARK | next)) return false;
  return writeCell(journal + cellSize(), MARK | state) && finish(state);
}

function finish(state: u32): bool {
  const place = recordArea(0);
  return eraseArea(place) && writeCell(place, MARK | state) && eraseArea(recordArea(1));
}

export function boot(): void {
  const state = load();
  if (state != NONE && attempt() != NONE) {
    if (journalState() != NONE) finish(state);
    else save(state); // it was cut before it held anything: once more
  }
  policyBoot(load(), save);
}

export function step(input: u32): i32 {
  return policyStep(input, load(), save);
}
