// RSA's exponentiation against BigInt, with moduli and bases that fill every limb or leave all but one empty.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CryptoModule, caseCount } from "./module.js";

const CASES = caseCount(40);

function power(base: bigint, modulus: bigint): bigint {
  let value = base;
  for (let count = 0; count < 16; count++) value = (value * value) % modulus;
  return (value * base) % modulus;
}

describe.each(
  ["crypto-rsa-fast", "crypto-rsa-small"].flatMap((build) => [
    [build, 2048] as const,
    [build, 3072] as const,
  ]),
)("rsaPower in %s, %i bits", (build, bits) => {
  const module = new CryptoModule(build);
  const sizeBytes = bits / 8;
  const top = 2n ** BigInt(bits - 1);
  const encode = (value: bigint): Buffer =>
    Buffer.from(value.toString(16).padStart(2 * sizeBytes, "0"), "hex");

  function wasmPower(base: bigint, modulus: bigint): bigint {
    module.clear();
    const [b, n] = [module.input(encode(base), 1), module.input(encode(modulus), 3)];
    const target = module.buffer(sizeBytes);
    module.call(
      "rsaPower",
      target,
      b,
      n,
      sizeBytes,
      module.buffer(module.constant("RSA_POWER_SCRATCH_SIZE")),
    );
    expect(module.damage()).toBeUndefined();
    return BigInt(`0x${module.bytes(target, sizeBytes).toString("hex")}`);
  }

  // All limbs full, all but the ends empty, top limbs alone, every other limb, one more than a power of two.
  const pattern = (width: number): bigint => {
    let value = 0n;
    for (let bit = 0; bit < bits; bit += 2 * width) value |= (2n ** BigInt(width) - 1n) << BigInt(bit);
    return (value % top) | top | 1n;
  };
  const moduli = [
    2n * top - 1n,
    top + 1n,
    top | (top / 2n ** 60n) | 1n,
    2n * top - 2n ** BigInt(bits - 32) + 1n,
    top + 2n ** BigInt(bits - 32) - 1n,
    pattern(28),
    pattern(32),
    pattern(56),
  ];

  it("is right for the largest and the emptiest numbers", () => {
    for (const modulus of moduli) {
      const bases = [0n, 1n, 2n, modulus - 1n, modulus - 2n, modulus / 2n, top - 1n, pattern(28) % modulus];
      for (const base of bases) expect(wasmPower(base, modulus)).toBe(power(base, modulus));
    }
  });

  it("is right for any odd modulus with its top bit set", () => {
    const modulus = fc.bigInt({ min: top / 2n, max: top - 1n }).map((half) => 2n * half + 1n);
    fc.assert(
      fc.property(
        fc.oneof(modulus, fc.constantFrom(...moduli)),
        fc.bigInt({ min: 0n, max: top }),
        (n, seed) => {
          const base = seed % n;
          expect(wasmPower(base, n)).toBe(power(base, n));
        },
      ),
      { numRuns: CASES },
    );
  });
});
