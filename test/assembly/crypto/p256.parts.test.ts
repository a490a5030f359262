// The parts of P-256 at the edges of what their comments allow: limbs at their bounds, exceptional points, scalars.
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CryptoModule, caseCount } from "./module.js";
import { G, N, P, bytes32, inverseModulo, mod, multiply, type Point } from "./p256-numbers.js";

const CASES = caseCount(150);
const LIMBS = 9;
const RADIX = 2n ** 29n;
const R = 2n ** 261n;
const inverse = (value: bigint): bigint => p256.Point.Fp.inv(mod(value, P));
const R_INVERSE = inverse(R);
const SIZE = 72;

const valueOf = (limbs: readonly bigint[]): bigint =>
  limbs.reduceRight((sum, limb) => sum * RADIX + limb, 0n);

function encodeLimbs(limbs: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * limbs.length);
  limbs.forEach((limb, index) => bytes.writeBigInt64LE(limb, 8 * index));
  return bytes;
}

function decodeLimbs(bytes: Buffer): bigint[] {
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readBigInt64LE(8 * index));
}

/** Limbs of a value: 0 to 7 in [0, 2^29), the top one signed. */
function limbsOf(value: bigint): bigint[] {
  const limbs: bigint[] = [];
  for (let index = 0; index < LIMBS - 1; index++) {
    limbs.push(mod(value, RADIX));
    value = (value - mod(value, RADIX)) / RADIX;
  }
  return [...limbs, value];
}

/** Limbs of the largest magnitude that bound k allows, each of either sign. */
const atBound = (k: bigint): fc.Arbitrary<bigint[]> =>
  fc.array(fc.constantFrom(k * RADIX - 1n, 1n - k * RADIX), { minLength: LIMBS, maxLength: LIMBS });

/** All limbs at the bound, with one sign: the largest column sums. */
const extremes = (k: bigint): bigint[][] => [
  new Array<bigint>(LIMBS).fill(k * RADIX - 1n),
  new Array<bigint>(LIMBS).fill(1n - k * RADIX),
];

/** A value in [low, high] as "product" or "settled" limbs. */
const within = (low: bigint, high: bigint): fc.Arbitrary<bigint[]> =>
  fc.oneof(fc.bigInt({ min: low, max: high }), fc.constantFrom(low, high, 0n, 1n, -1n)).map(limbsOf);

