// Key pairs that everybody can derive: for figures that must not move with a key made on the spot. They protect nothing.
import { createECDH, createHash, createPrivateKey } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import type { PrivateKey } from "./key-types.js";
import { readPrivateKey } from "./keys.js";

/** The kinds of key that there are fixed ones of: those whose signatures can be made the same every time. */
export const FIXED_KEY_TYPES = ["ed25519", "ecdsa-p256"] as const;
export type FixedKeyType = (typeof FIXED_KEY_TYPES)[number];

/**
 * The key pair of a public text: its SHA-256 is the Ed25519 seed (RFC 8032) or the P-256 scalar. Signing the same content
 * twice gives the same signature (for ECDSA by RFC 6979).
 * @param label another text gives another key
 */
export function fixedKey(type: FixedKeyType, label: string): PrivateKey {
  const secret = createHash("sha256").update(label).digest();
  if (type === "ed25519") return readPrivateKey(secret.toString("hex"), label);
  return {
    ...readPrivateKey(p256Pem(secret), label),
    sign: ({ digest }) => p256.sign(digest, secret, { prehash: false, lowS: false, format: "der" }),
  };
}

function p256Pem(secret: Buffer): string {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: secret.toString("base64url"),
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  return createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" }).toString();
}
