// info() of the Hal: what a guest may ask of part, layout, offers and its own reset. Changes nothing but the cause of a reset that was open
// until it was asked for (log.ts).

import * as abi from "../abi";
import { askCause } from "./log";
import * as map from "./map";
import { isApplication, isFirmware } from "./roles";
import { sectorAt, sectorEntry } from "./content/sectors";

export function info(field: u32, index: u32): u32 {
  if (field <= abi.INFO_SECTOR_AT) return sectorInfo(field, index);
  if (field == abi.INFO_PROGRAM_MIN) return load<u32>(map.PROGRAM_MIN);
  if (field == abi.INFO_PROGRAM_MAX) return load<u32>(map.PROGRAM_MAX);
  if (field == abi.INFO_ERASED_WORD) return ~load<u32>(map.POLARITY);
  if (field == abi.INFO_PROGRAM_RULE) return load<u32>(map.PROGRAM_RULE);
  if (field == abi.INFO_RESET_CAUSE) return isApplication() ? abi.NOWHERE : askCause();
  if (field == abi.INFO_BOOTED_OFFSET) return load<u32>(map.BOOTED_OFFSET);
  if (field == abi.INFO_OFFER_COUNT) return isFirmware() ? load<u32>(map.OFFER_COUNT) : 0;
  if (field == abi.INFO_OFFER_OFFSET || field == abi.INFO_OFFER_SIZE) {
    if (!isFirmware() || index >= load<u32>(map.OFFER_COUNT)) return abi.NOWHERE;
    return load<u32>(map.OFFERS + (usize(index) << 3) + (field == abi.INFO_OFFER_SIZE ? 4 : 0));
  }
  if (field == abi.INFO_SLOT_OFFSET || field == abi.INFO_SLOT_SIZE) {
    if (index > 1) return abi.NOWHERE;
    return load<u32>(map.SLOTS + (usize(index) << 3) + (field == abi.INFO_SLOT_SIZE ? 4 : 0));
  }
  if (field == abi.INFO_RECORD_OFFSET) return load<u32>(map.RECORD_REGION);
  if (field == abi.INFO_RECORD_SIZE) return load<u32>(map.RECORD_REGION, 4);
  if (field == abi.INFO_KEYS_OFFSET) return load<u32>(map.KEYS_REGION);
  if (field == abi.INFO_KEYS_SIZE) return load<u32>(map.KEYS_REGION, 4);
  if (field == abi.INFO_ATTEMPTS) return load<u32>(map.ATTEMPTS);
  if (field == abi.INFO_COUNTER_MAX) return load<u32>(map.COUNTER_MAX);
  if (field == abi.INFO_RETAINED_COUNT) return abi.RETAINED_ALL;
  if (field == abi.INFO_SCRATCH_SIZE) return abi.SCRATCH_SIZE;
  if (field == abi.INFO_KEY_SLOT_SIZE) return abi.KEY_SLOT_SIZE;
  if (field == abi.INFO_LINK_MAX) return abi.LINK_MAX;
  if (field == abi.INFO_LINK_FRAME) return load<u32>(map.LINK_FRAME);
  return abi.NOWHERE;
}

function sectorInfo(field: u32, index: u32): u32 {
  if (field == abi.INFO_ABI) return abi.ABI_VERSION;
  if (field == abi.INFO_FLASH_SIZE) return load<u32>(map.FLASH_SIZE);
  if (field == abi.INFO_SECTOR_COUNT) return load<u32>(map.SECTOR_COUNT);
  if (field == abi.INFO_SECTOR_AT) return index < load<u32>(map.FLASH_SIZE) ? sectorAt(index) : abi.NOWHERE;
  if (index >= load<u32>(map.SECTOR_COUNT)) return abi.NOWHERE;
  return load<u32>(
    sectorEntry(index) + (field == abi.INFO_SECTOR_SIZE ? map.SECTOR_SIZE : map.SECTOR_OFFSET),
  );
}
