// Keys made of a text: the same for the same text, and good to sign with. Never says that they are secret.
import { describe, expect, it } from "vitest";
import { FIXED_KEY_TYPES, fixedKey } from "../../../host/image/fixed-keys.js";
import { signImage } from "../../../host/image/sign.js";
import { verifyImage } from "../../../host/image/verify.js";

const OPTIONS = {
  headerSizeBytes: 32,
  padHeader: true,
  version: { major: 1, minor: 0, revision: 0, build: 0 },
  securityCounter: 1,
};

describe.each(FIXED_KEY_TYPES)("a fixed key, %s", (type) => {
  const key = fixedKey(type, "a text");

  it("is the same for the same text and another for another", () => {
    expect(fixedKey(type, "a text").publicKey.pem).toBe(key.publicKey.pem);
    expect(fixedKey(type, "another text").publicKey.pem).not.toBe(key.publicKey.pem);
  });

  it("signs images that verify, the same bytes every time", () => {
    const payload = new Uint8Array(100).fill(7);
    const image = signImage(payload, key, OPTIONS);
    expect(verifyImage(image, [key.publicKey]).ok).toBe(true);
    expect(signImage(payload, fixedKey(type, "a text"), OPTIONS)).toEqual(image);
    expect(verifyImage(image, [fixedKey(type, "another text").publicKey]).ok).toBe(false);
  });
});
