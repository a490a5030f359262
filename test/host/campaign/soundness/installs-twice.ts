// The agent installs what is offered, and then once more: it looks at its note that an installation is done before it has made it. So
// did an agent of the package's own templates, once: every update went well, at twice the wear.
//
// Right: wear-bound without any fault, and nothing else.

import { STEP_IDLE, STEP_MORE } from "../../../../assembly/abi";
import { retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

const NOTED: u32 = 1;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  const isDone = retainedRead(0) == NOTED;
  install();
  retainedWrite(0, NOTED);
  if (isDone) put(record(), READY);
  return STEP_MORE;
}
