// LMS trees: the keys and signatures of RFC 8554's test case 2, byte for byte, from its seeds.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LmsTree, type LmsHeight, type LmotsWindow } from "../../../../host/image/lms/tree.js";

interface Vector {
  readonly message: string;
  readonly publicKey: readonly string[];
  readonly signature: readonly string[];
  readonly trees: readonly {
    readonly identifier: string;
    readonly seed: string;
    readonly leaf: number;
    readonly height: LmsHeight;
    readonly window: LmotsWindow;
  }[];
}

const VECTOR = (
  JSON.parse(readFileSync("test/vectors/rfc8554-hss.json", "utf8")) as {
    readonly cases: readonly [unknown, Vector];
  }
).cases[1];
const signature = Buffer.from(VECTOR.signature.join(""), "hex");
const KEY_SIZE = 56;
const RANDOMIZER = 8; // offset of C in an LMS signature, RFC 8554, 5.4

/** Tree `index` of the test case. */
function tree(index: number): LmsTree {
  const { height, window, identifier, seed } = VECTOR.trees[index]!;
  return new LmsTree(
    { height, window },
    { identifier: Buffer.from(identifier, "hex"), seed: Buffer.from(seed, "hex") },
  );
}

describe("an LMS tree from the seeds of RFC 8554, appendix F", () => {
  const topSize = 40 + 67 * 32 + 4 + 10 * 32;
  const childKey = signature.subarray(4 + topSize, 4 + topSize + KEY_SIZE);
  const randomizerAt = (offset: number): Buffer =>
    signature.subarray(offset + RANDOMIZER, offset + RANDOMIZER + 32);

  it("has the top key and makes the top signature of test case 2", () => {
    const top = tree(0);
    expect(Buffer.from(top.publicKey).toString("hex")).toBe(VECTOR.publicKey.join("").slice(8));
    const made = top.sign(childKey, VECTOR.trees[0]!.leaf, randomizerAt(4));
    expect(Buffer.from(made).equals(signature.subarray(4, 4 + topSize))).toBe(true);
  });

  it("has the second key and makes the final signature of test case 2", () => {
    const second = tree(1);
    expect(Buffer.from(second.publicKey).equals(childKey)).toBe(true);
    const offset = 4 + topSize + KEY_SIZE;
    const made = second.sign(Buffer.from(VECTOR.message), VECTOR.trees[1]!.leaf, randomizerAt(offset));
    expect(Buffer.from(made).equals(signature.subarray(offset))).toBe(true);
  });
});

describe("an LMS tree", () => {
  const secret = { identifier: Buffer.alloc(16, 1), seed: Buffer.alloc(32, 2) };
  const small = new LmsTree({ height: 5, window: 2 }, secret);

  it("signs alike with the same leaf, and with another randomizer per leaf", () => {
    const message = Buffer.from("message");
    expect(small.sign(message, 4)).toEqual(small.sign(message, 4));
    const randomizers = [0, 1, 31].map((leaf) =>
      Buffer.from(small.sign(message, leaf)).toString("hex", 8, 40),
    );
    expect(new Set(randomizers).size).toBe(3);
  });

  it("refuses leaves that it does not have", () => {
    for (const leaf of [-1, 32, 1.5, Number.NaN])
      expect(() => small.sign(Buffer.alloc(0), leaf)).toThrow("leaf: expected 0 to 31");
  });

  it("gives every leaf below it another tree, none of them its own", () => {
    const seeds = Array.from({ length: 32 }, (_, leaf) => small.childSecret(leaf)).flatMap(
      ({ identifier, seed }) => [Buffer.from(identifier).toString("hex"), Buffer.from(seed).toString("hex")],
    );
    expect(new Set([...seeds, "01".repeat(16), "02".repeat(32)]).size).toBe(66);
  });
});
