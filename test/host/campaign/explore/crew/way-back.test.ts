// The way to states of another explorer: one explores a scene, and another, on a device of its own, goes to each of its states. That it
// comes to the state that is meant is said by its key, which the way back itself looks at; that it does so is seen by making it fail.
import { describe, expect, it } from "vitest";
import { Calls } from "../../../../../host/campaign/explore/calls.js";
import { Crew, type Seat, newBoard } from "../../../../../host/campaign/explore/crew/crew.js";
import { WayBack } from "../../../../../host/campaign/explore/crew/way-back.js";
import type { Cuts } from "../../../../../host/campaign/explore/cuts.js";
import { Explorer } from "../../../../../host/campaign/explore/explorer.js";
import { Moments } from "../../../../../host/campaign/explore/states/moments.js";
import { StateStore } from "../../../../../host/campaign/explore/states/state-store.js";
import { Walker } from "../../../../../host/campaign/explore/walker.js";
import type { FaultName } from "../../../../../host/campaign/plan/fault-models.js";
import type { Tears } from "../../../../../host/campaign/plan/faults.js";
import { keyAt } from "../../../../../host/campaign/play/position.js";
import { Identifier } from "../../../../../host/campaign/play/identify.js";
import { Player } from "../../../../../host/campaign/play/player.js";
import { partById } from "../../../../../host/device/parts.js";
import { sharedStatesMemory } from "../../../../../host/device/states-module.js";
import { type Wanted, explored, prepared } from "../../../../support/exploration.js";
import { guestFor, sceneOn } from "../../../../support/guests.js";
import { WORLDS, worldGuest, worldScene } from "../../../../support/world.js";
import { deviceModule } from "../../../../support/scenes.js";

const CASES: readonly {
  readonly device: string;
  readonly models: readonly FaultName[];
  readonly payload: number;
  readonly tears?: Tears;
  readonly scenario?: string;
}[] = [
  { device: "tiny", models: ["power", "reset"], payload: 64 },
  { device: "tiny", models: ["power", "weak"], payload: 64 },
  { device: "tiny", models: ["power"], payload: 64, tears: "dense" },
  { device: "tiny", models: ["power"], payload: 64, scenario: "revert" },
  { device: "stm32l476", models: ["power", "ecc"], payload: 64 },
];

/** States after which an exploration ends here: those of every kind of cut are among them. */
const STATES_MOST = 2500;

/** A scene that one explorer of a crew has explored, and what another of it would go by. */
function crewOver(wanted: Wanted) {
  const memory = sharedStatesMemory(deviceModule);
  const seat = (explorer: number, size: number): Seat => ({ memory, explorer, size, board: newBoard(size) });
  const first = prepared(wanted);
  const crew = new Crew(seat(0, 1));
  const options = { faults: first.faults, depth: Infinity, statesMax: STATES_MOST };
  const result = new Explorer(first.device, wanted.scene, { ...options, crew }).runTentatively(first.start);
  if (result === null) throw new Error("something was found");

  const { device, start, faults } = prepared(wanted);
  const identifier = new Identifier(device, wanted.scene.images);
  const player = new Player(device, wanted.scene, identifier, faults.losses.includes("reset"));
  const calls = new Calls(device, player, 1 << 16);
  const moments = new Moments(device);
  const states = new StateStore(device.newStates(seat(1, 2)), seat(1, 2));
  // Nothing is cut on the way.
  const walker = new Walker({ device, player, states, moments, cuts: undefined as unknown as Cuts });
  const wayBack = new WayBack({ device, faults, player, calls, states, moments, walker });
  states.adopt(states.table.get(device.words, keyAt(device, start)), moments.here(), start);
  return { result, wayBack, states, device, walker };
}

describe("the way to a state of another explorer's", () => {
  for (const { device: id, models, payload, tears, scenario = "update" } of CASES) {
    const part = partById(id);
    const wanted: Wanted = {
      ...{ part, pair: guestFor("boot-full", part), scene: sceneOn(part, scenario, payload), models },
      ...(tears === undefined ? {} : { tears }),
    };
    it(
      `leads to each: ${scenario} on ${id}, ${models.join(",")}${tears === undefined ? "" : `, ${tears}`}`,
      { tags: tears === undefined ? [] : ["slow"] },
      () => {
        const { result, wayBack, states, device, walker } = crewOver(wanted);
        const { result: alone } = explored({ ...wanted, statesMax: STATES_MOST });
        expect(result.states.table.digest(() => true)).toBe(alone.states.table.digest(() => true));
        expect([result.judged, result.planned]).toEqual([alone.judged, alone.judged]);
        let count = 0;
        // From the last on: so their states before are not here either.
        for (let state = states.size - 1; state >= 0; state--) {
          const position = wayBack.positionOf(state);
          if (count++ % 16 !== 0) continue;
          expect(position).toEqual(result.states.positionOf(state));
          walker.goTo(state, position);
          expect(states.table.get(device.words, keyAt(device, position))).toBe(state);
        }
        expect(count).toBe(alone.states.size);
      },
    );
  }

  it("leads to each where questions are asked of what surrounds the device", () => {
    const part = partById("tiny");
    const scene = worldScene(part, WORLDS.challenged);
    const { result, wayBack, states } = crewOver({
      ...{ part, pair: worldGuest("challenge-drawn"), scene, models: ["power", "reset"] },
    });
    expect(states.size).toBeGreaterThan(300);
    for (let state = states.size - 1; state >= 0; state--)
      expect(wayBack.positionOf(state)).toEqual(result.states.positionOf(state));
  });

  it("is refused where the edge leads elsewhere", () => {
    const part = partById("tiny");
    const { result, wayBack, states } = crewOver({
      ...{ part, pair: guestFor("boot-full", part), scene: sceneOn(part, "update", 64) },
      models: ["power"],
    });
    const state = states.size - 1;
    const edge = result.states.edgeInto(state);
    // Of another explorer's states a record can still be written.
    const wrong = { ...edge, operation: edge.operation + 1 };
    const depth = result.states.depthOf(state);
    expect(result.states.bringForward(state, depth - 1, wrong, result.states.sinceOf(state))).toBe(true);
    expect(() => wayBack.positionOf(state)).toThrow(/does not come of the edge by which it was found/);
  });
});

it("is not written down where a call of any of a crew was made in part", () => {
  const part = partById("tiny");
  const scene = sceneOn(part, "update", 64);
  const { device, start, faults } = prepared({
    part,
    pair: guestFor("boot-full", part),
    scene,
    models: ["power"],
  });
  const memory = sharedStatesMemory(deviceModule);
  const crew = new Crew({ memory, explorer: 0, size: 1, board: newBoard(1) });
  const stop = () => (polls++ > 2 ? "stopped" : null);
  let polls = 0;
  const result = new Explorer(device, scene, { faults, depth: Infinity, crew, stop }).runTentatively(start);
  expect(result?.incomplete).toBe("stopped");
  expect(result?.suspend()).not.toBeNull();
  crew.spoil();
  expect(result?.suspend()).toBeNull();
});
