// ECDSA P-256 verification against node:crypto and @noble/curves: valid, damaged, and odd on purpose.
import { createHash, createPublicKey, verify } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILDS, CryptoModule, caseCount } from "./module.js";
import {
  G,
  N,
  P,
  bytes32,
  encodePoint,
  inverseModulo,
  mod,
  multiply,
  RFC6979_VECTORS,
  pointWithX,
  signWith,
  signedFor,
  toNumber,
  type Signed,
} from "./p256-numbers.js";

const CASES = caseCount(150);
const SPKI_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"); // RFC 5480
const scalar = fc.bigInt({ min: 1n, max: N - 1n });

function wasmVerify(module: CryptoModule, { digest, r, s, publicKey }: Signed, misalignment = 0): boolean {
  module.clear();
  const inputs = [digest, r, s, publicKey].map((bytes) => module.input(bytes, misalignment));
  const scratch = module.buffer(module.constant("P256_SCRATCH_SIZE"));
  const valid = module.call("p256Verify", ...inputs, scratch);
  expect(module.damage()).toBeUndefined();
  return valid !== 0;
}

function wasmKeyValid(module: CryptoModule, publicKey: Buffer): boolean {
  module.clear();
  const key = module.input(publicKey, 3);
  const valid = module.call("p256PublicKeyValid", key, module.buffer(module.constant("P256_SCRATCH_SIZE")));
  expect(module.damage()).toBeUndefined();
  return valid !== 0;
}

function nodeVerify(message: Uint8Array, { r, s, publicKey }: Signed): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, publicKey]),
      format: "der",
      type: "spki",
    });
    return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, Buffer.concat([r, s]));
  } catch {
    return false; // not a point
  }
}

function nobleVerify({ digest, r, s, publicKey }: Signed): boolean {
  try {
    return p256.verify(Buffer.concat([r, s]), digest, Buffer.concat([Buffer.of(4), publicKey]), {
      prehash: false,
      lowS: false,
    });
  } catch {
    return false;
  }
}

function withFlippedBit(signed: Signed, bit: number): Signed {
  const all = Buffer.concat([signed.digest, signed.r, signed.s, signed.publicKey]);
  all[bit >> 3]! ^= 1 << (bit & 7);
  return {
    digest: all.subarray(0, 32),
    r: all.subarray(32, 64),
    s: all.subarray(64, 96),
    publicKey: all.subarray(96),
  };
}

