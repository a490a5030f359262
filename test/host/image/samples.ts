// The foreign samples of images/imgtool and the options that made them. Test data only.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { PrivateKey, PublicKey } from "../../../host/image/key-types.js";
import { readPrivateKey, readPublicKey } from "../../../host/image/keys.js";
import { parseDependencies } from "../../../host/image/protected.js";
import type { SignOptions } from "../../../host/image/sign.js";
import { parseVersion } from "../../../host/image/version.js";

export const SAMPLES = "images/imgtool";
export const SEED_FILE = "test/vectors/ed25519-private-seed.hex";

export function sample(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(`${SAMPLES}/${name}`));
}

export function samplePublicKey(name: string): PublicKey {
  return readPublicKey(readFileSync(`${SAMPLES}/${name}-pub.pem`, "utf8"), name);
}

export function seedKey(): PrivateKey {
  return readPrivateKey(readFileSync(SEED_FILE, "utf8"), "seed");
}

/** A SHA-256 some ten times faster than the one the host judges by. */
export function fastSha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

export const APP_OPTIONS: SignOptions = {
  headerSizeBytes: 0x200,
  padHeader: true,
  alignBytes: 8,
  maxAlignBytes: 8,
  slotSizeBytes: 0x20000,
  version: { major: 1, minor: 2, revision: 3, build: 4 },
  securityCounter: 7,
  pad: true,
};

const APP2_OPTIONS: SignOptions = {
  ...APP_OPTIONS,
  version: parseVersion("2.0.0+0"),
  securityCounter: 8,
};

/** Each Ed25519 sample by name: its payload, and its options in code and on the command line. */
export const ED25519_SAMPLES: readonly {
  readonly name: string;
  readonly payload: string;
  readonly options: SignOptions;
  readonly flags: readonly string[];
}[] = [
  { name: "app-ed25519-signed", payload: "app.bin", options: APP_OPTIONS, flags: ["--pad"] },
  { name: "app2-ed25519-signed", payload: "app2.bin", options: APP2_OPTIONS, flags: ["--pad"] },
  {
    name: "app-ed25519-confirmed",
    payload: "app.bin",
    options: { ...APP_OPTIONS, confirm: true },
    flags: ["--pad", "--confirm"],
  },
  {
    name: "app-ed25519-pure",
    payload: "app.bin",
    options: { ...APP_OPTIONS, pure: true },
    flags: ["--pure", "--pad"],
  },
  {
    name: "app-ed25519-sha512",
    payload: "app.bin",
    options: { ...APP_OPTIONS, shaBits: 512 },
    flags: ["--sha", "512", "--pad"],
  },
  {
    name: "app-ed25519-romfixed",
    payload: "app.bin",
    options: { ...APP_OPTIONS, romFixed: 0x20000 },
    flags: ["--rom-fixed", "0x20000", "--pad"],
  },
  {
    name: "app-ed25519-alltlv",
    payload: "app.bin",
    options: {
      ...APP_OPTIONS,
      dependencies: parseDependencies("(1, 2.0.0+0)", parseVersion),
      bootRecord: "SPE",
      vendorId: "example.com",
      classId: "board-a",
      customTlvs: [{ type: 0xa0, data: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) }],
    },
    flags: [
      ...["-d", "(1, 2.0.0+0)", "--boot-record", "SPE", "--vid", "example.com", "--cid", "board-a"],
      ...["--pad", "--custom-tlv", "0x00a0", "0xdeadbeef"],
    ],
  },
];
