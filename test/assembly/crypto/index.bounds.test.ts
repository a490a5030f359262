// No function reads behind what it is given: each input and each working memory in turn lies at the very end of the
// memory, where one byte more traps. Valid, malformed and truncated inputs.
// @module-tag slow: every length of every input at the end of memory
import { constants, createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ED25519_VECTORS } from "./ed25519-node.js";
import { HSS_VECTORS, hssSignature, type HssSigned } from "./lms-forge.js";
import { BUILDS, CryptoModule } from "./module.js";
import { N, RFC6979_VECTORS, bytes32 } from "./p256-numbers.js";

/** A parameter: bytes to read, the number of bytes to write, or a number as it is. */
type Parameter = Uint8Array | { readonly writes: number } | { readonly value: number };

/** Calls a function once for each of its memory areas, with that area at the end; the answers must agree. */
function answer(module: CryptoModule, name: string, parameters: readonly Parameter[]): boolean {
  const answers = new Set<boolean>();
  for (const [last, parameter] of parameters.entries()) {
    if ("value" in parameter) continue;
    module.clear();
    const addresses = parameters.map((area, index) => {
      if ("value" in area) return area.value;
      if ("writes" in area)
        return index === last ? module.bufferAtEnd(area.writes) : module.buffer(area.writes);
      return index === last ? module.inputAtEnd(area) : module.input(area);
    });
    answers.add(module.call(name, ...addresses) !== 0);
    expect(module.damage()).toBeUndefined();
  }
  expect(answers.size).toBe(1);
  return answers.has(true);
}

const ZEROS = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes);
const ONES = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, 0xff);

