// The types of a wasm module as plain data, and how their bytes are read (WebAssembly core specification 2.0,
// section 5.3). Never checks that a type fits where it is used.
import type { Reader } from "./reader.js";

export type ReferenceType = "funcref" | "externref";
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | ReferenceType;

export interface FunctionType {
  readonly kind: "function";
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface TableType {
  readonly kind: "table";
  readonly element: ReferenceType;
  readonly minimumEntries: number;
  readonly maximumEntries: number | null;
}

export interface MemoryType {
  readonly kind: "memory";
  /** In pages of 64 KiB. */
  readonly minimumPages: number;
  readonly maximumPages: number | null;
}

export interface GlobalType {
  readonly kind: "global";
  readonly value: ValueType;
  readonly isMutable: boolean;
}

/** What a module imports or exports. */
export type ExternType = FunctionType | TableType | MemoryType | GlobalType;

const VALUE_TYPES: ReadonlyMap<number, ValueType> = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
  [0x70, "funcref"],
  [0x6f, "externref"],
]);

/** Reads one value type. */
export function readValueType(reader: Reader): ValueType {
  const startOffset = reader.offset;
  const code = reader.byte();
  const type = VALUE_TYPES.get(code);
  if (type === undefined) throw reader.error(`unknown value type 0x${code.toString(16)}`, startOffset);
  return type;
}

/** Reads one reference type, which is also the heap type of `ref.null`. */
export function readReferenceType(reader: Reader): ReferenceType {
  const startOffset = reader.offset;
  const type = readValueType(reader);
  if (type !== "funcref" && type !== "externref")
    throw reader.error(`${type} is no reference type`, startOffset);
  return type;
}

/** Reads one entry of the type section, which must be a function type. */
export function readFunctionType(reader: Reader): FunctionType {
  const startOffset = reader.offset;
  const form = reader.byte();
  if (form !== 0x60) throw reader.error(`type form 0x${form.toString(16)} is no function type`, startOffset);
  const parameters = reader.vector(() => readValueType(reader));
  const results = reader.vector(() => readValueType(reader));
  return { kind: "function", parameters, results };
}

/** Reads one table type. */
export function readTableType(reader: Reader): TableType {
  const element = readReferenceType(reader);
  const [minimumEntries, maximumEntries] = readLimits(reader);
  return { kind: "table", element, minimumEntries, maximumEntries };
}

/** Reads one memory type; shared and 64-bit memories are refused. */
export function readMemoryType(reader: Reader): MemoryType {
  const [minimumPages, maximumPages] = readLimits(reader);
  return { kind: "memory", minimumPages, maximumPages };
}

/** Reads one global type. */
export function readGlobalType(reader: Reader): GlobalType {
  const value = readValueType(reader);
  const startOffset = reader.offset;
  const mutability = reader.byte();
  if (mutability > 1) throw reader.error(`mutability ${mutability}`, startOffset);
  return { kind: "global", value, isMutable: mutability === 1 };
}

function readLimits(reader: Reader): [minimum: number, maximum: number | null] {
  const startOffset = reader.offset;
  const flags = reader.byte();
  if (flags > 1)
    throw reader.error(`limits flags ${flags}: shared and 64-bit memories are not supported`, startOffset);
  const minimum = reader.u32();
  return [minimum, flags === 1 ? reader.u32() : null];
}
