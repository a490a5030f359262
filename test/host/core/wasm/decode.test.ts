// Reading a wasm binary: what is in a whole module, and with which place in the file a malformed one is refused. Never instantiates
// one.
import { describe, expect, test } from "vitest";
import { decode } from "../../../../host/core/wasm/decode.js";
import { WasmFormatError } from "../../../../host/core/wasm/error.js";
import { fromSections, fromText, isValid, section, sized, text } from "./fixtures.js";

const NO_TYPES = section(1, [1, 0x60, 0, 0]);
const ONE_FUNCTION = section(3, [1, 0]);

function withBody(...body: readonly number[]): Uint8Array {
  return fromSections(NO_TYPES, ONE_FUNCTION, section(10, [1, ...sized(body)]));
}

const RICH = fromText(
  `(module
    (import "m" "f" (func $f (param i32 i64) (result f32)))
    (import "m" "g" (global $g (mut f64)))
    (import "m" "t" (table $t 1 2 funcref))
    (memory (export "memory") 1 3)
    (global $own i32 (i32.const 7))
    (elem $passive externref (ref.null extern))
    (elem (table $t) (i32.const 0) func $main)
    (data $later "later") (data (i32.const 0) "now")
    (func $main (export "main") (local i32 i32 i64) (data.drop $later) (elem.drop $passive))
    (start $main))`,
  { hasNames: true },
);

describe("a whole module", () => {
  const module = decode(RICH);

  test("has its index spaces with what is imported first", () => {
    expect(isValid(RICH)).toBe(true);
    expect(module.functions).toEqual([
      { kind: "function", parameters: ["i32", "i64"], results: ["f32"] },
      { kind: "function", parameters: [], results: [] },
    ]);
    expect(module.globals.map(({ value, isMutable }) => [value, isMutable])).toEqual([
      ["f64", true],
      ["i32", false],
    ]);
    expect(module.importedGlobalCount).toBe(1);
    expect(module.tables).toEqual([
      { kind: "table", element: "funcref", minimumEntries: 1, maximumEntries: 2 },
    ]);
    expect(module.memories).toEqual([{ kind: "memory", minimumPages: 1, maximumPages: 3 }]);
    expect(module.exports).toEqual([
      { name: "memory", kind: "memory", index: 0 },
      { name: "main", kind: "function", index: 1 },
    ]);
    expect(module.startFunctionIndex).toBe(1);
    expect(module.functionNames.get(1)).toBe("main");
  });

  test("has bodies whose instructions follow each other without a gap", () => {
    const body = module.bodies[0]!;
    expect(body.functionIndex).toBe(1);
    expect(body.localCount).toBe(3);
    expect(body.instructions.map(({ opcode }) => opcode)).toEqual([0xfc09, 0xfc0d, 0x0b]);
    for (const [index, { endOffset }] of body.instructions.entries()) {
      expect(body.instructions[index + 1]?.offset ?? body.endOffset).toBe(endOffset);
    }
  });

  test("has sections that lie end to end", () => {
    expect(module.sections[0]!.offset).toBe(8);
    for (const [index, { endOffset }] of module.sections.entries()) {
      expect(module.sections[index + 1]?.offset ?? RICH.length).toBe(endOffset);
    }
  });

  test("cut off anywhere is refused, except between sections where no body is missing", () => {
    const placeOf = (wanted: number) => module.sections.find(({ id }) => id === wanted)!;
    const isWholeUpTo = (sizeBytes: number) =>
      module.sections.some(({ offset }) => offset === sizeBytes) &&
      (sizeBytes <= placeOf(3).offset || sizeBytes >= placeOf(10).endOffset);
    for (let sizeBytes = 0; sizeBytes < RICH.length; sizeBytes++) {
      const decodeStart = () => decode(RICH.subarray(0, sizeBytes));
      if (isWholeUpTo(sizeBytes)) expect(decodeStart).not.toThrow();
      else expect(decodeStart).toThrow(WasmFormatError);
    }
  });
});

test("every form of element and data segment is read to its end", () => {
  const zero = [0x41, 0, 0x0b];
  const elements = [
    [0, ...zero, 1, 0],
    [1, 0, 1, 0],
    [2, 0, ...zero, 0, 1, 0],
    [3, 0, 1, 0],
    [4, ...zero, 1, 0xd2, 0, 0x0b],
    [5, 0x70, 1, 0xd0, 0x70, 0x0b],
    [6, 0, ...zero, 0x70, 1, 0xd2, 0, 0x0b],
    [7, 0x70, 1, 0xd2, 0, 0x0b],
  ];
  const data = [
    [0, ...zero, 2, 1, 2],
    [1, 1, 3],
    [2, 0, ...zero, 0],
  ];
  const binary = fromSections(
    NO_TYPES,
    ONE_FUNCTION,
    section(4, [1, 0x70, 0, 9]),
    section(5, [1, 0, 1]),
    section(9, [elements.length, ...elements.flat()]),
    section(10, [1, ...sized([0, 0x0b])]),
    section(11, [data.length, ...data.flat()]),
  );
  expect(isValid(binary)).toBe(true);
  expect(decode(binary).sections).toHaveLength(7);
});

