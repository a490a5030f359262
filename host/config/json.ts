// Where a text stops being JSON, by line and column: the errors of JSON.parse tell it for some mistakes only, and
// differently in every version of V8. Accepts what RFC 8259 does; values are left to JSON.parse.

/** A place in a text, line and column from 1. */
export interface JsonMistake {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly found: string;
}

/**
 * Where values and keys stand in a text that is JSON.
 * @returns the line, from 1, of the value at a path, or of the last part of the path that there is
 */
export function jsonLines(text: string): (path: readonly PropertyKey[]) => number {
  const lines = new Map<string, number>();
  let [at, line] = [0, 1];
  const next = (): readonly (string | undefined)[] => {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text) as RegExpExecArray;
    line += match[0].split("\n").length - 1;
    at = TOKEN.lastIndex;
    return match;
  };
  const peek = (): string | undefined => {
    TOKEN.lastIndex = at;
    return TOKEN.exec(text)?.[1];
  };
  const value = (path: readonly PropertyKey[]): void => {
    const [, mark] = next();
    if (!lines.has(pathKey(path))) lines.set(pathKey(path), line);
    if (mark === "{" || mark === "[") members(path, mark);
  };
  const members = (path: readonly PropertyKey[], open: "{" | "["): void => {
    const end = open === "{" ? "}" : "]";
    for (let index = 0; peek() !== end; index++) {
      if (index > 0) next(); // the comma
      let key: PropertyKey = index;
      if (open === "{") {
        key = JSON.parse(next()[2] as string) as string;
        lines.set(pathKey([...path, key]), line);
        next(); // the colon
      }
      value([...path, key]);
    }
    next();
  };
  value([]);
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const found = lines.get(pathKey(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return 1;
  };
}

function pathKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

/** One token behind blanks: RFC 8259, sections 2, 3, 6 and 7. */
const TOKEN =
  /[ \t\n\r]*(?:([{}[\]:,])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.])|(?:true|false|null)(?!\w)))/y;
const BLANKS = /[ \t\n\r]*/y;
const WORD = /[\w.+-]+|[^]/uy;

/** What may come next: `value-or-end` and `key-or-end` only right behind a bracket that opens. */
type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma" | "end";

/** Finds the first token that cannot stand where it does; undefined where the whole text is JSON. */
export function jsonMistake(text: string): JsonMistake | undefined {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  TOKEN.lastIndex = 0;
  for (let at = 0; ; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const [, mark, string, scalar] = match ?? [];
    const next: Expected | undefined =
      match === null ? undefined : after(expected, open, { mark, string, scalar });
    if (next !== undefined) {
      expected = next;
      continue;
    }
    const place = skip(BLANKS, text, at);
    if (place === text.length && expected === "end") return undefined;
    return mistakeAt(text, place, wordsOf(expected, open.at(-1)));
  }
}

interface Token {
  readonly mark: string | undefined;
  readonly string: string | undefined;
  readonly scalar: string | undefined;
}

/** What may follow a token; undefined where it may not stand here. Keeps the open brackets. */
function after(
  expected: Expected,
  open: ("{" | "[")[],
  { mark, string, scalar }: Token,
): Expected | undefined {
  const closed = (): Expected => (open.length === 0 ? "end" : "comma");
  const inner = open.at(-1);
  if (expected === "colon") return mark === ":" ? "value" : undefined;
  if ((expected === "comma" || expected.endsWith("-or-end")) && mark === (inner === "{" ? "}" : "]")) {
    open.pop();
    return closed();
  }
  if (expected === "comma") {
    if (mark !== ",") return undefined;
    return inner === "{" ? "key" : "value";
  }
  if (expected === "key" || expected === "key-or-end") return string === undefined ? undefined : "colon";
  if (expected === "end") return undefined;
  if (mark === "{" || mark === "[") {
    open.push(mark);
    return mark === "{" ? "key-or-end" : "value-or-end";
  }
  return string === undefined && scalar === undefined ? undefined : closed();
}

function wordsOf(expected: Expected, inner: "{" | "[" | undefined): string {
  const end = inner === "{" ? '"}"' : '"]"';
  const words: Readonly<Record<Expected, string>> = {
    value: "a value",
    "value-or-end": `a value or ${end}`,
    key: "a key in double quotes",
    "key-or-end": `a key in double quotes or ${end}`,
    colon: '":"',
    comma: `"," or ${end}`,
    end: "the end of the file",
  };
  return words[expected];
}

function mistakeAt(text: string, place: number, expected: string): JsonMistake {
  const lines = text.slice(0, place).split("\n");
  WORD.lastIndex = place;
  const word = WORD.exec(text)?.[0];
  return {
    line: lines.length,
    column: (lines.at(-1) as string).length + 1,
    expected,
    found: word === undefined ? "the end of the file" : JSON.stringify(word),
  };
}

function skip(blanks: RegExp, text: string, at: number): number {
  blanks.lastIndex = at;
  blanks.exec(text);
  return blanks.lastIndex;
}