describe.each(BUILDS)("p256Verify in %s", (build) => {
  const module = new CryptoModule(build);

  it.each(RFC6979_VECTORS)('accepts the signature of "%s" in RFC 6979, A.2.5', (message, signed) => {
    expect(nodeVerify(Buffer.from(message), signed)).toBe(true);
    expect(wasmVerify(module, signed)).toBe(true);
    expect(wasmVerify(module, { ...signed, r: signed.s, s: signed.r })).toBe(false);
  });

  it("answers like node:crypto and noble to random numbers, to bounds, and to keys that may be no points", () => {
    const number = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      fc.constantFrom(0n, 1n, N - 1n, N, N + 1n, P - 1n, P, P + 1n, 2n ** 255n, 2n ** 256n - 1n),
    );
    const parts = fc.uniqueArray(fc.constantFrom("r", "s", "x", "y"), { minLength: 1 });
    fc.assert(
      fc.property(scalar, number, parts, (secret, value, changed) => {
        const message = bytes32(value);
        const signed = signWith(secret, message);
        const replaced = (name: (typeof changed)[number], bytes: Buffer): Buffer =>
          changed.includes(name) ? bytes32(value) : bytes;
        const odd = {
          ...signed,
          r: replaced("r", signed.r),
          s: replaced("s", signed.s),
          publicKey: Buffer.concat([
            replaced("x", signed.publicKey.subarray(0, 32)),
            replaced("y", signed.publicKey.subarray(32)),
          ]),
        };
        const valid = nodeVerify(message, odd);
        expect(nobleVerify(odd)).toBe(valid);
        expect(wasmVerify(module, odd)).toBe(valid);
      }),
      { numRuns: CASES },
    );
  });

  it("accepts what was signed and refuses it after any single bit flip, as node:crypto and noble do", () => {
    fc.assert(
      fc.property(
        scalar,
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(160 * 8 - 1),
        fc.nat(15),
        (secret, message, bit, misalignment) => {
          const signed = signWith(secret, message);
          expect(nodeVerify(message, signed)).toBe(true);
          expect(wasmVerify(module, signed, misalignment)).toBe(true);
          const damaged = withFlippedBit(signed, bit);
          expect(nobleVerify(damaged)).toBe(false);
          if (bit >= 256) expect(nodeVerify(message, damaged)).toBe(false);
          expect(wasmVerify(module, damaged)).toBe(false);
        },
      ),
      { numRuns: CASES },
    );
  });

  it("accepts every flip of s to n - s, as the standard does", () => {
    const message = Buffer.from("malleable");
    const signed = signWith(7n, message);
    const other = { ...signed, s: bytes32(N - toNumber(signed.s)) };
    expect(nodeVerify(message, other)).toBe(true);
    expect(wasmVerify(module, other)).toBe(true);
  });

  it("agrees with node:crypto and noble on r and s at the edges of their range", () => {
    const message = Buffer.from("edges");
    const signed = signWith(12345n, message);
    const [r, s] = [toNumber(signed.r), toNumber(signed.s)];
    const edges = [0n, 1n, 2n, P - N, N - 1n, N, N + 1n, P - 1n, P, 2n ** 255n, 2n ** 256n - 1n];
    for (const first of [r, ...edges]) {
      for (const second of [s, ...edges]) {
        const odd = { ...signed, r: bytes32(first), s: bytes32(second) };
        const isRight = first === r && second === s;
        expect(nodeVerify(message, odd)).toBe(isRight);
        expect(nobleVerify(odd)).toBe(isRight);
        expect([first, second, wasmVerify(module, odd)]).toEqual([first, second, isRight]);
      }
    }
  });

  it("refuses r + n and s + n where both fit 256 bits and r and s are right", () => {
    let x = 1n;
    while (pointWithX(x) === undefined) x++;
    const [u1, u2] = [0x7654321n, 0x98765n];
    const key = multiply(pointWithX(x)!.add(multiply(G, N - u1)), inverseModulo(u2));
    const smallR = signedFor(key, u1, u2, x);
    expect(toNumber(smallR.r)).toBe(x);
    // For s = 5 and a nonce, the secret key follows: s nonce = digest + r secret.
    const nonce = 0x13579bdfn;
    const r = mod(multiply(G, nonce).toAffine().x, N);
    const digest = createHash("sha256").update("small s").digest();
    const secret = mod((5n * nonce - toNumber(digest)) * inverseModulo(r), N);
    const smallS = { digest, r: bytes32(r), s: bytes32(5n), publicKey: encodePoint(multiply(G, secret)) };
    for (const [right, wrong] of [
      [smallR, { ...smallR, r: bytes32(x + N) }],
      [smallS, { ...smallS, s: bytes32(5n + N) }],
    ] as const) {
      expect(nobleVerify(right)).toBe(true);
      expect(wasmVerify(module, right)).toBe(true);
      expect(nobleVerify(wrong)).toBe(false);
      expect(wasmVerify(module, wrong)).toBe(false);
    }
  });

  it("accepts r = x - n where the sum's x is n or more, and refuses r = x + n that stands for no x", () => {
    let x = N;
    while (pointWithX(x) === undefined) x++;
    const [u1, u2] = [0x1234567n, N - 99n];
    const key = multiply(pointWithX(x)!.add(multiply(G, N - u1)), inverseModulo(u2));
    const signed = signedFor(key, u1, u2, x);
    expect(toNumber(signed.r)).toBe(x - N);
    expect(nobleVerify(signed)).toBe(true);
    expect(wasmVerify(module, signed)).toBe(true);
    // The same r, small enough for r + n < p, with a sum whose x is neither.
    const wrong = signedFor(key, u1 + 1n, u2, x);
    expect(nobleVerify(wrong)).toBe(false);
    expect(wasmVerify(module, wrong)).toBe(false);
  });

  it("does not take x + n for x where that is p or more", () => {
    // r = 2^128 > p - n: candidate r + n would be p or more; the sum's x is (r + n) mod p.
    let r = P - N;
    while (pointWithX(r + N - P) === undefined) r++;
    const key = multiply(pointWithX(r + N - P)!.add(multiply(G, N - 5n)), inverseModulo(3n));
    const signed = signedFor(key, 5n, 3n, r);
    expect(nobleVerify(signed)).toBe(false);
    expect(wasmVerify(module, signed)).toBe(false);
  });

  it("refuses a sum at infinity", () => {
    for (const secret of [1n, 2n, 3n, N - 1n, 0xabcdefn]) {
      for (const r of [1n, 5n, N - 1n]) {
        const digest = bytes32(mod(-r * secret, N));
        const signed = {
          digest,
          r: bytes32(r),
          s: bytes32(77n),
          publicKey: encodePoint(multiply(G, secret)),
        };
        expect(nobleVerify(signed)).toBe(false);
        expect(wasmVerify(module, signed)).toBe(false);
      }
    }
  });

  it("adds equal, opposite and infinite points on the way rightly", () => {
    // Keys and factors this small meet in the tables of both points.
    const small = [1n, 2n, 3n, 4n, 5n, 7n, 8n, 9n, 15n, 16n, 17n, 31n, 33n, 64n];
    const factors = small.flatMap((value) => [value, N - value]);
    const known = new Map<bigint, bigint>();
    const xOf = (multiple: bigint): bigint => {
      const x = known.get(multiple) ?? multiply(G, multiple).toAffine().x;
      known.set(multiple, x);
      return x;
    };
    for (const secret of [1n, 2n, 3n, 5n, 7n, N - 1n, N - 2n, N - 3n]) {
      const key = multiply(G, secret);
      for (const u1 of [0n, ...factors]) {
        for (const u2 of [1n, 2n, 3n, 5n, 8n, 15n, 17n, N - 1n, N - 3n, N - 16n]) {
          const sum = mod(u1 + u2 * secret, N);
          if (sum === 0n) continue;
          const signed = signedFor(key, u1, u2, xOf(sum));
          expect([secret, u1, u2, wasmVerify(module, signed)]).toEqual([secret, u1, u2, true]);
        }
      }
    }
  });

  it("verifies with any pair of factors, sparse ones too", () => {
    const sparse = fc
      .tuple(fc.nat(255), fc.nat(255), fc.boolean())
      .map(([i, j, minus]) => mod(2n ** BigInt(i) + (minus ? -1n : 1n) * 2n ** BigInt(j), N));
    const factor = fc.oneof(scalar, sparse);
    fc.assert(
      fc.property(scalar, factor, factor, (secret, u1, u2) => {
        fc.pre(u2 !== 0n && mod(u1 + u2 * secret, N) !== 0n);
        const signed = signedFor(multiply(G, secret), u1, u2);
        expect(wasmVerify(module, signed)).toBe(true);
        expect(wasmVerify(module, signedFor(multiply(G, secret), u1, u2, 1n))).toBe(false);
      }),
      { numRuns: CASES },
    );
  });

  it("reduces a digest of n or more", () => {
    for (const digest of [N, N + 1n, 2n ** 256n - 1n, 0n]) {
      const signed = signedFor(multiply(G, 42n), 0n, 9n);
      const [e, r] = [bytes32(digest), 0x1111n];
      // With nonce 1 the sum's x is that of G.
      const x = mod(G.toAffine().x, N);
      const s = mod(digest + x * 42n, N);
      const made = { ...signed, digest: e, r: bytes32(x), s: bytes32(s) };
      expect(nobleVerify(made)).toBe(true);
      expect(wasmVerify(module, made)).toBe(true);
      expect(wasmVerify(module, { ...made, r: bytes32(r) })).toBe(false);
    }
  });
});

