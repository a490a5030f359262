// Names of the reasons for which a guest halts: read from its sections, refused where they are malformed, put behind a binary.
import { describe, expect, it } from "vitest";
import {
  haltNamesIn,
  haltNamesOf,
  haltWords,
  isHaltNumber,
  withHaltNames,
} from "../../../host/core/halts.js";
import { checkGuest } from "../../../host/core/guest-check.js";
import { fromText } from "./wasm/fixtures.js";

const BARE = fromText(`(module
  (memory (export "memory") 1)
  (func (export "abiVersion") (result i32) (i32.const 1))
  (func (export "boot")))`);

function section(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).buffer;
}

describe("names of halt reasons", () => {
  it("are lines of a number and a name; a later section's count before an earlier one's", () => {
    const names = haltNamesIn("mine", [section("1 NO_IMAGE\n\n2 KEY\0"), section("2 BAD_KEY")]);
    expect([...names]).toEqual([
      [1, "NO_IMAGE"],
      [2, "BAD_KEY"],
    ]);
    expect([haltWords(names, 1), haltWords(names, 13)]).toEqual(["NO_IMAGE", "13"]);
  });

  it.each(["NO_IMAGE", "1", "1 no_image", "01 NO_IMAGE", "4294967296 NO_IMAGE", "1 NO IMAGE", "-1 NO_IMAGE"])(
    "are refused in one line that says where: %s",
    (line) => {
      expect(() => haltNamesIn("mine", [section(line)])).toThrow(
        `mine: section "everboot.halts": expected lines like "1 NO_IMAGE", found ${JSON.stringify(line)}`,
      );
    },
  );

  it("are put behind a binary, however many, and read from it again", () => {
    const many = new Map(Array.from({ length: 300 }, (_, number) => [number, `REASON_${number}`]));
    const module = new WebAssembly.Module(withHaltNames(BARE, many) as BufferSource);
    expect(haltNamesOf("mine", module)).toEqual(many);
    const renamed = withHaltNames(withHaltNames(BARE, many), new Map([[7, "SEVEN"]]));
    const both = haltNamesOf("mine", new WebAssembly.Module(renamed as BufferSource));
    expect([both.get(6), both.get(7)]).toEqual(["REASON_6", "SEVEN"]);
  });

  it("are checked with the guest, before there is a device", () => {
    const wrong = withHaltNames(BARE, new Map([[1, "no image"]]));
    expect(() => checkGuest({ name: "mine.wasm", entry: "boot" }, wrong)).toThrow(/^mine\.wasm: section/);
    expect(() => checkGuest({ name: "mine.wasm", entry: "boot" }, BARE)).not.toThrow();
  });

  it("have numbers of 32 bits without leading zeros", () => {
    expect(["0", "13", "4294967295"].map(isHaltNumber)).toEqual([true, true, true]);
    expect(["", "01", "0x1", "4294967296", "1.5"].map(isHaltNumber)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
