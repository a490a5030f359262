// The state of an HSS signer: what its file holds and how it is replaced. Never releases a state that was not made
// durable first, never repairs a damaged one.
import { MisuseError } from "../../core/errors.js";
import * as nodeFiles from "node:fs";
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import {
  IDENTIFIER_SIZE_BYTES,
  LMOTS_WINDOWS,
  LMS_HEIGHTS,
  SEED_SIZE_BYTES,
  type LmsParameters,
  type LmsSecret,
} from "./tree.js";

export const MAX_LEVELS = 3;
const FORMAT = "everboot HSS state 1";

/**
 * The file is one line of JSON, secret, readable by its owner only, with exactly these members in this order:
 *
 * | member | content |
 * | --- | --- |
 * | `format` | "everboot HSS state 1" |
 * | `levels` | one to three of `{ height, window }`, top tree first |
 * | `identifier` | I of the top tree, 32 hex digits |
 * | `seed` | SEED of the top tree, 64 hex digits: the secret |
 * | `used` | decimal number of leaves given out or skipped: the next signature takes this one, counted from 0 |
 * | `check` | SHA-256, in hex, of the line as it would be without this member |
 *
 * Two copies of the file sign twice with one leaf, which gives the key away: move it, never copy it.
 */
export interface LmsState {
  readonly levels: readonly LmsParameters[];
  readonly secret: LmsSecret;
  readonly used: bigint;
}

export type LmsStateReason = "missing" | "exists" | "busy" | "damaged" | "exhausted";

/** A state file that cannot be signed with; nothing was signed. */
export class LmsStateError extends MisuseError {
  override readonly name = "LmsStateError";
  readonly reason: LmsStateReason;

