// A device from call to call, as the host steers it: begin a call, reset, go back to a checkpoint, find a table. Runs no guest itself: the
// host calls the guest's exports.

import * as abi from "../abi";
import { clearLatches } from "./hal";
import * as map from "./map";
import { loseVolatile } from "./outside";
import { clearPacket } from "./volatile";
import { put, undoForget, undoRoom, undoTo } from "./content/undo";

/** random32 starts from here in every call, so that a call stays a function of its other inputs. */
const RANDOM_SEED: u64 = 1;

/** Where a table (TABLE_…) stands in this module's memory; any other number is answered as TABLE_BUSY. */
export function addressOf(table: u32): usize {
  if (table == abi.TABLE_FLASH) return map.FLASH;
  if (table == abi.TABLE_WINDOW) return map.WINDOW;
  if (table == abi.TABLE_LOG) return map.LOG;
  if (table == abi.TABLE_LOG_DATA) return map.DATA;
  if (table == abi.TABLE_READ_LOG) return map.READ_LOG;
  if (table == abi.TABLE_DIGESTS) return map.DIGESTS;
  if (table == abi.TABLE_DIGESTS_BEFORE) return map.DIGESTS_BEFORE;
  if (table == abi.TABLE_REGION_DIGESTS) return map.REGION_DIGESTS;
  if (table == abi.TABLE_COUNTERS) return map.COUNTERS;
  if (table == abi.TABLE_RETAINED) return map.RETAINED;
  if (table == abi.TABLE_CALL) return map.STOP_KIND;
  if (table == abi.TABLE_SECTORS) return map.SECTORS;
  if (table == abi.TABLE_KEY) return map.STATE_KEY;
  if (table == abi.TABLE_WEAK) return map.WEAK;
  if (table == abi.TABLE_COUNTERS_WEAK) return map.COUNTERS_WEAK;
  if (table == abi.TABLE_CHOICES) return map.CHOICES;
  if (table == abi.TABLE_TRACKED) return map.TRACKED;
  if (table == abi.TABLE_SHADOWS) return map.SHADOWS;
  if (table == abi.TABLE_RESET_CAUSE) return map.RESET_CAUSE;
  if (table == abi.TABLE_OPEN) return map.OPEN;
  if (table == abi.TABLE_TEAR_MASKS) return map.TEAR_MASKS;
  if (table == abi.TABLE_CUT_KEYS) return map.CUT_KEYS;
  if (table == abi.TABLE_CUT_STATES) return map.CUT_STATES;
  if (table == abi.TABLE_BLOCK) return map.BLOCK;
  if (table == abi.TABLE_VOLATILE) return map.VOLATILE;
  if (table == abi.TABLE_LINK) return map.LINK;
  return map.BUSY_TYPICAL_MICROS;
}

/** A reset, and why (CAUSE_OPEN: that is decided when it is asked for); scratch and key slot are lost, retained words with the power. */
export function reset(cause: u32): void {
  undoRoom(0);
  if (load<u32>(map.RESET_CAUSE) != cause) put(map.RESET_CAUSE, cause);
  if (load<u32>(map.VOLATILE_SET) != 0) {
    undoRoom(map.VOLATILE_WORDS);
    loseVolatile(cause == abi.CAUSE_POWER);
  }
  if (cause != abi.CAUSE_POWER) return;
  for (let at = map.RETAINED; at < map.RETAINED + abi.RETAINED_COUNT * 4; at += 4) {
    if (load<u32>(at) != 0) put(at, 0);
  }
}

/** Begins a guest call: of boot where `bootedOffset` is NOWHERE, else of the firmware there; `logReads` for the memo. */
export function beginCall(bootedOffset: u32, logReads: u32): void {
  clearLatches();
  clearPacket();
  const inSlotA = bootedOffset - load<u32>(map.SLOTS) < load<u32>(map.SLOTS, 4);
  const firmware = inSlotA ? abi.ROLE_FIRMWARE_A : abi.ROLE_FIRMWARE_B;
  store<u32>(map.ROLE, bootedOffset == abi.NOWHERE ? abi.ROLE_BOOT : firmware);
  store<u32>(map.BOOTED_OFFSET, bootedOffset);
  store<u64>(map.RANDOM_STATE, RANDOM_SEED);
  store<u32>(map.STOP_KIND, abi.STOP_NONE);
  store<u32>(map.LOG_COUNT, 0);
  store<u32>(map.LOG_DATA, 0);
  store<u32>(map.OPERATION_COUNT, 0);
  store<u32>(map.RULE_BREAKS, 0);
  store<u32>(map.DENIALS, 0);
  store<u32>(map.READ_LOG_COUNT, 0);
  store<u32>(map.CHOICE_COUNT, 0);
  store<u32>(map.QUESTIONS, 0);
  store<u32>(map.ASKED_COUNT, 0);
  store<u32>(map.RETAINED_CHANGES, 0);
  store<u32>(map.EPOCH, load<u32>(map.EPOCH) + 1);
  store<u32>(map.MODE, logReads != 0 ? map.READ_MODE_LOG : 0);
  store<u32>(map.WRITE_AT, abi.NOWHERE);
  if (logReads != 0) memory.copy(map.DIGESTS_BEFORE, map.DIGESTS, load<u32>(map.SECTOR_COUNT) << 4);
}

/** Begins a call of the application that runs beside the firmware at `bootedOffset`. */
export function beginApplication(bootedOffset: u32, logReads: u32): void {
  beginCall(bootedOffset, logReads);
  const isInA = load<u32>(map.ROLE) == abi.ROLE_FIRMWARE_A;
  store<u32>(map.ROLE, isInA ? abi.ROLE_APPLICATION_A : abi.ROLE_APPLICATION_B);
}

/** From here on, rollback() comes back to flash, marks, counters, retained words and reset cause as they are now. */
export function checkpoint(): void {
  undoForget();
}

/** Restores what the last checkpoint saw; wear and busy time go on counting. */
export function rollback(): void {
  undoTo(u32(map.UNDO));
}
