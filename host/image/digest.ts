// Digests over an image: SHA-256 from an independent WebAssembly implementation, SHA-512 from Node. Knows no keys.
import { createHash } from "node:crypto";
import { digest as sha256 } from "@chainsafe/as-sha256";
import { TLV_SHA256, TLV_SHA512 } from "./tlv.js";

/** Hashes bytes in one go. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** One digest that an image may carry: its TLV type, MCUboot's name for it, its size and how to compute it. */
export interface DigestAlgorithm {
  readonly tlvType: number;
  readonly name: "SHA256" | "SHA512";
  readonly sizeBytes: number;
  readonly hash: Hash;
}

/** SHA-256 (FIPS 180-4). Only the one-shot function is used: the split update of that package had a bug. */
export const SHA256: DigestAlgorithm = { tlvType: TLV_SHA256, name: "SHA256", sizeBytes: 32, hash: sha256 };

/** SHA-512 (FIPS 180-4). */
export const SHA512: DigestAlgorithm = {
  tlvType: TLV_SHA512,
  name: "SHA512",
  sizeBytes: 64,
  hash: (bytes) => Uint8Array.from(createHash("sha512").update(bytes).digest()),
};

/** Finds the algorithm of a digest TLV; undefined for a type that this project does not compute. */
export function digestAlgorithm(tlvType: number): DigestAlgorithm | undefined {
  return [SHA256, SHA512].find((algorithm) => algorithm.tlvType === tlvType);
}

/** Compares two byte strings; for public values only, as it stops at the first difference. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Writes bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
