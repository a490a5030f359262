// The audit of calls that ask for what surrounds the device: what they leave there is held against the memo, besides what they do.
import { expect, it } from "vitest";
import { AuditError, Calls } from "../../../../host/campaign/explore/calls.js";
import { Identifier } from "../../../../host/campaign/play/identify.js";
import { Player } from "../../../../host/campaign/play/player.js";
import { executeCall } from "../../../../host/campaign/play/call.js";
import { partById } from "../../../../host/device/parts.js";
import { prepared } from "../../../support/exploration.js";
import { WORLDS, worldGuest, worldScene } from "../../../support/world.js";

it("tells two ways apart that do the same, and leave another world", () => {
  const part = partById("tiny");
  const scene = worldScene(part, WORLDS.challenged);
  const { device, start } = prepared({
    part,
    pair: worldGuest("challenge-constant"),
    scene,
    models: ["link"],
  });
  const player = new Player(device, scene, new Identifier(device, scene.images));
  const calls = new Calls(device, player, 1 << 16, ["link"]);
  // Boot asks nothing; the firmware after it does.
  const { end } = executeCall(device, start.bootedOffset, 0);
  if (end.kind !== "jumped") throw new Error(end.kind);
  const position = { ...start, bootedOffset: end.offset };
  const ways = calls.ways(position);
  for (const way of ways) calls.audit(way, position);
  expect(calls.audited).toBe(ways.length);
  // A reply that is sent and lost: the guest hears the same.
  const pairs = ways.flatMap((one) =>
    ways
      .filter((other) => other.outcome === one.outcome && other.talk?.world !== one.talk?.world)
      .map((other) => [one, other] as const),
  );
  expect(pairs.length).toBeGreaterThan(0);
  for (const [one, other] of pairs.slice(0, 20))
    expect(() => calls.audit({ ...one, talk: other.talk }, position)).toThrow(AuditError);
});
