// What survives a guest's step but neither a reset nor a loss of power, as guests see it: the scratch and the key slot. No operation of
// theirs can be cut: whatever a cut leaves of them is lost.

import * as abi from "../abi";
import { logOperation, logPlace } from "./log";
import * as map from "./map";
import { isApplication } from "./roles";
import { outsideAt, putOutside } from "./outside";
import { undoRoom } from "./content/undo";

/** Word `index` of the scratch; 0 where there is none. */
export function scratchRead(index: u32): u32 {
  return index < abi.SCRATCH_SIZE / 4 ? volatileRead(abi.OUTSIDE_SCRATCH + index) : 0;
}

/** Sets it; where there is no such word nothing happens. */
export function scratchWrite(index: u32, word: u32): void {
  if (index < abi.SCRATCH_SIZE / 4) volatileWrite(abi.OUTSIDE_SCRATCH + index, word);
}

/** The same of the key slot. */
export function keySlotRead(index: u32): u32 {
  return index < abi.KEY_SLOT_SIZE / 4 ? volatileRead(abi.OUTSIDE_KEY_SLOT + index) : 0;
}

export function keySlotWrite(index: u32, word: u32): void {
  if (index < abi.KEY_SLOT_SIZE / 4) volatileWrite(abi.OUTSIDE_KEY_SLOT + index, word);
}

/** An application finds zeros, and leaves nothing. */
function volatileRead(place: u32): u32 {
  return isApplication() ? 0 : outsideRead(place);
}

function volatileWrite(place: u32, word: u32): void {
  if (isApplication()) return;
  if (outsideWrite(place, word)) logOperation(abi.OP_VOLATILE, abi.STATUS_OK, place, 0, word);
}

/** The number at an OUTSIDE_ place other than the cause. */
export function outsideRead(place: u32): u32 {
  logPlace(place);
  return load<u32>(outsideAt(place));
}

/** Sets it; answers whether that changes it. */
export function outsideWrite(place: u32, word: u32): bool {
  logPlace(place); // whether anything changes depends on what stood there
  if (load<u32>(outsideAt(place)) == word) return false;
  undoRoom(0);
  putOutside(place, word);
  return true;
}

/** Nothing is laid down to be sent any more. */
export function clearPacket(): void {
  if (load<u32>(map.LINK_LAID) == 0) return;
  memory.fill(map.LINK, 0, abi.LINK_MAX);
  store<u32>(map.LINK_LAID, 0);
}
