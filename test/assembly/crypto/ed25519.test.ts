// Ed25519 verification: RFC 8032's vectors, and node:crypto's answer on anything valid, damaged or odd.
import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BASE,
  ORDER,
  P,
  add,
  encode,
  fromLittleEndian,
  littleEndian,
  mod,
  multiply,
  negate,
} from "./edwards.js";
import { smallOrderPoints } from "./edwards.js";
import { ED25519_VECTORS, nodeVerify, signWith, type Signed } from "./ed25519-node.js";
import { CryptoModule, ED25519_BUILDS, caseCount } from "./module.js";

/**
 * By noble, which must agree on what an honest signer made and on one flipped bit of it. On points of small order it
 * is stricter than node:crypto even without ZIP 215, so it is no reference for those.
 */
function nobleVerify({ publicKey, message, signature }: Signed): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // not a point
  }
}

/** One call of ed25519Verify, all buffers guarded. */
function wasmVerify(
  module: CryptoModule,
  { publicKey, message, signature }: Signed,
  misalignment = 0,
): boolean {
  module.clear();
  const [s, k] = [module.input(signature), module.input(publicKey)];
  const m = module.input(message, misalignment);
  const scratch = module.buffer(module.constant("ED25519_SCRATCH_SIZE"));
  const valid = module.call("ed25519Verify", s, k, m, message.length, scratch);
  expect(module.damage()).toBeUndefined();
  return valid !== 0;
}

/** The same by ed25519Begin, sha512Update per part, and ed25519Check. */
function wasmStream(module: CryptoModule, signed: Signed, splitAt: number): boolean {
  module.clear();
  const [s, k, m] = [
    module.input(signed.signature),
    module.input(signed.publicKey),
    module.input(signed.message),
  ];
  const hash = module.buffer(module.constant("SHA512_CONTEXT_SIZE"));
  const scratch = module.buffer(module.constant("ED25519_SCRATCH_SIZE"));
  module.call("ed25519Begin", hash, s, k);
  module.call("sha512Update", hash, m, splitAt);
  module.call("sha512Update", hash, m + splitAt, signed.message.length - splitAt);
  const valid = module.call("ed25519Check", hash, s, k, scratch);
  expect(module.damage()).toBeUndefined();
  return valid !== 0;
}

const SMALL_ORDER = smallOrderPoints();

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 300 });

/** Encodings of points that a verifier may stumble over: small order, in each of their spellings, and no points. */
function oddEncodings(): Buffer[] {
  const spellings = SMALL_ORDER.flatMap(({ y }) => [y, y + P].filter((value) => value < 2n ** 255n));
  const others = [2n, 3n, P + 2n, P + 3n, P + 18n, BASE.y];
  const values = new Set([...spellings, ...others].flatMap((y) => [y, y + 2n ** 255n]));
  return [...values].map(littleEndian);
}

