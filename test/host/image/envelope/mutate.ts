// Changes to bytes and to maps as somebody might make them who wants a reader of CBOR to err: drawn from a seed, the same each time. Test
// data only.
import type { Random } from "../../../../host/core/data/random.js";

type Entry = readonly [label: unknown, value: unknown];
type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

/** First bytes of items that are easily got wrong: long arguments, indefinite lengths, simple values, floats, breaks. */
const HEADS = [0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x38, 0x58, 0x59, 0x5a, 0x5b, 0x5f, 0x78, 0x7f, 0x80, 0x84]
  .concat([0x98, 0x9b, 0x9f, 0xa0, 0xb8, 0xba, 0xbf, 0xc0, 0xd2, 0xd8, 0xdb, 0xe0, 0xf4, 0xf5, 0xf6, 0xf7])
  .concat([0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xff]);

const bytesOf = (random: Random, most: number): number[] =>
  Array.from({ length: 1 + random.below(most) }, () => random.below(256));

const set = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
};

const splice = (bytes: Uint8Array, at: number, removed: number, ...added: number[]): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, at), ...added, ...bytes.subarray(at + removed)]);

const CHANGES: readonly Change[] = [
  // A bit, a byte, a head.
  (bytes, random) => {
    const at = random.below(bytes.length);
    return set(bytes, at, bytes[at]! ^ (1 << random.below(8)));
  },
  (bytes, random) => set(bytes, random.below(bytes.length), random.below(256)),
  (bytes, random) => set(bytes, random.below(bytes.length), HEADS[random.below(HEADS.length)]!),
  // A length by one more or less.
  (bytes, random) => {
    const at = random.below(bytes.length);
    return set(bytes, at, bytes[at]! + (random.below(2) === 0 ? 1 : 255));
  },
  // Shorter, longer, in the middle too.
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => Uint8Array.from([...bytes, ...bytesOf(random, 8)]),
  (bytes, random) => splice(bytes, random.below(bytes.length), 1 + random.below(4)),
  (bytes, random) => splice(bytes, random.below(bytes.length), 0, ...bytesOf(random, 4)),
  // A longer encoding of the number that a head may have there: of one more byte, and of two and four.
  (bytes, random) => {
    const at = random.below(bytes.length);
    const zeros = [0, 1, 3][random.below(3)]!;
    const information = [24, 25, 26][[0, 1, 3].indexOf(zeros)]!;
    const first = (bytes[at]! & 0xe0) | information;
    return splice(bytes, at, 1, first, ...new Uint8Array(zeros), bytes[at]! & 0x1f);
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return (bytes[at]! & 0x1f) === 24
      ? splice(bytes, at, 1, bytes[at]! + 1, 0)
      : set(bytes, at, bytes[at]! | 0x1f);
  },
  // A length or a count near 2^32, behind which a sum would begin anew.
  (bytes, random) => {
    const at = random.below(bytes.length);
    return splice(bytes, at, 1, (bytes[at]! & 0xe0) | 26, 255, 255, 255, 255 - random.below(128));
  },
  // A piece twice, and a piece in another's place.
  (bytes, random) => {
    const at = random.below(bytes.length);
    return splice(bytes, at, 0, ...bytes.subarray(at, at + 1 + random.below(40)));
  },
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    copy.copyWithin(random.below(bytes.length), random.below(bytes.length));
    return copy;
  },
];

/** Bytes with one change, at times with more. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = bytes;
  for (let left = 1 + (random.below(4) === 0 ? random.below(3) : 0); left > 0; left--)
    if (changed.length > 0) changed = CHANGES[random.below(CHANGES.length)]!(changed, random);
  return changed;
}

/** Values that stand where another is expected, or at the edge of what may be there. */
const ODD: readonly unknown[] = [
  ...[0, 1, 2, 3, 4, 23, 24, 255, 256, 257, 512, 65535, 65536, 65537, 131072, 2 ** 28, 2 ** 28 + 1],
  ...[2 ** 32 - 1, -1, -7, -8, "", "application/everboot-envelope+cbor", "application/everboot-envelope+cbo"],
  ...[new Uint8Array(0), new Uint8Array(15), new Uint8Array(16), new Uint8Array(31), new Uint8Array(32)],
  ...[new Uint8Array(33), [], [1, 2, 3], [1, 2, 3, 4], [256, 0, 0, 0], [0, 0, 65536, 0], [0, 0, 0, -1]],
  ...[new Map(), new Map([[0, 1]]), true, null],
  new Map<number, unknown>([
    [0, 2],
    [1, 0x30],
    [2, new Uint8Array(1)],
  ]),
];

/** Entries of a map with one twice, out of order, gone, of another label or of another value. */
export function shuffled(entries: readonly Entry[], random: Random): Entry[] {
  const changed = [...entries];
  const at = random.below(changed.length);
  const [label, value] = changed[at]!;
  const kind = random.below(7);
  if (kind === 0) changed.splice(random.below(changed.length + 1), 0, [label, value]);
  else if (kind === 1) changed.splice(at, 1);
  else if (kind === 2) changed.push(...changed.splice(at, 1));
  else if (kind === 3) changed[at] = [random.below(40) - 4, value];
  else if (kind === 4) changed[at] = [ODD[random.below(ODD.length)], value];
  else changed[at] = [label, ODD[random.below(ODD.length)]];
  return changed;
}
