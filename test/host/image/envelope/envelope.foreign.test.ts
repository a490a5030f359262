// Envelopes against a COSE library that no one here wrote, pycose: it verifies ours and refuses changed ones, and what it makes host and core
// read. Skipped by name where it is not installed (scripts/install-peers.sh).
import { spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SHA256, toHex } from "../../../../host/image/digest.js";
import { makeEnvelope, verifyEnvelope } from "../../../../host/image/envelope/envelope.js";
import { MEDIA_TYPE } from "../../../../host/image/envelope/fields.js";
import { keyHash } from "../../../../host/image/keys.js";
import type { PrivateKey } from "../../../../host/image/key-types.js";
import { pythonWithCose, skippedFor } from "../../../support/tools.js";
import { CoreReader, claimsOf } from "../../../assembly/approve/core.js";
import { LEAST, MOST } from "./forge.js";
import { vector } from "./page.js";
import { RFC6979_KEY, RFC6979_SCALAR, RFC8032_KEY, RFC8032_SEED } from "./published.js";

const python = pythonWithCose();
const without = skippedFor(python === undefined ? ["pycose"] : []);

const KEYS = [
  { algorithm: "EdDSA", key: RFC8032_KEY, secret: RFC8032_SEED, name: "ed25519" },
  { algorithm: "ES256", key: RFC6979_KEY, secret: RFC6979_SCALAR, name: "es256" },
] as const;

function pycose(request: object): Readonly<Record<string, unknown>> {
  const { stdout, stderr, status } = spawnSync(python!, ["test/support/foreign-cose.py"], {
    input: JSON.stringify(request),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

/** A public key as COSE_Key has it: x, and y where the curve needs it. */
function numbersOf(key: PrivateKey): Readonly<Record<string, string>> {
  const { x = "", y } = createPublicKey(key.publicKey.pem).export({ format: "jwk" });
  const hex = (text: string) => Buffer.from(text, "base64url").toString("hex");
  return { x: hex(x), ...(y !== undefined && { y: hex(y) }) };
}

describe.skipIf(python === undefined).each(KEYS)(
  `pycose, $algorithm${without}`,
  ({ algorithm, key, secret, name }) => {
    const publicKey = numbersOf(key);
    const verify = (envelope: Uint8Array) =>
      pycose({ do: "verify", algorithm, key: publicKey, envelope: toHex(envelope) });

    it.each([
      ["the page's vector", vector(name)],
      ["as few claims as there may be", makeEnvelope(LEAST, key)],
      ["as many", makeEnvelope(MOST, key)],
    ])("verifies %s and reads what was written", (_, envelope) => {
      const host = verifyEnvelope(envelope, [key.publicKey]);
      if (!host.ok) throw new Error(host.message);
      const { claims } = host;
      expect(verify(envelope)).toMatchObject({
        is_sign1: true,
        verified: true,
        algorithm: algorithm === "EdDSA" ? "EDDSA" : "ES256",
        key_id: toHex(keyHash(key.publicKey, SHA256)),
        type: MEDIA_TYPE,
        labels: 3,
        unprotected: 0,
        payload: {
          "0": 1,
          "1": toHex(claims.digest),
          "2": claims.sizeBytes,
          "3": Object.values(claims.version),
          "4": claims.securityCounter,
          "9": toHex(claims.root),
        },
      });
    });

    it("verifies no envelope of which a signed bit was flipped", () => {
      const envelope = makeEnvelope(LEAST, key);
      for (const offset of [50, 150, 200, envelope.length - 1]) {
        const changed = Uint8Array.from(envelope);
        changed[offset] = changed[offset]! ^ 1;
        expect(verify(changed), `byte ${offset}`).toMatchObject({ verified: false });
      }
    });

    it("makes an envelope that host and core accept, and read the same in", () => {
      const { digest, root, vendorId, classId, version } = LEAST;
      const made = pycose({
        do: "make",
        algorithm,
        key: { ...publicKey, d: secret },
        key_id: toHex(keyHash(key.publicKey, SHA256)),
        type: MEDIA_TYPE,
        payload: {
          ...{ "0": 1, "1": toHex(digest), "2": LEAST.sizeBytes, "3": Object.values(version) },
          ...{ "4": LEAST.securityCounter, "5": toHex(vendorId), "6": toHex(classId), "7": 2 },
          ...{ "8": LEAST.blockSizeBytes, "9": toHex(root) },
        },
      });
      const envelope = Uint8Array.from(Buffer.from(String(made["envelope"]), "hex"));
      expect(verifyEnvelope(envelope, [key.publicKey])).toMatchObject({ ok: true, claims: LEAST });
      const { reason, fields } = new CoreReader("approve-full", [key.publicKey]).read(envelope);
      expect(reason).toBe("OK");
      expect(claimsOf(fields)).toEqual(LEAST);
      if (algorithm === "EdDSA") expect(toHex(envelope)).toBe(toHex(makeEnvelope(LEAST, key)));
    });
  },
);
