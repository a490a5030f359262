// The HSS signer: what it signs, the core verifies; no two signatures share a leaf.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidLmsKeyError, LmsSigner, createLmsSigner } from "../../../../host/image/lms/signer.js";
import type { LmsParameters, LmsSecret } from "../../../../host/image/lms/tree.js";
import { coreVerifies } from "../../../assembly/crypto/lms-forge.js";
import { CryptoModule } from "../../../assembly/crypto/module.js";

const SMALL: LmsParameters = { height: 5, window: 4 };
const SECRET: LmsSecret = { identifier: Buffer.alloc(16, 3), seed: Buffer.alloc(32, 4) };

let directory: string;
let files = 0;
const freshPath = (): string => join(directory, `state-${files++}`);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "everboot-hss-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const core = new CryptoModule("crypto-fast");
const verifies = ({ publicKey }: LmsSigner, message: Uint8Array, signature: Uint8Array): boolean =>
  coreVerifies(core, { publicKey, message, signature });

/** Leaf numbers of a signature, top level first. */
function leaves(signature: Uint8Array, levels: readonly LmsParameters[]): number[] {
  const chains = { 1: 265, 2: 133, 4: 67, 8: 34 };
  let offset = 4;
  return levels.map(({ height, window }) => {
    const leaf = Buffer.from(signature).readUInt32BE(offset);
    offset += 40 + 32 * chains[window] + 4 + 32 * height + 56;
    return leaf;
  });
}

describe("LmsSigner", () => {
  it("signs with one level until it is exhausted, each signature with the next leaf", () => {
    const levels = [SMALL];
    const signer = createLmsSigner(freshPath(), { levels, secret: SECRET });
    for (let leaf = 0; leaf < 32; leaf++) {
      expect(signer.remaining).toBe(BigInt(32 - leaf));
      const message = Buffer.from(`message ${leaf}`);
      const signature = signer.sign(message);
      expect(leaves(signature, levels)).toEqual([leaf]);
      expect(verifies(signer, message, signature)).toBe(true);
      expect(verifies(signer, Buffer.from("another"), signature)).toBe(false);
    }
    expect(() => signer.sign(Buffer.of(1))).toThrow(expect.objectContaining({ reason: "exhausted" }));
    expect(signer.remaining).toBe(0n);
  });

  it("signs with three levels of different kinds, across the end of a lower tree", () => {
    const levels: LmsParameters[] = [{ height: 5, window: 1 }, SMALL, { height: 5, window: 2 }];
    const signer = createLmsSigner(freshPath(), { levels });
    const message = Buffer.from("hierarchy");
    const seen = new Set<string>();
    for (let count = 0; count < 34; count++) {
      const signature = signer.sign(message);
      expect(leaves(signature, levels)).toEqual([0, count >> 5, count & 31]);
      seen.add(leaves(signature, levels).join());
      if (count % 8 === 0 || count > 30) expect(verifies(signer, message, signature)).toBe(true);
    }
    expect(seen.size).toBe(34);
  });

  it("goes on with the next leaf when another signer opens the file", () => {
    const path = freshPath();
    const levels = [SMALL, SMALL];
    const first = createLmsSigner(path, { levels, secret: SECRET });
    const second = new LmsSigner(path);
    expect(leaves(first.sign(Buffer.of(1)), levels)).toEqual([0, 0]);
    expect(leaves(second.sign(Buffer.of(2)), levels)).toEqual([0, 1]);
    expect(leaves(first.sign(Buffer.of(3)), levels)).toEqual([0, 2]);
    expect(second.publicKey).toEqual(first.publicKey);
  });

  it("makes the same key of the same secret, and another without one", () => {
    const levels = [SMALL];
    const [first, second, third] = [SECRET, SECRET, undefined].map((secret) =>
      createLmsSigner(freshPath(), { levels, secret }),
    );
    expect(first!.publicKey).toEqual(second!.publicKey);
    expect(first!.publicKey).not.toEqual(third!.publicKey);
    expect(first!.sign(Buffer.of(7))).toEqual(second!.sign(Buffer.of(7)));
  });

  it("signs with the key that the file holds now", () => {
    const path = freshPath();
    const signer = createLmsSigner(path, { levels: [SMALL], secret: SECRET });
    const old = signer.publicKey;
    rmSync(path);
    createLmsSigner(path, { levels: [SMALL] });
    expect(signer.publicKey).not.toEqual(old);
    expect(verifies(signer, Buffer.of(1), signer.sign(Buffer.of(1)))).toBe(true);
  });

  it("refuses a damaged file, a missing one, and a key over another's file", () => {
    const path = freshPath();
    expect(() => new LmsSigner(path).publicKey).toThrow(expect.objectContaining({ reason: "missing" }));
    createLmsSigner(path, { levels: [SMALL] });
    expect(() => createLmsSigner(path, { levels: [SMALL] })).toThrow(
      expect.objectContaining({ reason: "exists" }),
    );
    writeFileSync(path, "{}");
    expect(() => new LmsSigner(path).sign(Buffer.of(1))).toThrow(
      expect.objectContaining({ reason: "damaged" }),
    );
  });

  it.each([
    ["no levels", { levels: [] }],
    ["four levels", { levels: [SMALL, SMALL, SMALL, SMALL] }],
    ["a short seed", { levels: [SMALL], secret: { ...SECRET, seed: Buffer.alloc(31) } }],
    ["a long identifier", { levels: [SMALL], secret: { ...SECRET, identifier: Buffer.alloc(17) } }],
  ])("makes no key of %s", (_, options) => {
    expect(() => createLmsSigner(freshPath(), options)).toThrow(InvalidLmsKeyError);
  });
});
