// What an exploration has seen of what surrounds the device: that it saw something is part of a proof. Judges nothing.
import { textDigest } from "../../core/data/hash.js";
import type { FaultName, WorldModel } from "../plan/fault-models.js";
import type { Calls } from "./calls.js";
import type { StateStore } from "./states/state-store.js";

/** What of it shares put together. */
export interface Around {
  /** Fault models that could answer some question otherwise. */
  readonly met: readonly WorldModel[];
  /** States of the client, each once, by a digest of its content in hex, ascending; none without the model link. */
  readonly clients: readonly string[];
}

/** What one exploration has seen. */
export interface SeenAround extends Around {
  readonly losses: Losses;
}

/** Judged calls in which a packet or a reply was lost, by the state in which they begin. */
export class Losses {
  readonly #counts = new Map<number, number>();

  count(state: number): void {
    this.#counts.set(state, this.from(state) + 1);
  }

  /** Those that begin in a state. */
  from(state: number): number {
    return this.#counts.get(state) ?? 0;
  }
}

/** What an explorer of these parts has seen under these models. */
export function seenAround(
  { calls, states, losses }: { readonly calls: Calls; readonly states: StateStore; readonly losses: Losses },
  models: readonly FaultName[],
): SeenAround {
  return { met: calls.met, clients: models.includes("link") ? clientsIn(states) : [], losses };
}

/** The client as it is in each of the states. */
function clientsIn(states: StateStore): string[] {
  const texts = new Set<string>();
  const seen = new Set<unknown>();
  states.table.forEach((_, __, state) => {
    const client = states.positionOf(state).history.world?.client ?? null;
    if (client === null || seen.has(client)) return;
    seen.add(client);
    texts.add(JSON.stringify(client));
  });
  return [...texts].map(textDigest).sort();
}
