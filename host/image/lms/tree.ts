// One LMS key pair with SHA-256/M32 (RFC 8554, 4 and 5): its hash tree and its one-time signatures, from a seed as in
// appendix A. Pure: which leaf was used before is for the caller to know (signer.ts); never uses one twice itself.
import { hash } from "node:crypto";

export const LMS_HEIGHTS = [5, 10, 15] as const;
export type LmsHeight = (typeof LMS_HEIGHTS)[number];
export const LMOTS_WINDOWS = [1, 2, 4, 8] as const;
export type LmotsWindow = (typeof LMOTS_WINDOWS)[number];

/** Parameters of one LMS tree. */
export interface LmsParameters {
  /** Height h: the tree signs 2^h times. Making it takes 2^h chains of hashes: at h = 15 minutes. */
  readonly height: LmsHeight;
  /** Width w of the Winternitz digits in bits: 8 makes small signatures and slow keys, 1 the opposite. */
  readonly window: LmotsWindow;
}

/** What a tree's keys follow from. */
export interface LmsSecret {
  /** I, 16 bytes, public. */
  readonly identifier: Uint8Array;
  /** SEED, 32 bytes, secret. */
  readonly seed: Uint8Array;
}

export const IDENTIFIER_SIZE_BYTES = 16;
export const SEED_SIZE_BYTES = 32;

const HASH_SIZE_BYTES = 32;
export const LMS_PUBLIC_KEY_SIZE_BYTES = 56; // RFC 8554, 5.3
// RFC 8554, 7.1
const D_PBLC = 0x8080;
const D_MESG = 0x8181;
const D_LEAF = 0x8282;
const D_INTR = 0x8383;
// RFC 8554, appendix A, keeps u16 chain numbers apart from each other; these lie above every p (265 at most).
const NUMBER_RANDOMIZER = 0xfffd;
const NUMBER_CHILD_SEED = 0xfffe;
const NUMBER_CHILD_IDENTIFIER = 0xffff;
const SECRET_STEP = 0xff; // RFC 8554, appendix A

/** One LMS tree, all of its nodes in memory: 64 * 2^h bytes. */
export class LmsTree {
  readonly #parameters: LmsParameters;
  readonly #secret: LmsSecret;
  /** T[1] to T[2^(h+1) - 1], RFC 8554, 5.3; index 0 is unused. */
  readonly #nodes: readonly Buffer[];

  /** Computes every node from the secret: all of the key generation's work. */
  constructor(parameters: LmsParameters, secret: LmsSecret) {
    this.#parameters = parameters;
    this.#secret = secret;
    const leaves = 2 ** parameters.height;
    const nodes: Buffer[] = new Array<Buffer>(2 * leaves);
    nodes[0] = Buffer.alloc(0);
    for (let number = 2 * leaves - 1; number >= 1; number--) {
      nodes[number] =
        number >= leaves
          ? this.#hash(number, D_LEAF, this.#oneTimePublicKey(number - leaves))
          : this.#hash(number, D_INTR, nodes[2 * number] as Buffer, nodes[2 * number + 1] as Buffer);
    }
    this.#nodes = nodes;
  }

  /** The LMS public key, 56 bytes (RFC 8554, 5.3). */
  get publicKey(): Uint8Array {
    const { height, window } = this.#parameters;
    return Buffer.concat([
      u32(lmsType(height)),
      u32(lmotsType(window)),
      this.#secret.identifier,
      this.#nodes[1] as Buffer,
    ]);
  }

