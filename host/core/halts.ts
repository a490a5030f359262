// The names that a guest gives to the reasons for which it halts and refuses: a custom section of its module, lines of a number and
// a name. What a reason means is the guest's own; one without a name is told as its number. Judges nothing.
import * as abi from "../../assembly/abi.js";
import { GuestError } from "./errors.js";
import { Writer } from "./wasm/writer.js";

/** Custom section with the names; a guest need not have it. Sections of several object files are read one after the other. */
export const HALTS_SECTION = "everboot.halts";

/** A guest's reasons by number, 0 to 2^32 − 1. */
export type HaltNames = ReadonlyMap<number, string>;

const ABI_PREFIX = "REASON_";

/** What the package's guests call their reasons: every REASON_ of assembly/abi.ts without its prefix. */
export const PACKAGE_REASONS: HaltNames = new Map(
  Object.entries(abi)
    .filter(([name]) => name.startsWith(ABI_PREFIX))
    .map(([name, value]) => [Number(value), name.slice(ABI_PREFIX.length)]),
);

/** What a reason's name is made of. */
export const HALT_NAME = /^[A-Z][A-Z0-9_]{0,39}$/;
const HALT_NUMBER = /^(0|[1-9][0-9]{0,9})$/;
const REASON_MAX = 0xffffffff;
const SECTION_CUSTOM = 0;

/** Whether a text is a reason's number: digits without leading zeros, 0 to 2^32 − 1. */
export function isHaltNumber(text: string): boolean {
  return HALT_NUMBER.test(text) && Number(text) <= REASON_MAX;
}

/**
 * The names in a guest's sections; a later section's names count before an earlier one's.
 * @param guest what errors call it
 * @param sections contents of its custom sections of that name
 * @throws {GuestError} for the first line that is no number with a name
 */
export function haltNamesIn(guest: string, sections: readonly ArrayBuffer[]): HaltNames {
  const names = new Map<number, string>();
  for (const section of sections) {
    const lines = new TextDecoder()
      .decode(section)
      .split(/[\n\0]/)
      .map((line) => line.trim());
    for (const line of lines.filter((text) => text !== "")) {
      const [number = "", name = "", ...rest] = line.split(" ");
      if (!isHaltNumber(number) || !HALT_NAME.test(name) || rest.length > 0)
        throw new GuestError(
          `${guest}: section "${HALTS_SECTION}": expected lines like "1 NO_IMAGE", found ${JSON.stringify(line.slice(0, 60))}`,
        );
      names.set(Number(number), name);
    }
  }
  return names;
}

/**
 * The names in a compiled guest.
 * @throws {GuestError} for the first line that is no number with a name
 */
export function haltNamesOf(guest: string, module: WebAssembly.Module): HaltNames {
  return haltNamesIn(guest, WebAssembly.Module.customSections(module, HALTS_SECTION));
}

/** A wasm binary with names of reasons in a further section: what it has of its own stays and counts where these say nothing. */
export function withHaltNames(binary: Uint8Array, names: HaltNames): Uint8Array {
  const section = new Writer();
  section.text(HALTS_SECTION);
  section.bytes(new TextEncoder().encode([...names].map(([number, name]) => `${number} ${name}\n`).join("")));
  const named = new Writer();
  named.bytes(binary);
  named.byte(SECTION_CUSTOM);
  named.sized(section.finish());
  return named.finish();
}

/** A reason in words: its name, or where the guest gives it none, its number. */
export function haltWords(names: HaltNames, reason: number): string {
  return names.get(reason) ?? String(reason);
}