describe.each(BUILDS)("p256PublicKeyValid in %s", (build) => {
  const module = new CryptoModule(build);
  const { x, y } = G.toAffine();
  const xy = (first: bigint, second: bigint): Buffer => Buffer.concat([bytes32(first), bytes32(second)]);

  it("accepts points of the curve and refuses them after a single bit flip", () => {
    fc.assert(
      fc.property(scalar, fc.nat(511), (secret, bit) => {
        const key = encodePoint(multiply(G, secret));
        expect(wasmKeyValid(module, key)).toBe(true);
        key[bit >> 3]! ^= 1 << (bit & 7);
        expect(wasmKeyValid(module, key)).toBe(false);
      }),
      { numRuns: CASES },
    );
  });

  it("accepts both signs of y and refuses x and y exchanged", () => {
    expect(wasmKeyValid(module, xy(x, y))).toBe(true);
    expect(wasmKeyValid(module, xy(x, P - y))).toBe(true);
    expect(wasmKeyValid(module, xy(y, x))).toBe(false);
  });

  it("refuses infinity's usual encodings and coordinates of p or more", () => {
    let small = 0n;
    while (pointWithX(small) === undefined) small++;
    const point = pointWithX(small)!.toAffine();
    expect(wasmKeyValid(module, xy(point.x, point.y))).toBe(true);
    for (const key of [
      xy(point.x + P, point.y),
      xy(0n, 0n),
      xy(0n, 1n),
      xy(P, 0n),
      xy(P, P),
      xy(x, P),
      xy(2n ** 256n - 1n, 2n ** 256n - 1n),
    ]) {
      expect(wasmKeyValid(module, key)).toBe(false);
    }
  });

  it("decides for p256Verify too: nothing verifies with a point off the curve", () => {
    const signed = signWith(99n, Buffer.from("off the curve"));
    expect(wasmVerify(module, { ...signed, publicKey: xy(x, y + 1n) })).toBe(false);
    expect(wasmVerify(module, { ...signed, publicKey: xy(0n, 0n) })).toBe(false);
  });
});
