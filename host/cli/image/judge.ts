// `everboot image verify` and `everboot image info`: what an image says, and whether it would be accepted. Writes no files.
import type { Command } from "commander";
import { toHex } from "../../image/digest.js";
import { decodeHeader, flagNames, type ImageHeader } from "../../image/header.js";
import type { KeyType } from "../../image/key-types.js";
import { hexNumber } from "../../image/reason.js";
import { decodeTlvAreas, tlvName, type TlvAreas, type TlvEntry } from "../../image/tlv.js";
import { readTrailer, type Trailer } from "../../image/trailer.js";
import { verifyImage, type AcceptedImage } from "../../image/verify.js";
import { formatVersion } from "../../image/version.js";
import { readBinary } from "../../app/workspace/binaries.js";
import { loadPublicKey } from "../../app/workspace/keys.js";
import { failRefused, printJson, refusedJson } from "./refused.js";
import { REQUIRE_HELP, collect, integer, keyTypes } from "../values.js";

interface VerifyFlags {
  readonly key: readonly string[];
  readonly slotOffset?: number;
  readonly floor?: number;
  readonly require?: readonly KeyType[];
  readonly json: boolean;
}

/** Adds `verify` and `info` to the image command. */
export function registerJudgements(image: Command): void {
  image
    .command("verify")
    .description("judge an image as the boot core does; exit code 1 when it is refused")
    .argument("<file>", "image, or a slot's whole content")
    .requiredOption(
      "-k, --key <file>",
      "public key (PEM, or a private key's file); may be given several times",
      collect(String),
    )
    .option("--slot-offset <offset>", "flash offset of the slot that the image is meant for", integer)
    .option("--floor <number>", "security floor: the least security counter that may boot", integer)
    .option("--require <types>", REQUIRE_HELP, keyTypes)
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  everboot image verify --key root-pub.pem app-signed.bin\n  everboot image verify --key root-pub.pem --slot-offset 0x20000 --floor 7 --json app-signed.bin",
    )
    .action((file: string, flags: VerifyFlags) => {
      const keys = flags.key.map(loadPublicKey);
      const { slotOffset, floor, require: demanded } = flags;
      const result = verifyImage(readBinary(file, "an image"), keys, { slotOffset, floor, demanded });
      if (flags.json) printJson({ file, ...(result.ok ? acceptedJson(result) : refusedJson(result)) });
      if (result.ok && !flags.json) process.stdout.write(acceptedText(file, result));
      if (!result.ok) failRefused(file, result, flags.json);
    });
  image
    .command("info")
    .description("show an image's header and TLVs without judging signature or digest")
    .argument("<file>", "image, or a slot's whole content")
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  everboot image info app-signed.bin\n  everboot image info --json app-signed.bin",
    )
    .action((file: string, { json }: { json: boolean }) => showImage(file, json));
}

function acceptedJson(image: AcceptedImage) {
  return {
    accepted: true,
    version: formatVersion(image.version),
    securityCounter: image.securityCounter,
    headerSizeBytes: image.headerSizeBytes,
    payloadSizeBytes: image.payloadSizeBytes,
    extentBytes: image.extentBytes,
    trailingBytes: image.trailingBytes,
    linkedOffset: image.linkedOffset ?? null,
    digestName: image.digestName,
    digest: toHex(image.digest),
    signers: image.signers.map(({ key, keyHash }) => ({ keyType: key.type, keyHash: toHex(keyHash) })),
    pure: image.isPure,
    dependencies: image.dependencies.map(({ imageId, leastVersion }) => ({
      imageId,
      leastVersion: formatVersion(leastVersion),
    })),
  };
}

function acceptedText(file: string, image: AcceptedImage): string {
  const linked = image.linkedOffset === undefined ? "anywhere" : hexNumber(image.linkedOffset);
  const needs = image.dependencies.map(
    (need) => `image ${need.imageId} >= ${formatVersion(need.leastVersion)}`,
  );
  const rows: readonly (readonly [string, string])[] = [
    ["version", formatVersion(image.version)],
    ["security counter", String(image.securityCounter)],
    ["size", `${image.extentBytes} bytes, then ${image.trailingBytes} that are not part of it`],
    ["runs from", linked],
    ["digest", `${image.digestName} ${toHex(image.digest)}`],
    ...image.signers.map(
      ({ key, keyHash }) =>
        ["key", `${key.type}${image.isPure ? ", pure" : ""}, hash ${toHex(keyHash)}`] as const,
    ),
    ...(needs.length === 0 ? [] : [["needs", `${needs.join(", ")} (not judged here)`] as const]),
  ];
  return `${file}: accepted\n${formatRows(rows)}`;
}

