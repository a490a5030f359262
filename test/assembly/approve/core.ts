// The core's reader of envelopes behind a key table in a Hal of its own: what it answers, by the reason's name. Test helper only.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { INFO_KEYS_OFFSET, INFO_KEYS_SIZE, NOWHERE, STATUS_OK } from "../../../assembly/abi.js";
import type { EnvelopeClaims } from "../../../host/image/envelope/fields.js";
import { CIPHERS, KEY_WRAPS, UPDATE_KINDS } from "../../../host/image/envelope/fields.js";
import { ENVELOPE_REASONS } from "../../../host/image/envelope/refusal.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import type { PublicKey } from "../../../host/image/key-types.js";

const KEYS_OFFSET = 0x1000;
const KEYS_SIZE = 0x1000;
/** A Status of abi.ts for what lies outside of the key region. */
const STATUS_UNREADABLE = 7;
const GUARD = 0xa5;
const GUARD_BYTES = 64;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ENVELOPE_REASONS).map(([name, number]) => [number, name]),
);

/** Where the fields of an envelope stand, as the core gives them. */
export interface CoreFields {
  readonly bytes: Buffer;
  word(name: string): number;
  part(name: string, sizeBytes: number): Buffer;
}

/** A build of the reader, with a key table. */
export class CoreReader {
  readonly #exports: WebAssembly.Exports;
  readonly #memory: Uint8Array;
  readonly #keys = new DataView(new ArrayBuffer(KEYS_SIZE));
  /** Reads of the key region that were asked for. */
  reads = 0;

  constructor(build: string, keys: readonly PublicKey[]) {
    const binary = readFileSync(join(import.meta.dirname, `../../../dist/wasm/${build}.wasm`));
    const hal = {
      info: (field: number) =>
        field === INFO_KEYS_OFFSET ? KEYS_OFFSET : field === INFO_KEYS_SIZE ? KEYS_SIZE : NOWHERE,
      tryRead32: (offset: number) => this.#read(offset),
      readWords: (offset: number, address: number, words: number) => {
        for (let index = 0; index < words; index++) {
          const answer = this.#read(offset + index * 4);
          if (answer >> 32n !== BigInt(STATUS_OK)) return Number(answer >> 32n);
          new DataView(this.#memory.buffer).setUint32(
            address + index * 4,
            Number(answer & 0xffffffffn),
            true,
          );
        }
        return STATUS_OK;
      },
    };
    this.#exports = new WebAssembly.Instance(new WebAssembly.Module(binary), { hal }).exports;
    this.#memory = new Uint8Array((this.#exports["memory"] as WebAssembly.Memory).buffer);
    this.provision(encodeKeyTable(keys));
  }

  /** Puts bytes where the key table is. */
  provision(table: Uint8Array): void {
    new Uint8Array(this.#keys.buffer).fill(0xff).set(table);
  }

  /**
   * Has an envelope read: the reason's name, "OK" where there is none, and the fields. Bytes around envelope and fields must be as they
   * were.
   * @param misalignment where the envelope stands, in bytes behind a multiple of 16
   */
  read(envelope: Uint8Array, misalignment = 0): { readonly reason: string; readonly fields: CoreFields } {
    const start = this.#call("inputPointer");
    const size = this.constant("ENVELOPE_FIELDS_SIZE");
    const fields = start + GUARD_BYTES;
    const place = fields + ((size + GUARD_BYTES + 15) & ~15) + misalignment;
    const end = place + envelope.length + GUARD_BYTES;
    this.#memory.fill(GUARD, start, end);
    this.#memory.set(envelope, place);
    const expected = this.#memory.slice(start, end);
    const reason = this.#call("readEnvelope", place, envelope.length, fields);
    const bytes = Buffer.from(this.#memory.subarray(fields, fields + size));
    expected.set(bytes, fields - start);
    if (Buffer.compare(expected, this.#memory.subarray(start, end)) !== 0)
      throw new Error("the reader wrote outside of its fields");
    return {
      reason: reason === 0 ? "OK" : (NAMES.get(reason) ?? `reason ${reason}`),
      fields: this.#view(bytes),
    };
  }

  /** An exported number. */
  constant(name: string): number {
    return (this.#exports[name] as WebAssembly.Global).value as number;
  }

  /** Names of all exported numbers. */
  get constants(): readonly string[] {
    return Object.keys(this.#exports).filter((name) => this.#exports[name] instanceof WebAssembly.Global);
  }

  #view(bytes: Buffer): CoreFields {
    return {
      bytes,
      word: (name) => bytes.readUInt32LE(this.constant(name)),
      part: (name, sizeBytes) => bytes.subarray(this.constant(name), this.constant(name) + sizeBytes),
    };
  }

  #read(offset: number): bigint {
    this.reads++;
    const at = (offset >>> 0) - KEYS_OFFSET;
    if (at < 0 || at + 4 > KEYS_SIZE || at % 4 !== 0) return BigInt(STATUS_UNREADABLE) << 32n;
    return BigInt(this.#keys.getUint32(at, true));
  }

  #call(name: string, ...parameters: number[]): number {
    return (this.#exports[name] as (...parameters: number[]) => number)(...parameters) >>> 0;
  }
}

/** The core's fields as the host's claims have them, so that both can be compared as a whole. */
export function claimsOf({ word, part }: CoreFields): EnvelopeClaims {
  const present = word("FIELD_PRESENT");
  const version = part("FIELD_VERSION", 8);
  const has = (label: number) => ((present >> label) & 1) === 1;
  const bytes = (name: string, sizeBytes: number) => Uint8Array.from(part(name, sizeBytes));
  return {
    digest: bytes("FIELD_DIGEST", 32),
    sizeBytes: word("FIELD_SIZE"),
    version: {
      major: version.readUInt8(0),
      minor: version.readUInt8(1),
      revision: version.readUInt16LE(2),
      build: version.readUInt32LE(4),
    },
    securityCounter: word("FIELD_COUNTER"),
    vendorId: bytes("FIELD_VENDOR", 16),
    classId: bytes("FIELD_CLASS", 16),
    kind: nameOf(UPDATE_KINDS, word("FIELD_KIND")),
    blockSizeBytes: word("FIELD_BLOCK_SIZE"),
    root: bytes("FIELD_ROOT", 32),
    transferSizeBytes: word("FIELD_TRANSFER_SIZE"),
    ...(has(11) && { baseDigest: bytes("FIELD_BASE", 32) }),
    ...(has(12) && {
      encryption: {
        cipher: nameOf(CIPHERS, word("FIELD_CIPHER")),
        keyWrap: nameOf(KEY_WRAPS, word("FIELD_WRAP")),
        recipient: bytes("FIELD_RECIPIENT", word("FIELD_RECIPIENT_SIZE")),
      },
    }),
    ...(has(13) && { billDigest: bytes("FIELD_BILL", 32) }),
  };
}

function nameOf<Name extends string>(numbers: Readonly<Record<Name, number>>, number: number): Name {
  const name = (Object.keys(numbers) as Name[]).find((one) => numbers[one] === number);
  if (name === undefined) throw new Error(`no name for ${number}`);
  return name;
}
