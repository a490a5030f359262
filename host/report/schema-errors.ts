// What is wrong with a report, in one line: names the field, what was expected there and what was found. Reads no file and checks nothing.
import type { z } from "zod";

const FOUND_MAX_CHARACTERS = 60; // of a value that an error quotes: keeps it one line on a terminal

/** What is wrong with data by the first issue that zod has with it: the field, what was expected there and what was found. */
export function issueWords(issue: z.core.$ZodIssue | undefined, data: unknown): string {
  if (issue === undefined) return "expected a campaign report";
  if (issue.code === "unrecognized_keys") {
    const path = [...issue.path, issue.keys[0] ?? ""];
    return `${pathWords(path)}: expected no such field, found ${foundWords(valueAt(data, path))}`;
  }
  return `${pathWords(issue.path)}: expected ${expectedWords(issue)}, found ${foundWords(valueAt(data, issue.path))}`;
}

const TYPES: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  string: "a string",
};

function expectedWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `${issue.values.length === 1 ? "" : "one of "}${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_small":
      return issue.origin === "string"
        ? "a non-empty string"
        : `a number ${issue.inclusive === true ? "of at least" : "above"} ${issue.minimum}`;
    case "too_big":
      return `a number of at most ${issue.maximum}`;
    default:
      return issue.message; // unions and formats: the schema says it in words
  }
}

function pathWords(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      // A foreign field's name may be any text; an error is one line.
      const name = /^[\w$-]+$/.test(String(key)) ? String(key) : quoted(String(key));
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (value: unknown, key) => (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key],
    data,
  );
}

/** A value as an error quotes it. */
export function foundWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (isObject(value)) return "an object";
  return typeof value === "string" ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return JSON.stringify(
    text.length > FOUND_MAX_CHARACTERS ? `${text.slice(0, FOUND_MAX_CHARACTERS)}…` : text,
  );
}

/** Whether data has fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
