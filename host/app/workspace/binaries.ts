// Payloads and images of the command line: files that must be raw binaries. Judges no image.
import { MisuseError } from "../../core/errors.js";
import { wrappingOf } from "../../image/wrapping.js";
import { readBytes } from "./files.js";

/**
 * Reads a file that must be a raw binary.
 * @param path where it is
 * @param what what is expected there, for errors: "an image"
 * @throws {MisuseError} for a file that holds one in a wrapping, like ELF; FileError where it cannot be read.
 */
export function readBinary(path: string, what: string): Uint8Array {
  const bytes = readBytes(path, what);
  const wrapping = wrappingOf(bytes);
  if (wrapping === undefined) return bytes;
  throw new MisuseError(`${path}: expected ${what}, found ${wrapping.name} (${wrapping.advice})`);
}
