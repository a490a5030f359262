// When the oracles look at nothing in a slot: then, and only then, torn states of it may share their future.
import { describe, expect, it } from "vitest";
import {
  IN_BOOT,
  TOUCHED_RECORD,
  TOUCHED_SLOT_A,
  TOUCHED_SLOT_B,
} from "../../../../host/campaign/play/call.js";
import * as memory from "../../../../host/campaign/play/history.js";
import { Identifier } from "../../../../host/campaign/play/identify.js";
import { Player } from "../../../../host/campaign/play/player.js";
import { partById } from "../../../../host/device/parts.js";
import { prepared } from "../../../support/exploration.js";
import { sceneOn } from "../../../support/guests.js";
import { ownPairFor } from "../../../support/scenes.js";

const tiny = partById("tiny");

describe("the oracles", () => {
  const scene = sceneOn(tiny, "update", 68);
  const { device, start } = prepared({ part: tiny, pair: ownPairFor(tiny), scene, models: ["power"] });
  const player = new Player(device, scene, new Identifier(device, scene.images));
  const { slotA, slotB } = tiny.layout;
  const ignored = (at: Partial<typeof start>) =>
    [TOUCHED_SLOT_A, TOUCHED_SLOT_B, TOUCHED_RECORD].filter((slot) =>
      player.ignores(slot, { ...start, ...at }),
    );

  it("look at nothing in the slot beside the confirmed one, in boot and in that one's firmware", () => {
    expect(start.history.confirmed).toBe(0);
    expect(ignored({ bootedOffset: IN_BOOT })).toEqual([TOUCHED_SLOT_B]);
    expect(ignored({ bootedOffset: slotA.offset + 32 })).toEqual([TOUCHED_SLOT_B]);
    expect(ignored({ bootedOffset: slotB.offset + 32 })).toEqual([]);
  });

  it("look at both where none is confirmed, or the confirmed one was written over", () => {
    expect(ignored({ history: memory.NO_HISTORY })).toEqual([]);
    expect(ignored({ history: memory.afterChanged(start.history, 0) })).toEqual([]);
    const other = memory.afterConfirmed(start.history, 1, 1);
    expect(ignored({ history: other })).toEqual([TOUCHED_SLOT_A]);
  });
});
