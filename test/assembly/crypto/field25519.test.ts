// The field of Ed25519 at its proven bounds: the argument of field25519.ts in exact intervals, and operands at the bounds
// through all builds.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { P, fromLittleEndian, mod } from "./edwards.js";
import { CryptoModule, caseCount } from "./module.js";

const CASES = caseCount(300);
const LIMBS = 10;
const SIZE = 40;
const BUILDS = ["crypto-field-fast", "crypto-field-small-square", "crypto-field-small"];
const MOST = 15; // of the product of two operands' bounds
const I64_MAX = 2n ** 63n - 1n;

/** The largest magnitude of limb i that bound 1 allows. */
const limbBound = (limb: number): bigint => (limb % 2 === 0 ? 2n ** 26n : 2n ** 25n + 2n ** 12n);
const widthOf = (limb: number): bigint => (limb % 2 === 0 ? 26n : 25n);
const placeOf = (limb: number): bigint => 2n ** BigInt(Math.ceil(25.5 * limb));

/** All values from `low` to `high`. */
interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

const within = (low: bigint, high: bigint): Interval => ({ low, high });
const plus = (a: Interval, b: Interval): Interval => within(a.low + b.low, a.high + b.high);
const minus = (a: Interval, b: Interval): Interval => within(a.low - b.high, a.high - b.low);
const times = (a: Interval, factor: bigint): Interval => within(a.low * factor, a.high * factor);
const shifted = (a: Interval, bits: bigint): Interval => within(a.low >> bits, a.high >> bits);
const magnitude = ({ low, high }: Interval): bigint => (-low > high ? -low : high);

/** The columns of a product of operands of bounds ka and kb: schoolbook multiplication in limbs of 25.5 bits. */
function columnsOf(ka: number, kb: number): Interval[] {
  return Array.from({ length: LIMBS }, (_, column) => {
    let sum = 0n;
    for (let j = 0; j < LIMBS; j++) {
      const l = (column - j + LIMBS) % LIMBS;
      const factor = (j + l === column ? 1n : 19n) * (j % 2 === 1 && l % 2 === 1 ? 2n : 1n);
      // The places say the same: a_j b_l counts place(j) place(l), and 2^255 is 19.
      expect(mod(placeOf(j) * placeOf(l) - factor * placeOf(column))).toBe(0n);
      sum += factor * BigInt(ka) * limbBound(j) * BigInt(kb) * limbBound(l);
    }
    return within(-sum, sum);
  });
}

/** The carries of fieldMultiply in its order; every value on the way goes through `see`. */
function carried(columns: readonly Interval[], see: (value: Interval) => void): Interval[] {
  const limbs = [...columns];
  limbs.forEach(see);
  const carry = (from: number): void => {
    const to = (from + 1) % LIMBS;
    const leaving = times(shifted(limbs[from]!, widthOf(from)), from === LIMBS - 1 ? 19n : 1n);
    limbs[from] = within(0n, 2n ** widthOf(from) - 1n);
    limbs[to] = plus(limbs[to]!, leaving);
    expect(magnitude(leaving) < 2n ** 38n).toBe(true);
    see(limbs[to]);
  };
  for (const from of [0, 4, 1, 5, 2, 6, 3, 7, 4, 8, 9, 0]) carry(from);
  return limbs;
}

