// What surrounds a device, with small values that it has in fact: the clock is a number, inputs are bits, packets stand in a list. What happens
// by itself when the device has nothing to do, and what an adversary may do between any two calls of the Hal. Pure.
import {
  type Client,
  type Packet,
  type Wishes,
  arrive,
  isLine,
  leave,
  lookAtWatch,
  packetsInFlight,
} from "./client.js";
import { spoilt } from "./serial.js";

/** What a scene says of it. */
export interface Plan {
  readonly clock: number;
  readonly wishes: Wishes | null;
  /** Seconds of the clock in which the main function may be told to act; at any time when null. */
  readonly window: readonly [from: number, to: number] | null;
}

/** What is so now. */
export interface Around {
  /** 0 to LATEST. */
  readonly clock: number;
  /** What it was when it was asked last: nobody can know it better than that. */
  readonly seen: number;
  /** What the clock was asked for and had not come: the least second; else the last window. */
  readonly awaited: number | readonly [from: number, to: number] | null;
  readonly uptime: number;
  readonly uptimeAwaited: number | null;
  readonly therapy: boolean;
  readonly patient: boolean;
  readonly lease: boolean;
  /** Names of nonces from 1; 0: none. */
  readonly nonces: readonly [current: number, older: number];
  readonly client: Client | null;
  readonly queue: readonly Packet[];
  readonly standing: Packet | null;
  /** What arrives in place of the first of the queue, when the device looks next. */
  readonly arriving: Packet | null;
  /** Nothing arrives when the device looks next, though something is on its way. */
  readonly isLate: boolean;
  /** The next reply does not arrive. */
  readonly isReplyLost: boolean;
  readonly acted: readonly number[];
  /** What was so when the power-up began, but for what a reset takes away. */
  readonly began: string;
}

/** Something that the adversary may do, and what is so then. */
export interface Deed {
  readonly name: string;
  readonly then: Around;
}

/** What the adversary has in hand; the clock and how long the device is up are one for the project. */
export type Model = "clock" | "uptime" | "inputs" | "link";

/** Seconds are 0 to it. */
export const LATEST = 5;
/** Parts of surroundings that have been seen, each content once, and surroundings, by their numbers. */
const PARTS = new WeakMap<object, number>();
const PART_NUMBERS = new Map<string, number>();
const NUMBERS = new WeakMap<Around, number>();
const POOL = new Map<string, Around>();

/** A number for each content of a part: what stays from one call to the next is written out once. */
function partOf(part: object | null): number {
  if (part === null) return -1;
  let number = PARTS.get(part);
  if (number !== undefined) return number;
  const text = JSON.stringify(part);
  number = PART_NUMBERS.get(text) ?? PART_NUMBERS.size;
  PART_NUMBERS.set(text, number);
  PARTS.set(part, number);
  return number;
}

/** What of it is no part of its own is short. */
function lastingOf(around: Around): string {
  const { clock, seen, awaited, therapy, patient, nonces, client, queue, acted } = around;
  return `${clock} ${seen} ${String(awaited)} ${therapy} ${patient} ${nonces.join()} ${partOf(client)} ${queue.map(partOf).join()} ${acted.join()}`;
}

/** A number for each content. */
export function numberOf(around: Around): number {
  return NUMBERS.get(oneOf(around)) as number;
}

/** The one object with these contents. */
export function oneOf(around: Around): Around {
  if (NUMBERS.has(around)) return around;
  const { uptime, uptimeAwaited, lease, standing, arriving, isLate, isReplyLost, began } = around;
  const flags = `${lease} ${isLate} ${isReplyLost}`;
  const rest = `${uptime} ${String(uptimeAwaited)} ${partOf(standing)} ${partOf(arriving)} ${flags}`;
  const text = `${lastingOf(around)};${rest};${began}`;
  const known = POOL.get(text);
  if (known !== undefined) return known;
  NUMBERS.set(around, POOL.size);
  POOL.set(text, around);
  return around;
}

/** Before anything has happened. */
export function start({ clock, wishes }: Plan): Around {
  const [client, queue] = wishes === null ? [null, []] : arrive(wishes);
  return begun({
    ...{ clock, seen: clock, awaited: null, uptime: 0, uptimeAwaited: null },
    ...{ therapy: false, patient: false, lease: false, nonces: [0, 0], client, queue },
    ...{ standing: null, arriving: null, isLate: false, isReplyLost: false, acted: [], began: "" },
  });
}

/** What a reset, or a loss of power, leaves. */
export function afterReset(around: Around): Around {
  const { client } = around;
  return begun({
    ...around,
    ...{
      uptime: 0,
      uptimeAwaited: null,
      lease: false,
      standing: null,
      arriving: null,
      isLate: false,
      isReplyLost: false,
    },
    client: client?.is === "away" ? { ...client, is: "here" } : client,
  });
}

