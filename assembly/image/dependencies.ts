// Dependencies: what else must be installed for an image to boot. Judged last, once the image is authentic.

import { REASON_DEPENDENCY, REASON_OK } from "../abi";
import { installedVersion } from "./keys";
import { AREA_INFO_SIZE, ENTRY_HEADER_SIZE, TLV_DEPENDENCY, packedVersion } from "./tlv";

/** A version as packedVersion, without the build number. */
const BUILD_BITS: u64 = 32;

/**
 * REASON_OK where every DEPENDENCY of a protected area, parsed before, is met by the versions that the device is provisioned with; else
 * REASON_DEPENDENCY.
 */
export function dependenciesReason(area: usize, size: u32): u32 {
  let at: u32 = AREA_INFO_SIZE;
  while (at < size) {
    const length = u32(load<u16>(area + at, 2, 1));
    if (u32(load<u16>(area + at, 0, 1)) == TLV_DEPENDENCY) {
      const entry = area + at + ENTRY_HEADER_SIZE;
      const installed = installedVersion(u32(load<u8>(entry)));
      if (installed == 0) return REASON_DEPENDENCY;
      if (packedVersion(installed) >> BUILD_BITS < packedVersion(entry + 4) >> BUILD_BITS)
        return REASON_DEPENDENCY;
    }
    at += ENTRY_HEADER_SIZE + length;
  }
  return REASON_OK;
}
