// The opcode table against the engine: for every opcode, both must agree on how many bytes belong to it.
import { expect, test } from "vitest";
import { decode } from "../../../../host/core/wasm/decode.js";
import { WasmFormatError } from "../../../../host/core/wasm/error.js";
import { immediatesOf } from "../../../../host/core/wasm/opcodes.js";
import { fromSections, isValid, section, sized } from "./fixtures.js";

const MAX_IMMEDIATES_SIZE_BYTES = 16;

// Nothing, or a value of each type.
const RESULTS = [[], [0x7f], [0x7e], [0x7d], [0x7c], [0x7b], [0x70], [0x6f]];

// One function with one local, and index 0 of everything that an immediate can name. The code comes behind an
// `unreachable`, so it finds whatever operands it wants.
function moduleWith(code: readonly number[], resultsIndex = 0): Uint8Array {
  return fromSections(
    section(1, [RESULTS.length, ...RESULTS.flatMap((results) => [0x60, 0, ...sized(results)])]),
    section(3, [1, resultsIndex]),
    section(4, [1, 0x70, 0, 1]),
    section(5, [1, 0, 1]),
    section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]),
    section(9, [1, 1, 0, 1, 0]), // one passive segment that declares function 0
    section(12, [1]),
    section(10, [1, ...sized([1, 1, 0x7f, 0x00, ...code, 0x0b])]),
    section(11, [1, 1, 0]),
  );
}

// Bytes of an instruction whose immediates are zeros, according to the decoder.
function lengthOf(opcode: readonly number[]): number {
  const { instructions } = decode(moduleWith([...opcode, ...zeros(MAX_IMMEDIATES_SIZE_BYTES)])).bodies[0]!;
  return instructions[1]!.endOffset - instructions[1]!.offset;
}

// Whether the engine sees a whole instruction in these bytes. If they are too few, it takes the body's `end`
// for a part of it; if they are too many, it takes the rest for `unreachable`.
function isWhole(bytes: readonly number[]): boolean {
  return RESULTS.some((_, index) => isValid(moduleWith(bytes, index)));
}

function isDecodable(bytes: readonly number[]): boolean {
  try {
    decode(moduleWith(bytes));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(WasmFormatError);
    return false;
  }
}

function zeros(count: number): number[] {
  return Array<number>(count).fill(0);
}

const encoded: [opcode: number, bytes: number[]][] = [];
for (let byte = 0; byte <= 0xff; byte++) if (byte < 0xfb) encoded.push([byte, [byte]]);
for (let number = 0; number <= 0xff; number++) {
  const leb = number < 0x80 ? [number] : [(number & 0x7f) | 0x80, 1];
  encoded.push([0xfc00 + number, [0xfc, ...leb]], [0xfd00 + number, [0xfd, ...leb]]);
}

// Proposals that a newer engine may know: tail calls, function references, exceptions, wide arithmetic.
const PROPOSALS = [0x06, 0x08, 0x09, 0x0a, 0x12, 0x13, 0x14, 0x15, 0x1f, 0xd3, 0xd4, 0xd5, 0xd6];
const isProposal = (opcode: number) => PROPOSALS.includes(opcode) || (opcode >= 0xfc12 && opcode <= 0xfcff);

// What zero bytes cannot spell: a construct that needs an end of its own, else, end, a typed select of one
// type, a null of a reference type.
const NEEDS_OTHER_BYTES = [0x02, 0x03, 0x04, 0x05, 0x0b, 0x1c, 0xd0];

test("the engine agrees on the length of every known instruction", () => {
  let compared = 0;
  for (const [opcode, bytes] of encoded) {
    if (immediatesOf(opcode) === undefined || NEEDS_OTHER_BYTES.includes(opcode)) continue;
    const immediatesSizeBytes = lengthOf(bytes) - bytes.length;
    const counts = [immediatesSizeBytes - 1, immediatesSizeBytes, immediatesSizeBytes + 1].filter(
      (count) => count >= 0,
    );
    const answers = counts.map((count) => isWhole([...bytes, ...zeros(count)]));
    expect([opcode.toString(16), answers]).toEqual([
      opcode.toString(16),
      counts.map((count) => count >= immediatesSizeBytes),
    ]);
    compared++;
  }
  expect(compared).toBe(183 - NEEDS_OTHER_BYTES.length + 18 + 236); // MVP and later one-byte opcodes, 0xfc, 0xfd
});

test("the engine knows no instruction that is missing here, proposals aside", () => {
  for (const [opcode, bytes] of encoded) {
    if (immediatesOf(opcode) !== undefined || isProposal(opcode)) continue;
    const binary = moduleWith([...bytes, ...zeros(MAX_IMMEDIATES_SIZE_BYTES)]);
    expect([opcode.toString(16), isValid(binary)]).toEqual([opcode.toString(16), false]);
  }
});

test.each([
  ["select (result i32)", [0x1c, 1, 0x7f]],
  ["ref.null extern", [0xd0, 0x6f]],
  ["block (result f64) end", [0x02, 0x7c, 0x00, 0x0b]],
  ["loop with a type index end", [0x03, 0x00, 0x0b]],
  ["if else end", [0x04, 0x40, 0x05, 0x0b]],
  ["i64.const with ten digits", [0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]],
])("both accept %s", (_name, code) => {
  expect(isWhole([...code, 0x00])).toBe(true);
  expect(isDecodable([...code, 0x00])).toBe(true);
});

test.each([
  ["a relaxed SIMD instruction", [0xfd, 0x80, 0x02], "unknown opcode 0xfd 0x100"],
  ["an atomic instruction", [0xfe, 0x00], "unknown opcode 0xfe"],
  ["a tail call", [0x12, 0x00], "unknown opcode 0x12"],
  ["a number that would alias another prefix", [0xfc, 0x8a, 0x02], "unknown opcode 0xfc 0x10a"],
])("%s is refused by its number, function and place", (_name, code, message) => {
  const binary = moduleWith(code);
  const offset = binary.length - section(11, [1, 1, 0]).length - code.length - 1;
  expect(() => decode(binary)).toThrow(`${message} at byte ${offset} in function 0`);
});