describe.each(BUILDS)("nothing in %s reads or writes behind the end of the memory", (build) => {
  const module = new CryptoModule(build);
  const scratch = (name: string): Parameter => ({ writes: module.constant(`${name}_SCRATCH_SIZE`) });

  it("where one byte more would trap", () => {
    module.clear();
    const [address, context] = [module.inputAtEnd(ZEROS(10)), module.buffer(200)];
    module.call("sha256Init", context);
    expect(() => module.call("sha256Update", context, address, 11)).toThrow(WebAssembly.RuntimeError);
  });

  it.each([
    ["sha256", "sha256", "SHA256"],
    ["sha384", "sha512", "SHA512"],
    ["sha512", "sha512", "SHA512"],
  ])("in %s, with data of any size", (name, family, prefix) => {
    const contextSize = module.constant(`${prefix}_CONTEXT_SIZE`);
    for (let size = 0; size <= 300; size++) {
      const message = Buffer.alloc(size, size);
      const expected = createHash(name).update(message).digest();
      for (const last of ["data", "context", "digest"]) {
        module.clear();
        const buffer = (what: string, sizeBytes: number): number =>
          what === last ? module.bufferAtEnd(sizeBytes) : module.buffer(sizeBytes);
        const context = buffer("context", contextSize);
        const data = last === "data" ? module.inputAtEnd(message) : module.input(message, size % 8);
        const digest = buffer("digest", expected.length);
        module.call(`${name}Init`, context);
        module.call(`${family}Update`, context, data, size);
        module.call(`${name}Final`, context, digest);
        expect(module.bytes(digest, expected.length).equals(expected)).toBe(true);
        expect(module.damage()).toBeUndefined();
      }
    }
  });

  it("in ed25519Verify", () => {
    for (const [, { publicKey, message, signature }] of ED25519_VECTORS) {
      const verify = (s: Buffer, k: Buffer, m: Buffer): boolean =>
        answer(module, "ed25519Verify", [s, k, m, { value: m.length }, scratch("ED25519")]);
      expect(verify(signature, publicKey, message)).toBe(true);
      for (const odd of [ZEROS, ONES]) {
        expect(verify(odd(64), publicKey, message)).toBe(false);
        expect(verify(signature, odd(32), message)).toBe(false);
      }
      for (let size = 0; size < message.length; size += 1 + (size >> 3))
        expect(verify(signature, publicKey, message.subarray(0, size))).toBe(false);
    }
  });

  it("in p256Verify and p256PublicKeyValid", () => {
    for (const [, { digest, r, s, publicKey }] of RFC6979_VECTORS) {
      const verify = (first: Buffer, second: Buffer, key: Buffer): boolean =>
        answer(module, "p256Verify", [digest, first, second, key, scratch("P256")]);
      expect(verify(r, s, publicKey)).toBe(true);
      for (const odd of [ZEROS(32), ONES(32), bytes32(N), bytes32(N - 1n), bytes32(1n)]) {
        expect(verify(odd, s, publicKey)).toBe(false);
        expect(verify(r, odd, publicKey)).toBe(false);
      }
      expect(answer(module, "p256PublicKeyValid", [publicKey, scratch("P256")])).toBe(true);
      for (const odd of [ZEROS(64), ONES(64)]) {
        expect(verify(r, s, odd)).toBe(false);
        expect(answer(module, "p256PublicKeyValid", [odd, scratch("P256")])).toBe(false);
      }
    }
  });

  it("in ecdsaDerToRaw, wherever the signature is cut and whatever its lengths claim", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const der = sign("sha256", Buffer.from("cut"), privateKey);
    const read = (bytes: Buffer): boolean =>
      answer(module, "ecdsaDerToRaw", [bytes, { value: bytes.length }, { writes: 64 }]);
    expect(read(der)).toBe(true);
    for (let size = 0; size < der.length; size++) {
      const cut = Buffer.from(der.subarray(0, size));
      expect(read(cut)).toBe(false);
      if (size > 1) cut[1] = size - 2; // the sequence's length is right again
      expect(read(cut)).toBe(false);
    }
    for (const at of [1, 3, 5 + der[3]!]) {
      for (let length = 0; length < 256; length++) {
        const claim = Buffer.from(der);
        claim[at] = length;
        expect(read(claim)).toBe(length === der[at]);
      }
    }
  });

  it.each([2048, 3072])("in rsaPssVerify, %i bits", (bits) => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
    const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url");
    const message = Buffer.from("rsa");
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const signature = sign("sha256", message, { key: privateKey, ...pss });
    const digest = createHash("sha256").update(message).digest();
    const verify = (s: Buffer, n: Buffer): boolean =>
      answer(module, "rsaPssVerify", [digest, s, n, { value: n.length }, scratch("RSA")]);
    const size = bits / 8;
    expect(verify(signature, modulus)).toBe(true);
    for (const odd of [ZEROS, ONES]) {
      expect(verify(odd(size), modulus)).toBe(false);
      expect(verify(signature, odd(size))).toBe(false);
      for (const other of [0, 1, 255, 257, 383, 385]) expect(verify(odd(other), odd(other))).toBe(false);
    }
  });

  it("in hssVerifyInMemory, wherever the signature is cut and whatever its types claim", () => {
    const verify = ({ message, signature, publicKey }: HssSigned): boolean => {
      const areas = [message, { value: message.length }, signature, { value: signature.length }, publicKey];
      return answer(module, "hssVerifyInMemory", [...areas, scratch("LMS")]);
    };
    for (const [, signed] of HSS_VECTORS) {
      const { message, signature, publicKey } = signed;
      expect(verify(signed)).toBe(true);
      for (const odd of [ZEROS, ONES]) {
        expect(verify({ ...signed, publicKey: odd(60) })).toBe(false);
        expect(verify({ ...signed, signature: odd(signature.length) })).toBe(false);
      }
      for (let size = 0; size < signature.length; size += size < 64 ? 1 : 32)
        expect(verify({ ...signed, signature: signature.subarray(0, size) })).toBe(false);
      for (let size = 0; size < message.length; size++)
        expect(verify({ ...signed, message: message.subarray(0, size) })).toBe(false);
      for (let levels = 0; levels < 5; levels++) {
        for (let lmsType = 0; lmsType < 12; lmsType++) {
          for (let otsType = 0; otsType < 7; otsType++) {
            const key = Buffer.from(publicKey);
            [levels, lmsType, otsType].forEach((value, index) => key.writeUInt32BE(value, 4 * index));
            expect(verify({ ...signed, publicKey: key })).toBe(key.equals(publicKey));
          }
        }
      }
    }
    expect(verify(hssSignature([{ lmsType: 5, otsType: 4, leaf: 32 }]))).toBe(false); // no such leaf
  });
});