describe("the limb bounds of field25519.ts, in exact intervals", () => {
  const splits = Array.from({ length: MOST }, (_, index) => index + 1).flatMap((ka) =>
    Array.from({ length: Math.floor(MOST / ka) }, (_, index) => [ka, index + 1] as const),
  );

  it("keep every column and carry of a product within an i64 and leave a reduced element", () => {
    for (const [ka, kb] of splits) {
      const reduced = carried(columnsOf(ka, kb), (value) => expect(magnitude(value) <= I64_MAX).toBe(true));
      for (const [limb, { low, high }] of reduced.entries()) {
        const second = limb === 1 || limb === 5;
        expect(low > (second ? -(2n ** 12n) : -1n)).toBe(true);
        expect(high < 2n ** widthOf(limb) + (second ? 2n ** 12n : 0n)).toBe(true);
        expect(magnitude({ low, high }) <= limbBound(limb)).toBe(true);
      }
    }
  });

  it("could not be much wider: bounds that multiply to 17 overflow column 0", () => {
    const [column] = columnsOf(17, 1);
    expect(magnitude(column!) > I64_MAX).toBe(true);
  });

  it("cover what point25519.ts multiplies", () => {
    // Limbs as intervals in units of bound 1; a product's operands are checked and leave a reduced element.
    const reduced = within(0n, 1n);
    let largest = 0n;
    const multiply = (a: Interval, b: Interval): Interval => {
      const product = magnitude(a) * magnitude(b);
      if (product > largest) largest = product;
      return reduced;
    };
    const finish = ([e, f, g, h]: readonly Interval[]): void => {
      for (const [a, b] of [
        [e, f],
        [g, h],
        [f, g],
        [e, h],
      ])
        multiply(a!, b!);
    };
    // A decoded point's X is negated, which makes it negative.
    const [x, y, z, t] = [within(-1n, 1n), reduced, reduced, reduced];
    // pointDouble
    const square = multiply(plus(x, y), plus(x, y));
    const [sum, difference] = [plus(square, square), minus(square, square)];
    finish([minus(square, sum), minus(times(square, 2n), difference), difference, sum]);
    // pointToSummand, pointAdd
    const summand = { sum: plus(y, x), difference: minus(y, x), product: reduced, scale: plus(z, z) };
    for (const factor of [summand.sum, summand.difference]) {
      const f = multiply(minus(y, x), factor);
      const g = multiply(plus(y, x), factor);
      const c = multiply(t, summand.product);
      for (const d of [multiply(z, summand.scale), plus(z, z)]) {
        for (const [first, second] of [
          [plus(d, c), minus(d, c)],
          [minus(d, c), plus(d, c)],
        ]) {
          finish([minus(g, f), first!, second!, plus(g, f)]);
        }
      }
    }
    // pointDecodeNegated: u = y^2 - 1 and v = d y^2 + 1, whose products and w -+ u stay below.
    multiply(minus(reduced, reduced), plus(reduced, reduced));
    expect(largest).toBe(6n);
    expect(largest <= MOST).toBe(true);
  });
});

const valueOf = (limbs: readonly bigint[]): bigint =>
  limbs.reduce((sum, limb, index) => sum + limb * placeOf(index), 0n);

function encodeLimbs(limbs: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(SIZE);
  limbs.forEach((limb, index) => bytes.writeInt32LE(Number(limb), 4 * index));
  return bytes;
}

const decodeLimbs = (bytes: Buffer): bigint[] =>
  Array.from({ length: LIMBS }, (_, index) => BigInt(bytes.readInt32LE(4 * index)));

/** Every limb at the bound, each of either sign. */
const atBound = (k: number): fc.Arbitrary<bigint[]> =>
  fc
    .array(fc.constantFrom(1n, -1n), { minLength: LIMBS, maxLength: LIMBS })
    .map((signs) => signs.map((sign, limb) => sign * BigInt(k) * limbBound(limb)));

/** All limbs at the bound with one sign, and with the signs that alternate in ones, twos and fives. */
const extremes = (k: number): bigint[][] =>
  [LIMBS, 1, 2, 5].flatMap((run) =>
    [1n, -1n].map((sign) =>
      Array.from({ length: LIMBS }, (_, limb) => {
        const flip = Math.floor(limb / run) % 2 === 1 ? -1n : 1n;
        return flip * sign * BigInt(k) * limbBound(limb);
      }),
    ),
  );

