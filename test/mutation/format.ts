// Situations around one image: each header field and TLV at and around its bounds, rightly signed where that can be; flipped
// bits; imgtool's samples.
import { readFileSync } from "node:fs";
import * as abi from "../../assembly/abi.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import type { TlvContent } from "../../host/image/tlv.js";
import { readPublicKey } from "../../host/image/keys.js";
import { partById } from "../../host/device/parts.js";
import { testKey } from "../support/scenes.js";
import * as make from "./images.js";
import { HOME } from "./parts.js";
import { confirmed, standing } from "./records.js";
import type { Situation } from "./rig.js";

const SEC_CNT = 0x50;
export const KEY_HASH = 0x01;
const SHA256_TYPE = 0x10;
const ED25519 = 0x24;
export const HEADER = 0x20;
const MOST_PROTECTED = 2048;

const counter = (value: number): TlvContent => ({ type: SEC_CNT, data: Uint8Array.of(value, 0, 0, 0) });

/** Types at and around the bounds of what an area may hold. */
const TYPES = [
  ...[0x00, 0x01, 0x02, 0x03, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26],
  ...[0x2f, 0x30, 0x31, 0x34, 0x35, 0x3f, 0x40, 0x41, 0x4f, 0x50, 0x51, 0x60, 0x73, 0x74, 0x75, 0x76, 0xaf],
  ...[0xb0, 0xb1, 0x101, 0x110, 0x124, 0x150, 0xff10],
];
const FIXED_SIZES: Readonly<Record<number, number>> = {
  0x10: 32,
  0x11: 48,
  0x12: 64,
  0x25: 1,
  0x40: 12,
  0x50: 4,
  0x74: 16,
  0x75: 16,
};

export type Add = (name: string, slotA: Uint8Array, rest?: Partial<Situation>) => void;

/** Collects situations with an image in slot A, a confirmed Record for it and nothing else. */
export function collector(what: string): { situations: Situation[]; add: Add } {
  const situations: Situation[] = [];
  const part = HOME.sealed;
  const add: Add = (name, slotA, rest) =>
    situations.push({ name: `${what}: ${name}`, part, keys: make.KEYS, slotA, ...rest });
  return { situations, add };
}

/** Every header field. */
export function headers(): Situation[] {
  const { situations, add } = collector("header");
  const { slotA } = HOME.sealed.layout;
  const sized = (size: number, payloadSize = 36) => {
    const { bytes } = make.signedBy([testKey], { headerSize: size, payloadSize });
    return bytes;
  };
  for (const size of [0x20, 0x24, 0x28, 0x40, 0x100, 0xfc, 0x104]) add(`size ${size}`, sized(size));
  for (const headerSizeBytes of [0, 4, 28, 31, 33, 34, 35, 36, 2048, 4092, 4095, 4096, 4100, 0xfffc, 0xffff])
    add(`size field ${headerSizeBytes}`, make.withHeader({ headerSizeBytes }));
  for (const payloadSizeBytes of [
    0, 1, 35, 37, 4000, 4047, 4048, 4049, 4096, 0x7fffffff, 0xffffffe0, 0xfffffffc, 0xffffffff,
  ])
    add(`payload size field ${payloadSizeBytes}`, make.withHeader({ payloadSizeBytes }));
  for (const payload of [1, 2, 3, 4, 5, 7, 223, 224, 225, 255, 256, 257, 480, 512])
    add(`payload of ${payload}`, sized(HEADER, payload));
  // The unprotected area takes 152 bytes, the protected one 12: from no room left to too little.
  for (const spare of [-148, -4, -1, 0, 1, 4, 8]) {
    const payloadSize = slotA.size - HEADER - 12 - 152 - spare;
    add(`${spare} bytes to spare`, sized(HEADER, payloadSize).slice(0, slotA.size));
  }
  for (const protectedSizeBytes of [0, 1, 2, 3, 4, 8, 11, 13, 16, 2047, 2048, 2049, 2052, 4000, 0xffff])
    add(`protected size field ${protectedSizeBytes}`, make.withHeader({ protectedSizeBytes }));
  for (let bit = 0; bit < 32; bit++) add(`flag ${bit}`, make.withHeader({ flags: (1 << bit) >>> 0 }));
  for (const slot of ["slotA", "slotB"] as const)
    for (const loadAddress of [0, slotA.offset, HOME.sealed.layout.slotB.offset, slotA.offset + 1])
      for (const flags of [0, 0x100, 0x110]) {
        const bytes = make.withHeader({ loadAddress, flags });
        add(`linked for ${loadAddress}, flags ${flags}, ${slot}`, new Uint8Array(4), {
          slotA: new Uint8Array(4),
          [slot]: bytes,
        });
      }
  return situations;
}

