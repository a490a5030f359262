// Refusals: why an image is not accepted, in the numbers that assembly/abi.ts gives. Never decides anything itself.
import { PACKAGE_REASONS, haltWords } from "../core/halts.js";

/** One refused image: `reason` is a REASON_ number of assembly/abi.ts, `offset` the byte in the file it was found at. */
export interface Refusal {
  readonly ok: false;
  readonly reason: number;
  readonly message: string;
  readonly offset: number;
}

/** Builds a refusal with the `reason` number, the byte `offset` where it was found, and one sentence. */
export function refuse(reason: number, offset: number, message: string): Refusal {
  return { ok: false, reason, message, offset };
}

/** Names a REASON_ number without its prefix (`DIGEST` for 13); a number that the ABI does not have keeps its digits. */
export function reasonName(reason: number): string {
  return haltWords(PACKAGE_REASONS, reason);
}

/** Shows a number the way offsets and sizes are shown everywhere: `0x200`. */
export function hexNumber(value: number): string {
  return `0x${value.toString(16)}`;
}
