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

/** The ways in which a scenario's runs end, each with a number: 0 where one does not. */
export class Endings {
  readonly #all: string[] = ["does not rest"];

  numberOf(words: string): number {
    const known = this.#all.indexOf(words);
    return known === -1 ? this.#all.push(words) - 1 : known;
  }

  wordsOf(number: number): string {
    return this.#all[number] as string;
  }
}
