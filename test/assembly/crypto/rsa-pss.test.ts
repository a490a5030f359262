// RSA-PSS verification against node:crypto: valid, damaged, and encodings that deviate in one thing each.
import { constants, createHash, generateKeyPairSync, privateEncrypt, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILDS, CryptoModule, caseCount } from "./module.js";

const CASES = caseCount(200);
const HASH_SIZE = 32;
const SALT_SIZE = 32;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_SIZE };

const sha256 = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();

/** MGF1 (RFC 8017, B.2.1). */
function mask(seed: Uint8Array, sizeBytes: number, hash = "sha256"): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; counter * HASH_SIZE < sizeBytes + HASH_SIZE; counter++) {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32BE(counter);
    blocks.push(createHash(hash).update(seed).update(suffix).digest());
  }
  return Buffer.concat(blocks).subarray(0, sizeBytes);
}

interface Encoding {
  readonly salt: Buffer;
  /** Changes the data block before it is masked. */
  readonly changeBlock?: (block: Buffer) => void;
  /** Changes the whole encoded message. */
  readonly changeMessage?: (encoded: Buffer) => void;
  readonly maskHash?: string;
}

/** EMSA-PSS-ENCODE (RFC 8017, 9.1.1), with a deviation. */
function encode(digest: Buffer, sizeBytes: number, options: Encoding): Buffer {
  const { salt } = options;
  const hash = sha256(Buffer.alloc(8), digest, salt);
  const block = Buffer.alloc(sizeBytes - HASH_SIZE - 1);
  block[block.length - salt.length - 1] = 1;
  salt.copy(block, block.length - salt.length);
  options.changeBlock?.(block);
  mask(hash, block.length, options.maskHash).forEach((byte, index) => (block[index]! ^= byte));
  block[0]! &= 0x7f;
  const encoded = Buffer.concat([block, hash, Buffer.of(0xbc)]);
  options.changeMessage?.(encoded);
  return encoded;
}

const DEVIATIONS: [string, (salt: Buffer) => Encoding][] = [
  ["a salt of 31 bytes", (salt) => ({ salt: salt.subarray(1) })],
  ["a salt of 33 bytes", (salt) => ({ salt: Buffer.concat([Buffer.of(1), salt]) })],
  ["no salt", () => ({ salt: Buffer.alloc(0) })],
  ["a salt of 20 bytes", (salt) => ({ salt: salt.subarray(12) })],
  ["a first byte that is not zero", (salt) => ({ salt, changeBlock: (block) => (block[0] = 1) })],
  ["a byte among the zeros", (salt) => ({ salt, changeBlock: (block) => (block[100] = 0x80) })],
  [
    "a byte before the one",
    (salt) => ({ salt, changeBlock: (block) => (block[block.length - SALT_SIZE - 2] = 1) }),
  ],
  ["a zero for the one", (salt) => ({ salt, changeBlock: (block) => (block[block.length - 33] = 0) })],
  ["a three for the one", (salt) => ({ salt, changeBlock: (block) => (block[block.length - 33] = 3) })],
  ["another salt than was hashed", (salt) => ({ salt, changeBlock: (block) => block[block.length - 1]!++ })],
  ["another trailer", (salt) => ({ salt, changeMessage: (encoded) => (encoded[encoded.length - 1] = 0xcc) })],
  ["another hash", (salt) => ({ salt, changeMessage: (encoded) => encoded[encoded.length - 2]!++ })],
  ["a mask from SHA-512", (salt) => ({ salt, maskHash: "sha512" })],
];

