// The memory of a crypto instance: wiped after each use, grown when it must be, bounded.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidKeyError } from "../../../host/core/errors.js";
import { CoreModule, CryptoSizeError } from "../../../host/crypto/core-module.js";
import { CRYPTO_ALGORITHMS, verifyBy } from "../../../host/crypto/verify.js";
import { hssSignature } from "../../assembly/crypto/lms-forge.js";
import { compiledModule } from "../../assembly/crypto/module.js";
import { samplesOf, type Sample } from "./samples.js";

const MODULE = compiledModule("crypto-fast");
const FIRST_SIZE_BYTES = 4 * 65536; // asconfig.json

/** Whether all memory behind the constants is zero. */
function isWiped(core: CoreModule): boolean {
  const start = core.call("inputPointer");
  return core.read(start, FIRST_SIZE_BYTES - start).every((byte) => byte === 0);
}

describe("a crypto instance", () => {
  it.each(CRYPTO_ALGORITHMS)(
    "keeps nothing of a verification by %s, nor changes its constants",
    (algorithm) => {
      const core = new CoreModule(MODULE);
      const start = core.call("inputPointer");
      const constants = Buffer.from(core.read(0, start));
      for (const signed of fc.sample(samplesOf(algorithm), { numRuns: 5, seed: 5 })) {
        const good = { publicKey: signed.spki, message: signed.message, signature: signed.signature };
        expect(core.use(() => verifyBy(algorithm, core, good))).toBe(true);
        expect(isWiped(core)).toBe(true);
        expect(core.use(() => verifyBy(algorithm, core, { ...good, signature: Buffer.of(1) }))).toBe(false);
        expect(isWiped(core)).toBe(true);
      }
      expect(constants.equals(core.read(0, start))).toBe(true);
      expect(core.isGrown).toBe(false);
    },
  );

  it("is wiped also where the work throws", () => {
    const core = new CoreModule(MODULE);
    const off = {
      publicKey: Buffer.alloc(64, 1),
      message: Buffer.alloc(9, 1),
      signature: Buffer.alloc(64, 1),
    };
    expect(() => core.use(() => verifyBy("ecdsa-p256-p1363", core, off))).toThrow(InvalidKeyError);
    expect(isWiped(core)).toBe(true);
  });

  it.each(CRYPTO_ALGORITHMS)(
    "refuses a signature of a megabyte without making room for it (%s)",
    (algorithm) => {
      const core = new CoreModule(MODULE);
      const [{ spki, message }] = fc.sample(samplesOf(algorithm), { numRuns: 1, seed: 5 }) as [Sample];
      const signed = { publicKey: spki, message, signature: Buffer.alloc(1_000_000, 0x30) };
      expect(core.use(() => verifyBy(algorithm, core, signed))).toBe(false);
      expect(core.isGrown).toBe(false);
    },
  );

  it("accepts the largest HSS signature there is", () => {
    const levels = [1, 2, 3].map((leaf) => ({ lmsType: 9, otsType: 1, leaf }));
    const signed = hssSignature(levels);
    const core = new CoreModule(MODULE);
    expect(core.use(() => verifyBy("lms", core, signed))).toBe(true);
  });

  it("reserves apart, aligned and zero, and starts over with each use", () => {
    const core = new CoreModule(MODULE);
    const first = core.use(() => {
      const addresses = [
        core.place(Buffer.alloc(33, 1)),
        core.reserve(1),
        core.place(Buffer.alloc(5, 2)),
        core.reserve(0),
      ];
      for (const address of addresses) expect(address % 16).toBe(0);
      expect(addresses.map((address) => address - addresses[0]!)).toEqual([0, 48, 64, 80]);
      expect([...core.read(addresses[1]!, 1)]).toEqual([0]);
      return addresses[0];
    });
    expect(core.use(() => core.reserve(8))).toBe(first);
  });

  it("streams in chunks that never grow the memory", () => {
    const core = new CoreModule(MODULE);
    const sizes: number[] = [];
    core.use(() => core.stream(new Uint8Array(150_000), (_, sizeBytes) => sizes.push(sizeBytes)));
    core.use(() => core.stream(new Uint8Array(0), (_, sizeBytes) => sizes.push(sizeBytes)));
    expect(sizes).toEqual([65536, 65536, 150_000 - 131072]);
    expect(core.isGrown).toBe(false);
  });

  it("grows for what does not fit, and refuses what no memory can hold", () => {
    const core = new CoreModule(MODULE);
    core.use(() => {
      const address = core.place(Buffer.alloc(1_000_000, 7));
      expect(core.read(address + 999_999, 1)[0]).toBe(7);
      expect(() => core.reserve(2 ** 32)).toThrow(CryptoSizeError);
      expect(() => core.reserve(2 ** 32)).toThrow("4294967296 bytes to place");
    });
    expect(core.isGrown).toBe(true);
    expect(isWiped(core)).toBe(true);
  });
});
