// Canary: an agent that takes a slot that reads right for one that is: after a power cut it goes on where it left off, and
// never writes again what a cut has touched. Every campaign with weak bits must catch it: the last word that was being
// programmed reads right, the trial runs and is confirmed, the floor rises, and then the word fades.

import { INFO_BOOTED_OFFSET, NOWHERE } from "../abi";
import { step as realStep } from "../agent/agent";
import { holdsWholeOffer, offerFor, sessionStarted, sessionTrust } from "../agent/install";
import { slotOffset, slotSize } from "../hal/flash";
import { info } from "../hal/hal";

export { abiVersion } from "../agent/agent";

export function step(input: u32): i32 {
  const target: u32 = info(INFO_BOOTED_OFFSET, 0) - slotOffset(0) < slotSize(0) ? 1 : 0;
  const offer = offerFor(target);
  if (offer != NOWHERE && !sessionStarted(target, offer) && holdsWholeOffer(target, offer))
    sessionTrust(target, offer);
  return realStep(input);
}