test.each<[string, Uint8Array, string]>([
  ["another magic", Uint8Array.of(0, 0x61, 0x73, 0x6e, 1, 0, 0, 0), "no wasm header of version 1 at byte 3"],
  [
    "another version",
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0),
    "no wasm header of version 1 at byte 4",
  ],
  ["nothing at all", new Uint8Array(), "unexpected end at byte 0"],
  [
    "a section that reaches behind the end",
    fromSections([1, 9, 0]),
    "unexpected end, 9 bytes expected at byte 10",
  ],
  ["a section twice", fromSections(NO_TYPES, NO_TYPES), "section 1 out of order at byte 14"],
  [
    "sections out of order",
    fromSections(section(5, [0]), section(3, [0])),
    "section 3 out of order at byte 11",
  ],
  ["the tag section", fromSections(section(13, [0])), "unknown section 13 at byte 8"],
  [
    "bytes behind a section's list",
    fromSections(section(1, [0, 0])),
    "section 1 is longer than what it lists",
  ],
  ["fewer bodies than functions", fromSections(NO_TYPES, ONE_FUNCTION), "1 functions but 0 bodies"],
  ["more bodies than functions", fromSections(section(10, [1, 2, 0, 0x0b])), "more bodies than functions"],
  ["a type that is no function", fromSections(section(1, [1, 0x5f, 0])), "type form 0x5f"],
  ["a function of no type", fromSections(section(3, [1, 0])), "type 0 of 0 at byte 11"],
  ["a shared memory", fromSections(section(5, [1, 3, 1, 1])), "limits flags 3"],
  ["a 64-bit memory", fromSections(section(5, [1, 4, 1])), "limits flags 4"],
  ["a table of numbers", fromSections(section(4, [1, 0x7f, 0, 1])), "i32 is no reference type"],
  ["a global of mutability 2", fromSections(section(6, [1, 0x7f, 2])), "mutability 2 at byte 12"],
  ["an export of nothing", fromSections(section(7, [1, 0, 2, 0])), "memory 0 of 0"],
  ["an import of a tag", fromSections(section(2, [1, 0, 0, 4, 0])), "unknown import or export kind 4"],
  ["element flags 8", fromSections(section(9, [1, 8])), "element segment flags 8"],
  ["data flags 3", fromSections(section(11, [1, 3])), "data segment flags 3"],
  ["a global that names a later one", fromSections(section(6, [1, 0x7f, 0, 0x23, 0, 0x0b])), "global 0 of 0"],
  ["a body without its end", withBody(0, 0x01), "unexpected end at byte 24 in function 0"],
  ["a body behind its end", withBody(0, 0x0b, 0x01), "body goes on behind its end at byte 24 in function 0"],
  [
    "an else outside an if",
    withBody(0, 0x02, 0x40, 0x05, 0x0b, 0x0b),
    "else without if at byte 25 in function 0",
  ],
  ["a second else", withBody(0, 0x04, 0x40, 0x05, 0x05, 0x0b, 0x0b), "else without if at byte 26"],
  [
    "a label too far out",
    withBody(0, 0x02, 0x40, 0x0c, 2, 0x0b, 0x0b),
    "label 2 of 2 at byte 26 in function 0",
  ],
  [
    "a br_table of 2^32 - 1 labels",
    withBody(0, 0x0e, 255, 255, 255, 255, 15, 0),
    "unexpected end at byte 30",
  ],
  ["locals without end", withBody(1, 255, 255, 255, 255, 15, 0x7f, 0x0b), "more than 49000 locals"],
])("%s is refused with its place", (_what, binary, message) => {
  expect(() => decode(binary)).toThrow(WasmFormatError);
  expect(() => decode(binary)).toThrow(message);
});

test("a malformed name section gives no names and no error, as in engines", () => {
  const nameSection = (content: readonly number[]) => section(0, [...text("name"), ...content]);
  const good = nameSection([1, ...sized([1, 0, ...text("f")])]);
  const bad = nameSection([1, ...sized([2, 0, ...text("f")])]);
  expect([...decode(fromSections(good)).functionNames]).toEqual([[0, "f"]]);
  expect(isValid(fromSections(bad))).toBe(true);
  expect([...decode(fromSections(bad)).functionNames]).toEqual([]);
});

test("nesting as deep as the binary is long does not overflow the stack", () => {
  const depth = 200_000;
  const code = [...Array<number[]>(depth).fill([0x02, 0x40]).flat(), ...Array<number>(depth).fill(0x0b)];
  const binary = fromSections(NO_TYPES, ONE_FUNCTION, section(10, [1, ...sized([0, ...code, 0x0b])]));
  expect(decode(binary).bodies[0]!.instructions).toHaveLength(2 * depth + 1);
});