describe.each(BUILDS)("the field of %s", (build) => {
  const module = new CryptoModule(build);

  /** Calls a function of targets and operands, in buffers of their own. */
  function call(name: string, operands: readonly bigint[][], targets = 1): bigint[][] {
    module.clear();
    const inputs = operands.map((limbs) => module.input(encodeLimbs(limbs)));
    const outputs = Array.from({ length: targets }, () => module.buffer(SIZE));
    module.call(name, ...outputs, ...inputs);
    expect(module.damage()).toBeUndefined();
    return outputs.map((output) => decodeLimbs(module.bytes(output, SIZE)));
  }

  function expectProduct(result: readonly bigint[], a: readonly bigint[], b: readonly bigint[]): void {
    expect(mod(valueOf(result))).toBe(mod(valueOf(a) * valueOf(b)));
    for (const [limb, value] of result.entries()) {
      const slack = limb === 1 || limb === 5 ? 2n ** 12n : 0n;
      expect(value >= -slack && value < 2n ** widthOf(limb) + slack).toBe(true);
    }
  }

  it.each([
    [1, 15],
    [15, 1],
    [3, 5],
    [5, 3],
    [3, 2],
    [1, 1],
  ])("multiplies operands at bounds %i and %i", (ka, kb) => {
    for (const a of extremes(ka)) {
      for (const b of extremes(kb)) expectProduct(call("fieldMultiply", [a, b])[0]!, a, b);
    }
    fc.assert(
      fc.property(atBound(ka), atBound(kb), (a, b) => {
        expectProduct(call("fieldMultiply", [a, b])[0]!, a, b);
      }),
      { numRuns: CASES },
    );
  });

  it.each([1, 2, 3])("squares operands at bound %i", (k) => {
    for (const a of extremes(k)) expectProduct(call("fieldSquare", [a])[0]!, a, a);
    fc.assert(
      fc.property(atBound(k), (a) => expectProduct(call("fieldSquare", [a])[0]!, a, a)),
      { numRuns: CASES },
    );
  });

  it("adds and subtracts limb by limb up to bound 15", () => {
    fc.assert(
      fc.property(atBound(7), atBound(8), (a, b) => {
        const sum = a.map((limb, index) => limb + b[index]!);
        const difference = a.map((limb, index) => limb - b[index]!);
        expect(call("fieldAdd", [a, b])).toEqual([sum]);
        expect(call("fieldSubtract", [a, b])).toEqual([difference]);
        expect(call("fieldSumDifference", [a, b], 2)).toEqual([sum, difference]);
      }),
      { numRuns: CASES },
    );
  });

  it("encodes any element of bound 15 canonically", () => {
    const small = [0n, 1n, -1n, P, P - 1n, P + 1n, -P, 2n * P, 18n, 19n, 2n ** 255n - 1n];
    const encode = (limbs: readonly bigint[]): bigint => {
      module.clear();
      const element = module.buffer(SIZE);
      const bytes = module.buffer(32);
      module.write(element, encodeLimbs(limbs));
      module.call("fieldToBytes", bytes, element);
      expect(module.damage()).toBeUndefined();
      return fromLittleEndian(module.bytes(bytes, 32));
    };
    for (const k of [1, 3, MOST]) {
      for (const limbs of extremes(k)) expect(encode(limbs)).toBe(mod(valueOf(limbs)));
      fc.assert(
        fc.property(atBound(k), (limbs) => {
          expect(encode(limbs)).toBe(mod(valueOf(limbs)));
        }),
        { numRuns: CASES },
      );
    }
    for (const value of small) expect(encode(limbsOf(value))).toBe(mod(value));
  });
});

/** Limbs of a value: 0 to 8 in their widths, the top one signed. */
function limbsOf(value: bigint): bigint[] {
  const limbs: bigint[] = [];
  let rest = value;
  for (let limb = 0; limb < LIMBS - 1; limb++) {
    limbs.push(mod(rest, 2n ** widthOf(limb)));
    rest >>= widthOf(limb);
  }
  return [...limbs, rest];
}
