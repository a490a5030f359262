// Worlds are one object for each content, and told apart by all of it.
import { expect, it } from "vitest";
import { clockAt } from "../../../../host/campaign/world/clock.js";
import { type Facts, worldOf } from "../../../../host/campaign/world/world.js";
import { newClient } from "../../../../host/link/client.js";

const FACTS: Facts = {
  clock: clockAt(3),
  uptime: { low: 0, high: 1, awaited: 0 },
  inputs: 0,
  lease: false,
  nonces: [0, 0],
  client: null,
  queue: [],
  standing: null,
  acted: [],
  began: "",
};
const PLAN = { requests: ["do"], window: 1, sequences: 2, tries: 0 } as const;

it("there is one object for each content", () => {
  expect(worldOf({ ...FACTS, clock: clockAt(3), queue: [] })).toBe(worldOf(FACTS));
});

/** Each field with another value; whether it survives a reset. */
const OTHERS: readonly (readonly [Partial<Facts>, boolean])[] = [
  [{ clock: clockAt(4) }, true],
  [{ clock: { ...FACTS.clock, awaited: 7 } }, true],
  [{ uptime: { low: 1, high: 2, awaited: 0 } }, false],
  [{ inputs: 1 }, true],
  [{ lease: true }, false],
  [{ nonces: [1, 0] }, true],
  [{ nonces: [0, 1] }, true],
  [{ client: newClient(PLAN).client }, true],
  [{ queue: [[1, 2]] }, true],
  [{ queue: [[1], [2]] }, true],
  [{ queue: [{ bytes: "a line", challenge: 0 }] }, true],
  [{ queue: [{ bytes: "a line", challenge: 1 }] }, true],
  [{ client: { ...newClient(PLAN).client, begun: "a" } }, true],
  [{ standing: [1, 2] }, false],
  [{ acted: [1] }, true],
  [{ began: "otherwise" }, false],
];

it.each(OTHERS)("a world with %j is another, and has another digest", (change, lasts) => {
  const [one, other] = [worldOf(FACTS), worldOf({ ...FACTS, ...change })];
  expect(other).not.toBe(one);
  expect(other.id).not.toBe(one.id);
  expect(other.digest).not.toEqual(one.digest);
  expect(other.lasting !== one.lasting).toBe(lasts);
});

it("a digest is four words of the content, whenever it came up", () => {
  const { digest, id } = worldOf({ ...FACTS, acted: [5, 6] });
  expect(digest).toHaveLength(4);
  expect(id).toBeGreaterThanOrEqual(0);
  expect(worldOf({ ...FACTS, acted: [6, 5] }).digest).not.toEqual(digest);
});
