// A 128-bit digest of numbers, to tell contents apart: four independent multiplicative lanes. No cryptography: nobody chooses
// contents to collide here.

const START = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const; // the first digits of pi's fraction

/** Four lanes at their start. */
export function freshLanes(): Uint32Array {
  return Uint32Array.from(START);
}

/** Takes `count` words in, from index `from` on; odd multipliers (the golden ratio's and others without a pattern). */
export function absorb(lanes: Uint32Array, words: ArrayLike<number>, from: number, count: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = lanes;
  for (let at = from; at < from + count; at++) {
    const word = words[at] as number;
    a = Math.imul(a ^ word, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul(b + word, 0x85ebca6b);
    b ^= b >>> 13;
    c = Math.imul(c ^ (word + at), 0xc2b2ae35);
    c ^= c >>> 16;
    d = Math.imul(d + (word ^ at), 0x27d4eb2f);
    d ^= d >>> 14;
  }
  lanes.set([a, b, c, d]);
}

/** The digest of a text, as 32 hexadecimal digits. */
export function textDigest(text: string): string {
  const lanes = freshLanes();
  const codes = Array.from(text, (letter) => letter.charCodeAt(0));
  absorb(lanes, codes, 0, codes.length);
  return Array.from(lanes, (lane) => lane.toString(16).padStart(8, "0")).join("");
}