  constructor(reason: LmsStateReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What the state file needs of a file system; each call is over when it returns. */
export interface StateStorage {
  /** Content of a file, undefined where there is none. */
  read(path: string): Uint8Array | undefined;
  /** Creates a file, for its owner only, and makes its content durable; false where it exists already. */
  create(path: string, content: Uint8Array): boolean;
  /** Gives a file another name, atomically, in place of what had that name. */
  rename(from: string, to: string): void;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): void;
  remove(path: string): void;
}

/** How many signatures these trees make. */
export function leafCount(levels: readonly LmsParameters[]): bigint {
  return 2n ** BigInt(levels.reduce((sum, { height }) => sum + height, 0));
}

/**
 * Stores a new state under a name that nothing has yet.
 * @throws LmsStateError "exists"
 */
export function createState(path: string, state: LmsState, storage: StateStorage): void {
  if (!storage.create(path, encode(state)))
    throw new LmsStateError(
      "exists",
      `${path}: expected no file yet: a new key never replaces another's state`,
    );
  storage.syncDirectory(dirname(path));
}

/**
 * Reads a state.
 * @throws LmsStateError "missing" or "damaged"
 */
export function readState(path: string, storage: StateStorage): LmsState {
  return decode(path, readBytes(path, storage));
}

/**
 * Takes the next leaf: the state that counts it as used is durable when this returns the state before.
 * The new state is written beside the old one, synced, and renamed over it; then the directory is synced. The file
 * beside it also keeps a second signer out; a cut leaves it there, and `used` as it was or one further.
 * @throws LmsStateError "missing", "damaged", "exhausted" or "busy"
 */
export function takeLeaf(path: string, storage: StateStorage): LmsState {
  const next = `${path}.next`;
  const bytes = readBytes(path, storage);
  const state = decode(path, bytes);
  if (state.used >= leafCount(state.levels))
    throw new LmsStateError("exhausted", `${path}: all ${state.used} signatures of this key were used`);
  if (!storage.create(next, encode({ ...state, used: state.used + 1n })))
    throw new LmsStateError(
      "busy",
      `${next} exists: another signer is at work, or was cut off: then remove it`,
    );
  if (!readBytes(path, storage).equals(bytes)) {
    storage.remove(next);
    throw new LmsStateError(
      "busy",
      `${path} changed while it was read: another signer is at work: try again`,
    );
  }
  storage.rename(next, path);
  storage.syncDirectory(dirname(path));
  return state;
}

/** The real file system; another one with the same functions may stand in for it. */
export function fileStorage(files: FileFunctions = nodeFiles): StateStorage {
  return {
    read: (path) => (files.existsSync(path) ? files.readFileSync(path) : undefined),
    create: (path, content) => createFile(files, path, content),
    rename: (from, to) => files.renameSync(from, to),
    syncDirectory: (path) => withFile(files, files.openSync(path, "r"), () => undefined),
    remove: (path) => files.unlinkSync(path),
  };
}

/** The functions of node:fs that state files use. */
export type FileFunctions = Pick<
  typeof nodeFiles,
  | "existsSync"
  | "readFileSync"
  | "openSync"
  | "writeFileSync"
  | "fsyncSync"
  | "closeSync"
  | "renameSync"
  | "unlinkSync"
>;

function createFile(files: FileFunctions, path: string, content: Uint8Array): boolean {
  let file: number;
  try {
    file = files.openSync(path, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  try {
    withFile(files, file, () => files.writeFileSync(file, content));
  } catch (error) {
    files.unlinkSync(path); // a full disk, say: nothing refers to the file yet
    throw error;
  }
  return true;
}

/** Does something to an open file, syncs it and closes it. */
function withFile(files: FileFunctions, file: number, change: () => void): void {
  try {
    change();
    files.fsyncSync(file);
  } finally {
    files.closeSync(file);
  }
}

function readBytes(path: string, storage: StateStorage): Buffer {
  const bytes = storage.read(path);
  if (bytes === undefined)
    throw new LmsStateError("missing", `${path}: expected a signer's state, found no file`);
  return Buffer.from(bytes);
}

function encode({ levels, secret, used }: LmsState): Buffer {
  const body = {
    format: FORMAT,
    levels: levels.map(({ height, window }) => ({ height, window })),
    identifier: Buffer.from(secret.identifier).toString("hex"),
    seed: Buffer.from(secret.seed).toString("hex"),
    used: used.toString(),
  };
  const check = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  return Buffer.from(`${JSON.stringify({ ...body, check })}\n`);
}

/** Reads a state; right only where encoding it again gives the same bytes, so that any changed byte is found. */
function decode(path: string, bytes: Buffer): LmsState {
  const state = parse(bytes);
  if (state === undefined || !encode(state).equals(bytes))
    throw new LmsStateError(
      "damaged",
      `${path}: expected an undamaged ${FORMAT}: restore no old copy, make a new key`,
    );
  return state;
}

function parse(bytes: Buffer): LmsState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { levels, identifier, seed, used } = value as Record<string, unknown>;
  if (!Array.isArray(levels) || !levels.every(isParameters)) return undefined;
  if (levels.length < 1 || levels.length > MAX_LEVELS) return undefined;
  if (!isHex(identifier, IDENTIFIER_SIZE_BYTES) || !isHex(seed, SEED_SIZE_BYTES)) return undefined;
  if (typeof used !== "string" || !/^(0|[1-9][0-9]{0,15})$/.test(used)) return undefined;
  return {
    levels,
    secret: { identifier: Buffer.from(identifier, "hex"), seed: Buffer.from(seed, "hex") },
    used: BigInt(used),
  };
}

function isParameters(value: unknown): value is LmsParameters {
  if (typeof value !== "object" || value === null) return false;
  const { height, window } = value as Record<string, unknown>;
  return LMS_HEIGHTS.some((known) => known === height) && LMOTS_WINDOWS.some((known) => known === window);
}

function isHex(value: unknown, sizeBytes: number): value is string {
  return typeof value === "string" && value.length === 2 * sizeBytes && /^[0-9a-f]*$/.test(value);
}
