// The serial leaf of guests: the lines that stand on the link of a device, one by one, and what it makes of them; held against vectors that
// others made, and over lines of no order against the host's own reassembly.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { Random } from "../../../host/core/data/random.js";
import type { Device } from "../../../host/device/device.js";
import { partById } from "../../../host/device/parts.js";
import { linesOf, taken } from "../../../host/link/serial.js";
import { library } from "../../support/library.js";
import { deviceOf, ownPair } from "../../support/scenes.js";
import { VECTORS, lettersOf, streamOf, struck } from "../../support/serial.js";

const CASES = Number(process.env["EVERBOOT_CASES"] ?? 3000);
const TEXT = `export { serialTake, serialSize, serialRead32, serialRelease, serialSend } from "../link/serial";
import { scratchRead, scratchWrite } from "../hal/hal";
export function scratch(index: u32): u32 { return scratchRead(index); }
export function spoil(index: u32, word: u32): void { scratchWrite(index, word); }
export function buffer(): usize { return memory.data(4096, 4); }`;
const [NONE, LINE, MESSAGE] = [0, 1, 2];
/** Words of the scratch that the leaf gets, and bytes of the longest message then. */
const WORDS = 24;
const MOST = 4 * (WORDS - 1) - 2;
const ALL = abi.SCRATCH_SIZE / 4;

interface Leaf {
  serialTake(words: number): number;
  serialSize(): number;
  serialRead32(offset: number): number;
  serialRelease(): void;
  serialSend(address: number, sizeBytes: number): number;
  scratch(index: number): number;
  spoil(index: number, word: number): void;
  buffer(): number;
  readonly memory: WebAssembly.Memory;
}

let linked: (device: Device) => Leaf;
let device: Device;
let leaf: Leaf;
/** The line that stands, and what was sent. */
let line: string | null = null;
let sent: string[] = [];

beforeAll(async () => {
  linked = await library<Leaf>(TEXT);
});

beforeEach(() => {
  device = deviceOf(partById("tiny"), ownPair);
  leaf = linked(device);
  [line, sent] = [null, []];
  device.exports.beginCall(abi.NOWHERE, 0);
  device.onAsk = (kind, first) => {
    if (kind === abi.ASK_LINK_RELEASE) line = null;
    if (kind === abi.ASK_LINK_SEND) sent.push(Buffer.from(device.packet(first)).toString("latin1"));
    if (kind === abi.ASK_LINK_SIZE) return line?.length ?? 0;
    if (kind !== abi.ASK_LINK_READ) return 0;
    const bytes = Buffer.alloc(4);
    bytes.write((line ?? "").slice(first, first + 4), "latin1");
    return bytes.readInt32LE();
  };
});

/** A line comes and is taken, in a step of its own. */
function take(text: string, words = WORDS): number {
  device.exports.beginCall(abi.NOWHERE, 0);
  line = text;
  const answer = leaf.serialTake(words);
  // Nothing is taken while a message stands.
  if (line !== null) throw new Error("the line still stands");
  return answer;
}

/** The message that stands, read word by word. */
function message(): string {
  const size = leaf.serialSize();
  const bytes = Buffer.alloc((size + 3) & ~3);
  for (let at = 0; at < size; at += 4) bytes.writeInt32LE(leaf.serialRead32(at) | 0, at);
  expect(leaf.serialRead32((size + 3) & ~3)).toBe(0);
  expect(bytes.subarray(size).every((byte) => byte === 0)).toBe(true);
  return bytes.toString("latin1", 0, size);
}

/** Words of the scratch that are not zero. */
function used(): number[] {
  return Array.from({ length: ALL }, (_, index) => index).filter((index) => leaf.scratch(index) !== 0);
}

function send(text: string, frame = abi.LINK_MAX): number {
  device.exports.setLinkFrame(frame);
  new Uint8Array(leaf.memory.buffer).set(Buffer.from(text, "latin1"), leaf.buffer());
  return leaf.serialSend(leaf.buffer(), text.length);
}

