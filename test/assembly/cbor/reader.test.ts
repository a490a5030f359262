// The core's CBOR reader against cborg's strict tokenizer, item by item: for every first byte with every kind of argument, and over bytes of
// no order. It refuses more than cborg does, and what that is stands here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "cborg";
import { describe, expect, it } from "vitest";
import { Random } from "../../../host/core/data/random.js";

const CASES = Number(process.env["EVERBOOT_CASES"] ?? 3000);
const STRICT = { strict: true, allowIndefinite: false, allowUndefined: false, retainStringBytes: true };
const MAJORS = ["uint", "negint", "bytes", "string", "array", "map", "tag"];
const SIMPLE: Readonly<Record<string, number>> = { false: 20, true: 21, null: 22 };
const STATUSES = ["item", "HEAD", "TRUNCATED", "NOT_SHORTEST"];
const GUARD = 0xff;

interface Walked {
  readonly items: readonly (readonly [kind: string, argument: number, content: string])[];
  readonly end: string;
}

const { exports } = new WebAssembly.Instance(
  new WebAssembly.Module(readFileSync(join(import.meta.dirname, "../../../dist/wasm/cbor.wasm"))),
);
const memory = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer);
const call = (name: string, ...parameters: number[]) =>
  (exports[name] as (...parameters: number[]) => number)(...parameters) >>> 0;
const CURSOR = call("inputPointer");
const CURSOR_SIZE = (exports["CBOR_CURSOR_SIZE"] as WebAssembly.Global).value as number;

/** All items that the core reads, and why there are no more. Bytes that must not be read stand on both sides: lengths of 2^32 − 1. */
function coreWalks(bytes: Uint8Array): Walked {
  const place = CURSOR + CURSOR_SIZE + 64;
  memory.fill(GUARD, CURSOR, place + bytes.length + 64);
  memory.set(bytes, place);
  call("cborOpen", CURSOR, place, bytes.length);
  const items: Walked["items"][number][] = [];
  for (;;) {
    const left = call("cborLeft", CURSOR);
    if (left === 0) return { items, end: "end" };
    const status = call("cborNext", CURSOR);
    if (status !== 0) {
      expect(call("cborLeft", CURSOR)).toBe(left);
      return { items, end: STATUSES[status]! };
    }
    const major = call("cborMajor", CURSOR);
    const argument = call("cborArgument", CURSOR);
    const content = call("cborContent", CURSOR);
    const start = call("cborStart", CURSOR);
    expect(start).toBe(place + bytes.length - left);
    const isString = major === 2 || major === 3;
    const kind = MAJORS[major] ?? Object.keys(SIMPLE).find((name) => SIMPLE[name] === argument)!;
    const text = isString ? Buffer.from(memory.subarray(content, content + argument)).toString("hex") : "";
    items.push([kind, argument, text]);
  }
}

/** The same with cborg; what the core refuses by the first byte alone is refused here by a list. */
function cborgWalks(bytes: Uint8Array): Walked {
  const tokenizer = new Tokenizer(bytes, STRICT);
  const items: Walked["items"][number][] = [];
  while (!tokenizer.done()) {
    const first = bytes[tokenizer.pos()]!;
    const isOther = (first & 0x1f) >= 27 || (first >= 0xe0 && ![0xf4, 0xf5, 0xf6].includes(first));
    if (isOther) return { items, end: "HEAD" };
    try {
      const { type, value, byteValue } = tokenizer.next() as {
        readonly type: { readonly name: string };
        readonly value: unknown;
        readonly byteValue: unknown;
      };
      // Of an empty text cborg keeps no bytes.
      const content = byteValue ?? (value === "" ? new Uint8Array(0) : value);
      const isString = content instanceof Uint8Array;
      const number = type.name === "negint" ? -1 - (value as number) : (value as number);
      const argument = isString ? content.length : (SIMPLE[type.name] ?? number);
      items.push([type.name, argument, isString ? Buffer.from(content).toString("hex") : ""]);
    } catch (error) {
      const isLong = (error as Error).message.includes("more bytes than necessary");
      return { items, end: isLong ? "NOT_SHORTEST" : "TRUNCATED" };
    }
  }
  return { items, end: "end" };
}

describe("the reader", () => {
  it("reads what cborg reads behind every first byte, whatever argument follows", () => {
    const ends = new Set<string>();
    for (let first = 0; first < 256; first++)
      for (const rest of [
        "",
        "00",
        "17",
        "18",
        "ff",
        "0000",
        "00ff",
        "0100",
        "00000000",
        "0000ffff",
        "00010000",
      ].concat(["ffffffff", "ffffffffffffffff", "0000000000000000", "00".repeat(40), "18".repeat(40)])) {
        const bytes = Buffer.concat([Uint8Array.of(first), Buffer.from(rest, "hex")]);
        const walked = coreWalks(bytes);
        expect(walked, bytes.toString("hex")).toEqual(cborgWalks(bytes));
        ends.add(walked.end);
      }
    expect([...ends].sort()).toEqual(["HEAD", "NOT_SHORTEST", "TRUNCATED", "end"]);
  });

  it("reads what cborg reads in bytes of no order", () => {
    const random = new Random(12);
    let longest = 0;
    for (let index = 0; index < CASES; index++) {
      const bytes = Uint8Array.from({ length: random.below(60) }, () =>
        random.below(random.below(2) ? 256 : 0x70),
      );
      const walked = coreWalks(bytes);
      expect(walked, Buffer.from(bytes).toString("hex")).toEqual(cborgWalks(bytes));
      longest = Math.max(longest, walked.items.length);
    }
    expect(longest).toBeGreaterThan(20);
  });

  it("refuses a content of 2^32 − 1 bytes, however its end is computed", () => {
    expect(coreWalks(Buffer.from("5affffffff00", "hex")).end).toBe("TRUNCATED");
    expect(coreWalks(Buffer.from("7afffffffb00", "hex")).end).toBe("TRUNCATED");
  });
});
