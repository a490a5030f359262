// Strict reader of DER (X.690, clause 10) for public keys: tags of one byte, definite lengths in their shortest form, up
// to 65535 bytes. Never guesses: whatever is not the expected element is an InvalidKeyError.
import { InvalidKeyError } from "../core/errors.js";

// X.690, 8.3 to 8.19
export const TAG_INTEGER = 0x02;
const TAG_BIT_STRING = 0x03;
export const TAG_NULL = 0x05;
const TAG_OBJECT_IDENTIFIER = 0x06;
export const TAG_SEQUENCE = 0x30;

const MAX_LENGTH_BYTES = 2;

/** The elements of one DER value, in their order. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #owner: string;
  #position = 0;

  /**
   * @param bytes the elements, one behind the other
   * @param owner what they belong to, as an error shall call it
   */
  constructor(bytes: Uint8Array, owner: string) {
    this.#bytes = bytes;
    this.#owner = owner;
  }

  /** The tag of the next element; undefined behind the last one. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#position];
  }

  /**
   * Reads the next element.
   * @param tag the tag that it must have
   * @param name what the element is, for the error
   * @returns its content, without tag and length
   * @throws InvalidKeyError for another tag, a length that is not the shortest form of itself, or bytes missing
   */
  read(tag: number, name: string): Uint8Array {
    const found = this.nextTag;
    if (found !== tag)
      this.#fail(`${name} (tag ${hexByte(tag)})`, found === undefined ? "the end" : hexByte(found));
    this.#position++;
    const sizeBytes = this.#readLength(name);
    const left = this.#bytes.length - this.#position;
    if (sizeBytes > left) this.#fail(`${name} of ${sizeBytes} bytes`, `${left} bytes`);
    this.#position += sizeBytes;
    return this.#bytes.subarray(this.#position - sizeBytes, this.#position);
  }

  /**
   * Reads an INTEGER that is not negative (X.690, 8.3), in its one encoding.
   * @returns its bytes, big-endian, without a leading zero; one zero byte for 0
   * @throws InvalidKeyError as read, and for a negative or a padded number
   */
  readUnsigned(name: string): Uint8Array {
    const content = this.read(TAG_INTEGER, name);
    const [first, second] = content;
    if (first === undefined) return this.#fail(`${name} of one byte at least`, "0 bytes");
    if (first >= 0x80) return this.#fail(`${name} that is not negative`, `first byte ${hexByte(first)}`);
    if (first > 0 || second === undefined) return content;
    if (second < 0x80) return this.#fail(`${name} in its shortest form`, "a leading zero");
    return content.subarray(1);
  }

  /**
   * Reads a BIT STRING of whole bytes (X.690, 8.6).
   * @throws InvalidKeyError as read, and where bits are unused
   */
  readBitString(name: string): Uint8Array {
    const content = this.read(TAG_BIT_STRING, name);
    if (content[0] !== 0) this.#fail(`${name} of whole bytes`, `${content[0] ?? "no count of"} unused bits`);
    return content.subarray(1);
  }

  /**
   * Reads an OBJECT IDENTIFIER (X.690, 8.19).
   * @returns its numbers with dots between them
   * @throws InvalidKeyError as read, and for a number that is padded or does not end
   */
  readObjectIdentifier(name: string): string {
    const numbers: number[] = [];
    let value = 0;
    let isInside = false;
    for (const byte of this.read(TAG_OBJECT_IDENTIFIER, name)) {
      if (!isInside && byte === 0x80) this.#fail(`${name} in its shortest form`, "a padded number");
      value = value * 128 + (byte & 0x7f);
      isInside = byte >= 0x80;
      if (isInside) continue;
      numbers.push(value);
      value = 0;
    }
    const [first] = numbers;
    if (isInside || first === undefined)
      return this.#fail(`${name} that is whole`, "a number that does not end");
    const root = Math.min(Math.floor(first / 40), 2);
    return [root, first - 40 * root, ...numbers.slice(1)].join(".");
  }

  /**
   * Makes sure that nothing follows.
   * @throws InvalidKeyError where something does
   */
  end(): void {
    const left = this.#bytes.length - this.#position;
    if (left > 0) this.#fail("the end", `${left} bytes more`);
  }

  #readLength(name: string): number {
    const first = this.#bytes[this.#position++];
    if (first === undefined) return this.#fail(`the length of ${name}`, "the end");
    if (first < 0x80) return first;
    const count = first - 0x80;
    const isKnown = count >= 1 && count <= MAX_LENGTH_BYTES;
    if (!isKnown) return this.#fail(`a length of ${name} below 65536`, `length byte ${hexByte(first)}`);
    let sizeBytes = 0;
    for (let index = 0; index < count; index++) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) return this.#fail(`the length of ${name}`, "the end");
      sizeBytes = sizeBytes * 256 + byte;
    }
    // X.690, 10.1: the fewest bytes possible.
    const isShortest = sizeBytes >= (count === 1 ? 0x80 : 0x100);
    return isShortest
      ? sizeBytes
      : this.#fail(`the length of ${name} in its shortest form`, `${count + 1} bytes`);
  }

  #fail(expected: string, found: string): never {
    throw new InvalidKeyError(`${this.#owner}: expected ${expected}, found ${found}`);
  }
}

function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
