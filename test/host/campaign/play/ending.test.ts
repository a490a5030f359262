// Guests that end a call otherwise than by a jump: each way is told apart, and none of them stops a campaign.
// @module-tag slow: campaigns over guests that spin; call.ts and player.ts are met by all others, too.
import { describe, expect, it } from "vitest";
import type { CallEnd } from "../../../../host/campaign/play/call.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import { compileText } from "../../../support/compile.js";
import { explored, prepared } from "../../../support/exploration.js";
import { sceneOn } from "../../../support/guests.js";
import { ownPair, pairOf } from "../../../support/scenes.js";
import { partById } from "../../../../host/device/parts.js";

/** A boot that does this after a power loss, and boots as it should otherwise. */
const text = (body: string) => `
  import { CAUSE_POWER, INFO_RESET_CAUSE } from "../abi";
  import { boot as realBoot } from "../boot/boot";
  import { halt, info, jump, read32 } from "../hal/hal";
  export { abiVersion } from "../boot/boot";
  export function boot(): void {
    if (info(INFO_RESET_CAUSE, 0) == CAUSE_POWER) { ${body} }
    realBoot();
  }`;

const ENDS: readonly (readonly [body: string, kind: CallEnd["kind"]])[] = [
  ["jump(4);", "jumped"],
  ["halt(99);", "halted"],
  ["return;", "returned"],
  ["read32(0xfffffff0);", "read-fault"],
  ["unreachable();", "trapped"],
  ["while (true) {}", "hung"],
];

describe("a boot that ends otherwise than by a jump into an image", () => {
  it.each(ENDS)("by %s is said to have %s, and every cut of it is judged", async (body, kind) => {
    const part = partById("nrf52840");
    const pair = pairOf("other-end", await compileText(text(body)), ownPair.agent);
    const wanted = { part, pair, scene: sceneOn(part, "update", 200), models: ["power"], depth: 1 } as const;
    const { result } = explored(wanted);
    expect(result.incomplete).toBeNull();
    expect(result.judged).toBe(result.planned);
    expect(result.judged).toBeGreaterThan(100);
    expect(result.findings.all.map(({ oracle }) => oracle)).toContain(
      kind === "jumped" ? "authentic" : "no-brick",
    );
    const { device, start } = prepared(wanted);
    const ends: string[] = [];
    runPlain(device, wanted.scene, start, { onCall: ({ result: { end } }) => ends.push(end.kind) });
    expect(ends[0]).toBe(kind);
    expect(ends).toContain("jumped");
  });
});