  /**
   * Signs with one leaf (RFC 8554, algorithm 5); a leaf must never sign two messages.
   * @param leaf q, 0 to 2^h - 1
   * @param randomizer C, 32 bytes; without it, one that follows from the secret
   */
  sign(message: Uint8Array, leaf: number, randomizer?: Uint8Array): Uint8Array {
    const { height, window } = this.#parameters;
    if (!Number.isInteger(leaf) || leaf < 0 || leaf >= 2 ** height)
      throw new RangeError(`leaf: expected 0 to ${2 ** height - 1}, found ${leaf}`);
    const c = randomizer ?? this.#derive(leaf, NUMBER_RANDOMIZER);
    const digits = signedDigits(this.#hash(leaf, D_MESG, c, message), window);
    const chains = digits.map((digit, chain) => {
      return this.#chain(leaf, chain, { from: 0, to: digit, value: this.#derive(leaf, chain) });
    });
    const path: Buffer[] = [];
    for (let number = 2 ** height + leaf; number > 1; number >>>= 1) {
      path.push(this.#nodes[number ^ 1] as Buffer);
    }
    return Buffer.concat([u32(leaf), u32(lmotsType(window)), c, ...chains, u32(lmsType(height)), ...path]);
  }

  /** The secret of the tree that this leaf certifies, in a hierarchy. */
  childSecret(leaf: number): LmsSecret {
    return {
      identifier: this.#derive(leaf, NUMBER_CHILD_IDENTIFIER).subarray(0, IDENTIFIER_SIZE_BYTES),
      seed: this.#derive(leaf, NUMBER_CHILD_SEED),
    };
  }

  /** RFC 8554, algorithm 1. */
  #oneTimePublicKey(leaf: number): Buffer {
    const { window } = this.#parameters;
    const chains: Buffer[] = [];
    for (let chain = 0; chain < chainCount(window); chain++) {
      chains.push(
        this.#chain(leaf, chain, { from: 0, to: 2 ** window - 1, value: this.#derive(leaf, chain) }),
      );
    }
    return this.#hash(leaf, D_PBLC, ...chains);
  }

  /** Steps from..to-1 of a hash chain. */
  #chain(leaf: number, chain: number, steps: { from: number; to: number; value: Buffer }): Buffer {
    const input = this.#chainInput(leaf, chain);
    steps.value.copy(input, 23);
    let value = steps.value;
    for (let step = steps.from; step < steps.to; step++) {
      input[22] = step;
      value = hash("sha256", input, "buffer");
      value.copy(input, 23);
    }
    return value;
  }

  /** H(I | q | i | 0xff | SEED), RFC 8554, appendix A. */
  #derive(leaf: number, number: number): Buffer {
    const input = this.#chainInput(leaf, number);
    input[22] = SECRET_STEP;
    input.set(this.#secret.seed, 23);
    return hash("sha256", input, "buffer");
  }

  #chainInput(leaf: number, number: number): Buffer {
    const input = Buffer.alloc(23 + HASH_SIZE_BYTES);
    input.set(this.#secret.identifier);
    input.writeUInt32BE(leaf, 16);
    input.writeUInt16BE(number, 20);
    return input;
  }

  #hash(number: number, tag: number, ...parts: readonly Uint8Array[]): Buffer {
    return hash(
      "sha256",
      Buffer.concat([this.#secret.identifier, u32(number), u16(tag), ...parts]),
      "buffer",
    );
  }
}

/** Size in bytes of one tree's signature (RFC 8554, 5.4): q, type, C, chains, type, path. */
export function lmsSignatureSizeBytes({ height, window }: LmsParameters): number {
  return 4 + 4 + HASH_SIZE_BYTES * (1 + chainCount(window)) + 4 + HASH_SIZE_BYTES * height;
}

/** p of RFC 8554, table 1. */
function chainCount(window: LmotsWindow): number {
  return { 1: 265, 2: 133, 4: 67, 8: 34 }[window];
}

/** RFC 8554, table 1. */
function lmotsType(window: LmotsWindow): number {
  return 1 + Math.log2(window);
}

/** RFC 8554, table 2. */
function lmsType(height: LmsHeight): number {
  return 4 + height / 5;
}

/** The digits of a message digest and its checksum: how far each chain goes (RFC 8554, 3.1.3 and 4.4). */
function signedDigits(digest: Uint8Array, window: LmotsWindow): number[] {
  const last = 2 ** window - 1;
  const ofDigest = digitsOf(digest, window);
  const checksum = ofDigest.reduce((sum, digit) => sum + last - digit, 0);
  const shift = { 1: 7, 2: 6, 4: 4, 8: 0 }[window]; // ls of RFC 8554, table 1
  return [...ofDigest, ...digitsOf(u16(checksum << shift), window)].slice(0, chainCount(window));
}

function digitsOf(bytes: Uint8Array, window: LmotsWindow): number[] {
  return [...bytes].flatMap((byte) =>
    Array.from(
      { length: 8 / window },
      (_, index) => (byte >> (8 - window * (index + 1))) & (2 ** window - 1),
    ),
  );
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** `value`, 0 to 2^32 - 1, as four big-endian bytes. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
