// What an envelope is refused for, one by one, in core and host alike: each made by hand, rightly signed where it can be, wrong in one thing.
// And what the core does about keys, builds and places in memory that the host has nothing of.
import { Tagged } from "cborg";
import { describe, expect, it } from "vitest";
import { SHA256 } from "../../../host/image/digest.js";
import { encodeClaims } from "../../../host/image/envelope/claims.js";
import { makeEnvelope, verifyEnvelope } from "../../../host/image/envelope/envelope.js";
import type { EnvelopeReason } from "../../../host/image/envelope/refusal.js";
import { generateKey } from "../../../host/image/keys.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import {
  ED25519_KEY,
  LEAST,
  MOST,
  P256_KEY,
  Raw,
  cbor,
  headerEntries,
  raw,
  rawMap,
  signed,
  signedPayload,
} from "../../host/image/envelope/forge.js";
import { CoreReader, claimsOf } from "./core.js";

type Entry = readonly [label: unknown, value: unknown];

const core = new CoreReader("approve-full", [ED25519_KEY.publicKey, P256_KEY.publicKey]);
const KEYS = [ED25519_KEY.publicKey, P256_KEY.publicKey];
const HEADER = rawMap(headerEntries(ED25519_KEY));
const PAYLOAD = encodeClaims(LEAST);
const ENVELOPE = makeEnvelope(LEAST, ED25519_KEY);
const SIGNATURE = ENVELOPE.subarray(-64);

const encryption = (cipher: unknown, wrap: unknown, recipient: unknown) =>
  new Raw(
    rawMap([
      [0, cipher],
      [1, wrap],
      [2, recipient],
    ]),
  );
const digest = new Uint8Array(32).fill(9);
const uuid = new Uint8Array(16).fill(9);

/** The entries of a payload with all fields, each as it must be. */
const FULL: readonly Entry[] = [
  [0, 1],
  [1, digest],
  [2, 100],
  [3, [1, 2, 3, 4]],
  [4, 0],
  [5, uuid],
  [6, uuid],
  [7, 1],
  [8, 256],
  [9, digest],
  [10, 50],
  [11, digest],
  [12, encryption(1, 0x32, digest)],
  [13, digest],
];
const without = (...labels: readonly number[]) => FULL.filter(([label]) => !labels.includes(label as number));
const withValue = (label: number, value: unknown) =>
  FULL.map((entry): Entry => (entry[0] === label ? [label, value] : entry));
const payloadOf = (entries: readonly Entry[]) => signedPayload(rawMap(entries));
const headerOf = (entries: readonly Entry[]) => signed(rawMap(entries), PAYLOAD);
const header = (label: number, value: unknown) =>
  headerOf(headerEntries(ED25519_KEY).map((entry) => (entry[0] === label ? [label, value] : entry)));
const outside = (parts: unknown, tag = 18) => cbor(new Tagged(tag, parts));
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const at = (bytes: Uint8Array, offset: number, value: number) =>
  Uint8Array.from(bytes).fill(value, offset, offset + 1);

