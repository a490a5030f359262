// Who makes the call that is under way, where what it may ask for depends on that. Who may read and write flash stands in the permissions.

import * as abi from "../abi";
import * as map from "./map";

/** The application, which has link, clock, inputs and its own slot alone. */
export function isApplication(): bool {
  return load<u32>(map.ROLE) >= abi.ROLE_APPLICATION_A;
}

/** The firmware's update part: neither boot nor the application. */
export function isFirmware(): bool {
  const role = load<u32>(map.ROLE);
  return role == abi.ROLE_FIRMWARE_A || role == abi.ROLE_FIRMWARE_B;
}
