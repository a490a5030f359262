// `everboot image envelope`: makes the signed announcement of an image, shows one, and holds one against key and image. Reads files, calls
// host/image/envelope, prints what came of it.
import { statSync } from "node:fs";
import type { Command } from "commander";
import { MisuseError } from "../../core/errors.js";
import { toHex, SHA256 } from "../../image/digest.js";
import { keyHash } from "../../image/keys.js";
import { claimsFor, isSaidByNoFile, judgeClaims, type JudgedClaim } from "../../image/envelope/about.js";
import { makeEnvelope, readUnverified, verifyEnvelope } from "../../image/envelope/envelope.js";
import { UPDATE_KINDS, type UpdateKind } from "../../image/envelope/fields.js";
import { ENVELOPE_REASONS, type EnvelopeRefusal } from "../../image/envelope/refusal.js";
import { classUuid, vendorUuid } from "../../image/protected.js";
import { hexNumber } from "../../image/reason.js";
import { EXIT_REFUSED, complain, setExit } from "../../app/terminal/exit.js";
import { readBinary } from "../../app/workspace/binaries.js";
import { checkPlace, readBytes, writeBytes } from "../../app/workspace/files.js";
import { loadPublicKey, loadSigningKey } from "../../app/workspace/keys.js";
import { choice, collect, size } from "../values.js";
import { failRefused, printJson, refusedJson } from "./refused.js";
import { claimsJson, claimsText, judgedText } from "./envelope-text.js";

const KINDS = Object.keys(UPDATE_KINDS) as UpdateKind[];
const DEFAULT_BLOCK_BYTES = 4096;

/** Adds `envelope` and its commands to the image command. */
export function registerEnvelope(image: Command): void {
  const envelope = image
    .command("envelope")
    .description("announce an image before it is sent: make, show and verify envelopes (COSE)");
  registerMake(envelope);
  registerShow(envelope);
  registerVerify(envelope);
}

interface MakeFlags {
  readonly image: string;
  readonly key: string;
  readonly vendor?: string;
  readonly class?: string;
  readonly kind: UpdateKind;
  readonly blockSize: number;
  readonly base?: string;
  readonly transfer?: string;
  readonly bill?: string;
  readonly out: string;
}

function registerMake(envelope: Command): void {
  envelope
    .command("make")
    .description("sign what a device is to know of an image before it is sent")
    .requiredOption("-i, --image <file>", "the image")
    .requiredOption(
      "-k, --key <file>",
      "private key, ed25519 or ecdsa-p256 (PEM, or the digits of an Ed25519 seed)",
    )
    .option("--vendor <vendor>", "vendor: a UUID, or a domain to make one from (default: as the image says)")
    .option(
      "--class <class>",
      "class of device: a UUID, or a name to make one from (default: as the image says)",
    )
    .addOption(choice("--kind <kind>", "what the update brings", KINDS).makeOptionMandatory())
    .option(
      "--block-size <bytes>",
      "what is sent is checked in blocks: 256 to 64KiB, a power of two",
      size,
      DEFAULT_BLOCK_BYTES,
    )
    .option("--base <file>", "image that a patch is to be applied to; with --transfer")
    .option("--transfer <file>", "patch that is sent instead of the image; with --base")
    .option("--bill <file>", "list of the image's components (SBOM), of which the digest is taken")
    .requiredOption("-o, --out <file>", "envelope to write")
    .addHelpText(
      "after",
      "\nExamples:\n  everboot image envelope make --image app.bin --key key.pem --vendor example.com --class board-a --kind security --out app.cose\n  everboot image envelope make --image app.bin --key key.pem --kind both --block-size 1KiB --base old.bin --transfer app.patch --out app.cose",
    )
    .action(make);
}

function make(flags: MakeFlags): void {
  const key = loadSigningKey(flags.key);
  const vendorId = flags.vendor === undefined ? undefined : vendorUuid(flags.vendor);
  const classId = flags.class === undefined ? undefined : classUuid(flags.class, vendorId);
  const { kind, blockSize: blockSizeBytes } = flags;
  const files = readFiles(flags);
  checkPlace(flags.out);
  demandNewPlace(flags);
  const made = claimsFor(files, { vendorId, classId, kind, blockSizeBytes });
  if (made.ok) writeBytes(flags.out, makeEnvelope(made.claims, key));
  else failRefused(fileOf(made.of, flags), made, false);
}

/** Whoever mistypes --out keeps the key and the images: an envelope is never written over what it was made from. */
function demandNewPlace(flags: MakeFlags): void {
  const out = statSync(flags.out, { throwIfNoEntry: false });
  if (out === undefined) return;
  for (const flag of ["key", "image", "base", "transfer", "bill"] as const) {
    const path = flags[flag];
    const input = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
    if (input?.dev === out.dev && input.ino === out.ino)
      throw new MisuseError(`${flags.out}: expected another file than --${flag}'s, found the same`);
  }
}

