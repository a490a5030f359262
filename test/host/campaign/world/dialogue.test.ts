// One call's questions: answered as a script says, or else as nothing goes wrong; and what was asked is remembered.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import type { Device } from "../../../../host/device/device.js";
import { Dialogue, type Script } from "../../../../host/campaign/world/dialogue.js";
import { Rules } from "../../../../host/campaign/world/rules.js";
import { oracleBit } from "../../../../host/campaign/plan/oracles.js";

const CLIENT = { requests: ["do"], window: 1, sequences: 2, tries: 0 } as const;
const rules = new Rules({ clock: 0, client: CLIENT });

/** A dialogue, and a device that only asks. */
function begun(script?: Script, packet = new Uint8Array()) {
  const dialogue = new Dialogue(rules, rules.start(), script);
  let answer: Device["onAsk"] = () => 0;
  const device = {
    set onAsk(listener: Device["onAsk"]) {
      answer = listener;
    },
    packet: (size: number) => packet.subarray(0, size),
  };
  dialogue.listen(device as unknown as Device);
  return { dialogue, ask: (kind: number, first = 0) => answer(kind, first, 0, 0) };
}

describe("a dialogue", () => {
  it("answers as nothing goes wrong where no script says otherwise", () => {
    const { dialogue, ask } = begun();
    expect([ask(abi.ASK_LINK_SIZE), ask(abi.ASK_INPUT, 1)]).toEqual([24, 0]);
    expect(dialogue.faults).toBe(0);
    expect(dialogue.exchanges.map(({ option, answer }) => [option, answer])).toEqual([
      [0, 24],
      [0, 0],
    ]);
    expect(dialogue.world.standing).not.toBeNull();
  });

  it("answers the questions of its script otherwise, by their numbers", () => {
    const { dialogue, ask } = begun(new Map([[1, 1]]));
    expect([ask(abi.ASK_INPUT, 1), ask(abi.ASK_INPUT, 1), ask(abi.ASK_INPUT, 1)]).toEqual([0, 1, 1]);
    expect(dialogue.faults).toBe(1);
    expect(dialogue.exchanges.map(({ option }) => option)).toEqual([0, 1, 0]);
  });

  it("answers calmly where its script names an option that there is not", () => {
    const { dialogue, ask } = begun(new Map([[0, 500]]));
    expect(ask(abi.ASK_INPUT, 1)).toBe(0);
    expect(dialogue.exchanges[0]!.option).toBe(0);
  });

  it("hears what the device sends, the last word filled with zeros", () => {
    const { dialogue, ask } = begun(undefined, Uint8Array.of(1, 0, 0, 0x80, 1, 0, 0, 0, 7));
    expect(ask(abi.ASK_LINK_SEND, 9)).toBe(abi.STATUS_OK);
    expect(dialogue.exchanges[0]!.question.sent).toEqual([0x80000001, 1, 7]);
  });

  it("keeps what its answers have violated", () => {
    const { dialogue, ask } = begun();
    ask(abi.ASK_ACTED, 1);
    expect(dialogue.violations).toBe(0);
    ask(abi.ASK_ACTED, 1);
    expect(dialogue.violations).toBe(oracleBit("acts-once"));
  });
});
