// Messages over a serial line for tests: vectors that others have made, a stream of bytes of one's own choice, and lines that were struck.
import type { Random } from "../../host/core/data/random.js";
import { linesOf } from "../../host/link/serial.js";

/** What it is, its bytes, and the letters of its one line. */
export const VECTORS = (
  [
    ["parameters read", "0800000100000006a0", "AAsIAAABAAAABqBzEw=="],
    ["echo", "0a00000600000100a16164626869", "ABAKAAAGAAABAKFhZGJoaaWv"],
    ["image state read", "0800000100010200a0", "AAsIAAABAAECAKDBYQ=="],
    ["image state read, an older version", "0000000100010200a0", "AAsAAAABAAECAKDong=="],
    ["a text", Buffer.from("Hello, world!").toString("hex"), "AA9IZWxsbywgd29ybGQhet4="],
    [
      "a reply",
      "0900001800000006a2686275665f73697a65190400696275665f636f756e7404",
      "ACIJAAAYAAAABqJoYnVmX3NpemUZBABpYnVmX2NvdW50BGFy",
    ],
  ] as const
).map(([what, hex, letters]) => [what, Buffer.from(hex, "hex").toString("latin1"), letters] as const);

/** Base64 of bytes. */
export function lettersOf(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("base64");
}

/** Bytes, the same for the same seed. */
export function streamOf(seed: number, size: number): string {
  let state = seed | 1;
  return Array.from({ length: size }, () => {
    state = (Math.imul(state, 0x41c64e6d) + 12345) >>> 0;
    return String.fromCodePoint(state >>> 24);
  }).join("");
}

/** Lines of a message or two, mostly whole, each of which may have been struck. */
export function struck(random: Random, bytesMax: number): string[] {
  const messages = 1 + random.below(2);
  const lines = Array.from({ length: messages }, () =>
    linesOf(streamOf(random.below(1 << 20), 1 + random.below(bytesMax)), 12 + random.below(116)),
  ).flat();
  if (random.below(3) === 0) return lines;
  return lines.flatMap((line) => strike(random, line));
}

function strike(random: Random, line: string): string[] {
  const at = random.below(line.length);
  const put = (letter: string) => line.slice(0, at) + letter + line.slice(at + 1);
  switch (random.below(24)) {
    case 0:
      return [];
    case 1:
      return [line, line];
    case 2:
      return [put(String.fromCodePoint((line.codePointAt(at) ?? 0) ^ (1 << random.below(8))))];
    case 3:
      return [line.slice(0, at)];
    case 4:
      return [line.slice(0, -5) + "\n"];
    case 5:
      return [put("=")];
    case 6:
      return [`\u0004\u0014${line.slice(2)}`];
    case 7:
      return [`\u0006\u0009${line.slice(2)}`];
    case 8:
      return ["a log\n", line];
    case 9:
      return [`\u0006\u0009${lettersOf(streamOf(random.below(1 << 20), 1 + random.below(93)))}\n`];
    case 10:
      return [`\u0006\u0009${lettersOf(`\0${String.fromCodePoint(random.below(16))}${streamOf(at, 6)}`)}\n`];
    case 11:
      return [`\u0004\u0014${lettersOf(streamOf(random.below(1 << 20), 1 + random.below(6)))}\n`, line];
    default:
      return [line];
  }
}