describe.each(["crypto-p256-fast", "crypto-p256-small"])("the field of %s", (build) => {
  const module = new CryptoModule(build);

  /** Calls a function of a target and operands, in buffers of their own. */
  function call(name: string, ...operands: readonly bigint[][]): bigint[] {
    module.clear();
    const inputs = operands.map((limbs) => module.input(encodeLimbs(limbs)));
    const target = module.buffer(SIZE);
    module.call(name, target, ...inputs);
    expect(module.damage()).toBeUndefined();
    return decodeLimbs(module.bytes(target, SIZE));
  }

  function expectProduct(result: readonly bigint[], a: readonly bigint[], b: readonly bigint[]): void {
    expect(mod(valueOf(result), P)).toBe(mod(valueOf(a) * valueOf(b) * R_INVERSE, P));
    for (const limb of result.slice(0, -1)) expect(limb >= 0n && limb < RADIX).toBe(true);
  }

  it("multiplies without overflow where the limb bounds multiply to three", () => {
    for (const [ka, kb] of [
      [1n, 3n],
      [3n, 1n],
      [1n, 1n],
    ] as const) {
      for (const a of extremes(ka)) {
        for (const b of extremes(kb)) expectProduct(call("fieldMultiply", a, b), a, b);
      }
      fc.assert(
        fc.property(atBound(ka), atBound(kb), (a, b) => {
          expectProduct(call("fieldMultiply", a, b), a, b);
        }),
        { numRuns: CASES },
      );
    }
  });

  it("squares without overflow at the limb bound", () => {
    for (const a of extremes(1n)) expectProduct(call("fieldSquare", a), a, a);
    fc.assert(
      fc.property(atBound(1n), (a) => expectProduct(call("fieldSquare", a), a, a)),
      { numRuns: CASES },
    );
  });

  it("gives products in (-p/2, 3p/2) for values whose product is within 16 p^2", () => {
    const four = within(-4n * P, 4n * P);
    fc.assert(
      fc.property(four, four, (a, b) => {
        const result = call("fieldMultiply", a, b);
        expectProduct(result, a, b);
        const value = valueOf(result);
        expect(2n * value > -P && 2n * value < 3n * P).toBe(true);
        expect(valueOf(call("fieldSquare", a))).toBe(valueOf(call("fieldMultiply", a, a)));
      }),
      { numRuns: CASES },
    );
  });

  it("settles any a - b - 2c within 4p near [0, p)", () => {
    const product = within(-P / 2n, (3n * P) / 2n);
    const doubled = fc
      .tuple(product, product)
      .map(([a, b]) => a.map((limb, index) => 2n * (limb - b[index]!)));
    const zero = fc.constant(limbsOf(0n));
    fc.assert(
      fc.property(fc.oneof(product, doubled), fc.oneof(product, zero), fc.oneof(product, zero), (a, b, c) => {
        const exact = valueOf(a) - valueOf(b) - 2n * valueOf(c);
        const result = call("fieldSettle", a, b, c);
        const value = valueOf(result);
        expect(mod(value - exact, P)).toBe(0n);
        expect(1000n * value > -P && 1000n * value < 1001n * P).toBe(true);
        for (const limb of result.slice(0, -1)) expect(limb >= 0n && limb < RADIX).toBe(true);
      }),
      { numRuns: CASES },
    );
  });

  it("subtracts, doubles differences and makes slope factors exactly", () => {
    const product = within(-P / 2n, (3n * P) / 2n);
    fc.assert(
      fc.property(product, product, (a, b) => {
        const [x, y] = [valueOf(a), valueOf(b)];
        expect(valueOf(call("fieldSubtract", a, b))).toBe(x - y);
        expect(valueOf(call("fieldTwiceDifference", a, b))).toBe(2n * (x - y));
        module.clear();
        const [inA, inB] = [module.input(encodeLimbs(a)), module.input(encodeLimbs(b))];
        const [difference, sum] = [module.buffer(SIZE), module.buffer(SIZE)];
        module.call("fieldSlopeFactors", difference, sum, inA, inB);
        expect(module.damage()).toBeUndefined();
        expect(valueOf(decodeLimbs(module.bytes(difference, SIZE)))).toBe(3n * (x - y));
        const sumLimbs = decodeLimbs(module.bytes(sum, SIZE));
        expect(valueOf(sumLimbs)).toBe(x + y);
        for (const limb of sumLimbs.slice(0, -1)) expect(limb >= 0n && limb < RADIX).toBe(true);
      }),
      { numRuns: CASES },
    );
  });

  it("tells multiples of p within 8p from everything near them, in limbs of any sign", () => {
    const isZero = (limbs: readonly bigint[]): boolean => {
      module.clear();
      const a = module.input(encodeLimbs(limbs));
      return module.call("fieldIsZero", a, module.buffer(SIZE)) !== 0;
    };
    for (let multiple = -8n; multiple <= 8n; multiple++) {
      const limbs = limbsOf(multiple * P);
      const borrowed = limbs.map((limb, index) => limb - (index < 8 ? RADIX : 0n) + (index > 0 ? 1n : 0n));
      expect([multiple, isZero(limbs), isZero(borrowed)]).toEqual([multiple, true, true]);
      for (const near of [1n, -1n, 8n, -8n, RADIX, -RADIX, 2n ** 232n, R % P]) {
        expect([multiple, near, isZero(limbsOf(multiple * P + near))]).toEqual([multiple, near, false]);
      }
    }
  });

  it("reads coordinates below p and refuses the others", () => {
    for (const value of [0n, 1n, P - 1n, P, P + 1n, 2n ** 256n - 1n, 0x0102030405060708090an]) {
      module.clear();
      const bytes = module.input(bytes32(value), 5);
      const target = module.buffer(SIZE);
      expect(module.call("fieldFromBytes", target, bytes) !== 0).toBe(value < P);
      if (value < P) expect(mod(valueOf(decodeLimbs(module.bytes(target, SIZE))), P)).toBe(mod(value * R, P));
    }
  });
});

