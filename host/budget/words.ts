// How a boot ended, in words.
import * as abi from "../../assembly/abi.js";
import type { Layout } from "../device/profile.js";
import type { BootCount } from "./measure.js";

/** Like "runs v2.0.0+0 for slot B" or "halts (DIGEST)". */
export function endWords({ end, booted }: Pick<BootCount, "end" | "booted">, { slotA }: Layout): string {
  switch (end.kind) {
    case "jumped": {
      const slot = end.offset >= slotA.offset && end.offset < slotA.offset + slotA.size ? "A" : "B";
      return booted === undefined ? `jumps into slot ${slot}` : `runs ${booted}`;
    }
    case "halted":
      return `halts (${reasonName(end.reason)})`;
    case "trapped":
      return `traps: ${end.message}`;
    default:
      return end.kind;
  }
}

function reasonName(reason: number): string {
  const found = Object.entries(abi).find(([name, value]) => name.startsWith("REASON_") && value === reason);
  return found === undefined ? `reason ${reason}` : found[0].slice("REASON_".length);
}