const REFUSED: readonly (readonly [what: string, reason: EnvelopeReason, envelope: Uint8Array])[] = [
  ["513 bytes, whatever they are", "SIZE_LIMIT", new Uint8Array(513)],
  ["nothing", "TRUNCATED", new Uint8Array(0)],
  ["the tag alone", "TRUNCATED", hex("d2")],
  ["half a signature", "TRUNCATED", ENVELOPE.subarray(0, -32)],
  ["a head without its argument", "TRUNCATED", hex("d2 84 58")],
  ["a length that no memory has", "TRUNCATED", hex("d2 84 5a ff ff ff ff 00")],
  ["an argument of eight bytes", "HEAD", hex("d2 84 5b 00 00 00 00 00 00 00 00")],
  ["an array of indefinite length", "HEAD", hex("d2 9f 40 a0 40 40 ff")],
  ["a byte string of indefinite length", "HEAD", hex("d2 84 5f 41 00 ff a0 40 40")],
  ["a float", "HEAD", hex("fb 00 00 00 00 00 00 00 00")],
  ["undefined", "HEAD", hex("d2 84 f7")],
  ["a simple value of no meaning", "HEAD", hex("d2 84 f0")],
  ["a reserved first byte", "HEAD", hex("d2 84 1c")],
  ["the tag in two bytes", "NOT_SHORTEST", Buffer.concat([hex("d8 12"), ENVELOPE.subarray(1)])],
  ["the array's head in two bytes", "NOT_SHORTEST", Buffer.concat([hex("d2 98 04"), ENVELOPE.subarray(2)])],
  [
    "the header's length in three bytes",
    "NOT_SHORTEST",
    Buffer.concat([hex("d2 84 59 00"), ENVELOPE.subarray(3)]),
  ],
  ["no tag", "TAG", ENVELOPE.subarray(1)],
  ["the tag of COSE_Sign", "TAG", outside([HEADER, new Map(), PAYLOAD, SIGNATURE], 98)],
  ["the tag twice", "STRUCTURE", Buffer.concat([hex("d2"), ENVELOPE])],
  ["three parts", "STRUCTURE", outside([HEADER, new Map(), PAYLOAD])],
  ["five parts", "STRUCTURE", outside([HEADER, new Map(), PAYLOAD, SIGNATURE, 0])],
  [
    "a protected header that is no byte string",
    "STRUCTURE",
    outside([new Map(), new Map(), PAYLOAD, SIGNATURE]),
  ],
  ["no unprotected header", "STRUCTURE", outside([HEADER, null, PAYLOAD, SIGNATURE])],
  ["a payload that is sent apart", "STRUCTURE", outside([HEADER, new Map(), null, SIGNATURE])],
  ["a signature that is text", "STRUCTURE", outside([HEADER, new Map(), PAYLOAD, "0".repeat(64)])],
  ["an unprotected header", "UNPROTECTED", outside([HEADER, new Map([[4, SIGNATURE]]), PAYLOAD, SIGNATURE])],
  ["a byte behind it", "TRAILING", Buffer.concat([ENVELOPE, hex("00")])],
  ["a byte behind the header's map", "TRAILING", signed(Buffer.concat([HEADER, hex("00")]), PAYLOAD)],
  ["a byte behind the payload's map", "TRAILING", signedPayload(Buffer.concat([PAYLOAD, hex("00")]))],
  ["a signature in DER", "SIGNATURE_SIZE", outside([HEADER, new Map(), PAYLOAD, new Uint8Array(71)])],
  ["no signature", "SIGNATURE_SIZE", outside([HEADER, new Map(), PAYLOAD, new Uint8Array(0)])],
  ["an empty protected header", "TRUNCATED", signed(new Uint8Array(0), PAYLOAD)],
  ["a protected header of nothing", "LABEL_MISSING", signed(rawMap([]), PAYLOAD)],
  ["a protected header that is an array", "STRUCTURE", signed(cbor([1, -8]), PAYLOAD)],
  ["no type", "LABEL_MISSING", headerOf(headerEntries(ED25519_KEY).slice(0, 2))],
  ["no key id", "LABEL_MISSING", headerOf(headerEntries(ED25519_KEY).filter(([label]) => label !== 4))],
  ["a critical header", "LABEL_UNKNOWN", headerOf([...headerEntries(ED25519_KEY).slice(0, 1), [2, [1]]])],
  ["a content type", "LABEL_UNKNOWN", headerOf([...headerEntries(ED25519_KEY).slice(0, 1), [3, 60]])],
  ["a negative label", "LABEL_UNKNOWN", headerOf([[-1, 0]])],
  ["a text label", "LABEL_UNKNOWN", headerOf([["alg", -8]])],
  // A shift by a label counts modulo 32: 33 must not be taken for 1.
  ["a label of 33", "LABEL_UNKNOWN", headerOf([[33, -8]])],
  ["a label of 2^32 − 31", "LABEL_UNKNOWN", headerOf([[2 ** 32 - 31, -8]])],
  ["two algorithms", "LABEL_TWICE", headerOf([[1, -8], ...headerEntries(ED25519_KEY)])],
  [
    "type before key id",
    "LABEL_ORDER",
    headerOf([0, 2, 1].map((index) => headerEntries(ED25519_KEY)[index]!)),
  ],
  ["ES384", "ALGORITHM", header(1, -35)],
  ["algorithm 7, which is -8's argument", "ALGORITHM", header(1, 7)],
  ["Ed25519 by its later number", "ALGORITHM", header(1, -19)],
  ["HMAC", "ALGORITHM", header(1, 5)],
  ["a key id of 31 bytes", "KEY_ID", header(4, new Uint8Array(31))],
  ["a key id that is text", "KEY_ID", header(4, "0".repeat(32))],
  ["another type", "TYPE", header(16, "application/everboot-approval+cbor")],
  ["the type with a byte order mark", "TYPE", header(16, "\ufeffapplication/everboot-envelope+cbor")],
  ["the type with a letter more", "TYPE", header(16, "application/everboot-envelope+cbors")],
  ["the type as bytes", "TYPE", header(16, Buffer.from("application/everboot-envelope+cbor"))],
  ["a type that is a number", "TYPE", header(16, 60)],
  ["a key that nobody knows", "SIGNER_UNKNOWN", makeEnvelope(LEAST, generateKey("ed25519"))],
  ["a known key under the other algorithm", "SIGNER_UNKNOWN", header(1, -7)],
  ["another's signature", "SIGNATURE", at(ENVELOPE, ENVELOPE.length - 70, 0xff)],
  ["a signature of zeros", "SIGNATURE", Buffer.concat([ENVELOPE.subarray(0, -64), Buffer.alloc(64)])],
  ["a payload that is an array", "STRUCTURE", signedPayload(cbor([]))],
  ["a payload of nothing", "LABEL_MISSING", payloadOf([])],
  ["a map of more entries than there are", "TRUNCATED", signedPayload(rawMap(FULL, 15))],
  ["a map of fewer entries than there are", "TRAILING", signedPayload(rawMap(FULL, 13))],
  ["a map of 2^32 − 1 entries", "LABEL_TWICE", signedPayload(hex("ba ff ff ff ff 00 01 00 01"))],
  ["label 14", "LABEL_UNKNOWN", payloadOf([...FULL, [14, 0]])],
  ["label 32", "LABEL_UNKNOWN", payloadOf([[32, 1], ...FULL.slice(1)])],
  ["a label that is true", "LABEL_UNKNOWN", payloadOf([[true, 1]])],
  ["a digest twice", "LABEL_TWICE", payloadOf([...FULL.slice(0, 2), [1, digest], ...FULL.slice(2)])],
  [
    "a digest again behind the size",
    "LABEL_TWICE",
    payloadOf([...FULL.slice(0, 3), [1, digest], ...FULL.slice(3)]),
  ],
  ["size before digest", "LABEL_ORDER", payloadOf([FULL[0]!, FULL[2]!, FULL[1]!, ...FULL.slice(3)])],
  ...Array.from({ length: 10 }, (_, label): (typeof REFUSED)[number] => [
    `no label ${label}`,
    "LABEL_MISSING",
    payloadOf(without(label)),
  ]),
  [
    "a length in more bytes than needed, in the payload",
    "NOT_SHORTEST",
    payloadOf(withValue(2, raw("190064"))),
  ],
  ["an argument that ends with the payload", "TRUNCATED", signedPayload(hex("a1 00 18"))],
  ["format 0", "FORMAT", payloadOf(withValue(0, 0))],
  ["format 2", "FORMAT", payloadOf(withValue(0, 2))],
  ["a digest of 31 bytes", "DIGEST", payloadOf(withValue(1, digest.subarray(1)))],
  ["a digest of 64 bytes", "DIGEST", payloadOf(withValue(1, new Uint8Array(64)))],
  ["a size of 0", "SIZE", payloadOf(withValue(2, 0))],
  ["a size of 2^28 + 1", "SIZE", payloadOf(withValue(2, 2 ** 28 + 1))],
  ["a size that is negative", "SIZE", payloadOf(withValue(2, -100))],
  ["a version that is text", "VERSION", payloadOf(withValue(3, "1.2.3"))],
  ["a version of three numbers", "VERSION", payloadOf(withValue(3, [1, 2, 3]))],
  ["a version of five numbers", "VERSION", payloadOf(withValue(3, [1, 2, 3, 4, 5]))],
  ["a major of 256", "VERSION", payloadOf(withValue(3, [256, 2, 3, 4]))],
  ["a minor of 256", "VERSION", payloadOf(withValue(3, [1, 256, 3, 4]))],
  ["a revision of 65536", "VERSION", payloadOf(withValue(3, [1, 2, 65536, 4]))],
  ["a build that is bytes", "VERSION", payloadOf(withValue(3, [1, 2, 3, uuid]))],
  ["a counter of 2^32", "HEAD", payloadOf(withValue(4, 2 ** 32))],
  ["a counter of −1", "COUNTER", payloadOf(withValue(4, -1))],
  ["a vendor of 15 bytes", "VENDOR", payloadOf(withValue(5, uuid.subarray(1)))],
  ["a vendor that is text", "VENDOR", payloadOf(withValue(5, "0123456789abcdef"))],
  ["a class of 17 bytes", "CLASS", payloadOf(withValue(6, new Uint8Array(17)))],
  ["an update of nothing", "KIND", payloadOf(withValue(7, 0))],
  ["an update of kind 4", "KIND", payloadOf(withValue(7, 4))],
  ["blocks of 128 bytes", "BLOCK_SIZE", payloadOf(withValue(8, 128))],
  ["blocks of 257 bytes", "BLOCK_SIZE", payloadOf(withValue(8, 257))],
  ["blocks of 768 bytes", "BLOCK_SIZE", payloadOf(withValue(8, 768))],
  ["blocks of 128 KiB", "BLOCK_SIZE", payloadOf(withValue(8, 131072))],
  ["blocks of 0 bytes", "BLOCK_SIZE", payloadOf(withValue(8, 0))],
  ["a root of 33 bytes", "ROOT", payloadOf(withValue(9, new Uint8Array(33)))],
  ["a transfer of 0 bytes", "TRANSFER_SIZE", payloadOf(withValue(10, 0))],
  ["a transfer of 2^28 + 1 bytes", "TRANSFER_SIZE", payloadOf(withValue(10, 2 ** 28 + 1))],
  ["an empty base", "BASE", payloadOf(withValue(11, new Uint8Array(0)))],
  ["an encryption that is no map", "ENCRYPTION", payloadOf(withValue(12, digest))],
  ["cipher 0", "ENCRYPTION", payloadOf(withValue(12, encryption(0, 0x32, digest)))],
  ["cipher 3", "ENCRYPTION", payloadOf(withValue(12, encryption(3, 0x32, digest)))],
  ["key wrap 0x2f", "ENCRYPTION", payloadOf(withValue(12, encryption(1, 0x2f, digest)))],
  ["key wrap 0x35", "ENCRYPTION", payloadOf(withValue(12, encryption(1, 0x35, digest)))],
  [
    "a recipient without a name",
    "ENCRYPTION",
    payloadOf(withValue(12, encryption(1, 0x32, new Uint8Array(0)))),
  ],
  [
    "a recipient of 33 bytes",
    "ENCRYPTION",
    payloadOf(withValue(12, encryption(1, 0x32, new Uint8Array(33)))),
  ],
  ["an encryption of nothing", "LABEL_MISSING", payloadOf(withValue(12, new Map()))],
  ["an encryption without a recipient", "LABEL_MISSING", payloadOf(withValue(12, raw("a20001011832")))],
  ["an encryption with more", "LABEL_UNKNOWN", payloadOf(withValue(12, raw("a400010118320241000300")))],
  ["two ciphers", "LABEL_TWICE", payloadOf(withValue(12, raw("a3000100011832")))],
  ["key wrap before cipher", "LABEL_ORDER", payloadOf(withValue(12, raw("a301183200010241ff")))],
  ["a bill that is text", "BILL", payloadOf(withValue(13, "0".repeat(32)))],
  ["a base without a transfer size", "TRANSFER_NEEDED", payloadOf(without(10, 12))],
  ["an encryption without a transfer size", "TRANSFER_NEEDED", payloadOf(without(10, 11))],
  ["a transfer size alone", "TRANSFER_NEEDED", payloadOf(without(11, 12))],
];