describe("a message", () => {
  it.each(VECTORS)("%s comes and goes as others have it", (_, text, letters) => {
    const whole = `\u0006\u0009${letters}\n`;
    expect(take(whole)).toBe(MESSAGE);
    expect(message()).toBe(text);
    leaf.serialRelease();
    expect(used()).toEqual([]);
    expect(send(text)).toBe(abi.STATUS_OK);
    expect(sent).toEqual([whole]);
  });

  it("stands until it is released, and no line is taken before", () => {
    const [first, second] = ["one", "two"].map((text) => linesOf(text, 127)[0]!);
    expect(take(first!)).toBe(MESSAGE);
    line = second!;
    expect(leaf.serialTake(WORDS)).toBe(MESSAGE);
    expect(line).toBe(second);
    leaf.serialRelease();
    expect(leaf.serialSize()).toBe(0);
    expect(leaf.serialTake(WORDS)).toBe(MESSAGE);
    expect(message()).toBe("two");
  });

  it("is nothing where no line stands", () => {
    expect(leaf.serialTake(WORDS)).toBe(NONE);
  });

  it("goes as lines of any length that the link has, and comes again from them", () => {
    for (const frame of [7, 12, 40, 126, 127, 128, abi.LINK_MAX])
      for (const size of [1, 2, 3, 4, 87, 88, 89, 90, 91, 1000]) {
        sent = [];
        const text = streamOf(size, size);
        expect(send(text, frame), `${size} bytes`).toBe(abi.STATUS_OK);
        expect(sent).toEqual(linesOf(text, Math.min(frame, 127)));
        expect(sent.every(({ length }) => length <= Math.min(frame, 127))).toBe(true);
        const answers = sent.map((one) => take(one, ALL));
        expect(answers).toEqual(sent.map((_, at) => (at === sent.length - 1 ? MESSAGE : LINE)));
        expect(message() === text).toBe(true);
        leaf.serialRelease();
      }
  });

  it("is not sent that has no bytes, or too many, or has no room in a frame; nor goes on where a line does not go", () => {
    expect(send("")).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(leaf.serialSend(leaf.buffer(), 0xfffd - 1)).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(leaf.serialSend(leaf.buffer(), 0xffffffff)).toBe(abi.STATUS_OUT_OF_RANGE);
    for (const frame of [0, 1, 3, 6]) expect(send("text", frame), `${frame}`).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(sent).toEqual([]);
    let count = 0;
    device.onAsk = () => (++count === 2 ? abi.STATUS_DENIED : abi.STATUS_OK);
    expect(send("a message of three lines", 20)).toBe(abi.STATUS_DENIED);
    expect(count).toBe(2);
  });
});

