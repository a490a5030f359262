// Situations around signatures and keys: pairs of key hash and signature in every order, demanded or not, and key tables with
// each field wrong.
import { SHA256 } from "../../host/image/digest.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import type { TlvContent } from "../../host/image/tlv.js";
import { testKey } from "../support/scenes.js";
import { type Add, HEADER, KEY_HASH, collector } from "./format.js";
import * as make from "./images.js";
import type { Situation } from "./rig.js";

/** Which pairs of key hash and signature are enough. */
export function signatures(): Situation[] {
  const { situations, add } = collector("signatures");
  const own = testKey;
  const { OTHER_KEY: other, P256_KEY: p256, THIRD_KEY: third } = make;
  const table = (...args: Parameters<typeof encodeKeyTable>) => ({ keys: encodeKeyTable(...args) });
  const publics = [own, other, p256].map(({ publicKey }) => publicKey);
  const forms = {
    plain: {},
    wide: { wide: true },
    pure: { wide: true, isPure: true },
    "pure over SHA256": { isPure: true },
  };
  for (const [form, options] of Object.entries(forms)) {
    const both = make.signedBy([own, other], options);
    const [digest, ...rest] = both.entries;
    const pure = rest.filter(({ type }) => type === 0x25);
    const [hash, signature, otherHash, otherSignature] = rest.filter(({ type }) => type !== 0x25);
    const bad = { type: signature!.type, data: make.flipped(signature!.data, 3, 1) };
    const arrangements: Readonly<Record<string, readonly TlvContent[]>> = {
      good: [hash!, signature!],
      "only the other": [otherHash!, otherSignature!],
      both: [hash!, signature!, otherHash!, otherSignature!],
      bad: [hash!, bad],
      "bad, then good": [hash!, bad, hash!, signature!],
      "bad, then unknown": [hash!, bad, otherHash!, otherSignature!],
      "unknown, then good": [otherHash!, otherSignature!, hash!, signature!],
      "good, then bad": [hash!, signature!, hash!, bad],
      crossed: [hash!, otherSignature!, otherHash!, signature!],
      "no signature": [hash!],
      "no key hash": [signature!],
      "signature before": [signature!, hash!],
      "two key hashes": [otherHash!, hash!, signature!],
      "two signatures": [hash!, bad, signature!],
      nothing: [],
    };
    for (const [name, entries] of Object.entries(arrangements)) {
      const bytes = make.withEntries(both.hashed, [digest!, ...pure, ...entries]);
      add(`${form}, ${name}`, bytes);
      if (form !== "plain") continue;
      add(`${form}, ${name}, both keys`, bytes, table(publics));
      add(`${form}, ${name}, no keys`, bytes, table([]));
      add(`${form}, ${name}, demanded`, bytes, table(publics, [], ["ed25519"]));
      add(`${form}, ${name}, another demanded`, bytes, table(publics, [], ["ecdsa-p256"]));
      add(`${form}, ${name}, both demanded`, bytes, table(publics, [], ["ed25519", "ecdsa-p256"]));
    }
    for (let at = 0; form !== "plain" && at < 4; at++) {
      const bytes = make.withEntries(both.hashed, [digest!, ...pure, hash!, signature!]);
      add(`${form}, byte ${at * 11 + 1} of the payload`, make.flipped(bytes, HEADER + at * 11, 2));
    }
  }
  tooMany(add);
  const mixed = make.signedBy([p256, own]);
  const [digest, p256Hash, p256Signature, hash, signature] = mixed.entries;
  for (const demanded of [
    [],
    ["ed25519"],
    ["ecdsa-p256"],
    ["ed25519", "ecdsa-p256"],
    ["lms"],
    ["rsa-2048"],
    ["rsa-3072"],
  ] as const)
    for (const [name, entries] of Object.entries({
      "P-256 first": [p256Hash!, p256Signature!, hash!, signature!],
      "P-256 last": [hash!, signature!, p256Hash!, p256Signature!],
      "P-256 alone": [p256Hash!, p256Signature!],
      "key hash of P-256 with a signature of Ed25519": [p256Hash!, signature!],
      "key hash of Ed25519 with a signature of P-256": [hash!, p256Signature!],
    }))
      add(
        `${name}, ${demanded.join("+")} demanded`,
        make.withEntries(mixed.hashed, [digest!, ...entries]),
        table(publics, [], demanded),
      );
  for (const type of [0x20, 0x22, 0x23, 0xb0, 0x21]) {
    const entries = [digest!, hash!, make.entry(type, 64), hash!, signature!];
    for (const demanded of [[], ["rsa-2048"], ["ed25519"]] as const)
      add(
        `a signature of type ${type.toString(16)} first, ${demanded.join()} demanded`,
        make.withEntries(mixed.hashed, entries),
        table(publics, [], demanded),
      );
    add(
      `a signature of type ${type.toString(16)} alone`,
      make.withEntries(mixed.hashed, entries.slice(0, 3)),
    );
  }
  misencodedKeys(add);
  add("a third key", make.signedBy([third]).bytes, table([own.publicKey, other.publicKey, third.publicKey]));
  return situations;
}

