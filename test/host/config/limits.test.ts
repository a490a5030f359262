// A file of budgets as text: what it may hold, what is refused with its line. Never compares it with a guest.
import { describe, expect, it } from "vitest";
import { parseBudgets } from "../../../host/config/limits.js";
import { jsonLines } from "../../../host/config/json.js";

const GOOD = {
  scenario: "update",
  device: "tiny",
  guest: "boot-p256",
  imageSize: "2KiB",
  limits: { cycles: 5 },
};

function parsed(...budgets: readonly object[]) {
  return parseBudgets(JSON.stringify({ budgets }, null, 2), "budget.json");
}

describe("a file of budgets", () => {
  it("gives sizes in bytes and knows its lines", () => {
    const { budgets, lineOf } = parsed(GOOD, { ...GOOD, limits: { phases: { hash: { cycles: 7 } } } });
    expect(budgets[0]).toEqual({ ...GOOD, imageSize: 2048 });
    expect(lineOf(["budgets", 0, "limits", "cycles"])).toBe(9);
    expect(lineOf(["budgets", 1, "limits", "phases", "hash", "cycles"])).toBe(20);
    expect(lineOf(["budgets", 1, "limits", "ramBytes"])).toBe(17);
  });

  it.each([
    [
      { ...GOOD, limits: { cycles: -1 } },
      /^budget\.json:9: budgets\[0\]\.limits\.cycles: expected an integer 0\.\.\d+, found -1$/,
    ],
    [{ ...GOOD, limits: { cycles: 1.5 } }, /cycles: expected an integer/],
    [
      { ...GOOD, limits: { cycle: 1 } },
      /^budget\.json:9: budgets\[0\]\.limits\.cycle: unknown key "cycle", did you mean "cycles"\?$/,
    ],
    [{ ...GOOD, limits: { phases: { hashing: { cycles: 1 } } } }, /unknown key "hashing"/],
    [
      { ...GOOD, limits: { functions: { f: { byte: 1 } } } },
      /functions\.f\.byte: unknown key "byte", did you mean "bytes"\?/,
    ],
    [{ ...GOOD, limits: {} }, /^budget\.json:8: .*expected a limit, found none$/],
    [{ ...GOOD, device: 7 }, /budgets\[0\]\.device: expected a name/],
    [{ device: "tiny" }, /expected/],
  ])("refuses %j", (budget, message) => expect(() => parsed(budget)).toThrow(message));

  it.each([
    ["", /^budget\.json:1:1: expected a value, found the end of the file$/],
    ['{\n"budgets": [}', /^budget\.json:2:13: expected/],
    ['{"budgets": []}', /budgets: expected a list of budgets/],
  ])("refuses the text %j", (text, message) =>
    expect(() => parseBudgets(text, "budget.json")).toThrow(message),
  );
});

it("lines of a text that is JSON, also where strings look like it", () => {
  const lineOf = jsonLines('{\n"a": ["{\\"b\\": [", {\n"b": 1}],\n\n"c": {"a": null}}');
  expect(lineOf([])).toBe(1);
  expect(lineOf(["a"])).toBe(2);
  expect(lineOf(["a", 1, "b"])).toBe(3);
  expect(lineOf(["c", "a"])).toBe(5);
  expect(lineOf(["c", "nothing", "here"])).toBe(5);
});
