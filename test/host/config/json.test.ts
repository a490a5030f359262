// Places of mistakes in JSON, against JSON.parse for whether there is one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonMistake } from "../../../host/config/json.js";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a mistake in JSON", () => {
  it.each([
    ['{"a": 1;}', "1:8", '"," or "}"', '";"'],
    ['{\n  "a": [1, 2,\n]}', "3:1", "a value", '"]"'],
    ["{a: 1}", "1:2", 'a key in double quotes or "}"', '"a"'],
    ['{"a": 1,}', "1:9", "a key in double quotes", '"}"'],
    ['{"a" 1}', "1:6", '":"', '"1"'],
    ["[1 2]", "1:4", '"," or "]"', '"2"'],
    ["[", "1:2", 'a value or "]"', "the end of the file"],
    ["", "1:1", "a value", "the end of the file"],
    ["{}\n{}", "2:1", "the end of the file", '"{"'],
    ["[0x10]", "1:2", 'a value or "]"', '"0x10"'],
    ['{"a": undefined}', "1:7", "a value", '"undefined"'],
    ['["a\nb"]', "1:2", 'a value or "]"', '"\\""'],
    ["// x\n{}", "1:1", "a value", '"/"'],
    ["[}", "1:2", 'a value or "]"', '"}"'],
  ])("in %j is at %s", (text, at, expected, found) => {
    const mistake = jsonMistake(text);
    expect(mistake && `${mistake.line}:${mistake.column}`).toBe(at);
    expect(mistake).toMatchObject({ expected, found });
  });

  it("is found exactly where JSON.parse refuses a text", () => {
    const pieces = fc.constantFrom(
      ...'{}[],:" \n\\u0041'.split(""),
      ...[
        '"a"',
        "true",
        "nul",
        "null",
        "-",
        "0",
        "1.5e3",
        "01",
        "1.",
        '"\\x"',
        "\u00a0",
        "😀",
        '{"a":1}',
        "[1,2]",
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        expect(jsonMistake(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 20_000 },
    );
    fc.assert(fc.property(fc.json(), (text) => jsonMistake(text) === undefined));
  });
});