describe.each(BUILDS.flatMap((build) => [[build, 2048] as const, [build, 3072] as const]))(
  "rsaPssVerify in %s, %i bits",
  (build, bits) => {
    const module = new CryptoModule(build);
    const sizeBytes = bits / 8;
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
    const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url");

    function wasmVerify(digest: Buffer, signature: Buffer, n = modulus, misalignment = 0): boolean {
      module.clear();
      const inputs = [digest, signature, n].map((bytes) => module.input(bytes, misalignment));
      const scratch = module.buffer(module.constant("RSA_SCRATCH_SIZE"));
      const valid = module.call("rsaPssVerify", ...inputs, n.length, scratch);
      expect(module.damage()).toBeUndefined();
      return valid !== 0;
    }

    const nodeVerify = (message: Uint8Array, signature: Buffer): boolean =>
      verify("sha256", message, { key: publicKey, ...PSS }, signature);

    it("accepts what node:crypto signed and refuses it after any single bit flip", () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 100 }),
          fc.nat(8 * (HASH_SIZE + 2 * sizeBytes) - 1),
          fc.nat(15),
          (message, bit, misalignment) => {
            const digest = sha256(message);
            const signature = sign("sha256", message, { key: privateKey, ...PSS });
            expect(wasmVerify(digest, signature, modulus, misalignment)).toBe(true);
            const all = Buffer.concat([digest, signature, modulus]);
            all[bit >> 3]! ^= 1 << (bit & 7);
            const parts = [0, HASH_SIZE, HASH_SIZE + sizeBytes, all.length];
            const [d, s, n] = [0, 1, 2].map((part) => all.subarray(parts[part], parts[part + 1]));
            expect(wasmVerify(d!, s!, n!)).toBe(false);
          },
        ),
        { numRuns: CASES },
      );
    });

    it("accepts its own encoding, so that the deviations below have but one", () => {
      const message = Buffer.from("as it should be");
      const encoded = encode(sha256(message), sizeBytes, { salt: Buffer.alloc(SALT_SIZE, 7) });
      const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
      expect(nodeVerify(message, signature)).toBe(true);
      expect(wasmVerify(sha256(message), signature)).toBe(true);
    });

    it.each(DEVIATIONS)("refuses %s, as node:crypto does", (_, deviate) => {
      const message = Buffer.from("deviating");
      const encoded = encode(sha256(message), sizeBytes, deviate(Buffer.alloc(SALT_SIZE, 9)));
      const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
      expect(nodeVerify(message, signature)).toBe(false);
      expect(wasmVerify(sha256(message), signature)).toBe(false);
    });

    it("answers like node:crypto to any salt size and any change of the encoding or of the signature", () => {
      const salts = fc.oneof(fc.constant(SALT_SIZE), fc.nat(64));
      const place = fc.constantFrom("block", "message", "signature", "nothing");
      let accepted = 0;
      fc.assert(
        fc.property(salts, place, fc.nat(), fc.nat({ max: 254 }), (saltSize, changed, at, difference) => {
          const change = (name: string) => (bytes: Buffer) => {
            if (name === changed) bytes[at % bytes.length]! ^= difference + 1;
          };
          const message = Buffer.from(`${saltSize} ${changed} ${at} ${difference}`);
          const encoded = encode(sha256(message), sizeBytes, {
            salt: Buffer.alloc(saltSize, at),
            changeBlock: change("block"),
            changeMessage: change("message"),
          });
          encoded[0]! &= 0x7f; // what is not below the modulus cannot be signed
          const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
          change("signature")(signature);
          const valid = nodeVerify(message, signature);
          if (valid) accepted++;
          expect(wasmVerify(sha256(message), signature)).toBe(valid);
        }),
        { numRuns: CASES },
      );
      expect(accepted).toBeGreaterThan(CASES / 20);
    });

    it("refuses an encoded message with its top bit set", () => {
      const message = Buffer.from("one bit too long");
      const salt = Buffer.alloc(SALT_SIZE, 1);
      let encoded: Buffer;
      do {
        salt[0]!++;
        encoded = encode(sha256(message), sizeBytes, {
          salt,
          changeMessage: (whole) => (whole[0]! |= 0x80),
        });
      } while (encoded.compare(modulus) >= 0);
      const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
      expect(nodeVerify(message, signature)).toBe(false);
      expect(wasmVerify(sha256(message), signature)).toBe(false);
    });

    it("refuses a signature of the modulus or more, even one that stands for a right one", () => {
      const n = BigInt(`0x${modulus.toString("hex")}`);
      let message: Buffer;
      let larger: bigint;
      let count = 0;
      do {
        message = Buffer.from(`try ${count++}`);
        const signature = sign("sha256", message, { key: privateKey, ...PSS });
        larger = BigInt(`0x${signature.toString("hex")}`) + n;
      } while (larger >= 2n ** BigInt(bits));
      const signature = Buffer.from(larger.toString(16).padStart(2 * sizeBytes, "0"), "hex");
      expect(nodeVerify(message, signature)).toBe(false);
      expect(wasmVerify(sha256(message), signature)).toBe(false);
      expect(wasmVerify(sha256(message), modulus)).toBe(false);
      expect(wasmVerify(sha256(message), Buffer.alloc(sizeBytes, 0xff))).toBe(false);
    });

    it("refuses the signatures 0, 1 and n - 1", () => {
      const digest = sha256(Buffer.from("fixed points"));
      const last = Buffer.from(modulus);
      last[sizeBytes - 1]!--;
      const one = Buffer.alloc(sizeBytes);
      one[sizeBytes - 1] = 1;
      for (const signature of [Buffer.alloc(sizeBytes), one, last])
        expect(wasmVerify(digest, signature)).toBe(false);
    });

    it("refuses moduli that are even, too short, or of another size", () => {
      const message = Buffer.from("wrong modulus");
      const digest = sha256(message);
      const signature = sign("sha256", message, { key: privateKey, ...PSS });
      expect(wasmVerify(digest, signature)).toBe(true);
      const even = Buffer.from(modulus);
      even[sizeBytes - 1]! ^= 1;
      const short = Buffer.from(modulus);
      short[0]! &= 0x7f;
      expect(wasmVerify(digest, Buffer.alloc(sizeBytes), even)).toBe(false);
      expect(wasmVerify(digest, Buffer.alloc(sizeBytes), short)).toBe(false);
      expect(wasmVerify(digest, Buffer.alloc(sizeBytes), Buffer.alloc(sizeBytes))).toBe(false);
      for (const size of [0, 1, 32, 128, 255, 257, 512])
        expect(wasmVerify(digest, Buffer.alloc(size), Buffer.alloc(size, 0xff))).toBe(false);
    });
  },
);
