// Decides whether a slot may boot, in the face of reads that can fail once. A pass that accepts is enough at first: no
// misread makes a valid signature. After a pass that refused, two more must agree to accept, so that one transient
// error neither strands the device nor lets anything in. Writes nothing.

import { EVENT_SLOT_ACCEPTED, EVENT_SLOT_REFUSED, PHASE_DECIDE, REASON_OK, REASON_UNSTABLE } from "../abi";
import { event, phase } from "../hal/hal";
import { verifySlot } from "../image/verify";

/** REASON_OK where the image in `slot` may boot above `floor`, else why not; `view` is then as verifySlot leaves it. */
export function acceptSlot(slot: u32, floor: u32, view: usize): u32 {
  const reason = passes(slot, floor, view);
  phase(PHASE_DECIDE);
  if (reason == REASON_OK) event(EVENT_SLOT_ACCEPTED, slot);
  else event(EVENT_SLOT_REFUSED, (slot << 16) | reason);
  return reason;
}

function passes(slot: u32, floor: u32, view: usize): u32 {
  if (verifySlot(slot, floor, view) == REASON_OK) return REASON_OK;
  const second = verifySlot(slot, floor, view);
  if (second != REASON_OK) return second;
  return verifySlot(slot, floor, view) == REASON_OK ? REASON_OK : REASON_UNSTABLE;
}
