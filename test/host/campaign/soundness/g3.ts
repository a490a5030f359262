// The agent writes word 1 of a sector, word 0, then 2 and on; a sector whose words 0 and 5 are right it takes for finished, and
// those behind them may be missing.
//
// Right: under power, at depth 1, authentic is violated by a single cut.

import { STEP_IDLE } from "../../../../assembly/abi";
import { erase, read32 } from "../../../../assembly/hal/hal";
import {
  READY,
  SECTOR,
  clearReady,
  confirm,
  hasNothingToInstall,
  isReady,
  offerSize,
  put,
  putWanted,
  record,
  runReady,
  running,
  slot,
  wanted,
} from "./kit";

export { abiVersion } from "./kit";

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  clearReady();
  for (let at: u32 = 0; at < offerSize(); at += SECTOR) {
    if (isRight(at) && isRight(at + 20)) continue;
    erase(slot(1) + at);
    for (let word: u32 = 0; word < SECTOR; word += 4) putWanted(at + (word == 0 ? 4 : word == 4 ? 0 : word));
  }
  put(record(), READY);
  return STEP_IDLE;
}

function isRight(at: u32): bool {
  return read32(slot(1) + at) == wanted(at);
}
