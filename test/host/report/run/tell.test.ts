// A run that is told: what a guest is refused is told with what it did.
import { describe, expect, it } from "vitest";
import { NO_FAULTS } from "../../../../host/campaign/plan/fault-plan.js";
import { partById } from "../../../../host/device/parts.js";
import { tell } from "../../../../host/report/run/tell.js";
import { fromText } from "../../core/wasm/fixtures.js";
import { deviceModule, ownPair, smallScene } from "../../../support/scenes.js";

const part = partById("tiny");

/** A boot that makes these calls. */
function boot(calls: string): Uint8Array {
  return fromText(`(module
    (import "hal" "tryRead32" (func $read (param i32) (result i64)))
    (import "hal" "erase" (func $erase (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "abiVersion") (result i32) (i32.const 1))
    (func (export "boot") ${calls}))`);
}

function told(calls: string): readonly string[] {
  const { lines } = tell(
    {
      ...{ deviceModule, part, layout: part.layout, attempts: 3 },
      guest: { ...ownPair, name: "boot", boot: boot(calls) },
    },
    smallScene("first-boot", "tiny", 100),
    NO_FAULTS,
  );
  return lines.filter((line) => line.includes("refused"));
}

const READ = "(drop (call $read (i32.const 0x7ffffff0)))";

describe("a told run", () => {
  it("says how many reads were refused, besides each refused operation", () => {
    expect(told(READ + READ)[0]).toBe(
      "  boot     reads what it may not, or where no flash is (2 reads) — refused: DENIED",
    );
    expect(told(`(drop (call $erase (i32.const ${part.layout.slotA.offset})))`)[0]).toMatch(
      /^ {2}boot {5}erases at 0x400 \(slot A\) — refused: DENIED$/,
    );
    expect(told("")).toEqual([]);
  });
});
