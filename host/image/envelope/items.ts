// Items of deterministically encoded CBOR (RFC 8949 4.2.1), read one after the other with cborg's tokenizer and written by its encoder. What
// no envelope holds is refused by its first byte already. Knows no fields of an envelope.
import { Tagged, Tokenizer, encode, rfc8949EncodeOptions, type Token } from "cborg";
import { Refused, type EnvelopeReason } from "./refusal.js";

const STRICT = { strict: true, allowIndefinite: false, allowUndefined: false, retainStringBytes: true };

/** Additional information (RFC 8949 3): from here on an argument of 8 bytes, what is reserved, or an indefinite length. */
const LONG_ARGUMENT = 27;
const MAJOR_SIMPLE = 0xe0;
const SIMPLE: readonly number[] = [0xf4, 0xf5, 0xf6]; // false, true, null

type Kind = "uint" | "negint" | "bytes" | "string" | "array" | "map" | "tag" | "false" | "true" | "null";

/** The head of an item, and of a string its content. */
export interface Item {
  readonly kind: Kind;
  /** Of a number its value, of an array or a map how many items or pairs follow, of a tag its number. */
  readonly value: number;
  /** Content of a string, of bytes or of text. */
  readonly bytes: Uint8Array;
  /** Offset of its first byte in the envelope, and of its content. */
  readonly offset: number;
  readonly contentOffset: number;
}

/** Reads items from bytes that stand at `base` in an envelope. */
export class Items {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #tokenizer: Tokenizer;

  constructor(bytes: Uint8Array, base = 0) {
    this.#bytes = bytes;
    this.#base = base;
    this.#tokenizer = new Tokenizer(bytes, STRICT);
  }

  /** Offset in the envelope of what is read next. */
  get offset(): number {
    return this.#base + this.#tokenizer.pos();
  }

  /**
   * The next item.
   * @param what what is expected there, for errors
   * @throws Refused HEAD, TRUNCATED or NOT_SHORTEST
   */
  next(what: string): Item {
    const { offset } = this;
    const first = this.#bytes[this.#tokenizer.pos()];
    if (first === undefined) throw new Refused("TRUNCATED", offset, `expected ${what}, found the end`);
    const isSimple = first >= MAJOR_SIMPLE;
    if ((first & 0x1f) >= LONG_ARGUMENT || (isSimple && !SIMPLE.includes(first))) {
      const found = `0x${first.toString(16).padStart(2, "0")}`;
      throw new Refused("HEAD", offset, `expected ${what}, found an item that begins with ${found}`);
    }
    const token = this.#token(what, offset);
    const bytes: unknown = token.byteValue ?? token.value;
    const content = bytes instanceof Uint8Array ? bytes : new Uint8Array(0);
    return {
      kind: token.type.name as Kind,
      value: typeof token.value === "number" ? token.value : 0,
      bytes: content,
      offset,
      contentOffset: this.offset - content.length,
    };
  }

  /**
   * Refuses what stands behind the last item.
   * @throws Refused TRAILING
   */
  end(what: string): void {
    const left = this.#bytes.length - this.#tokenizer.pos();
    if (left > 0)
      throw new Refused("TRAILING", this.offset, `expected the end of ${what}, found ${left} bytes`);
  }

  /** After the check of the first byte the tokenizer has two reasons left to throw. */
  #token(what: string, offset: number): Token {
    try {
      return this.#tokenizer.next();
    } catch (error) {
      const { message } = error as Error;
      if (message.includes("more bytes than necessary"))
        throw new Refused(
          "NOT_SHORTEST",
          offset,
          `expected ${what}, found a number that is longer than needed`,
        );
      if (!message.includes("not enough data")) throw error;
      throw new Refused("TRUNCATED", offset, `expected ${what}, found it to go on past the end`);
    }
  }
}

/** Reads one value of a map behind its label. */
export type ReadValue = (items: Items) => void;

/**
 * Reads a map that may hold only some labels, in ascending order, each once.
 * @param items stand behind the map's head
 * @param map the head
 * @param known by label what reads its value; it throws Refused where the value is not as it must be
 * @throws Refused LABEL_UNKNOWN, LABEL_TWICE or LABEL_ORDER
 */
export function readClosedMap(
  items: Items,
  map: Item,
  known: ReadonlyMap<number, ReadValue>,
): ReadonlySet<number> {
  const seen = new Set<number>();
  let last = -1;
  for (let index = 0; index < map.value; index++) {
    const label = items.next("a label");
    const read = label.kind === "uint" ? known.get(label.value) : undefined;
    const labels = [...known.keys()].join(", ");
    if (read === undefined) {
      const found =
        label.kind === "uint" || label.kind === "negint" ? String(label.value) : `a ${label.kind}`;
      throw new Refused(
        "LABEL_UNKNOWN",
        label.offset,
        `expected one of the labels ${labels}, found ${found}`,
      );
    }
    if (seen.has(label.value))
      throw new Refused("LABEL_TWICE", label.offset, `expected each label once, found ${label.value} again`);
    if (label.value < last)
      throw new Refused("LABEL_ORDER", label.offset, `expected a label above ${last}, found ${label.value}`);
    seen.add(label.value);
    last = label.value;
    read(items);
  }
  return seen;
}

/**
 * Refuses a map that lacks a label.
 * @throws Refused LABEL_MISSING
 */
export function demandLabels(map: Item, seen: ReadonlySet<number>, needed: readonly number[]): void {
  const lacking = needed.filter((label) => !seen.has(label));
  if (lacking.length > 0)
    throw new Refused(
      "LABEL_MISSING",
      map.offset,
      `expected the labels ${lacking.join(", ")}, found none of them`,
    );
}

/**
 * Reads a byte string of one size.
 * @throws Refused for `reason` where it is anything else
 */
export function bytesOf(
  items: Items,
  sizeBytes: number,
  reason: EnvelopeReason,
  what: string,
): Uint8Array<ArrayBuffer> {
  const item = items.next(what);
  if (item.kind === "bytes" && item.bytes.length === sizeBytes) return Uint8Array.from(item.bytes);
  throw new Refused(reason, item.offset, `expected ${what} of ${sizeBytes} bytes, found ${described(item)}`);
}

/** An item in words. */
export function described({ kind, value, bytes }: Item): string {
  if (kind === "uint" || kind === "negint") return String(value);
  if (kind === "bytes" || kind === "string")
    return `${kind === "bytes" ? "a byte" : "a text"} string of ${bytes.length} bytes`;
  if (kind === "array") return `an array of ${value}`;
  if (kind === "map") return `a map of ${value}`;
  return kind === "tag" ? `the tag ${value}` : kind;
}

/** One item in deterministic CBOR. */
export function encodeItem(value: unknown, tag?: number): Uint8Array {
  return encode(tag === undefined ? value : new Tagged(tag, value), rfc8949EncodeOptions);
}
