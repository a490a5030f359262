// Comparing bytes fast: vitest walks an array element by element, which takes seconds for a large sector.

/** Undefined where both are the same bytes, else where they first differ. */
export function difference(found: Uint8Array, expected: Uint8Array): string | undefined {
  if (Buffer.compare(found, expected) === 0) return undefined;
  if (found.length !== expected.length) return `${found.length} bytes instead of ${expected.length}`;
  const at = found.findIndex((byte, i) => byte !== expected[i]);
  return `at 0x${at.toString(16)}: ${found[at]} instead of ${expected[at]}`;
}

/** Pseudo-random bytes, the same for the same seed. */
export function bytesOf(seed: number, size: number): Uint8Array {
  let state = seed | 1;
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x9e3779b1) + 1;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
