// The firmware's part: takes what is offered into the other slot, puts it on trial, and confirms it once its self-test is good.
import * as flash from "./flash";
import * as hal from "./hal";
import * as state from "./record";

const ROM_FIXED: u32 = 0x100;
const VERSION: u32 = 20; // in an image's header, two words
const CHUNK: u32 = 512;
const chunk = memory.data(512, 4);

export function abiVersion(): u32 {
  return hal.ABI_VERSION;
}

function runningSlot(): u32 {
  const into = hal.info(hal.INFO_BOOTED_OFFSET, 0) - hal.info(hal.INFO_SLOT_OFFSET, 0);
  return into < hal.info(hal.INFO_SLOT_SIZE, 0) ? 0 : 1;
}

function received(offset: u32): u32 {
  return <u32>hal.receive32(offset);
}

/** The offered image that is linked for a slot (ROM_FIXED), or that may run anywhere. */
function offerFor(slot: u32): u32 {
  const count = hal.info(hal.INFO_OFFER_COUNT, 0);
  for (let index: u32 = 0; index < count; index++) {
    const at = hal.info(hal.INFO_OFFER_OFFSET, index);
    const isFixed = (received(at + 16) & ROM_FIXED) != 0;
    if (!isFixed || received(at + 4) == hal.info(hal.INFO_SLOT_OFFSET, slot)) return index;
  }
  return hal.NOWHERE;
}

/** Whether an offer is of the version that stands in a slot. */
function isVersionOf(slot: u32, offer: u32): bool {
  const offered = hal.info(hal.INFO_OFFER_OFFSET, offer) + VERSION;
  const own = hal.info(hal.INFO_SLOT_OFFSET, slot) + VERSION;
  return hal.tryRead32(own) == <u64>received(offered) && hal.tryRead32(own + 4) == <u64>received(offered + 4);
}

/** Erases a slot, writes an offer into it, and reads it back: nothing else may be put on trial. */
function install(slot: u32, offer: u32): bool {
  const from = hal.info(hal.INFO_OFFER_OFFSET, offer);
  const size = hal.info(hal.INFO_OFFER_SIZE, offer);
  const to = hal.info(hal.INFO_SLOT_OFFSET, slot);
  if (flash.erase(to, hal.info(hal.INFO_SLOT_SIZE, slot)) != hal.STATUS_OK) return false;
  for (let at: u32 = 0; at < size; at += CHUNK) {
    const some = min(CHUNK, flash.padded(size - at));
    for (let word: u32 = 0; word < some; word += 4)
      store<u32>(
        chunk + word,
        at + word < size ? received(from + at + word) : hal.info(hal.INFO_ERASED_WORD, 0),
      );
    if (flash.write(to + at, chunk, (some + 3) & ~3) != hal.STATUS_OK) return false;
    for (let word: u32 = 0; word < some; word += 4)
      if (hal.tryRead32(to + at + word) != <u64>load<u32>(chunk + word)) return false;
  }
  return true;
}

export function step(input: u32): i32 {
  state.read();
  const record = state.record;
  const running = runningSlot();
  if (!state.isRecord() || (record.active == running && record.confirmed == 0)) {
    if ((input & hal.INPUT_SELF_TEST_GOOD) == 0) return hal.STEP_IDLE;
    record.active = running;
    record.confirmed = 1;
    return state.write() ? hal.STEP_MORE : hal.STEP_REFUSED;
  }
  if (record.active != running) return hal.STEP_IDLE; // on trial from the next boot on
  if (hal.info(hal.INFO_OFFER_COUNT, 0) == 0) return hal.STEP_CONFIRMED;
  const offer = offerFor(running ^ 1);
  if (offer == hal.NOWHERE) return hal.STEP_REFUSED;
  if (isVersionOf(running, offer)) return hal.STEP_CONFIRMED; // it runs already
  if (!install(running ^ 1, offer)) return hal.STEP_REFUSED;
  record.active = running ^ 1;
  record.confirmed = 0;
  record.attempts = hal.info(hal.INFO_ATTEMPTS, 0);
  return state.write() ? hal.STEP_IDLE : hal.STEP_REFUSED;
}
