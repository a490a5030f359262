// A serial line, written a second time from docs/guests.md: what goes over it as lines of bytes, and what somebody makes of lines that come.
// Shares nothing with the project's.

export type Bytes = readonly number[];

/** What somebody has made of lines: the bytes that have come of something unfinished, and the words, once it is finished. */
export type Heard = readonly [bytes: Bytes, words: readonly number[] | null];

const MARKS: readonly Bytes[] = [
  [6, 9],
  [4, 20],
];
const NEWLINE = 10;

/** How many lines so many words are. */
export function linesIn(words: number, most: number): number {
  return toLines(new Array<number>(words).fill(0), most).length;
}

/** Words as lines of at most so many bytes. */
export function toLines(words: readonly number[], most: number): readonly Bytes[] {
  const message = [...Buffer.from(Uint32Array.from(words).buffer)];
  const all = [...highLow(message.length + 2), ...message, ...highLow(checkOf(message))];
  const base64 = Buffer.from(all).toString("base64");
  const letters = Math.min(most, 127) - MARKS[0]!.length - 1;
  const pieces = base64.match(new RegExp(`.{1,${letters - (letters % 4)}}`, "g")) ?? [];
  return pieces.map((piece, index) => [...MARKS[index === 0 ? 0 : 1]!, ...Buffer.from(piece), NEWLINE]);
}

/** One more line has come. */
export function hearLine(before: Bytes, line: Bytes): Heard {
  const mark = MARKS.findIndex((bytes) => bytes.every((byte, at) => byte === line[at]));
  if (mark < 0) return [before, null];
  const nothing: Heard = [[], null];
  if (mark === 1 && before.length === 0) return nothing;
  const text = Buffer.from(line.slice(2, -1)).toString("latin1");
  const bytes = Buffer.from(text, "base64");
  // What is encoded again and is the same was base64, to its last bit.
  const isText = text !== "" && bytes.toString("base64") === text;
  if (!isText || line.at(-1) !== NEWLINE || line.length > 127) return nothing;
  const all = mark === 0 ? [...bytes] : [...before, ...bytes];
  const [high, low] = all;
  if (high === undefined || low === undefined) return nothing;
  const size = high * 256 + low - 2;
  const missing = 2 + size + 2 - all.length;
  if (size < 1 || missing < 0) return nothing;
  if (missing > 0) return [all, null];
  const message = all.slice(2, -2);
  if (highLow(checkOf(message)).join() !== all.slice(-2).join()) return nothing;
  const padded = Uint8Array.from([...message, ...new Array<number>(-size & 3).fill(0)]);
  return [[], [...new Uint32Array(padded.buffer)]];
}

/** What may become of a line: a bit of it is wrong, it lacks its end, or its last letters. */
export function spoilt(line: Bytes): readonly Bytes[] {
  const found: Bytes[] = [];
  line.forEach((byte, at) => {
    const group = Math.floor(at / 4);
    const bits = Math.min(4, line.length - group * 4) * 8;
    for (let bit = 0; bit < 8; bit++)
      if (at < 8 || group % bits === (at % 4) * 8 + bit)
        found.push(line.map((one, index) => (index === at ? byte ^ (1 << bit) : one)));
  });
  return [...found, line.slice(0, -1), [...line.slice(0, -5), ...line.slice(-1)]];
}

function highLow(number: number): Bytes {
  return [Math.floor(number / 256), number % 256];
}

/** CRC-16/XMODEM, a byte at a time. */
function checkOf(bytes: Bytes): number {
  return bytes.reduce((check, byte) => {
    const top = (check >> 8) ^ byte;
    const mixed = top ^ (top >> 4);
    return ((check << 8) ^ (mixed << 12) ^ (mixed << 5) ^ mixed) & 0xffff;
  }, 0);
}