/** As many pairs as are tried, and one more. */
function tooMany(add: Add): void {
  const { hashed, entries } = make.signedBy([testKey, make.OTHER_KEY]);
  const [digest, hash, signature, otherHash, otherSignature] = entries;
  for (const before of [1, 14, 15, 16, 17])
    add(
      `${before} unknown pairs first`,
      make.withEntries(hashed, [
        digest!,
        ...Array.from({ length: before }, () => [otherHash!, otherSignature!]).flat(),
        hash!,
        signature!,
      ]),
    );
  add(
    "20 key hashes first",
    make.withEntries(hashed, [digest!, ...Array.from({ length: 20 }, () => otherHash!), hash!, signature!]),
  );
}

/** Keys whose hash is right and whose encoding is not. */
function misencodedKeys(add: Add): void {
  const { signatureTlv, encodedDer } = testKey.publicKey;
  const { hashed, entries } = make.signedBy([testKey]);
  const [digest, , signature] = entries;
  const withKey = (name: string, der: Uint8Array) => {
    const hash = { type: KEY_HASH, data: SHA256.hash(der) };
    add(`a key ${name}`, make.withEntries(hashed, [digest!, hash, signature!]), {
      keys: encodeKeyTable([{ signatureTlv, encodedDer: der }]),
    });
  };
  for (let at = 0; at < 14; at++) withKey(`with byte ${at} changed`, make.flipped(encodedDer, at, 1));
  for (const size of [0, 12, 43]) withKey(`of ${size} bytes`, encodedDer.slice(0, size));
  for (const size of [1, 4]) withKey(`of ${44 + size} bytes`, make.joined(encodedDer, new Uint8Array(size)));
}

/** Key tables with each field wrong. */
export function keyTables(): Situation[] {
  const { situations, add } = collector("key table");
  const bytes = make.signedBy([testKey]).bytes;
  const keys = [testKey.publicKey];
  const good = encodeKeyTable(keys);
  const flips = (table: Uint8Array, end: number) => {
    for (let at = 0; at < end; at++)
      for (const bit of at < 28 ? [0, 3, 7] : [0])
        add(`byte ${at}, bit ${bit}`, bytes, { keys: make.flipped(table, at, 1 << bit) });
  };
  flips(good, 32);
  flips(encodeKeyTable([make.OTHER_KEY.publicKey, ...keys]), 30);
  const word = (at: number, value: number, complementAt?: number) => {
    const table = Uint8Array.from(good);
    const view = new DataView(table.buffer);
    view.setUint32(at, value, true);
    if (complementAt !== undefined) view.setUint32(complementAt, ~value >>> 0, true);
    return table;
  };
  for (const version of [1, 2, 3])
    add(`version ${version}`, bytes, { keys: word(4, 1 | (version << 16), 12) });
  for (const count of [0, 1, 2, 15, 16, 17, 0xffff])
    add(`count ${count}`, bytes, { keys: word(4, count | (2 << 16), 12) });
  for (const size of [0, 4, 44, 47, 49, 52, 2048 - 24, 2048 - 23, 2048 - 20, 2048, 2048 + 24, 0xffffffff])
    add(`size ${size}`, bytes, { keys: word(8, size) });
  for (const demand of [0, 1, 2, 3, 16, 31, 32, 33, 0x80000000, 0xffffffff])
    add(`demand ${demand}`, bytes, { keys: word(16, demand, 20) });
  const other = make.OTHER_KEY.publicKey;
  const many = (count: number, at: number) =>
    encodeKeyTable(Array.from({ length: count }, (_, index) => (index === at ? keys[0]! : other)));
  for (const [count, at] of [
    [2, 1],
    [15, 14],
    [16, 0],
    [16, 15],
    [17, 0],
    [17, 16],
  ] as const)
    add(`${count} entries, the key at ${at}`, bytes, { keys: many(count, at) });
  const filler = (type: number, size: number) => ({
    signatureTlv: type,
    encodedDer: new Uint8Array(size).fill(0x5a),
  });
  for (const size of [0, 1, 2, 3, 4, 5, 43, 44, 45, 48, 200])
    for (const type of [0x24, 0x7f])
      add(`an entry of type ${type}, ${size} bytes before`, bytes, {
        keys: encodeKeyTable([filler(type, size), ...keys]),
      });
  const room = 2048 - 24 - 48 - 4;
  for (const size of [room - 4, room, room + 4])
    add(`an entry of ${size} behind`, bytes, {
      keys: encodeKeyTable([...keys, filler(0x7f, size)]).slice(0, 2048),
    });
  for (const length of [44 + 4, 44 - 4, 43, 45, 96, 0xffff]) {
    const table = encodeKeyTable([...keys, other]);
    for (const at of [26, 74]) {
      const copy = Uint8Array.from(table);
      new DataView(copy.buffer).setUint16(at, length, true);
      add(`length ${length} at ${at}`, bytes, { keys: copy });
    }
  }
  add("nothing", bytes, { keys: new Uint8Array(0) });
  const long = (index: number, size: number) => {
    const table = encodeKeyTable([filler(0x24, size), filler(0x24, 44), ...keys].slice(index));
    return table;
  };
  for (const index of [0, 1, 2]) add(`keys before, ${index}`, bytes, { keys: long(index, 46) });
  return situations;
}
