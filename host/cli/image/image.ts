// `everboot image`: keys and images in imgtool's manner. Reads files, calls host/image, prints what came of it.
import type { Command } from "commander";
import { MisuseError } from "../../core/errors.js";
import { SHA256, toHex } from "../../image/digest.js";
import { KEY_TYPES, type KeyType, type PublicKey, type SigningKey } from "../../image/key-types.js";
import { generateKey, keyHash, type NodeKeyType } from "../../image/keys.js";
import { lmsSigningKey, parseLmsParameters } from "../../image/lms/keys.js";
import { createLmsSigner } from "../../image/lms/signer.js";
import { attempt, writeBytes, writePrivateKey } from "../../app/workspace/files.js";
import { registerEnvelope } from "./envelope.js";
import { registerJudgements } from "./judge.js";
import { registerSign } from "./sign.js";
import { loadPublicKey } from "../../app/workspace/keys.js";
import { choice } from "../values.js";

/** Adds `image` and its commands to the program. */
export function registerImage(program: Command): void {
  const image = program
    .command("image")
    .description("make keys; sign, verify and show images (MCUboot's format); announce them");
  registerKeygen(image);
  registerGetpub(image);
  registerSign(image);
  registerJudgements(image);
  registerEnvelope(image);
}

interface KeygenFlags {
  readonly key: string;
  readonly type: KeyType;
  readonly force: boolean;
  readonly lmsParameters?: string;
}

const DEFAULT_LMS_PARAMETERS = "h10w8";

function registerKeygen(image: Command): void {
  image
    .command("keygen")
    .description("make a key pair; the file holds the private key, for its owner only")
    .requiredOption(
      "-k, --key <file>",
      "where to write the private key (PKCS#8 PEM; of an LMS key its state)",
    )
    .addOption(choice("-t, --type <type>", "kind of key", KEY_TYPES).default("ed25519"))
    .option(
      "--lms-parameters <levels>",
      `trees of an LMS key, top first: height h 5, 10, 15 and digit width w 1, 2, 4, 8 (default: ${DEFAULT_LMS_PARAMETERS})`,
    )
    .option("--force", "replace an existing file: what only the old key can sign is lost", false)
    .addHelpText("after", KEYGEN_HELP)
    .action((flags: KeygenFlags) => {
      const { type, key: path } = flags;
      if (type !== "lms" && flags.lmsParameters !== undefined)
        throw new MisuseError(`--lms-parameters: expected --type lms, found ${type}`);
      const key = type === "lms" ? makeLmsKey(flags) : makeKey(path, type, flags.force);
      process.stdout.write(`${path}: ${type}, key hash ${toHex(keyHash(key.publicKey, SHA256))}\n`);
    });
}

const KEYGEN_HELP = `
Examples:
  everboot image keygen --key root.pem
  everboot image keygen --key root-p256.pem --type ecdsa-p256
  everboot image keygen --key root-lms.json --type lms --lms-parameters h5w8,h5w8

An LMS key signs 2^h times in all (h: its heights together), and its file counts: never copy it, never restore a backup.
Its trees are computed anew at each use: some ten seconds with h10w8, minutes with h15w8.`;

function makeKey(path: string, type: NodeKeyType, overwrite: boolean): SigningKey {
  const key = generateKey(type);
  writePrivateKey(path, key.pem, { overwrite });
  return key;
}

function makeLmsKey({ key: path, force, lmsParameters = DEFAULT_LMS_PARAMETERS }: KeygenFlags): SigningKey {
  if (force) throw new MisuseError(`${path}: expected no --force: an LMS key's state never replaces a file`);
  const levels = parseLmsParameters(lmsParameters);
  const signer = attempt(`${path}: expected a place for a new key`, () => createLmsSigner(path, { levels }));
  return lmsSigningKey(path, signer);
}

const ENCODINGS = ["pem", "raw", "lang-c"] as const;
type Encoding = (typeof ENCODINGS)[number];

function registerGetpub(image: Command): void {
  image
    .command("getpub")
    .description("print the public key of a private key")
    .requiredOption(
      "-k, --key <file>",
      "private key (PEM, the hexadecimal digits of an Ed25519 seed, or an LMS key's state)",
    )
    .addOption(
      choice(
        "-e, --encoding <how>",
        "PEM, the bytes that KEYHASH is made from, or these as a C array",
        ENCODINGS,
      ).default("pem"),
    )
    .option("-o, --output <file>", "write there instead of to standard output")
    .addHelpText(
      "after",
      "\nExamples:\n  everboot image getpub --key root.pem --output root-pub.pem\n  everboot image getpub --key root.pem --encoding lang-c",
    )
    .action((options: { key: string; encoding: Encoding; output?: string }) => {
      const content = encodePublicKey(loadPublicKey(options.key), options.encoding);
      if (options.output === undefined) process.stdout.write(content);
      else writeBytes(options.output, content);
    });
}

const C_BYTES_PER_LINE = 12;

function encodePublicKey(key: PublicKey, encoding: Encoding): string | Uint8Array {
  if (encoding === "pem") return key.pem;
  if (encoding === "raw") return key.encodedDer;
  const name = `${key.type.replaceAll("-", "_")}_public_key`;
  const words = [...key.encodedDer].map((byte) => `0x${byte.toString(16).padStart(2, "0")}`);
  const lineCount = Math.ceil(words.length / C_BYTES_PER_LINE);
  const lines = Array.from({ length: lineCount }, (_, line) =>
    words.slice(line * C_BYTES_PER_LINE, (line + 1) * C_BYTES_PER_LINE).join(", "),
  );
  const body = lines.map((line) => `    ${line},\n`).join("");
  return `const unsigned char ${name}[] = {\n${body}};\nconst unsigned int ${name}_len = ${words.length};\n`;
}