function showImage(file: string, json: boolean): void {
  const bytes = readBinary(file, "an image");
  const head = decodeHeader(bytes);
  if (!head.ok) {
    if (json) printJson({ file, sizeBytes: bytes.length, refused: refusedJson(head) });
    failRefused(file, head, json);
    return;
  }
  const tlvs = decodeTlvAreas(bytes, head.header, { strict: false });
  const trailer = readTrailer(bytes) ?? null;
  if (json) {
    const rest = tlvs.ok ? areasJson(tlvs.areas, bytes.length) : { refused: refusedJson(tlvs) };
    printJson({ file, sizeBytes: bytes.length, header: headerJson(head.header), ...rest, trailer });
  } else {
    process.stdout.write(`${file}: ${bytes.length} bytes\n${headerText(head.header)}`);
    if (tlvs.ok) process.stdout.write(areasText(tlvs.areas, bytes.length));
    if (trailer !== null) process.stdout.write(trailerText(trailer));
  }
  if (!tlvs.ok) failRefused(file, tlvs, json);
}

function headerJson(header: ImageHeader) {
  return { ...header, version: formatVersion(header.version), flagNames: flagNames(header.flags) };
}

function headerText(header: ImageHeader): string {
  const flags = flagNames(header.flags).join(", ");
  return formatRows([
    ["version", formatVersion(header.version)],
    ["load address", hexNumber(header.loadAddress)],
    ["header size", hexNumber(header.headerSizeBytes)],
    ["payload size", `${hexNumber(header.payloadSizeBytes)} (${header.payloadSizeBytes} bytes)`],
    ["protected TLVs", `${header.protectedSizeBytes} bytes`],
    ["flags", flags === "" ? "none" : `${hexNumber(header.flags)} (${flags})`],
  ]);
}

function listEntries(areas: TlvAreas): readonly (readonly [area: string, entry: TlvEntry])[] {
  return [
    ...areas.protectedEntries.map((entry) => ["protected", entry] as const),
    ...areas.unprotectedEntries.map((entry) => ["unprotected", entry] as const),
  ];
}

function areasJson(areas: TlvAreas, sizeBytes: number) {
  return {
    tlvs: listEntries(areas).map(([area, { type, offset, data }]) => ({
      area,
      type,
      name: tlvName(type, area === "protected"),
      offset,
      sizeBytes: data.length,
      data: toHex(data),
    })),
    extentBytes: areas.extentBytes,
    trailingBytes: sizeBytes - areas.extentBytes,
  };
}

const SHOWN_DATA_BYTES = 32;

function areasText(areas: TlvAreas, sizeBytes: number): string {
  const rows = listEntries(areas).map(([area, { type, offset, data }]) => {
    const shown = toHex(data.subarray(0, SHOWN_DATA_BYTES));
    const value = data.length > SHOWN_DATA_BYTES ? `${shown}… (${data.length} bytes)` : shown;
    return [tlvName(type, area === "protected"), `${hexNumber(offset)} ${area.padEnd(11)} ${value}`] as const;
  });
  const trailingBytes = sizeBytes - areas.extentBytes;
  return formatRows([
    ...rows,
    ["image ends at", `${hexNumber(areas.extentBytes)}, then ${trailingBytes} bytes`],
  ]);
}

function trailerText({ imageOk, copyDone, maxAlignBytes }: Trailer): string {
  const flags = `image_ok ${imageOk}, copy_done ${copyDone}`;
  return formatRows([["trailer", `${flags} (alignment ${maxAlignBytes}; not what this project boots by)`]]);
}

const LABEL_WIDTH = 18;

function formatRows(rows: readonly (readonly [label: string, value: string])[]): string {
  return rows.map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)}${value}\n`).join("");
}