describe("core and host", () => {
  it.each(REFUSED)("refuse %s: %s", (_, reason, envelope) => {
    expect(verifyEnvelope(envelope, KEYS)).toMatchObject({ ok: false, reason });
    const { reason: found, fields } = core.read(envelope);
    expect(found).toBe(reason);
    expect(fields.bytes.equals(Buffer.alloc(fields.bytes.length))).toBe(true);
  });

  it.each([
    ["all fields", FULL],
    ["no optional field", without(10, 11, 12, 13)],
    ["a base alone", without(12, 13)],
    ["an encryption alone", without(11, 13)],
    ["a bill alone", without(10, 11, 12)],
    ["the largest sizes", withValue(2, 2 ** 28)],
    ["a recipient of one byte", withValue(12, encryption(2, 0x34, Uint8Array.of(1)))],
    ["a version of zeros", withValue(3, [0, 0, 0, 0])],
  ] as const)("accept an envelope with %s, and read the same in it", (_, entries) => {
    const envelope = payloadOf(entries);
    const host = verifyEnvelope(envelope, KEYS);
    const { reason, fields } = core.read(envelope);
    expect(reason).toBe("OK");
    expect(host).toMatchObject({ ok: true, claims: claimsOf(fields) });
    const present = (entries as readonly Entry[]).reduce(
      (bits, [label]) => bits | (1 << (label as number)),
      0,
    );
    expect(fields.word("FIELD_PRESENT")).toBe(present);
  });

  it("accept every block size that there is", () => {
    for (let size = 256; size <= 65536; size *= 2)
      expect(core.read(payloadOf(withValue(8, size))).reason, String(size)).toBe("OK");
  });
});

