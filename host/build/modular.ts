// Arithmetic modulo a prime over BigInt, for the programs that print tables. Slow: never at run time.

/** value mod prime, in [0, prime). */
export function modulo(value: bigint, prime: bigint): bigint {
  const rest = value % prime;
  return rest < 0n ? rest + prime : rest;
}

/** base^exponent mod prime, for an exponent that is not negative. */
export function power(base: bigint, exponent: bigint, prime: bigint): bigint {
  let result = 1n;
  let square = modulo(base, prime);
  for (let bits = exponent; bits > 0n; bits >>= 1n, square = (square * square) % prime) {
    if ((bits & 1n) === 1n) result = (result * square) % prime;
  }
  return result;
}

/** 1 / value mod prime, by Fermat; 0 for 0. */
export function inverse(value: bigint, prime: bigint): bigint {
  return power(value, prime - 2n, prime);
}
