// Situations like those of corners.ts, around keys, signatures and what is read twice.
import * as abi from "../../assembly/abi.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import type { KeyType } from "../../host/image/key-types.js";
import type { TlvContent } from "../../host/image/tlv.js";
import { testKey } from "../support/scenes.js";
import {
  KEYS,
  OTHER_KEY,
  P256_KEY,
  THIRD_KEY,
  dependency,
  entry,
  flipped,
  image,
  signedBy,
  withEntries,
  withProtected,
} from "./images.js";
import { HOME, KEYS_LAST } from "./parts.js";
import type { Situation, Wrong } from "./rig.js";

/** The situations. */
export function keyCorners(): Situation[] {
  return [...pairCorners(), ...wordCorners(), ...tableCorners(), ...dependencyCorners()];
}

/** Pairs of key hash and signature with something between, beside or before them. */
function pairCorners(): Situation[] {
  const part = HOME.sealed;
  const on = (name: string, slotA: Uint8Array, rest: Partial<Situation> = {}): Situation => ({
    name: `corners: ${name}`,
    part,
    keys: KEYS,
    slotA,
    ...rest,
  });
  const { hashed, entries } = signedBy([testKey, P256_KEY]);
  const [digest, hash, signature, otherHash, otherSignature] = entries as [TlvContent, ...TlvContent[]];
  const table = (...demanded: readonly KeyType[]) => ({
    keys: encodeKeyTable([testKey.publicKey, P256_KEY.publicKey], [], demanded),
  });
  const short = entry(0x24, 63);
  const many = Array.from({ length: 16 }, () => [otherHash!, otherSignature!]).flat();
  const found = [
    on(
      "another entry between key hash and signature",
      withEntries(hashed, [digest, hash!, entry(0x30, 2), signature!]),
    ),
    on(
      "a short signature that is not demanded",
      withEntries(hashed, [digest, hash!, short]),
      table("ecdsa-p256"),
    ),
    on(
      "16 pairs first that are not demanded",
      withEntries(hashed, [digest, ...many, hash!, signature!]),
      table("ed25519"),
    ),
    on("no keys, in a region of a header", signedBy([testKey]).bytes, {
      keys: encodeKeyTable([]),
      wrong: { kind: "info", field: abi.INFO_KEYS_SIZE, index: 0, value: 24 },
    }),
    // The same image, its digest left out: what was found in the other slot must not count.
    on("no digest in B, the same image in A", withEntries(hashed, [digest, hash!, signature!]), {
      slotB: withEntries(hashed, [hash!, signature!]),
    }),
  ];
  const { offset } = part.layout.keys;
  const keys = encodeKeyTable([
    { signatureTlv: 0x22, encodedDer: new Uint8Array(44).fill(5) },
    testKey.publicKey,
  ]);
  const mixed = withEntries(hashed, [digest, otherHash!, otherSignature!, hash!, signature!]);
  const wide = signedBy([P256_KEY, testKey], { wide: true }).bytes;
  for (let word = 0; word < 30; word++)
    found.push(
      on(`key word ${word} cannot be read, SHA-512`, wide, {
        keys,
        wrong: { kind: "dead", offset: offset + 4 * word },
      }),
    );
  for (let word = 0; word < 30; word++)
    found.push(
      on(`key word ${word} cannot be read`, mixed, {
        keys,
        wrong: { kind: "dead", offset: offset + 4 * word },
      }),
    );
  return found;
}