describe("the core", () => {
  it("reads an envelope wherever it stands in memory", () => {
    for (let misalignment = 0; misalignment < 16; misalignment++)
      for (const key of [ED25519_KEY, P256_KEY])
        expect(core.read(makeEnvelope(MOST, key), misalignment).reason).toBe("OK");
  });

  it("refuses any envelope while the key table is broken", () => {
    const table = encodeKeyTable(KEYS);
    const own = new CoreReader("approve-full", KEYS);
    for (const offset of [0, 4, 8, 12, 16, 20]) {
      own.provision(at(table, offset, table[offset]! ^ 1));
      expect(own.read(ENVELOPE).reason, `byte ${offset}`).toBe("KEY_TABLE");
    }
  });

  it("does not look at the key table before the outside is right", () => {
    const own = new CoreReader("approve-full", KEYS);
    own.read(Buffer.concat([ENVELOPE, hex("00")]));
    expect(own.reads).toBe(0);
    own.read(ENVELOPE);
    expect(own.reads).toBeGreaterThan(0);
  });

  it("knows a changed key no more", () => {
    const table = encodeKeyTable(KEYS);
    const own = new CoreReader("approve-full", KEYS);
    own.provision(at(table, 40, table[40]! ^ 1));
    expect(own.read(ENVELOPE).reason).toBe("SIGNER_UNKNOWN");
  });

  it("takes nothing for a key but its one encoding, whatever the table holds under that hash", () => {
    const der = ED25519_KEY.publicKey.encodedDer;
    const long = Buffer.concat([der, hex("00")]);
    for (const encodedDer of [at(der, 8, 0x6e), der.subarray(0, 43), long, der]) {
      const own = new CoreReader("approve-full", []);
      own.provision(encodeKeyTable([{ signatureTlv: ED25519_KEY.publicKey.signatureTlv, encodedDer }]));
      const entries = headerEntries(ED25519_KEY).map((entry): Entry =>
        entry[0] === 4 ? [4, SHA256.hash(encodedDer)] : entry,
      );
      const expected = encodedDer === der ? "OK" : "SIGNER_UNKNOWN";
      expect(own.read(signed(rawMap(entries), PAYLOAD)).reason).toBe(expected);
    }
  });

  it("has one signature be enough, whatever the key table demands of images", () => {
    const own = new CoreReader("approve-full", KEYS);
    own.provision(encodeKeyTable(KEYS, [], ["ed25519", "lms"]));
    expect(own.read(ENVELOPE).reason).toBe("OK");
  });

  it("of a build that holds one algorithm takes no envelope of the other", () => {
    const other = { "approve-ed25519": P256_KEY, "approve-p256": ED25519_KEY };
    for (const [build, key] of Object.entries(other))
      expect(new CoreReader(build, KEYS).read(makeEnvelope(LEAST, key)).reason).toBe("SIGNER_UNKNOWN");
  });

  it("takes no RSA key's envelope, though the table has the key", () => {
    const rsa = generateKey("rsa-2048");
    const own = new CoreReader("approve-full", [rsa.publicKey]);
    const entries = headerEntries(ED25519_KEY).map((entry): Entry =>
      entry[0] === 4 ? [4, SHA256.hash(rsa.publicKey.encodedDer)] : entry,
    );
    const envelope = signed(rawMap(entries), PAYLOAD);
    expect(own.read(envelope).reason).toBe("SIGNER_UNKNOWN");
    expect(verifyEnvelope(envelope, [rsa.publicKey])).toMatchObject({ reason: "SIGNER_UNKNOWN" });
  });
});
