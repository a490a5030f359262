// What surrounds a device, as it stands between two of a guest's questions: the link and who is at its other end, clock and uptime, the main
// function, nonces. Plain data; there is one object for each content, so that two are equal when they are the same. Decides nothing.
import { absorb, freshLanes } from "../../core/data/hash.js";
import type { Client } from "../../link/client.js";
import type { Packet } from "../../link/packet.js";
import type { Clock } from "./clock.js";

/** How long the device has been up: seconds that have passed at the least, below which, and the least that was waited for (0: none). */
export interface Uptime {
  readonly low: number;
  readonly high: number;
  readonly awaited: number;
}

/** The contents of a world. */
export interface Facts {
  readonly clock: Clock;
  readonly uptime: Uptime;
  /** Bits 1 << MAIN_ number. */
  readonly inputs: number;
  /** The main function keeps allowing an interruption. */
  readonly lease: boolean;
  /** Names of the current nonce and the older one, from 1; 0: never drawn. */
  readonly nonces: readonly [current: number, older: number];
  readonly client: Client | null;
  /** Packets on their way to the device, and the one that stands there. */
  readonly queue: readonly Packet[];
  readonly standing: Packet | null;
  /** Requests that the main function was told to do. */
  readonly acted: readonly number[];
  /** What of this was at the beginning of the power-up and is not there for nothing: its digest. */
  readonly began: string;
}

/** What surrounds a device. */
export interface World extends Facts {
  /** From 0, in the order in which they came up. */
  readonly id: number;
  /** Four words that tell its content apart. */
  readonly digest: readonly number[];
  /** What survives a reset, as text. */
  readonly lasting: string;
}

const POOL = new Map<string, World>();

/** The one object with these contents. */
export function worldOf(facts: Facts): World {
  const { clock, uptime, inputs, lease, nonces, client, queue, standing, acted, began } = facts;
  const lasting = JSON.stringify([clock, inputs, nonces, client, queue, acted]);
  const text = JSON.stringify([lasting, uptime, lease, standing, began]);
  const known = POOL.get(text);
  if (known !== undefined) return known;
  const lanes = freshLanes();
  const codes = Array.from(text, (letter) => letter.charCodeAt(0));
  absorb(lanes, codes, 0, codes.length);
  const world = { ...facts, id: POOL.size, digest: [...lanes], lasting };
  POOL.set(text, world);
  return world;
}
