// edwards25519 over BigInt in affine coordinates, from the curve equation alone: slow, and sharing nothing with the
// code under test. Tests nothing itself.
export const P = 2n ** 255n - 19n; // RFC 8032, 5.1
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n; // RFC 8032, 5.1: L

export interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

export const mod = (value: bigint, modulus = P): bigint => ((value % modulus) + modulus) % modulus;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) {
    if (rest % 2n === 1n) result = mod(result * square);
  }
  return result;
}

/** By Euclid's algorithm, which is ten times as fast here as a power. */
function inverse(value: bigint): bigint {
  let [previous, current] = [P, mod(value)];
  let [left, right] = [0n, 1n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [left, right] = [right, left - quotient * right];
  }
  return left;
}

const divide = (a: bigint, b: bigint): bigint => mod(a * inverse(b));

export const D = divide(-121665n, 121666n); // RFC 8032, 5.1
export const NEUTRAL: Affine = { x: 0n, y: 1n };

/** -x^2 + y^2 = 1 + d x^2 y^2 */
export const isOnCurve = ({ x, y }: Affine): boolean =>
  mod(y * y - x * x - 1n - D * mod(x * x) * mod(y * y)) === 0n;

/** The addition law of a twisted Edwards curve with a = -1. */
export function add(p: Affine, q: Affine): Affine {
  const cross = mod(D * mod(p.x * q.x) * mod(p.y * q.y));
  return {
    x: divide(p.x * q.y + p.y * q.x, 1n + cross),
    y: divide(p.y * q.y + p.x * q.x, 1n - cross),
  };
}

export const negate = ({ x, y }: Affine): Affine => ({ x: mod(-x), y });

export function multiply(scalar: bigint, point: Affine): Affine {
  let result = NEUTRAL;
  for (let rest = scalar, power2 = point; rest > 0n; rest >>= 1n, power2 = add(power2, power2)) {
    if (rest % 2n === 1n) result = add(result, power2);
  }
  return result;
}

/** The point with this y and an even x; undefined where there is none. */
export function fromY(y: bigint): Affine | undefined {
  const square = divide(y * y - 1n, D * mod(y * y) + 1n);
  const candidate = power(square, (P + 3n) / 8n);
  for (const root of [candidate, mod(candidate * power(2n, (P - 1n) / 4n))]) {
    if (mod(root * root) === square) return { x: root % 2n === 0n ? root : mod(-root), y };
  }
  return undefined;
}

const evenBase = fromY(divide(4n, 5n));
if (evenBase === undefined) throw new Error("no base point");
/** RFC 8032, 5.1: B has y = 4/5 and an even x. */
export const BASE: Affine = evenBase;

/** The eight points of small order, multiples of one of order 8. */
export function smallOrderPoints(): Affine[] {
  for (let y = 2n; ; y++) {
    const point = fromY(y);
    if (point === undefined) continue;
    const torsion = multiply(ORDER, point);
    if (multiply(4n, torsion).y === 1n) continue;
    return Array.from({ length: 8 }, (_, index) => multiply(BigInt(index), torsion));
  }
}

/** 32 bytes, little-endian, of a value below 2^256. */
export function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
}

export const fromLittleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);

/** RFC 8032, 5.1.2 */
export const encode = ({ x, y }: Affine): Buffer => littleEndian(y + ((x % 2n) << 255n));
