// The functions of SHA-256 (FIPS 180-4, 4.1.2) that both builds' compressions share. Pure but for addState, which adds
// to the chaining value it is given.

/** Adds a block's working variables to the chaining value, eight u32 (FIPS 180-4, 6.2.2, step 4). */
export function addState(state: usize, a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32): void {
  store<u32>(state, load<u32>(state, 0) + a, 0);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
  store<u32>(state, load<u32>(state, 20) + f, 20);
  store<u32>(state, load<u32>(state, 24) + g, 24);
  store<u32>(state, load<u32>(state, 28) + h, 28);
}

/** Ch: bit by bit, f where e is set and g elsewhere. */
export function choose(e: u32, f: u32, g: u32): u32 {
  return ((f ^ g) & e) ^ g;
}

/** Maj: the bit that two of the three have; written so that a ^ b of one round serves as b ^ c of the next. */
export function majority(a: u32, b: u32, c: u32): u32 {
  return ((a ^ b) & (b ^ c)) ^ b;
}

// Rotations one inside the other need fewer copies of their argument than side by side: the compression is bound by the
// number of instructions, not by its longest chain, and takes an eighth less time so where it is unrolled.

/** Capital sigma 0: rotations by 2, 13 and 22. */
export function sigma0(a: u32): u32 {
  return rotr(rotr(rotr(a, 9) ^ a, 11) ^ a, 2);
}

/** Capital sigma 1: rotations by 6, 11 and 25. */
export function sigma1(e: u32): u32 {
  return rotr(rotr(rotr(e, 14) ^ e, 5) ^ e, 6);
}

/**
 * The schedule word that follows from those 2, 7, 15 and 16 places before it, with small sigma 1 (rotations by 17 and
 * 19, shift by 10) and small sigma 0 (rotations by 7 and 18, shift by 3).
 */
export function expand(word2: u32, word7: u32, word15: u32, word16: u32): u32 {
  const small1 = rotr(rotr(word2, 2) ^ word2, 17) ^ (word2 >> 10);
  const small0 = rotr(rotr(word15, 11) ^ word15, 7) ^ (word15 >> 3);
  return small0 + (word16 + word7) + small1;
}