describe("a line that is wrong", () => {
  const text = "a message of some thirty bytes.";
  const [first, second] = linesOf(text, 40) as [string, string];
  const isDropped = (lines: readonly string[]) => {
    expect(lines.map((one) => take(one))).toEqual(lines.map(() => LINE));
    expect(used()).toEqual([]);
  };
  /** A message with its length and CRC. */
  const streamed = (bytes: string) =>
    linesOf(bytes, 127)
      .map((one) => Buffer.from(one.slice(2, -1), "base64").toString("latin1"))
      .join("");
  const raw = (bytes: string) => `\u0006\u0009${lettersOf(bytes)}\n`;

  it("is dropped without a trace: too short, too long, without its end, with letters that are none", () => {
    const wrong = [
      ...["", "\u0006", "\u0006\u0009", "\u0006\u0009\n", "\u0006\u0009AAA\n", "\u0006\u0009AAAA"],
      ...["\u0006\u0009A===\n", "\u0006\u0009====\n", "\u0006\u0009AAA=AAAA\n", "\u0006\u0009AA=A\n"],
      `\u0006\u0009${"A".repeat(128)}\n`,
      "\u0006\u0009AAA*\n",
      "\u0006\u0009AA\u00c1A\n",
      // Bits behind the last byte that are not zero: nobody encoded that.
      "\u0006\u0009AAB=\n",
      "\u0006\u0009AB==\n",
    ].filter((one) => one !== "");
    for (const one of wrong) isDropped([one]);
  });

  it("is longer than a line is, though all in it is right", () => {
    const [whole, other] = [89, 92].map((size) => raw(streamed(streamOf(size, size)))) as [string, string];
    expect([whole.length, other.length]).toEqual([127, 131]);
    expect(take(other, ALL)).toBe(LINE);
    expect(used()).toEqual([]);
    expect(take(whole, ALL)).toBe(MESSAGE);
  });

  it("has a length that cannot be: 0, 1, 2, one byte of one, more than there is room for", () => {
    for (const length of ["\0\0", "\0\u0001", "\0\u0002", "\0", "\0\u005d", "\u00ff\u00ff", "\u00ff\u00fd"])
      isDropped([raw(length), raw(`${length}\0\0`)]);
    expect(take(raw(`\0${String.fromCodePoint(MOST + 2)}`))).toBe(LINE);
    expect(used()).toEqual([0]);
  });

  it("goes on with nothing, or with more than was said", () => {
    isDropped([second]);
    isDropped([first, `\u0004\u0014${lettersOf("more than the rest of it")}\n`]);
    isDropped([first, first.replace("\u0006\u0009", "\u0004\u0014"), second]);
    // Of a message that has ended nothing is left to go on with.
    take(first);
    expect(take(second)).toBe(MESSAGE);
    leaf.serialRelease();
    isDropped([second]);
  });

  it("has another CRC than its message, or is another one's", () => {
    const [other] = linesOf(text.toUpperCase(), 40) as [string, string];
    isDropped([other, second]);
    const last = second.slice(0, -2) + "A\n";
    isDropped([first, last]);
  });

  it("ends what has begun, but where it has no marker and is somebody else's", () => {
    take(first);
    expect(take("a line of a log\n")).toBe(LINE);
    expect(take(second)).toBe(MESSAGE);
    leaf.serialRelease();
    take(first);
    isDropped([second.replace(/.\n/, "*\n"), second]);
  });

  it("does not end a message that begins anew", () => {
    take(first);
    take(first);
    expect(take(second)).toBe(MESSAGE);
    expect(message()).toBe(text);
  });
});

it("the scratch beyond the leaf's words is never touched, and a scratch too small holds nothing", () => {
  for (const words of [0, 1, 0xffffffff]) {
    take(linesOf(streamOf(5, 2100), 127)[0]!, words);
    expect(used()).toEqual([]);
  }
  for (const words of [2, 3, 24, ALL]) {
    const most = 4 * (words - 1) - 2;
    for (const size of [most, most + 1]) {
      const last = linesOf(streamOf(9, size), 127)
        .map((one) => take(one, words))
        .at(-1);
      expect(last, `${size} bytes in ${words} words`).toBe(size === most ? MESSAGE : LINE);
      expect(used().every((index) => index < words)).toBe(true);
      leaf.serialRelease();
    }
  }
});

it("what a guest has spoilt of the leaf's own words leads to no word that is not the leaf's", () => {
  for (const state of [0xffffffff, 0xfffd0002, 0xfffdfffe, 0x00600060, 0x05000200, 0x00000001, 0xffff0000]) {
    leaf.spoil(0, state);
    if (leaf.serialSize() !== 0) leaf.serialRelease();
    else expect(take(`\u0004\u0014${lettersOf(streamOf(7, 93))}\n`)).toBe(LINE);
    expect(used().every((index) => index < WORDS)).toBe(true);
    leaf.serialRelease();
  }
});

it("what is left of lines of no order is what the host makes of them", () => {
  const random = new Random(20);
  let begun = "";
  let whole = 0;
  for (let round = 0; round < CASES; round++)
    for (const one of struck(random, MOST + 8)) {
      if (one === "") continue;
      const expected = taken(begun, one, MOST);
      begun = expected.begun;
      const answer = take(one);
      expect(answer, JSON.stringify(one)).toBe(expected.message === null ? LINE : MESSAGE);
      if (expected.message !== null) {
        whole++;
        expect(message()).toBe(expected.message);
        leaf.serialRelease();
      }
      if (begun === "" && used().length > 0) expect(used()).toEqual([]);
    }
  expect(whole).toBeGreaterThan(CASES / 4);
});