describe.each(["crypto-p256-fast", "crypto-p256-small"])("the points of %s", (build) => {
  const module = new CryptoModule(build);
  const montgomery = (value: bigint): Buffer => encodeLimbs(limbsOf(mod(value * R, P)));

  /** X, 2Y, Z of a point, in Jacobian coordinates with the given Z. */
  function encodeJacobian(point: Point, z: bigint): Buffer {
    const { x, y } = point.toAffine();
    return Buffer.concat([x * z * z, 2n * y * z * z * z, z].map(montgomery));
  }

  function decodeJacobian(bytes: Buffer): { x: bigint; y: bigint } {
    const [x, twiceY, z] = [0, 1, 2].map((index) =>
      mod(valueOf(decodeLimbs(bytes.subarray(SIZE * index, SIZE * (index + 1)))) * R_INVERSE, P),
    ) as [bigint, bigint, bigint];
    const scale = inverse(z);
    return { x: mod(x * scale * scale, P), y: mod(twiceY * inverse(2n) * scale ** 3n, P) };
  }

  /** a + b by pointAdd; undefined for infinity. */
  function add(a: Point, b: Point, za: bigint, zb: bigint): { x: bigint; y: bigint } | undefined {
    module.clear();
    const point = module.buffer(module.constant("POINT_SIZE"));
    const entry = module.buffer(module.constant("ENTRY_SIZE"));
    const scratch = module.buffer(module.constant("POINT_SCRATCH_SIZE"));
    module.write(point, encodeJacobian(a, za));
    module.write(entry, encodeJacobian(b, zb));
    module.call("entryComplete", entry);
    const finite = module.call("pointAdd", point, entry, entry + SIZE, zb === 1n ? 1 : 0, scratch);
    expect(module.damage()).toBeUndefined();
    return finite === 0 ? undefined : decodeJacobian(module.bytes(point, module.constant("POINT_SIZE")));
  }

  const scalar = fc.bigInt({ min: 1n, max: N - 1n });
  const denominator = fc.oneof(fc.constantFrom(1n, P - 1n), fc.bigInt({ min: 1n, max: P - 1n }));

  it("add like noble's, whatever their denominators", () => {
    fc.assert(
      fc.property(scalar, scalar, denominator, denominator, (i, j, za, zb) => {
        fc.pre(i !== j && i + j !== N);
        const [a, b] = [multiply(G, i), multiply(G, j)];
        expect(add(a, b, za, zb)).toEqual(a.add(b).toAffine());
      }),
      { numRuns: CASES },
    );
  });

  it("add to themselves as a doubling, and to their negatives as infinity", () => {
    fc.assert(
      fc.property(scalar, denominator, denominator, (i, za, zb) => {
        const point = multiply(G, i);
        expect(add(point, point, za, zb)).toEqual(point.double().toAffine());
        expect(add(point, point.negate(), za, zb)).toBeUndefined();
      }),
      { numRuns: CASES },
    );
  });

  it("double like noble's", () => {
    fc.assert(
      fc.property(scalar, denominator, (i, z) => {
        module.clear();
        const point = module.buffer(module.constant("POINT_SIZE"));
        const scratch = module.buffer(module.constant("POINT_SCRATCH_SIZE"));
        module.write(point, encodeJacobian(multiply(G, i), z));
        module.call("pointDouble", point, scratch);
        expect(module.damage()).toBeUndefined();
        expect(decodeJacobian(module.bytes(point, module.constant("POINT_SIZE")))).toEqual(
          multiply(G, i).double().toAffine(),
        );
      }),
      { numRuns: CASES },
    );
  });
});

