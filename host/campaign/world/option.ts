// Questions of a guest to what surrounds the device, and what they can be answered by. Data.
import type { WorldModel } from "../plan/fault-models.js";
import type { Facts, World } from "./world.js";

/** A question of a guest: an ASK_ number and its arguments; what it sends, as words. */
export interface Question {
  readonly kind: number;
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly sent?: readonly number[];
}

/** An answer to a question. */
export interface Option {
  readonly answer: number;
  readonly world: World;
  /** Faults that it takes: 0 where nothing goes wrong. */
  readonly faults: number;
  /** Oracles that it violates, as a mask. */
  readonly violations: number;
  /** The fault model that it takes; null where it takes none. */
  readonly model: WorldModel | null;
  /** A packet to the device, or a reply of its, is lost. */
  readonly isLost: boolean;
  /** In words, for reports. */
  readonly words: string;
}

/** An answer, and what it changes of a world. */
export interface Answer extends Partial<Omit<Option, "world">> {
  readonly change?: Partial<Facts>;
}

/** Whether an answer is a fault, under some model that is on. */
export function isHostile({ model }: Option, models: readonly string[]): boolean {
  return model !== null && models.includes(model);
}