/** Each word of an image that cannot be read, or reads otherwise the second time, where it shows in the reason. */
function wordCorners(): Situation[] {
  const part = HOME.sealed;
  const { slotA, slotB } = part.layout;
  const good = image({ counter: 1 });
  const pure = signedBy([testKey], { isPure: true, wide: true }).bytes;
  const { hashed, entries } = signedBy([OTHER_KEY]);
  const unknown = withEntries(hashed, [...entries, entry(0x30, 1)]);
  const uneven = signedBy([testKey], { payloadSize: 37 });
  const uneven2 = withEntries(uneven.hashed, [entry(0x30, 1), ...uneven.entries, entry(0x30, 1)]);
  const found: Situation[] = [];
  const each = (
    bytes: Uint8Array,
    what: string,
    rest: Partial<Situation>,
    start: number,
    wrong: (offset: number) => Wrong,
  ) => {
    for (let offset = start; offset < start + bytes.length; offset += 4)
      found.push({ name: `corners: ${what}, ${offset}`, part, keys: KEYS, ...rest, wrong: wrong(offset) });
  };
  const dead = (offset: number): Wrong => ({ kind: "dead", offset });
  each(good, "alone, a word cannot be read", { slotA: good }, slotA.offset, dead);
  each(pure, "pure, a word cannot be read", { slotA: pure }, slotA.offset, dead);
  each(good, "twice the same, a word of B cannot be read", { slotA: good, slotB: good }, slotB.offset, dead);
  const forgedPure = flipped(pure, pure.length - 3, 1);
  for (let read = 0; read < 400; read++)
    found.push({
      name: `corners: pure, a wrong signature, read ${read} gets nothing`,
      part,
      keys: KEYS,
      slotA: forgedPure,
      wrong: { kind: "unreadable", read },
    });
  for (const mask of [1, 0x100, 0x10000, 0x1000000])
    for (const [what, bytes] of Object.entries({ good, pure, unknown, uneven: uneven.bytes, uneven2 }))
      each(bytes, `${what}, ${mask} flips the second time`, { slotA: bytes }, slotA.offset, (offset) => ({
        kind: "refetch",
        offset,
        mask,
      }));
  return found;
}

/** Key tables that lead astray. */
function tableCorners(): Situation[] {
  const part = HOME.sealed;
  const good = signedBy([testKey]).bytes;
  const filler = (size: number) => ({ signatureTlv: 0x24, encodedDer: new Uint8Array(size).fill(0x5a) });
  const found: Situation[] = [45, 46, 48, 100, 400, 800, 1200, 1600, 1900].map((size) => ({
    name: `corners: a key of ${size} bytes before`,
    part,
    keys: encodeKeyTable([filler(size), testKey.publicKey]),
    slotA: good,
  }));
  const { hashed, entries } = signedBy([OTHER_KEY, THIRD_KEY, testKey]);
  const [digest, otherHash, otherSignature, , thirdSignature, hash] = entries as [
    TlvContent,
    ...TlvContent[],
  ];
  const bad = { type: otherSignature!.type, data: flipped(otherSignature!.data, 3, 1) };
  const keys = encodeKeyTable([
    ...Array.from({ length: 15 }, () => OTHER_KEY.publicKey),
    THIRD_KEY.publicKey,
  ]);
  found.push({
    name: "corners: as many keys as there may be, and a hash of none of them",
    part,
    keys,
    slotA: withEntries(hashed, [digest, otherHash!, bad, hash!, thirdSignature!]),
  });
  for (const type of [0x20, 0x23, 0x22, 0xb0])
    found.push({
      name: `corners: a signature of type ${type} alone, another demanded`,
      part,
      keys: encodeKeyTable([testKey.publicKey], [], ["ed25519"]),
      slotA: withEntries(hashed, [digest, hash!, entry(type, 64)]),
    });
  const { size } = KEYS_LAST.layout.keys;
  for (const length of [44 + 4, 96, size - 24 - 4, size - 24, size]) {
    const table = encodeKeyTable([testKey.publicKey, OTHER_KEY.publicKey]);
    new DataView(table.buffer).setUint16(26, length, true);
    found.push({
      name: `corners: keys last, an entry of ${length}`,
      part: KEYS_LAST,
      keys: table,
      slotA: good,
    });
  }
  return found;
}

/** Dependencies on what was never there, and what an area of the other slot says. */
function dependencyCorners(): Situation[] {
  const part = HOME.sealed;
  const counter = { type: 0x50, data: Uint8Array.of(1, 0, 0, 0) };
  return [
    {
      name: "corners: version 0 of what is not there",
      part,
      keys: KEYS,
      slotA: withProtected(counter, dependency(3)),
    },
    {
      name: "corners: a dependency of the other slot's image",
      part,
      keys: KEYS,
      slotA: withProtected(counter, dependency(3, 1)),
      slotB: withProtected(counter),
    },
  ];
}
