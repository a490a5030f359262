// Keys whose private halves stand in RFCs, as the vectors of images/ENVELOPE.md are made with them. Test data only: they protect nothing.
import { createECDH, createPrivateKey } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { readPrivateKey } from "../../../../host/image/keys.js";
import type { PrivateKey } from "../../../../host/image/key-types.js";

/** RFC 8032 7.1, test 1. */
export const RFC8032_SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
/** RFC 6979 A.2.5. */
export const RFC6979_SCALAR = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";

export const RFC8032_KEY: PrivateKey = readPrivateKey(RFC8032_SEED, "RFC 8032");

/** Signs with the k of RFC 6979, so that its signatures are the same each time. */
export const RFC6979_KEY: PrivateKey = {
  ...readPrivateKey(pemOf(Buffer.from(RFC6979_SCALAR, "hex")), "RFC 6979"),
  sign: ({ digest }) =>
    p256.sign(digest, Buffer.from(RFC6979_SCALAR, "hex"), { prehash: false, lowS: false, format: "der" }),
};

function pemOf(scalar: Buffer): string {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(scalar);
  const [x, y] = [curve.getPublicKey().subarray(1, 33), curve.getPublicKey().subarray(33)];
  const text = (number: Buffer) => number.toString("base64url");
  const key = { kty: "EC", crv: "P-256", d: text(scalar), x: text(x), y: text(y) };
  return createPrivateKey({ key, format: "jwk" }).export({ type: "pkcs8", format: "pem" }).toString();
}
