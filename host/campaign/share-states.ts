// The states that a share of a campaign holds, by column, and those of several shares as one: a state counts once, however many have met it.
import { DigestTable } from "../core/data/digest-table.js";
import { KeySum } from "../core/data/key-sum.js";
import type { Exploration } from "./explore/exploration.js";
import { keyOf } from "./explore/whole-runs.js";

const KEY_WORDS = 4;

/** States of a share, by column. */
export interface ShareStates {
  /** Four words each; no key is there twice. */
  readonly keys: Uint32Array;
  /** Least number of faults. */
  readonly depths: Uint32Array;
  /** 1: at power-on. */
  readonly powerOn: Uint8Array;
  /** Faults judged in the call that begins there. */
  readonly judged: Uint32Array;
  /** Those of them that are calls in which a packet or a reply was lost; empty where none can be. */
  readonly lost: Uint32Array;
  /** Oracles violated from there on with no further fault, as masks. */
  readonly violations: Uint32Array;
}

/** The states of a share that has explored nothing. */
export const NO_STATES: ShareStates = columnsFor(0, false);

function columnsFor(size: number, hasLink: boolean): ShareStates {
  return {
    keys: new Uint32Array(size * KEY_WORDS),
    depths: new Uint32Array(size),
    powerOn: new Uint8Array(size),
    judged: new Uint32Array(size),
    lost: new Uint32Array(hasLink ? size : 0),
    violations: new Uint32Array(size),
  };
}

/**
 * The states of an exploration by column.
 * @param depth most faults in one run
 */
export function columnsOf({ states, futures, around }: Exploration, depth: number): ShareStates {
  const columns = columnsFor(states.table.size, around.met.includes("link"));
  let row = 0;
  states.table.forEach((words, at, state, isTwin) => {
    for (let word = 0; word < KEY_WORDS; word++)
      columns.keys[row * KEY_WORDS + word] = words[at + word] as number;
    // Twins are of the last depth, from which nothing is judged, whatever the state is that they are explored as.
    columns.depths[row] = isTwin ? depth : states.depthOf(state);
    columns.powerOn[row] = states.isPowerOn(state) ? 1 : 0;
    columns.judged[row] = isTwin ? 0 : states.judgedFrom(state);
    if (columns.lost.length > 0) columns.lost[row] = isTwin ? 0 : around.losses.from(state);
    columns.violations[row] = futures.violations(state);
    row++;
  });
  return columns;
}

/** The states of several shares as one, in the order of the shares. */
export function joined(shares: readonly ShareStates[]): ShareStates {
  const [first, second] = shares;
  if (first !== undefined && second === undefined) return first;
  const most = shares.reduce((sum, { depths }) => sum + depths.length, 0);
  const hasLink = shares.some(({ lost }) => lost.length > 0);
  const whole = columnsFor(most, hasLink);
  const table = new DigestTable();
  for (const share of shares)
    for (let row = 0; row < share.depths.length; row++) joinRow(whole, table, share, row);
  const size = table.size;
  return {
    keys: whole.keys.subarray(0, size * KEY_WORDS),
    depths: whole.depths.subarray(0, size),
    powerOn: whole.powerOn.subarray(0, size),
    judged: whole.judged.subarray(0, size),
    lost: whole.lost.subarray(0, size),
    violations: whole.violations.subarray(0, size),
  };
}

function joinRow(whole: ShareStates, table: DigestTable, share: ShareStates, row: number): void {
  const depth = share.depths[row] as number;
  const points = share.judged[row] as number;
  const lost = share.lost[row] ?? 0;
  const hasLink = whole.lost.length > 0;
  const size = table.size;
  const index = table.getOrSet(share.keys, row * KEY_WORDS, size);
  if (index === size) {
    whole.keys.set(share.keys.subarray(row * KEY_WORDS, (row + 1) * KEY_WORDS), index * KEY_WORDS);
    whole.depths[index] = depth;
    whole.powerOn[index] = share.powerOn[row] as number;
    whole.judged[index] = points;
    if (hasLink) whole.lost[index] = lost;
    whole.violations[index] = share.violations[row] as number;
  } else if (depth === 0 && whole.depths[index] === 0) {
    // The first faults are shared out: each share has some of this state's.
    whole.judged[index] = (whole.judged[index] as number) + points;
    if (hasLink) whole.lost[index] = (whole.lost[index] as number) + lost;
  } else if (depth < (whole.depths[index] as number)) {
    whole.depths[index] = depth;
    whole.judged[index] = points;
    if (hasLink) whole.lost[index] = lost;
  }
}

/** How many states are at power-on, and the sum of their keys: the same for the same set of states. */
export function powerOnOf({ keys, powerOn }: ShareStates): {
  readonly distinct: number;
  readonly digest: string;
} {
  const sum = new KeySum();
  let distinct = 0;
  for (let row = 0; row < powerOn.length; row++) {
    if (powerOn[row] !== 1) continue;
    distinct++;
    sum.add(keys, row * KEY_WORDS);
  }
  return { distinct, digest: sum.hex };
}

/** Those of some keys, in hex, that no state has. */
export function lackingIn({ keys, depths }: ShareStates, wanted: Iterable<string>): ReadonlySet<string> {
  const lacking = [...new Set(wanted)];
  const table = new DigestTable();
  lacking.forEach((key, number) => table.set(keyOf(key), 0, number));
  const isThere = new Uint8Array(lacking.length);
  for (let row = 0; row < depths.length; row++) {
    const number = table.get(keys, row * KEY_WORDS);
    if (number !== -1) isThere[number] = 1;
  }
  return new Set(lacking.filter((_, number) => isThere[number] === 0));
}

/** Sum of a column. */
export function sumOf(numbers: Uint32Array): number {
  let sum = 0;
  for (const value of numbers) sum += value;
  return sum;
}
