// `everboot image`: keys and images in imgtool's manner. Reads files, calls host/image, prints what came of it.
import { Option, type Command } from "commander";
import { SHA256, toHex } from "../image/digest.js";
import {
  KEY_TYPES,
  generateKey,
  keyHash,
  readPrivateKey,
  readPublicKey,
  type KeyType,
  type PrivateKey,
  type PublicKey,
} from "../image/keys.js";
import { readText, writeBytes, writePrivateKey } from "./files.js";
import { registerJudgements } from "./image-judge.js";
import { registerSign } from "./image-sign.js";

/** Adds `image` and its commands to the program. */
export function registerImage(program: Command): void {
  const image = program
    .command("image")
    .description("make keys; sign, verify and show images (MCUboot's format)");
  registerKeygen(image);
  registerGetpub(image);
  registerSign(image, loadPrivateKey);
  registerJudgements(image, loadPublicKey);
}

function loadPrivateKey(path: string): PrivateKey {
  return readPrivateKey(readText(path, "a private key"), path);
}

function loadPublicKey(path: string): PublicKey {
  return readPublicKey(readText(path, "a public key"), path);
}

function registerKeygen(image: Command): void {
  image
    .command("keygen")
    .description("make a key pair; the file holds the private key, for its owner only")
    .requiredOption("-k, --key <file>", "where to write the private key (PKCS#8 PEM)")
    .addOption(new Option("-t, --type <type>", "kind of key").choices(KEY_TYPES).default("ed25519"))
    .option("--force", "replace an existing file: what only the old key can sign is lost", false)
    .addHelpText(
      "after",
      "\nExamples:\n  everboot image keygen --key root.pem\n  everboot image keygen --key root-p256.pem --type ecdsa-p256",
    )
    .action((options: { key: string; type: KeyType; force: boolean }) => {
      const key = generateKey(options.type);
      writePrivateKey(options.key, key.pem, { overwrite: options.force });
      const hash = toHex(keyHash(key.publicKey, SHA256));
      process.stdout.write(`${options.key}: ${options.type}, key hash ${hash}\n`);
    });
}

const ENCODINGS = ["pem", "raw", "lang-c"] as const;
type Encoding = (typeof ENCODINGS)[number];

function registerGetpub(image: Command): void {
  image
    .command("getpub")
    .description("print the public key of a private key")
    .requiredOption("-k, --key <file>", "private key (PEM, or the hexadecimal digits of an Ed25519 seed)")
    .addOption(
      new Option("-e, --encoding <how>", "PEM, the bytes that KEYHASH is made from, or these as a C array")
        .choices(ENCODINGS)
        .default("pem"),
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
