// HSS signatures of any shape, right or wrong in numbers and types: one-time keys and paths are made up, and the public
// key is whatever root they lead to. Written from RFC 8554 apart from the signer and the verifier. Also the RFC's own test
// cases. Tests nothing itself.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CryptoModule } from "./module.js";

export const HASH_SIZE = 32;

/** One level of a signature. Unknown types need the height or window that the bytes shall have all the same. */
export interface LmsShape {
  readonly lmsType: number;
  readonly otsType: number;
  readonly leaf: number;
  readonly height?: number;
  readonly window?: number;
}

export interface HssSigned {
  readonly message: Buffer;
  readonly publicKey: Buffer;
  readonly signature: Buffer;
}

const sha256 = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
const made = (...words: (string | number)[]): Buffer => sha256(Buffer.from(words.join(" ")));

function number(value: number, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUIntBE(value, 0, sizeBytes);
  return bytes;
}

/** Coefficients of RFC 8554, 3.1.3, through a string of bits. */
function coefficients(bytes: Uint8Array, window: number): number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: bits.length / window }, (_, i) =>
    Number.parseInt(bits.slice(i * window, (i + 1) * window), 2),
  );
}

/** One LMS signature and the key that it verifies with. */
function lmsSignature(
  shape: LmsShape,
  message: Uint8Array,
  name: string,
): { key: Buffer; signature: Buffer } {
  const { lmsType, otsType, leaf } = shape;
  const height = shape.height ?? 5 * (lmsType - 4);
  const window = shape.window ?? 2 ** (otsType - 1);
  const identifier = made("identifier", name).subarray(0, 16);
  const randomizer = made("randomizer", name);
  const digest = sha256(identifier, number(leaf, 4), number(0x8181, 2), randomizer, message);
  const last = 2 ** window - 1;
  const sum = coefficients(digest, window).reduce((total, digit) => total + last - digit, 0);
  // p and ls, RFC 8554, appendix B
  const checksumDigits = Math.ceil((Math.floor(Math.log2((last * 256) / window)) + 1) / window);
  const chains = 256 / window + checksumDigits;
  const checksum = number(sum * 2 ** (16 - checksumDigits * window), 2);
  const digits = coefficients(Buffer.concat([digest, checksum]), window).slice(0, chains);
  const step = (value: Buffer, chain: number, j: number): Buffer =>
    sha256(identifier, number(leaf, 4), number(chain, 2), number(j, 1), value);
  const signed: Buffer[] = [];
  const ends: Buffer[] = [];
  for (const [chain, digit] of digits.entries()) {
    let value = made("chain", name, chain);
    signed.push(value);
    for (let j = digit; j < last; j++) value = step(value, chain, j);
    ends.push(value);
  }
  const oneTimeKey = sha256(identifier, number(leaf, 4), number(0x8080, 2), ...ends);
  const path = Array.from({ length: height }, (_, i) => made("path", name, i));
  let node = 2 ** height + leaf;
  let value = sha256(identifier, number(node % 2 ** 32, 4), number(0x8282, 2), oneTimeKey);
  for (const sibling of path) {
    const parent = Math.floor(node / 2);
    const pair = node % 2 === 1 ? [sibling, value] : [value, sibling];
    value = sha256(identifier, number(parent % 2 ** 32, 4), number(0x8383, 2), ...pair);
    node = parent;
  }
  return {
    key: Buffer.concat([number(lmsType, 4), number(otsType, 4), identifier, value]),
    signature: Buffer.concat([
      number(leaf, 4),
      number(otsType, 4),
      randomizer,
      ...signed,
      number(lmsType, 4),
      ...path,
    ]),
  };
}

/** An HSS signature of these levels, top first. */
export function hssSignature(
  levels: readonly LmsShape[],
  { message = Buffer.from("message") }: { message?: Buffer } = {},
): HssSigned {
  let content: Buffer = message;
  const parts: Buffer[] = [];
  for (const [index, shape] of [...levels.entries()].reverse()) {
    const { key, signature } = lmsSignature(shape, content, `level ${index}`);
    parts.unshift(signature, ...(index < levels.length - 1 ? [content] : []));
    content = key;
  }
  return {
    message,
    publicKey: Buffer.concat([number(levels.length, 4), content]),
    signature: Buffer.concat([number(levels.length - 1, 4), ...parts]),
  };
}

/** Whether a built crypto module verifies a signature; its areas stand until the module is cleared. */
export function coreVerifies(
  module: CryptoModule,
  { message, publicKey, signature }: Readonly<Record<keyof HssSigned, Uint8Array>>,
  misalignment = 0,
): boolean {
  module.clear();
  const place = (bytes: Uint8Array): number => module.input(bytes, misalignment);
  const [m, s, k] = [place(message), place(signature), place(publicKey)];
  const scratch = module.buffer(module.constant("LMS_SCRATCH_SIZE"));
  return module.call("hssVerifyInMemory", m, message.length, s, signature.length, k, scratch) !== 0;
}

interface VectorFile {
  readonly cases: readonly {
    readonly name: string;
    readonly message: string;
    readonly publicKey: readonly string[];
    readonly signature: readonly string[];
  }[];
}

const FILE = join(import.meta.dirname, "../../vectors/rfc8554-hss.json");

/** RFC 8554, appendix F: each test case's name and what it signs. */
export const HSS_VECTORS = (JSON.parse(readFileSync(FILE, "utf8")) as VectorFile).cases.map(
  ({ name, message, publicKey, signature }): [string, HssSigned] => [
    name,
    {
      message: Buffer.from(message),
      publicKey: Buffer.from(publicKey.join(""), "hex"),
      signature: Buffer.from(signature.join(""), "hex"),
    },
  ],
);
