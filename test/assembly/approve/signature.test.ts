// What the core does about the key table and the algorithms of its build, which the host has nothing of: a broken table, a key in another form, a key that
// signs no envelopes. Never asks what an envelope says.
import { describe, expect, it } from "vitest";
import { SHA256 } from "../../../host/image/digest.js";
import { makeEnvelope, verifyEnvelope } from "../../../host/image/envelope/envelope.js";
import { generateKey } from "../../../host/image/keys.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import {
  ED25519_KEY,
  LEAST,
  P256_KEY,
  headerEntries,
  rawMap,
  signed,
} from "../../host/image/envelope/forge.js";
import { CoreReader } from "./core.js";
import { ENVELOPE, KEYS, PAYLOAD, at, hex, type Entry } from "./parts.js";

describe("the core", () => {
  it("refuses any envelope while the key table is broken", () => {
    const table = encodeKeyTable(KEYS);
    const own = new CoreReader("approve-full", KEYS);
    for (const offset of [0, 4, 8, 12, 16, 20]) {
      own.provision(at(table, offset, table[offset]! ^ 1));
      expect(own.read(ENVELOPE).reason, `byte ${offset}`).toBe("KEY_TABLE");
    }
  });

  it("does not look at the key table before the outside is right", () => {
    const own = new CoreReader("approve-full", KEYS);
    own.read(Buffer.concat([ENVELOPE, hex("00")]));
    expect(own.reads).toBe(0);
    own.read(ENVELOPE);
    expect(own.reads).toBeGreaterThan(0);
  });

  it("knows a changed key no more", () => {
    const table = encodeKeyTable(KEYS);
    const own = new CoreReader("approve-full", KEYS);
    own.provision(at(table, 40, table[40]! ^ 1));
    expect(own.read(ENVELOPE).reason).toBe("SIGNER_UNKNOWN");
  });

  it("takes nothing for a key but its one encoding, whatever the table holds under that hash", () => {
    const der = ED25519_KEY.publicKey.encodedDer;
    const long = Buffer.concat([der, hex("00")]);
    for (const encodedDer of [at(der, 8, 0x6e), der.subarray(0, 43), long, der]) {
      const own = new CoreReader("approve-full", []);
      own.provision(encodeKeyTable([{ signatureTlv: ED25519_KEY.publicKey.signatureTlv, encodedDer }]));
      const entries = headerEntries(ED25519_KEY).map((entry): Entry =>
        entry[0] === 4 ? [4, SHA256.hash(encodedDer)] : entry,
      );
      const expected = encodedDer === der ? "OK" : "SIGNER_UNKNOWN";
      expect(own.read(signed(rawMap(entries), PAYLOAD)).reason).toBe(expected);
    }
  });

  it("has one signature be enough, whatever the key table demands of images", () => {
    const own = new CoreReader("approve-full", KEYS);
    own.provision(encodeKeyTable(KEYS, [], ["ed25519", "lms"]));
    expect(own.read(ENVELOPE).reason).toBe("OK");
  });

  it("of a build that holds one algorithm takes no envelope of the other", () => {
    const other = { "approve-ed25519": P256_KEY, "approve-p256": ED25519_KEY };
    for (const [build, key] of Object.entries(other))
      expect(new CoreReader(build, KEYS).read(makeEnvelope(LEAST, key)).reason).toBe("SIGNER_UNKNOWN");
  });

  it("takes no RSA key's envelope, though the table has the key", () => {
    const rsa = generateKey("rsa-2048");
    const own = new CoreReader("approve-full", [rsa.publicKey]);
    const entries = headerEntries(ED25519_KEY).map((entry): Entry =>
      entry[0] === 4 ? [4, SHA256.hash(rsa.publicKey.encodedDer)] : entry,
    );
    const envelope = signed(rawMap(entries), PAYLOAD);
    expect(own.read(envelope).reason).toBe("SIGNER_UNKNOWN");
    expect(verifyEnvelope(envelope, [rsa.publicKey])).toMatchObject({ reason: "SIGNER_UNKNOWN" });
  });
});