/** Protected areas, rightly signed. */
export function protectedAreas(): Situation[] {
  const { situations, add } = collector("protected area");
  for (const value of [0, 1, 5, 255])
    add(`counter ${value}`, make.withProtected(counter(value)), { floor: 5 });
  add("none", make.forged({ protectedArea: () => new Uint8Array(0), header: { protectedSizeBytes: 0 } }));
  add("none, below the floor", make.forged({ protectedArea: () => new Uint8Array(0) }), { floor: 1 });
  add("empty", make.withProtected());
  add("without a counter", make.withProtected(make.entry(0xa0, 3), make.entry(0xa1, 0)));
  add("unaligned", make.withProtected(make.entry(0xa0, 3), counter(6)), { floor: 6 });
  add("unaligned, below the floor", make.withProtected(make.entry(0xa0, 1), counter(6)), { floor: 7 });
  for (const type of TYPES) {
    const right = FIXED_SIZES[type] ?? 5;
    for (const size of new Set([right, right - 1, right + 1, 0]))
      add(`type ${type.toString(16)}, ${size} bytes`, make.withProtected(make.entry(type, size), counter(3)));
  }
  for (const type of [0x40, SEC_CNT, 0x74, 0xa0, 0x60])
    add(
      `type ${type.toString(16)} twice`,
      make.withProtected(...[1, 2].map(() => make.entry(type, FIXED_SIZES[type] ?? 5))),
      {
        keys: encodeKeyTable([testKey.publicKey], [make.installed(1, 9)]),
      },
    );
  add("two counters apart", make.withProtected(counter(3), make.entry(0xa0, 2), counter(3)));
  const patched = (at: number, ...bytes: readonly number[]) =>
    make.withArea((area) => {
      const copy = Uint8Array.from(area);
      copy.set(bytes, at);
      return copy;
    });
  add("magic's low byte", patched(0, 0x07));
  add("magic's high byte", patched(1, 0x68));
  for (const total of [0, 4, 11, 13, 16]) add(`total ${total}`, patched(2, total, 0));
  for (const length of [0, 3, 5, 8, 0x10]) add(`entry length ${length}`, patched(6, length, 0));
  add("entry length 0xffff", patched(6, 0xff, 0xff));
  for (const rest of [1, 2, 3, 4, 5])
    add(
      `${rest} bytes behind the last entry`,
      make.withArea((area) => total(make.joined(area, new Uint8Array(rest).fill(1)))),
    );
  for (const rest of [3, 4])
    add(
      `an entry that begins ${rest} bytes before the end`,
      make.withArea((area) => total(make.joined(area, Uint8Array.of(0xa0, 0, 0, 0).slice(0, rest)))),
    );
  for (const size of [1, 2, 3])
    add(
      `area of ${size}`,
      make.withArea((area) => area.slice(0, size)),
    );
  for (const size of [MOST_PROTECTED - 4, MOST_PROTECTED, MOST_PROTECTED + 4]) {
    const filler = make.entry(0xa0, size - 4 - 8 - 4);
    add(`${size} bytes in all`, make.withProtected(filler, counter(7)), { floor: 7 });
  }
  return situations;
}

/** The area with its total as long as it is. */
function total(area: Uint8Array): Uint8Array {
  new DataView(area.buffer).setUint16(2, area.length, true);
  return area;
}

