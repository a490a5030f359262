// The Merkle root over the blocks of a transfer, with the hashing of RFC 6962 2.1: leaves and nodes are told apart by their first byte.
// Hashes with SHA-256 and nothing else.
import { SHA256 } from "../digest.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/**
 * The root over `transfer` in blocks of `blockSizeBytes`, of which the last may be shorter.
 * @param transfer at least one byte
 */
export function merkleRoot(transfer: Uint8Array, blockSizeBytes: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < transfer.length; at += blockSizeBytes)
    blocks.push(transfer.subarray(at, at + blockSizeBytes));
  return rootOf(blocks);
}

/** The root over blocks of any sizes; with none it is the hash of nothing. */
export function rootOf(blocks: readonly Uint8Array[]): Uint8Array {
  if (blocks.length === 0) return hash();
  // Pairs are joined level by level; a node without a partner goes up as it is, which is RFC 6962's split at a power of two.
  let level = blocks.map((block) => hash(LEAF, block));
  while (level.length > 1) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, index) =>
      level.slice(2 * index, 2 * index + 2),
    );
    level = pairs.map(([left, right]) => (right === undefined ? left! : hash(NODE, left!, right)));
  }
  return level[0]!;
}

function hash(...parts: readonly Uint8Array[]): Uint8Array {
  return SHA256.hash(Buffer.concat(parts));
}
