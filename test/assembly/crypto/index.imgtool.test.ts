// imgtool's P-256 and RSA signatures, verified by the core's code: foreign vectors, in both builds.
import { createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { PublicKey, SignedContent } from "../../../host/image/key-types.js";
import { verifyImage } from "../../../host/image/verify.js";
import { fastSha256, sample, samplePublicKey } from "../../host/image/samples.js";
import { BUILDS, CryptoModule } from "./module.js";

const SIGNED = [
  ["app-p256-signed", "p256"],
  ["app2-p256-signed", "p256"],
  ["app-rsa2048-signed", "rsa2048"],
  ["app-rsa3072-signed", "rsa3072"],
] as const;

/** The members of a JSON web key, as bytes. */
function members(pem: string, ...names: ("x" | "y" | "n")[]): Buffer {
  const jwk = createPublicKey(pem).export({ format: "jwk" });
  return Buffer.concat(names.map((name) => Buffer.from(jwk[name] as string, "base64url")));
}

/** The same key with a crypto module to verify by. */
function inModule(key: PublicKey, module: CryptoModule): PublicKey {
  const verifyEcdsa = (digest: Uint8Array, signature: Uint8Array): boolean => {
    const der = module.input(signature);
    const raw = module.buffer(64);
    if (module.call("ecdsaDerToRaw", der, signature.length, raw) === 0) return false;
    const [d, k] = [module.input(digest), module.input(members(key.pem, "x", "y"))];
    const scratch = module.buffer(module.constant("P256_SCRATCH_SIZE"));
    return module.call("p256Verify", d, raw, raw + 32, k, scratch) !== 0;
  };
  const verifyRsa = (digest: Uint8Array, signature: Uint8Array): boolean => {
    const modulus = members(key.pem, "n");
    const inputs = [digest, signature, modulus].map((bytes) => module.input(bytes));
    const scratch = module.buffer(module.constant("RSA_SCRATCH_SIZE"));
    return module.call("rsaPssVerify", ...inputs, modulus.length, scratch) !== 0;
  };
  const verify = ({ digest }: SignedContent, signature: Uint8Array): boolean => {
    module.clear();
    const valid = (key.type === "ecdsa-p256" ? verifyEcdsa : verifyRsa)(digest, signature);
    expect(module.damage()).toBeUndefined();
    return valid;
  };
  return { ...key, verify };
}

describe.each(BUILDS)("imgtool's signatures in %s", (build) => {
  const module = new CryptoModule(build);

  it.each(SIGNED)("verify %s and nothing with its signature damaged", (name, keyName) => {
    const image = sample(`${name}.bin`);
    const key = inModule(samplePublicKey(keyName), module);
    const result = verifyImage(image, [key], { sha256: fastSha256 });
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    for (const back of [1, 20, 40, 60]) {
      const damaged = Uint8Array.from(image);
      damaged[result.extentBytes - back]! ^= 4;
      expect(verifyImage(damaged, [key], { sha256: fastSha256 }).ok).toBe(false);
    }
  });
});
