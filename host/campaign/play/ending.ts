// How a scenario ends, in words.
import { haltWords } from "../../core/halts.js";
import { type CallEnd, IN_BOOT } from "./call.js";
import type { Position } from "./position.js";
import type { Player } from "./player.js";

/** How a run that rests in `last` ends, its last call having ended so: "boot halts: DIGEST", "v1 runs, confirmed". */
export function endingWords(last: Position, end: CallEnd, player: Player): string {
  if (last.bootedOffset === IN_BOOT) {
    if (end.kind === "halted") return `boot halts: ${haltWords(player.haltNames, end.reason)}`;
    if (end.kind === "jumped") return "boot jumps into no image";
    return `boot ends: ${end.kind}`;
  }
  const name = player.imageName(last.bootedOffset) ?? "no image";
  return `${name} runs, ${last.confirmed ? "confirmed" : "not confirmed"}`;
}
