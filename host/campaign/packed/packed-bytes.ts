// What is packed for a file, taken apart again: CBOR that is held against its schema, and words as bytes, little-endian whatever the machine.
import { decode } from "cborg";
import type { z } from "zod";
import { MisuseError } from "../../core/errors.js";
import { VERSION } from "./share-schema.js";

/**
 * Reads packed data.
 * @param where names its origin in errors
 * @throws {MisuseError} in one line, where it is damaged or of another version
 */
export function unpacked<Schema extends z.ZodType>(
  schema: Schema,
  data: Uint8Array,
  where: string,
): z.infer<Schema> {
  let value: unknown;
  try {
    value = decode(data, { rejectDuplicateMapKeys: true });
  } catch (error) {
    throw new MisuseError(
      `${where}: expected a packed share, found damaged bytes (${(error as Error).message})`,
    );
  }
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (version !== VERSION)
    throw new MisuseError(
      `${where}: expected a packed share of version ${VERSION}, found ${String(version)}`,
    );
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MisuseError(`${where}: damaged share, ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Words as bytes, little-endian. */
export function bytesOf(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, at) => view.setUint32(at * 4, word, true));
  return new Uint8Array(view.buffer);
}

/**
 * Bytes as words; a copy, as CBOR aligns nothing.
 * @throws {MisuseError} where they are no whole words
 */
export function wordsOf(data: Uint8Array, where: string): Uint32Array {
  if (data.length % 4 !== 0)
    throw new MisuseError(`${where}: expected a multiple of 4 bytes, found ${data.length}`);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Uint32Array.from({ length: data.length / 4 }, (_, at) => view.getUint32(at * 4, true));
}