function begun(around: Around): Around {
  return { ...around, began: lastingOf(around) };
}

/** Whether a power-up that ends now leaves it as it was. */
export function isAsItBegan(around: Around): boolean {
  return around.began === lastingOf(afterReset(around));
}

/** What happens where the device has nothing to do: one thing after the other; null: nothing. */
export function byItself(around: Around, { wishes }: Plan): Around | null {
  const { therapy, patient, client, queue, standing, uptimeAwaited, clock, awaited } = around;
  if (therapy || patient) return { ...around, therapy: false, patient: false };
  if (wishes !== null && client !== null && queue.length === 0 && standing === null) {
    const sends = lookAtWatch(wishes, client);
    if (sends !== null) return { ...around, client: sends[0], queue: sends[1] };
  }
  if (uptimeAwaited !== null)
    return { ...around, uptime: Math.max(around.uptime, uptimeAwaited), uptimeAwaited: null };
  if (awaited === null) return null;
  const comes = typeof awaited === "number" ? awaited : awaited[0];
  if (clock > comes) return null;
  return { ...around, clock: comes, seen: comes, awaited: null };
}

/** All that the adversary may do now. */
export function deeds(around: Around, models: readonly Model[], plan: Plan): readonly Deed[] {
  return [
    ...(models.includes("clock") ? ofClock(around) : []),
    ...(models.includes("uptime") ? ofUptime(around) : []),
    ...(models.includes("inputs") ? ofInputs(around) : []),
    ...(models.includes("link") ? ofLink(around, plan) : []),
  ];
}

const SECONDS = Array.from({ length: LATEST + 1 }, (_, second) => second);

/** It is set: who waited for a second of it knows no more when that comes. */
function ofClock(around: Around): Deed[] {
  return SECONDS.map((clock) => ({ name: `clock ${clock}`, then: { ...around, clock, awaited: null } }));
}

/** Time passes. */
function ofUptime(around: Around): Deed[] {
  return SECONDS.filter((second) => second > around.uptime).map((uptime) => ({
    name: `uptime ${uptime}`,
    then: { ...around, uptime },
  }));
}

/** No treatment begins while the main function has said that it allows an interruption. */
function ofInputs(around: Around): Deed[] {
  const { therapy, patient, lease } = around;
  const found: Deed[] = [{ name: "patient", then: { ...around, patient: !patient } }];
  if (lease) found.push({ name: "lease ends", then: { ...around, lease: false } });
  if (therapy || !lease) found.push({ name: "therapy", then: { ...around, therapy: !therapy } });
  return found;
}

function ofLink(around: Around, { wishes }: Plan): Deed[] {
  const { queue, client } = around;
  const [first] = queue;
  const found: Deed[] = [];
  const becomes = (name: string, packets: readonly Packet[]) =>
    found.push({ name, then: { ...around, queue: packets } });
  if (first !== undefined) {
    becomes("lost", queue.slice(1));
    if (queue.length < roomOf(wishes)) becomes("twice", [...queue, first]);
  }
  for (let at = 1; at < queue.length; at++)
    becomes(`${at} first`, [queue[at]!, ...queue.filter((_, index) => index !== at)]);
  if (client?.is === "here")
    for (const is of ["away", "gone"] as const)
      found.push({ name: is, then: { ...around, queue: [], client: leave(client, is) } });
  return found;
}

/** Packets that are under way at the most. */
export function roomOf(wishes: Wishes | null): number {
  return (wishes === null ? 0 : packetsInFlight(wishes)) + 1;
}

/** What may become of a packet on its way: each bit of its first two words may flip, one of each other; it may lose its last word, or all but one. */
export function damaged(around: Around): Deed[] {
  const [first] = around.queue;
  if (first === undefined || around.standing !== null) return [];
  return (isLine(first) ? spoilt(first.line).map((line) => ({ ...first, line })) : spoiltWords(first)).map(
    (arriving, index) => ({ name: `damaged ${index}`, then: { ...around, arriving } }),
  );
}

/** The first packet on its way is lost, and those behind it have not arrived when the device looks. */
export function late(around: Around): Deed[] {
  const { queue, standing } = around;
  if (queue.length < 2 || standing !== null) return [];
  return [{ name: "lost and late", then: { ...around, queue: queue.slice(1), isLate: true } }];
}

function spoiltWords(first: readonly number[]): Packet[] {
  const packets: Packet[] = [];
  first.forEach((word, at) => {
    for (let bit = 0; bit < 32; bit++)
      if (at < 2 || bit === at)
        packets.push(first.map((one, index) => (index === at ? (word ^ (1 << bit)) >>> 0 : one)));
  });
  return [...packets, first.slice(0, -1), first.slice(0, 1)];
}