/** What an image needs beside it. */
export function dependencies(): Situation[] {
  const { situations, add } = collector("dependency");
  const versions = [
    [1, 2, 3, 4],
    [1, 2, 3, 5],
    [1, 2, 3, 3],
    [1, 2, 2, 9],
    [1, 2, 4, 0],
    [1, 1, 9, 9],
    [1, 3, 0, 0],
    [0, 9, 9, 9],
    [2, 0, 0, 0],
    [128, 0, 0, 0],
  ];
  const wanted = make.withProtected(make.entry(0xa0, 1), make.dependency(3, 1, 2, 3, 4), counter(1));
  const keysWith = (...images: Parameters<typeof encodeKeyTable>[1] & object) =>
    encodeKeyTable([testKey.publicKey], images);
  add("nothing installed", wanted);
  for (const version of versions)
    for (const id of [3, 2])
      add(`${id} in ${version.join(".")}`, wanted, { keys: keysWith(make.installed(id, ...version)) });
  const [old, fresh] = [make.installed(3, 1, 0), make.installed(3, 2, 0)];
  add("old before new", wanted, { keys: keysWith(old, fresh) });
  add("new before old", wanted, { keys: keysWith(fresh, old) });
  add("others before it", wanted, { keys: keysWith(make.installed(1, 9), make.installed(2, 0), fresh) });
  add("the last of as many as there may be", wanted, {
    keys: keysWith(...Array.from({ length: 14 }, (_, id) => make.installed(100 + id, 1)), fresh),
  });
  const two = make.withProtected(make.dependency(3, 1), make.dependency(4, 1), counter(1));
  add("two, both there", two, { keys: keysWith(make.installed(3, 1), make.installed(4, 1)) });
  add("two, one there", two, { keys: keysWith(make.installed(3, 1)) });
  add("two, the other there", two, { keys: keysWith(make.installed(4, 1)) });
  add("at the very end", make.withProtected(counter(1), make.dependency(3, 1)), { keys: keysWith() });
  const misshapen = (size: number) =>
    encodeKeyTable([
      testKey.publicKey,
      { signatureTlv: 0x40, encodedDer: Uint8Array.from({ length: size }, (_, at) => (at === 0 ? 3 : 9)) },
      { signatureTlv: 0x40, encodedDer: make.dependency(3, 1, 0).data },
    ]);
  for (const size of [8, 11, 12, 13, 16])
    add(`an installed image of ${size} bytes before it`, wanted, { keys: misshapen(size) });
  return situations;
}

