// The DER reader for ECDSA signatures against a list of deviations and against what node:crypto accepts.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSignature as encode, sequence, tlv, unsignedContent as content } from "./der.js";
import { BUILDS, CryptoModule, caseCount } from "./module.js";
import { G, N, bytes32, encodePoint, inverseModulo, mod, multiply } from "./p256-numbers.js";

const CASES = caseCount(300);

/** r ‖ s, or undefined where the encoding is refused. */
function toRaw(module: CryptoModule, der: Buffer): string | undefined {
  module.clear();
  const input = module.input(der, 1);
  const raw = module.buffer(64);
  const valid = module.call("ecdsaDerToRaw", input, der.length, raw);
  expect(module.damage()).toBeUndefined();
  return valid === 0 ? undefined : module.bytes(raw, 64).toString("hex");
}

/** What becomes of a signature's two numbers in each of many wrong ways. */
function deviations(r: bigint, s: bigint): [string, Buffer][] {
  const [first, second] = [content(r), content(s)];
  const [a, b] = [tlv(2, first), tlv(2, second)];
  const zero = Buffer.of(0);
  const right = encode(r, s);
  return [
    ["nothing", Buffer.alloc(0)],
    ["a lone tag", Buffer.of(0x30)],
    ["an empty sequence", sequence()],
    ["one integer", sequence(a)],
    ["three integers", sequence(a, b, b)],
    ["an integer after the sequence", Buffer.concat([right, b])],
    ["a zero byte after the sequence", Buffer.concat([right, zero])],
    ["a zero byte inside the sequence", sequence(a, b, zero)],
    ["another sequence tag", Buffer.concat([Buffer.of(0x31), right.subarray(1)])],
    ["another first tag", sequence(tlv(3, first), b)],
    ["another second tag", sequence(a, tlv(0x82, second))],
    ["a padded r", sequence(tlv(2, Buffer.concat([zero, first])), b)],
    ["a padded s", sequence(a, tlv(2, Buffer.concat([zero, second])))],
    ["an r of no bytes", sequence(tlv(2, Buffer.alloc(0)), b)],
    ["an s of no bytes", sequence(a, tlv(2, Buffer.alloc(0)))],
    ["a negative r", sequence(tlv(2, Buffer.concat([Buffer.of(0x80), first.subarray(1)])), b)],
    ["a negative s", sequence(a, tlv(2, Buffer.concat([Buffer.of(0xff), second])))],
    ["an r of 33 bytes", sequence(tlv(2, Buffer.concat([Buffer.of(1), bytes32(r)])), b)],
    ["an s of 33 bytes", sequence(a, tlv(2, Buffer.concat([Buffer.of(1), bytes32(s)])))],
    ["a long-form sequence length", Buffer.concat([Buffer.of(0x30, 0x81), right.subarray(1)])],
    ["an indefinite length", Buffer.concat([Buffer.of(0x30, 0x80), a, b, zero, zero])],
    ["a long-form r length", sequence(Buffer.concat([Buffer.of(2, 0x81), a.subarray(1)]), b)],
    ["a long-form s length", sequence(a, Buffer.concat([Buffer.of(2, 0x81), b.subarray(1)]))],
    ["a two-byte length", Buffer.concat([Buffer.of(0x30, 0x82, 0), right.subarray(1)])],
    ["a sequence length one short", Buffer.concat([Buffer.of(0x30, right[1]! - 1), right.subarray(2)])],
    ["a sequence length one long", Buffer.concat([Buffer.of(0x30, right[1]! + 1), right.subarray(2)])],
    ["an r that ends past the end", sequence(Buffer.concat([Buffer.of(2, 0x7f), first]), b)],
    ["an s that ends past the end", sequence(a, Buffer.concat([Buffer.of(2, second.length + 1), second]))],
    ["130 bytes", Buffer.concat([Buffer.of(0x30, 128), Buffer.alloc(128, 1)])],
  ];
}

