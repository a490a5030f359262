// Files that hold a binary in a wrapping, or are no binary at all: told by content, so that nobody signs one as it stands.
// Reads nothing out of them.

/** What a file is, if not a raw binary, and how to come to one. */
export interface Wrapping {
  /** With its article: "an ELF file". */
  readonly name: string;
  /** What to do instead, in a few words. */
  readonly advice: string;
}

interface Form extends Wrapping {
  readonly matches: (bytes: Uint8Array) => boolean;
}

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46]; // System V ABI, ELF header: e_ident
const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]; // WebAssembly core specification 5.5.16
const ZIP_ENTRY = [0x50, 0x4b, 0x03, 0x04]; // APPNOTE.TXT 4.3.7: local file header
const ZIP_END = [0x50, 0x4b, 0x05, 0x06]; // APPNOTE.TXT 4.3.16: end of central directory
/** The end of a zip file: 22 bytes and a comment of up to 65535. */
const ZIP_END_MOST_BYTES = 22 + 0xffff;
// Of a UF2 block: two words at its start, one at its end (github.com/microsoft/uf2).
const UF2_BLOCK_BYTES = 512;
const UF2_MAGICS: readonly (readonly [offset: number, word: number])[] = [
  [0, 0x0a324655],
  [4, 0x9e5d5157],
  [508, 0x0ab16f30],
];
/** Longest first record of a text format: two letters or fewer, then 255 bytes and a length, in hexadecimal digits. */
const RECORD_MOST_CHARACTERS = 2 + 2 * 261;
/** Of a text file, what is looked through for its first record: comments and blank lines may stand before it. */
const TEXT_MOST_BYTES = 4096;
/** Record types of Intel HEX: data, end, and four kinds of address (Intel's specification of 1988). */
const HEX_TYPES_MOST = 5;
/** Where the type of a HEX record stands, counted in bytes: behind length and address. */
const HEX_TYPE_OFFSET = 3;

const FORMS: readonly Form[] = [
  { name: "an ELF file", advice: "objcopy -O binary makes one of it", matches: isElf },
  { name: "an Intel HEX file", advice: "objcopy -I ihex -O binary makes one of it", matches: isIntelHex },
  {
    name: "a Motorola S-record file",
    advice: "objcopy -I srec -O binary makes one of it",
    matches: isSRecord,
  },
  { name: "a UF2 file", advice: "uf2conv.py makes one of it", matches: isUf2 },
  { name: "an ar archive", advice: "link it first", matches: isArchive },
  { name: "a zip file", advice: "unpack it first", matches: isZip },
  { name: "a wasm module", advice: "a guest is given with --guest", matches: isWasm },
  { name: "a PEM file", advice: "a key is given with --key", matches: isPem },
];

/**
 * What a file's content is wrapped in; undefined for a raw binary. One that begins with ":" or "S" by chance is not taken for text:
 * the whole first record must be there, with its checksum.
 */
export function wrappingOf(bytes: Uint8Array): Wrapping | undefined {
  return FORMS.find(({ matches }) => matches(bytes));
}

function isElf(bytes: Uint8Array): boolean {
  const [fileClass = 0, order = 0, version = 0] = bytes.subarray(ELF_MAGIC.length);
  const isKnown = (value: number) => value === 1 || value === 2;
  return startsWith(bytes, ELF_MAGIC) && isKnown(fileClass) && isKnown(order) && version === 1;
}

/** ":", then length, address (2 bytes), type, data and a checksum that makes the sum of all 0. */
function isIntelHex(bytes: Uint8Array): boolean {
  const record = hexBytes(/^:((?:[0-9a-f]{2})+)$/i.exec(firstRecord(bytes))?.[1] ?? "");
  const [size = -1] = record;
  const type = record[HEX_TYPE_OFFSET] ?? Infinity;
  return record.length === size + 5 && type <= HEX_TYPES_MOST && sumOf(record) === 0;
}

/** "S", a type, then the number of bytes behind, address, data and a checksum that makes the sum of all 0xff. */
function isSRecord(bytes: Uint8Array): boolean {
  const record = hexBytes(/^S[0-35-9]((?:[0-9a-f]{2})+)$/i.exec(firstRecord(bytes))?.[1] ?? "");
  const [size = -1] = record;
  return size >= 3 && record.length === size + 1 && sumOf(record) === 0xff;
}

function isUf2(bytes: Uint8Array): boolean {
  // What follows the first block may be cut off, or not be there yet.
  if (bytes.length < UF2_BLOCK_BYTES) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return UF2_MAGICS.every(([offset, word]) => view.getUint32(offset, true) === word);
}

function isArchive(bytes: Uint8Array): boolean {
  return /^!<(?:arch|thin)>\n/.test(textOf(bytes.subarray(0, 8)));
}

function isZip(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, ZIP_ENTRY)) return false;
  const end = textOf(bytes.subarray(-ZIP_END_MOST_BYTES));
  return end.includes(String.fromCharCode(...ZIP_END));
}

function isWasm(bytes: Uint8Array): boolean {
  return startsWith(bytes, WASM_MAGIC);
}

function isPem(bytes: Uint8Array): boolean {
  return /^-----BEGIN [A-Z0-9 ]+-----$/.test(firstRecord(bytes));
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/**
 * The first line of a text that is neither blank nor a comment nor in a table of symbols (between two lines of "$$", before S-records),
 * without a mark of the byte order and without blanks around it; empty where it is longer than any record.
 */
function firstRecord(bytes: Uint8Array): string {
  let isSymbols = false;
  for (const text of decoded(bytes.subarray(0, TEXT_MOST_BYTES)).split(/[\r\n]+/)) {
    const line = text.replace(/^[ \t]+|[ \t]+$/g, "");
    if (line.startsWith("$$")) isSymbols = !isSymbols || line !== "$$";
    else if (!isSymbols && line !== "" && !/^(;|#|\/\/)/.test(line))
      return line.length > RECORD_MOST_CHARACTERS ? "" : line;
  }
  return "";
}

/** Text in UTF-16 where its mark says so; else one character for each byte, without the mark of UTF-8. */
function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff)
    return Buffer.from(bytes.slice(0, bytes.length & ~1))
      .swap16()
      .toString("utf16le")
      .slice(1);
  return textOf(startsWith(bytes, UTF8_MARK) ? bytes.subarray(UTF8_MARK.length) : bytes);
}

/** One character for each byte. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function hexBytes(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** Sum modulo 256. */
function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}
