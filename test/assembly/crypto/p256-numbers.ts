// P-256 for tests: numbers as bytes, points and signatures through @noble/curves, the vectors of RFC 6979. Tests nothing
// itself.
import { createHash } from "node:crypto";
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

/** A signature by a secret key, 1 to N - 1, over SHA-256 of the message. */
export function signWith(secret: bigint, message: Uint8Array): Signed {
  const digest = createHash("sha256").update(message).digest();
  const signature = p256.sign(digest, bytes32(secret), { prehash: false, lowS: false });
  return {
    digest,
    r: Buffer.from(signature.subarray(0, 32)),
    s: Buffer.from(signature.subarray(32)),
    publicKey: encodePoint(multiply(G, secret)),
  };
}

const RFC6979_KEY = // Ux, then Uy
  "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

/** RFC 6979, A.2.5, with SHA-256: message, r, s and the key. */
export const RFC6979_VECTORS = [
  [
    "sample",
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  ],
  [
    "test",
    "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
  ],
].map(([message, r, s]): [string, Signed] => [
  message!,
  {
    digest: createHash("sha256").update(message!).digest(),
    r: Buffer.from(r!, "hex"),
    s: Buffer.from(s!, "hex"),
    publicKey: Buffer.from(RFC6979_KEY, "hex"),
  },
]);
