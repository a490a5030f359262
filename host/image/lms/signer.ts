// An HSS signer (RFC 8554, 6) over one state file: hash-based signatures, each of which uses a leaf up for good. Never
// releases a signature before the file that counts its leaf as used is durable, so that a crash can skip a leaf but
// never use one twice.
import { MisuseError } from "../../core/errors.js";
import { randomBytes } from "node:crypto";
import {
  MAX_LEVELS,
  createState,
  fileStorage,
  leafCount,
  readState,
  takeLeaf,
  type LmsState,
  type StateStorage,
} from "./state.js";
import {
  IDENTIFIER_SIZE_BYTES,
  LMS_PUBLIC_KEY_SIZE_BYTES,
  LmsTree,
  SEED_SIZE_BYTES,
  lmsSignatureSizeBytes,
  u32,
  type LmsParameters,
  type LmsSecret,
} from "./tree.js";

/** Parameters or a secret that no HSS key has. */
export class InvalidLmsKeyError extends MisuseError {
  override readonly name = "InvalidLmsKeyError";
}

/** What a new key is made of. */
export interface LmsKeyOptions {
  /** One to three trees, top first. */
  readonly levels: readonly LmsParameters[];
  /** What every key of the hierarchy follows from; without it, random. */
  readonly secret?: LmsSecret | undefined;
}

/**
 * Makes a new key and stores its state; with the same secret the same key.
 * @param path of a file that does not exist yet; its format is LmsState's
 * @returns a signer over that file
 * @throws InvalidLmsKeyError for no or too many levels, or a secret of the wrong size
 * @throws LmsStateError "exists"
 */
export function createLmsSigner(
  path: string,
  { levels, secret = randomSecret() }: LmsKeyOptions,
  storage: StateStorage = fileStorage(),
): LmsSigner {
  if (levels.length < 1 || levels.length > MAX_LEVELS)
    throw new InvalidLmsKeyError(`levels: expected 1 to ${MAX_LEVELS}, found ${levels.length}`);
  requireSize("identifier", secret.identifier, IDENTIFIER_SIZE_BYTES);
  requireSize("seed", secret.seed, SEED_SIZE_BYTES);
  createState(path, { levels, secret, used: 0n }, storage);
  return new LmsSigner(path, storage);
}

/** Signs with the key whose state a file holds; keeps the trees that it computed, never the leaf count. */
export class LmsSigner {
  readonly #path: string;
  readonly #storage: StateStorage;
  /** The trees last used, top first, each with the leaf above it that certifies it. */
  readonly #trees: { certifier: bigint; tree: LmsTree }[] = [];
  /** What the trees follow from, as text. */
  #origin = "";

  /** @param path of the state file that createLmsSigner made */
  constructor(path: string, storage: StateStorage = fileStorage()) {
    this.#path = path;
    this.#storage = storage;
  }

  /**
   * The HSS public key: u32 number of levels, then the top tree's LMS public key; 60 bytes (RFC 8554, 6.1).
   * @throws LmsStateError "missing" or "damaged"
   */
  get publicKey(): Uint8Array {
    const state = readState(this.#path, this.#storage);
    return Buffer.concat([u32(state.levels.length), this.#tree(state, 0, 0n).publicKey]);
  }

  /**
   * How many signatures are left.
   * @throws LmsStateError "missing" or "damaged"
   */
  get remaining(): bigint {
    const { levels, used } = readState(this.#path, this.#storage);
    return leafCount(levels) - used;
  }

  /**
   * Size in bytes of every signature of this key (RFC 8554, 6.2).
   * @throws LmsStateError "missing" or "damaged"
   */
  get signatureSizeBytes(): number {
    const { levels } = readState(this.#path, this.#storage);
    const certificates = (levels.length - 1) * LMS_PUBLIC_KEY_SIZE_BYTES;
    return levels.reduce((sum, level) => sum + lmsSignatureSizeBytes(level), 4 + certificates);
  }

  /**
   * Signs a message (RFC 8554, algorithm 8) with the next leaf, which is used up even where this throws later.
   * @throws LmsStateError "missing", "damaged", "exhausted" or "busy"
   */
  sign(message: Uint8Array): Uint8Array {
    const state = takeLeaf(this.#path, this.#storage);
    const { levels } = state;
    const parts: Uint8Array[] = [u32(levels.length - 1)];
    let below = leafCount(levels);
    let certifier = 0n;
    let tree = this.#tree(state, 0, certifier);
    for (const [level, { height }] of levels.entries()) {
      below /= 2n ** BigInt(height);
      const leaf = Number((state.used / below) % 2n ** BigInt(height));
      if (level === levels.length - 1) {
        parts.push(tree.sign(message, leaf));
        break;
      }
      // This tree signs the next one's key with a leaf that signs nothing else: the same bytes each time.
      certifier = state.used / below;
      const next = this.#tree(state, level + 1, certifier, () => tree.childSecret(leaf));
      parts.push(tree.sign(next.publicKey, leaf), next.publicKey);
      tree = next;
    }
    return Buffer.concat(parts);
  }

  /** The tree of a level below a certain leaf: the one at hand, or made now. */
  #tree(
    state: LmsState,
    level: number,
    certifier: bigint,
    secret: () => LmsSecret = () => state.secret,
  ): LmsTree {
    const { levels, secret: top } = state;
    const origin = JSON.stringify([levels, [...top.identifier], [...top.seed]]);
    if (origin !== this.#origin) this.#trees.length = 0; // another key's file took the name
    this.#origin = origin;
    const known = this.#trees[level];
    if (known?.certifier === certifier) return known.tree;
    const tree = new LmsTree(state.levels[level] as LmsParameters, secret());
    this.#trees[level] = { certifier, tree };
    return tree;
  }
}

function randomSecret(): LmsSecret {
  return { identifier: randomBytes(IDENTIFIER_SIZE_BYTES), seed: randomBytes(SEED_SIZE_BYTES) };
}

function requireSize(name: string, bytes: Uint8Array, sizeBytes: number): void {
  if (bytes.length !== sizeBytes)
    throw new InvalidLmsKeyError(`${name}: expected ${sizeBytes} bytes, found ${bytes.length}`);
}
