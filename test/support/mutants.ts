// Our own core with something changed, as a guest pair in the build for a part's Record.
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import type { PartProfile } from "../../host/device/profile.js";
import { type Mutation, compile } from "./compile.js";
import { guestFor } from "./guests.js";
import { pairOf } from "./scenes.js";

/** What is changed, and in which of the two guests. */
export interface Mutant {
  readonly boot?: readonly Mutation[];
  readonly agent?: readonly Mutation[];
}

/** Compiles boot and agent where they are changed; takes them as built where they are not. */
export async function mutantPair(part: Pick<PartProfile, "record">, mutant: Mutant): Promise<GuestPair> {
  const whole = guestFor("boot-full", part);
  const boot =
    mutant.boot === undefined
      ? whole.boot
      : await compile("assembly/boot/boot.ts", mutant.boot, {}, part.record);
  const agent =
    mutant.agent === undefined
      ? whole.agent
      : await compile("assembly/agent/agent.ts", mutant.agent, {}, part.record);
  return pairOf("mutant", boot, agent);
}

/** The same change in both guests. */
export function both(...mutations: Mutation[]): Mutant {
  return { boot: mutations, agent: mutations };
}
