// Files of the command line: read with clear errors, written whole or not at all. Knows no format.
import { MisuseError } from "../../core/errors.js";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";

const READ_MAX_BYTES = 256 * 1024 * 1024; // larger than any flash here; keeps a wrong argument from filling the memory
const KEY_MODE = 0o600;
const FILE_MODE = 0o666; // less the umask

/** A file that cannot be read or written: says which, what was expected and what was found. */
export class FileError extends MisuseError {
  override readonly name = "FileError";
}

/**
 * Reads a whole file.
 * @param path where it is
 * @param what what is expected there, for the error: "an image"
 * @throws FileError when there is none, it is not a file, too large, or may not be read.
 */
export function readBytes(path: string, what: string): Uint8Array {
  const stats = statOf(path, what);
  if (stats === undefined) throw new FileError(`${path}: expected ${what}, found no such file`);
  if (!stats.isFile() && !stats.isFIFO())
    throw new FileError(`${path}: expected ${what}, found ${kindOf(stats)}`);
  if (stats.size > READ_MAX_BYTES) {
    throw new FileError(`${path}: expected ${what} of at most ${READ_MAX_BYTES} bytes, found ${stats.size}`);
  }
  return attempt(`${path}: expected ${what}`, () => Uint8Array.from(readFileSync(path)));
}

/** Reads a whole file as UTF-8 text; arguments and errors as for readBytes. */
export function readText(path: string, what: string): string {
  return new TextDecoder().decode(readBytes(path, what));
}

/**
 * Writes a file atomically: after a crash there is the old content or the new, never a part.
 * @throws FileError when the place is not a regular file, or the folder does not take it.
 */
export function writeBytes(path: string, content: Uint8Array | string): void {
  replaceFile(path, content, FILE_MODE);
}

/**
 * Writes a private key atomically, readable by its owner only.
 * @param path where to
 * @param content the key
 * @param options `overwrite` lets it replace an existing file
 * @throws FileError when the file exists and may not be replaced, or cannot be written.
 */
export function writePrivateKey(
  path: string,
  content: string,
  options: { readonly overwrite: boolean },
): void {
  if (options.overwrite) {
    replaceFile(path, content, KEY_MODE);
    return;
  }
  // Taking the name first, exclusively, leaves no moment in which another's new key could be replaced.
  attempt(`${path}: expected a place for a new key (--force replaces a key)`, () =>
    closeSync(openSync(path, "wx", KEY_MODE)),
  );
  try {
    replaceFile(path, content, KEY_MODE);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Writes a private key where none is, whole from the first moment on, readable by its owner only. Of several that write at
 * once the first wins, and the others leave its key alone: read the file for the key that counts.
 * @throws FileError when it cannot be written, as on a file system without hard links.
 */
export function writeFirstPrivateKey(path: string, content: string): void {
  const temporary = temporaryBeside(path);
  attempt(`${path}: expected a place for a new key`, () => {
    try {
      writeDurably(temporary, content, KEY_MODE);
      linkSync(temporary, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/**
 * Checks that a file could be written: makes one beside it and takes it away again.
 * @param path where it is to be
 * @param name what errors call it; the path when absent
 * @throws FileError as writeBytes would.
 */
export function checkPlace(path: string, name = path): void {
  const temporary = temporaryBeside(targetOf(path, name));
  attempt(`${name}: expected a place to write`, () => {
    closeSync(openSync(temporary, "wx", FILE_MODE));
    rmSync(temporary);
  });
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** The file that a path stands for: a link keeps pointing at what it pointed at, and the file behind it is replaced. */
function targetOf(path: string, name = path): string {
  const stats = attempt(`${name}: expected a file to write`, () => statSync(path, { throwIfNoEntry: false }));
  if (stats === undefined) return path;
  if (!stats.isFile()) throw new FileError(`${name}: expected a file to write, found ${kindOf(stats)}`);
  return realpathSync(path);
}

function replaceFile(path: string, content: Uint8Array | string, mode: number): void {
  const target = targetOf(path);
  const temporary = temporaryBeside(target);
  attempt(`${path}: expected a place to write`, () => {
    try {
      writeDurably(temporary, content, mode);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

function writeDurably(path: string, content: Uint8Array | string, mode: number): void {
  const descriptor = openSync(path, "wx", mode);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function statOf(path: string, what: string): Stats | undefined {
  return attempt(`${path}: expected ${what}`, () => statSync(path, { throwIfNoEntry: false }));
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  return stats.isCharacterDevice() || stats.isBlockDevice() ? "a device" : "something else";
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EEXIST: "a file there already",
  ENOENT: "no such folder",
  ENOTDIR: "a file where a folder should be",
  ENOSPC: "no space left",
  EROFS: "a read-only file system",
  ELOOP: "a circle of links",
};

/**
 * Runs a file operation and turns the system's error into one line.
 * @param expected start of the line: what and where, what was expected
 * @throws FileError for an error of the system; any other error as it is
 */
export function attempt<Result>(expected: string, operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new FileError(`${expected}, found ${SYSTEM_ERRORS[code] ?? code}`);
  }
}
