// What a boot core says of an image in one slot of an otherwise empty device, by the name of the reason.
import * as abi from "../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../host/campaign/play/call.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import type { PartProfile } from "../../host/device/profile.js";
import { type InstalledImage, encodeKeyTable } from "../../host/image/key-table.js";
import type { KeyType, PublicKey } from "../../host/image/key-types.js";
import { reasonName } from "../../host/image/reason.js";
import { deviceOf } from "./scenes.js";

export interface Provisioned {
  readonly keys: readonly Pick<PublicKey, "signatureTlv" | "encodedDer">[];
  readonly installed?: readonly InstalledImage[];
  readonly demanded?: readonly KeyType[];
  /** Instead of a table of the above. */
  readonly table?: Uint8Array;
  readonly slot?: "slotA" | "slotB";
  /** Value of the floor counter. */
  readonly floor?: number;
}

/** A function that asks the core of `pair` on `part`; it answers "OK" or a reason's name. */
export function judgeOf(part: PartProfile, pair: GuestPair) {
  const device = deviceOf(part, pair);
  return (bytes: Uint8Array, provisioned: Provisioned): string => {
    const { keys, installed = [], demanded = [], slot = "slotA", floor = 0 } = provisioned;
    device.exports.wipe();
    device.provision(part.layout.keys.offset, provisioned.table ?? encodeKeyTable(keys, installed, demanded));
    device.provision(part.layout[slot].offset, bytes);
    device.words[device.table(abi.TABLE_COUNTERS) + abi.COUNTER_FLOOR] = floor;
    const { end, denials } = executeCall(device, IN_BOOT, 0);
    if (denials !== 0) throw new Error(`boot touched what it may not, ${denials} times`);
    if (end.kind === "jumped") return reasonName(abi.REASON_OK);
    if (end.kind !== "halted") throw new Error(`boot ${end.kind}`);
    return reasonName(end.reason);
  };
}
