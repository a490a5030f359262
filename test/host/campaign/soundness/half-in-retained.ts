// Half-way through a sector the agent notes in a retained word that it is there, and from then on goes on without erasing: torn
// words stay. Cuts before the note are healed.
//
// Right: under reset, at depth 1, authentic is violated. Under power, which clears retained words, it is clean.

import { STEP_IDLE } from "../../../../assembly/abi";
import { retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import {
  READY,
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
    () => retainedRead(0) == HALF,
    () => {
      retainedWrite(0, HALF);
    },
  );
  put(record(), READY);
  return STEP_IDLE;
}
