// The Merkle root: the trees of a foreign log, and RFC 6962's own recursive words for every small number of blocks. Never asks the core.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { merkleRoot, rootOf } from "../../../../host/image/envelope/merkle.js";
import { bytesOf } from "../../../support/bytes.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const sha256 = (...parts: readonly Uint8Array[]) =>
  createHash("sha256").update(Buffer.concat(parts)).digest();

/** Leaves and roots of the tests of Certificate Transparency's log (google/certificate-transparency, merkle_tree_test). */
const LEAVES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** MTH of RFC 6962 2.1, as it is written there. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Uint8Array.of(0), leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Uint8Array.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

describe("the root", () => {
  it("is that of Certificate Transparency's own tests", () => {
    const leaves = LEAVES.map((digits) => Buffer.from(digits, "hex"));
    expect(ROOTS.map((_, count) => hex(rootOf(leaves.slice(0, count))))).toEqual(ROOTS);
  });

  it("is that of RFC 6962's words, for up to 70 blocks", () => {
    const leaves = Array.from({ length: 70 }, (_, index) => Uint8Array.of(index));
    for (let count = 0; count <= leaves.length; count++)
      expect(hex(rootOf(leaves.slice(0, count))), `${count} blocks`).toBe(
        hex(treeHash(leaves.slice(0, count))),
      );
  });

  it.each([1, 255, 256, 257, 511, 512, 513, 1000, 4096])(
    "over %d bytes has blocks as the page cuts them",
    (size) => {
      const transfer = bytesOf(7, size);
      const blocks = Array.from({ length: Math.ceil(size / 256) }, (_, index) =>
        transfer.slice(index * 256, Math.min(size, (index + 1) * 256)),
      );
      expect(hex(merkleRoot(transfer, 256))).toBe(hex(treeHash(blocks)));
    },
  );

  it("is another for a leaf that holds two hashes than for the node over them", () => {
    const [left, right] = [bytesOf(1, 256), bytesOf(2, 256)];
    const forged = Buffer.concat([Uint8Array.of(1), rootOf([left]), rootOf([right])]);
    expect(hex(rootOf([forged]))).not.toBe(hex(rootOf([left, right])));
    expect(hex(rootOf([forged.subarray(1)]))).not.toBe(hex(rootOf([left, right])));
  });
});