/** Unprotected areas: their own fields and entries. */
export function unprotectedAreas(): Situation[] {
  const { situations, add } = collector("unprotected area");
  const good = make.signedBy([testKey]);
  const start = good.hashed.length;
  add("good", good.bytes);
  const patched = (at: number, ...bytes: readonly number[]) => {
    const copy = Uint8Array.from(good.bytes);
    copy.set(bytes, start + at);
    return copy;
  };
  add("magic's low byte", patched(0, 0x08));
  add("magic's high byte", patched(1, 0x69));
  for (const size of [0, 1, 3, 4, 5, 7, 8, 39, 40, 41, 43, 44, 148, 151, 153, 155, 156, 160])
    add(`total ${size}`, patched(2, size, 0));
  for (const size of [4096 - start - 1, 4096 - start, 4096 - start + 1, 0xffff])
    add(`total ${size}`, patched(2, size & 0xff, size >> 8));
  for (const type of TYPES) {
    const right = FIXED_SIZES[type] ?? 5;
    for (const size of new Set([right, right - 1, right + 1, 0]))
      for (const place of ["before", "behind"] as const)
        add(
          `type ${type.toString(16)}, ${size} bytes ${place}`,
          make.withUnprotected((entries) =>
            place === "before" ? [make.entry(type, size), ...entries] : [...entries, make.entry(type, size)],
          ),
        );
  }
  const without = (type: number) =>
    make.withUnprotected((entries) => entries.filter((one) => one.type !== type));
  for (const type of [SHA256_TYPE, KEY_HASH, ED25519]) add(`without ${type.toString(16)}`, without(type));
  add(
    "nothing at all",
    make.withUnprotected(() => []),
  );
  for (const type of [SHA256_TYPE, KEY_HASH, ED25519])
    add(
      `${type.toString(16)} twice`,
      make.withUnprotected((entries) => entries.flatMap((one) => (one.type === type ? [one, one] : [one]))),
    );
  for (const value of [0, 1, 2, 0xff])
    add(
      `SIG_PURE ${value}`,
      make.withUnprotected((entries) => [...entries, { type: 0x25, data: Uint8Array.of(value) }]),
    );
  add(
    "digest of the other kind behind",
    make.withUnprotected((entries) => [...entries, make.entry(0x12, 64)]),
  );
  add(
    "digest of the third kind",
    make.withUnprotected((entries) => [make.entry(0x11, 48), ...entries.slice(1)]),
  );
  for (const size of [0, 63, 65])
    add(
      `signature of ${size}`,
      make.withUnprotected((entries) => [...entries.slice(0, -1), make.entry(ED25519, size)]),
    );
  for (const size of [0, 31, 33, 64])
    add(
      `key hash of ${size}`,
      make.withUnprotected(([digest, , signature]) => [digest!, make.entry(KEY_HASH, size), signature!]),
    );
  for (const rest of [1, 2, 3])
    add(
      `${rest} bytes behind the last entry`,
      totalAt(make.joined(good.bytes, new Uint8Array(rest).fill(1)), start),
    );
  const none = Uint8Array.of(0x01, 0, 0, 0);
  add("an empty key hash at the end", totalAt(make.joined(good.bytes, none), start));
  for (let size = start; size < start + 5; size++) add(`cut to ${size}`, good.bytes.slice(0, size));
  for (const at of [KEY_HASH, SHA256_TYPE, ED25519].map((type) => placeOf(good.bytes, start, type)))
    add(`length of the entry at ${at - start}`, make.flipped(good.bytes, at + 3, 1));
  return situations;
}

function totalAt(bytes: Uint8Array, start: number): Uint8Array {
  new DataView(bytes.buffer).setUint16(start + 2, bytes.length - start, true);
  return bytes;
}

function placeOf(bytes: Uint8Array, start: number, type: number): number {
  const view = new DataView(bytes.buffer);
  let at = start + 4;
  while (view.getUint16(at, true) !== type) at += 4 + view.getUint16(at + 2, true);
  return at;
}

/** Every byte of a good image flipped, on a device where it is confirmed. */
export function flips(): Situation[] {
  const { situations, add } = collector("flip");
  const { bytes, hashed } = make.signedBy([testKey]);
  const places = [...bytes.keys()].filter((at) => at < HEADER || at >= HEADER + 32);
  for (const at of places)
    for (const mask of at < HEADER || at >= hashed.length - 12 ? [1, 0x80] : [4])
      add(`byte ${at}, mask ${mask}`, make.flipped(bytes, at, mask), {
        places: standing(HOME.sealed, confirmed(0)) ?? [],
      });
  for (let size = 0; size < bytes.length; size += 7) add(`cut to ${size}`, bytes.slice(0, size));
  return situations;
}

/** imgtool's samples. */
export function samples(): Situation[] {
  const part = partById("nrf52840");
  const read = (name: string) => Uint8Array.from(readFileSync(`images/imgtool/${name}`));
  const key = readPublicKey(Buffer.from(read("ed25519-pub.pem")).toString(), "sample key");
  const p256 = readPublicKey(Buffer.from(read("p256-pub.pem")).toString(), "sample key");
  const keys = encodeKeyTable([p256, key], [make.installed(1, 2)]);
  const names = ["signed", "confirmed", "pure", "sha512", "romfixed", "alltlv", "encx25519"].map(
    (name) => `app-ed25519-${name}`,
  );
  return [...names, "app2-ed25519-signed", "app-p256-signed", "app-rsa2048-signed"].flatMap((name) =>
    ([7, 8] as const).map((floor) => ({
      name: `sample: ${name}, floor ${floor}`,
      part,
      keys,
      slotA: read(`${name}.bin`),
      floor,
      cause: abi.CAUSE_SOFT,
    })),
  );
}
