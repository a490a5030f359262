// How a scenario ends, in words.
import * as abi from "../../../assembly/abi.js";
import { type CallEnd, IN_BOOT } from "./call.js";
import type { Position } from "./position.js";
import type { Player } from "./player.js";

const REASONS = new Map(
  Object.entries(abi)
    .filter(([name]) => name.startsWith("REASON_"))
    .map(([name, value]) => [value as number, name.slice("REASON_".length)]),
);

/** How a run that rests in `last` ends, its last call having ended so: "boot halts: DIGEST", "v1 runs, confirmed". */
export function endingWords(last: Position, end: CallEnd, player: Player): string {
  if (last.bootedOffset === IN_BOOT) {
    if (end.kind === "halted") return `boot halts: ${REASONS.get(end.reason) ?? end.reason}`;
    if (end.kind === "jumped") return "boot jumps into no image";
    return `boot ends: ${end.kind}`;
  }
  const name = player.imageName(last.bootedOffset) ?? "no image";
  return `${name} runs, ${last.confirmed ? "confirmed" : "not confirmed"}`;
}