/** k of RFC 8032, 5.1.7 */
const challenge = (r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint =>
  mod(fromLittleEndian(createHash("sha512").update(r).update(a).update(message).digest()), ORDER);

/** A signature by a key with a small-order part, good in a cofactorless check for about one message in eight. */
function mixedOrder(secret: bigint, nonce: bigint, keyPart: number, guess: number, message: Buffer): Signed {
  const key = encode(add(multiply(secret, BASE), SMALL_ORDER[keyPart]!));
  const r = encode(add(multiply(nonce, BASE), negate(SMALL_ORDER[guess]!)));
  const s = mod(nonce + challenge(r, key, message) * secret, ORDER);
  return { publicKey: key, message, signature: Buffer.concat([r, littleEndian(s)]) };
}

const MIXED_ORDER = Array.from({ length: 64 }, (_, index) => {
  const [secret, nonce] = [BigInt(1000 + index) ** 9n, BigInt(77 * index + 5) ** 11n];
  return mixedOrder(secret, nonce, index % 8, index >> 3, Buffer.from(`mixed ${index}`));
});

describe.each(ED25519_BUILDS)("%s", (build) => {
  const module = new CryptoModule(build);

  it.each(ED25519_VECTORS)("accepts RFC 8032's %s and refuses it under another's key", (_, signed) => {
    expect(nodeVerify(signed)).toBe(true);
    expect(wasmVerify(module, signed)).toBe(true);
    for (const [, { publicKey }] of ED25519_VECTORS) {
      if (!publicKey.equals(signed.publicKey))
        expect(wasmVerify(module, { ...signed, publicKey })).toBe(false);
    }
  });

  it("accepts what node:crypto signs and refuses any one bit flipped, whole and streamed, like noble", () => {
    const flips = fc.record({ field: fc.constantFrom("publicKey", "message", "signature"), bit: fc.nat() });
    fc.assert(
      fc.property(seeds, messages, flips, fc.nat(), (seed, message, { field, bit }, split) => {
        const signed = signWith(seed, message);
        expect(nobleVerify(signed)).toBe(true);
        expect(wasmVerify(module, signed, split % 8)).toBe(true);
        expect(wasmStream(module, signed, split % (message.length + 1))).toBe(true);
        const bytes = Buffer.from(signed[field as keyof Signed]);
        if (bytes.length === 0) return;
        const at = bit % (bytes.length * 8);
        bytes[at >> 3]! ^= 1 << (at & 7);
        const flipped = { ...signed, [field]: bytes };
        expect(nodeVerify(flipped)).toBe(false);
        expect(nobleVerify(flipped)).toBe(false);
        expect(wasmVerify(module, flipped)).toBe(false);
        expect(wasmStream(module, flipped, split % (message.length + 1))).toBe(false);
      }),
      { numRuns: caseCount(200) },
    );
  });

  it("answers like node:crypto to random bytes and to values near the bounds", () => {
    const bounds = [
      0n,
      1n,
      ORDER - 1n,
      ORDER,
      ORDER + 1n,
      2n * ORDER,
      2n ** 253n - 1n,
      P,
      2n ** 255n,
      2n ** 256n - 1n,
    ];
    const values = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      fc.bigInt({ min: 0n, max: ORDER - 1n }),
      fc.constantFrom(...bounds),
    );
    fc.assert(
      fc.property(values, values, values, seeds, messages, (a, r, s, seed, bytes) => {
        const good = signWith(seed, bytes);
        const [publicKey, first, second] = [littleEndian(a), littleEndian(r), littleEndian(s)];
        const [goodR, goodS] = [good.signature.subarray(0, 32), good.signature.subarray(32)];
        const wrapped = littleEndian(fromLittleEndian(goodS) + ORDER);
        for (const odd of [
          { ...good, publicKey },
          { ...good, signature: Buffer.concat([first, goodS]) },
          { ...good, signature: Buffer.concat([goodR, second]) },
          { ...good, signature: Buffer.concat([goodR, wrapped]) },
          { ...good, publicKey, signature: Buffer.concat([first, second]) },
        ]) {
          expect(wasmVerify(module, odd)).toBe(nodeVerify(odd));
        }
      }),
      { numRuns: caseCount(150) },
    );
  });

  it("answers like node:crypto in every cell of a grid of small-order and non-canonical A, R and S", () => {
    const encodings = oddEncodings();
    const scalars = [0n, 1n, 8n, ORDER - 1n, ORDER, 2n ** 256n - 1n].map(littleEndian);
    let accepted = 0;
    for (const publicKey of encodings) {
      for (const r of encodings) {
        for (const s of scalars) {
          const signed = { publicKey, message: Buffer.from("grid"), signature: Buffer.concat([r, s]) };
          const expected = nodeVerify(signed);
          if (expected) accepted++;
          const cell = `A ${publicKey.toString("hex")} R ${r.toString("hex")} S ${s.toString("hex")}`;
          expect(wasmVerify(module, signed), cell).toBe(expected);
        }
      }
    }
    expect(accepted).toBeGreaterThan(10);
  });

  it("answers like node:crypto to keys and nonces with a small-order part", () => {
    let accepted = 0;
    for (const signed of MIXED_ORDER) {
      const expected = nodeVerify(signed);
      if (expected) accepted++;
      expect(wasmVerify(module, signed)).toBe(expected);
    }
    expect(accepted).toBeGreaterThan(3);
    expect(accepted).toBeLessThan(32);
  });
});
