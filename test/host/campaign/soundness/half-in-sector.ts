// Half-way through a sector the agent notes in another one, of the Record, that it is there, and from then on goes on without
// erasing: torn words stay. Cuts before the note are healed.
//
// Right: under power, at depth 1, authentic is violated.

import { STEP_IDLE } from "../../../../assembly/abi";
import { read32 } from "../../../../assembly/hal/hal";
import {
  READY,
  SECTOR,
  confirm,
  hasNothingToInstall,
  installFromHalf,
  isReady,
  put,
  record,
  runReady,
  running,
} from "./kit";

export { abiVersion } from "./kit";

const HALF: u32 = 0x600dbeef;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  installFromHalf(
    () => read32(note()) == HALF,
    () => {
      put(note(), HALF);
    },
  );
  put(record(), READY);
  return STEP_IDLE;
}

/** In the Record's second sector. */
function note(): u32 {
  return record() + SECTOR;
}