describe.each(["crypto-p256-fast", "crypto-p256-small"])("the scalars of %s", (build) => {
  const module = new CryptoModule(build);
  const edges = [1n, 2n, 3n, N - 1n, N - 2n, (N - 1n) / 2n, 2n ** 255n, 2n ** 128n, 2n ** 29n, RADIX ** 8n];
  const scalar = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 1n, max: N - 1n }));
  const R_INVERSE_N = inverseModulo(R);

  function call(name: string, a: readonly bigint[], b: readonly bigint[]): bigint {
    module.clear();
    const [inA, inB] = [module.input(encodeLimbs(a)), module.input(encodeLimbs(b))];
    const target = module.buffer(SIZE);
    module.call(name, target, inA, inB);
    expect(module.damage()).toBeUndefined();
    return valueOf(decodeLimbs(module.bytes(target, SIZE)));
  }

  it("invert, with a result within 27n", () => {
    fc.assert(
      fc.property(scalar, (a) => {
        module.clear();
        const input = module.input(encodeLimbs(limbsOf(a)));
        const target = module.buffer(SIZE);
        module.call(
          "scalarInverse",
          target,
          input,
          module.buffer(module.constant("SCALAR_INVERSE_SCRATCH_SIZE")),
        );
        expect(module.damage()).toBeUndefined();
        const result = valueOf(decodeLimbs(module.bytes(target, SIZE)));
        expect(mod(result * a, N)).toBe(mod(R, N));
        expect(result < 27n * N && result > -27n * N).toBe(true);
      }),
      { numRuns: 3 * CASES },
    );
  });

  it("multiply into [0, n), also 2^256 - 1 by factors of up to 30n of either sign", () => {
    const first = fc.oneof(scalar, fc.constantFrom(0n, N, 2n ** 256n - 1n));
    const second = fc.oneof(
      fc.bigInt({ min: -30n * N + 1n, max: 30n * N - 1n }),
      fc.constantFrom(0n, 30n * N - 1n, 1n - 30n * N),
    );
    fc.assert(
      fc.property(first, second, (a, b) => {
        const expected = mod(a * b * R_INVERSE_N, N);
        expect(call("scalarMultiply", limbsOf(a), limbsOf(b))).toBe(expected);
        expect(
          call(
            "scalarMultiply",
            limbsOf(a),
            limbsOf(-b).map((limb) => -limb),
          ),
        ).toBe(expected);
      }),
      { numRuns: CASES },
    );
  });

  it("are the sum of their digits, which are odd, small and far apart", () => {
    const digitCount = module.constant("SCALAR_DIGITS");
    fc.assert(
      fc.property(fc.oneof(scalar, fc.constant(0n)), fc.integer({ min: 2, max: 8 }), (a, window) => {
        module.clear();
        const input = module.input(encodeLimbs(limbsOf(a)));
        const target = module.buffer(digitCount);
        module.call("scalarRecode", target, input, window);
        expect(module.damage()).toBeUndefined();
        const digits = [...new Int8Array(module.bytes(target, digitCount))];
        expect(digits.reduce((sum, digit, i) => sum + BigInt(digit) * 2n ** BigInt(i), 0n)).toBe(a);
        const places = digits.flatMap((digit, i) => (digit === 0 ? [] : [i]));
        for (const place of places) {
          expect(Math.abs(digits[place]! % 2)).toBe(1);
          expect(Math.abs(digits[place]!)).toBeLessThan(2 ** (window - 1));
        }
        places.slice(1).forEach((place, i) => expect(place - places[i]!).toBeGreaterThanOrEqual(window));
      }),
      { numRuns: CASES },
    );
  });
});
