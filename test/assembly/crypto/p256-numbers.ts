// P-256 for tests: numbers as bytes, points through @noble/curves. Tests nothing itself.
import { p256 } from "@noble/curves/nist.js";

export const P = p256.Point.Fp.ORDER;
export const N = p256.Point.Fn.ORDER;
export const G = p256.Point.BASE;
export type Point = typeof G;

export const mod = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;
export const inverseModulo = (value: bigint): bigint => p256.Point.Fn.inv(mod(value, N));

/** 32 bytes, big-endian. */
export function bytes32(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

export const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

/** X, then Y. */
export function encodePoint(point: Point): Buffer {
  const { x, y } = point.toAffine();
  return Buffer.concat([bytes32(x), bytes32(y)]);
}

/** scalar * point, any scalar. */
export function multiply(point: Point, scalar: bigint): Point {
  const reduced = mod(scalar, N);
  return reduced === 0n ? p256.Point.ZERO : point.multiply(reduced);
}

/** A point with this x, if the curve has one. */
export function pointWithX(x: bigint): Point | undefined {
  try {
    return p256.Point.fromBytes(Buffer.concat([Buffer.of(2), bytes32(x)]));
  } catch {
    return undefined;
  }
}

/** An ECDSA signature of a digest, and the key it is for. */
export interface Signed {
  readonly digest: Buffer;
  readonly r: Buffer;
  readonly s: Buffer;
  readonly publicKey: Buffer;
}

/**
 * What verifies with u1 and u2 as wanted: FIPS 186-5, 6.4.2, solved for digest, r and s.
 * @param x the value that r is taken from; by default that of u1 G + u2 Q
 */
export function signedFor(key: Point, u1: bigint, u2: bigint, x?: bigint): Signed {
  const r = mod(x ?? multiply(G, u1).add(multiply(key, u2)).toAffine().x, N);
  const s = mod(r * inverseModulo(u2), N);
  return {
    digest: bytes32(mod(u1 * s, N)),
    r: bytes32(r),
    s: bytes32(s),
    publicKey: encodePoint(key),
  };
}