describe.each(BUILDS)("ecdsaDerToRaw in %s", (build) => {
  const module = new CryptoModule(build);
  const message = Buffer.from("der");
  const secret = 0x1234567890abcdefn;
  const publicPoint = encodePoint(multiply(G, secret));
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: publicPoint.subarray(0, 32).toString("base64url"),
    y: publicPoint.subarray(32).toString("base64url"),
    d: bytes32(secret).toString("base64url"),
  };
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  const publicKey = createPublicKey(privateKey);

  it("reads any two numbers under 2^256 in their one encoding, of whatever length", () => {
    const number = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      fc.nat(255).map((bit) => 2n ** BigInt(bit)),
      fc.nat(256).map((bit) => 2n ** BigInt(bit) - 1n),
    );
    fc.assert(
      fc.property(number, number, (r, s) => {
        const expected = Buffer.concat([bytes32(r), bytes32(s)]).toString("hex");
        expect(toRaw(module, encode(r, s))).toBe(expected);
      }),
      { numRuns: CASES },
    );
  });

  it("gives node:crypto's signatures their raw form", () => {
    for (let count = 0; count < 50; count++) {
      const der = sign("sha256", message, privateKey);
      const raw = toRaw(module, der);
      expect(raw).toBeDefined();
      const accepted = verify(
        "sha256",
        message,
        { key: publicKey, dsaEncoding: "ieee-p1363" },
        Buffer.from(raw!, "hex"),
      );
      expect(accepted).toBe(true);
    }
  });

  // The same numbers, right for this message, so that only the encoding decides in node:crypto.
  const nonce = 987654321n;
  const r = mod(multiply(G, nonce).toAffine().x, N);
  const digest = BigInt(`0x${createHash("sha256").update(message).digest("hex")}`);
  const s = mod((digest + r * secret) * inverseModulo(nonce), N);

  it("has the right numbers to deviate from", () => {
    expect(verify("sha256", message, publicKey, encode(r, s))).toBe(true);
    expect(toRaw(module, encode(r, s))).toBeDefined();
  });

  it.each(deviations(r, s))("refuses %s, as node:crypto does", (_, der) => {
    expect(verify("sha256", message, publicKey, der)).toBe(false);
    expect(toRaw(module, der)).toBeUndefined();
  });

  it("refuses every truncation", () => {
    const der = encode(r, s);
    for (let size = 0; size < der.length; size++)
      expect(toRaw(module, der.subarray(0, size))).toBeUndefined();
  });

  it("reads nothing from a changed framing that does not encode back to it", () => {
    const der = encode(r, s);
    const framing = [0, 1, 2, 3, 4, 4 + der[3]!, 5 + der[3]!, 6 + der[3]!];
    for (const at of framing) {
      for (let value = 0; value < 256; value++) {
        if (value === der[at]) continue;
        const changed = Buffer.from(der);
        changed[at] = value;
        const raw = toRaw(module, changed);
        if (raw === undefined) continue;
        // What is still an encoding holds the numbers that encode to it.
        const [x, y] = [BigInt(`0x${raw.slice(0, 64)}`), BigInt(`0x${raw.slice(64)}`)];
        expect(encode(x, y).equals(changed)).toBe(true);
      }
    }
  });

  it("accepts no second encoding of any numbers: bytes at random either encode back or are refused", () => {
    const byte = fc.constantFrom(0, 1, 2, 3, 0x20, 0x21, 0x30, 0x7f, 0x80, 0x81, 0xff);
    const part = fc.uint8Array({ minLength: 0, maxLength: 34 }).map((bytes) => Buffer.from(bytes));
    const odd = fc.oneof(
      fc.array(byte, { maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(part, part).map(([a, b]) => sequence(tlv(2, a), tlv(2, b))),
      fc.tuple(part, part, byte, byte).map(([a, b, c, d]) => sequence(tlv(c, a), tlv(2, b), Buffer.of(d))),
    );
    fc.assert(
      fc.property(odd, (der) => {
        const raw = toRaw(module, der);
        if (raw === undefined) return;
        expect(encode(BigInt(`0x${raw.slice(0, 64)}`), BigInt(`0x${raw.slice(64)}`)).equals(der)).toBe(true);
      }),
      { numRuns: CASES },
    );
  });
});