function fileOf(of: "image" | "base", { image, base = "" }: FileFlags): string {
  return of === "base" ? base : image;
}

type FileFlags = Pick<MakeFlags, "image" | "base" | "transfer" | "bill">;

function readFiles({ image, base, transfer, bill }: FileFlags) {
  return {
    image: readBinary(image, "an image"),
    base: base === undefined ? undefined : readBinary(base, "an image"),
    transfer: transfer === undefined ? undefined : readBytes(transfer, "a transfer"),
    bill: bill === undefined ? undefined : readBytes(bill, "a bill"),
  };
}

function registerShow(envelope: Command): void {
  envelope
    .command("show")
    .description("show what an envelope says, without judging who says it")
    .argument("<file>", "envelope")
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  everboot image envelope show app.cose\n  everboot image envelope show --json app.cose",
    )
    .action((file: string, { json }: { json: boolean }) => {
      const bytes = readBytes(file, "an envelope");
      const read = readUnverified(bytes);
      if (!read.ok) return fail(file, read, json);
      const { claims, opened } = read;
      const signed = { algorithm: opened.algorithm, keyHash: toHex(opened.keyId) };
      if (json)
        printJson({
          file,
          sizeBytes: bytes.length,
          signatureJudged: false,
          ...signed,
          ...claimsJson(claims),
        });
      else
        process.stdout.write(
          `${file}: ${bytes.length} bytes, signature not judged\n${claimsText(claims, signed)}`,
        );
    });
}

interface VerifyFlags extends FileFlags {
  readonly key: readonly string[];
  readonly json: boolean;
}

function registerVerify(envelope: Command): void {
  envelope
    .command("verify")
    .description(
      "judge an envelope by keys and by the image that it is about; exit code 1 when it is refused",
    )
    .argument("<file>", "envelope")
    .requiredOption(
      "-k, --key <file>",
      "public key (PEM, or a private key's file); may be given several times",
      collect(String),
    )
    .requiredOption("-i, --image <file>", "the image that it is about")
    .option("--base <file>", "image that the patch is to be applied to")
    .option("--transfer <file>", "what is sent instead of the image")
    .option("--bill <file>", "list of the image's components")
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  everboot image envelope verify --key pub.pem --image app.bin app.cose",
    )
    .action(verify);
}

function verify(file: string, flags: VerifyFlags): void {
  const keys = flags.key.map(loadPublicKey);
  const files = readFiles(flags);
  const envelope = verifyEnvelope(readBytes(file, "an envelope"), keys);
  if (!envelope.ok) return fail(file, envelope, flags.json);
  const { claims, signer } = envelope;
  const result = judgeClaims(claims, files);
  if (!result.ok) {
    if (flags.json) printJson({ file, of: result.of, ...refusedJson(result) });
    return failRefused(fileOf(result.of, flags), result, flags.json);
  }
  const failed = result.judged.filter(({ outcome }) => outcome === "fails");
  const signed = { keyType: signer.type, keyHash: toHex(keyHash(signer, SHA256)) };
  if (failed.length > 0) setExit(EXIT_REFUSED);
  if (flags.json)
    printJson({
      file,
      accepted: failed.length === 0,
      complete: isComplete(result.judged),
      ...signed,
      claims: result.judged,
      ...claimsJson(claims),
    });
  else if (failed.length > 0) complain(`${file}: refused: ${failed.map(failedText).join("; ")}`);
  else
    process.stdout.write(
      `${file}: accepted for ${flags.image}\n${judgedText(claims, result.judged, signed)}`,
    );
}

/** Whether every claim that a file can say was held against one. */
function isComplete(judged: readonly JudgedClaim[]): boolean {
  return judged.every(
    (one) => isSaidByNoFile(one) || (one.outcome !== "unsaid" && one.outcome !== "unjudged"),
  );
}

function failedText({ claim, said, found }: JudgedClaim): string {
  return `expected ${claim} ${said}, found ${found}`;
}

/** A refused envelope is one line on standard error; with --json it stands in the JSON instead. */
function fail(file: string, { reason, message, offset }: EnvelopeRefusal, json: boolean): void {
  setExit(EXIT_REFUSED);
  const number = ENVELOPE_REASONS[reason];
  if (json) printJson({ file, accepted: false, reason: number, reasonName: reason, message, offset });
  else complain(`${file}: refused: ${message} (at ${hexNumber(offset)}, reason ${number} ${reason})`);
}
