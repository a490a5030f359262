// `everboot image sign`: imgtool's options, turned into those of host/image/sign.ts. Prints nothing when all is well.
import { InvalidArgumentError, Option, type Command } from "commander";
import { parseDependencies, type ImageDependency } from "../../image/protected.js";
import { signImage } from "../../image/sign.js";
import type { TlvContent } from "../../image/tlv.js";
import { MAX_ALIGNMENTS, type MaxAlignment } from "../../image/trailer.js";
import { InvalidImageOptionError, parseVersion, type ImageVersion } from "../../image/version.js";
import { readBinary } from "../../app/workspace/binaries.js";
import { checkPlace, writeBytes } from "../../app/workspace/files.js";
import { loadSigningKey } from "../../app/workspace/keys.js";
import { collect, integer, integerOf } from "../values.js";

interface SignFlags {
  readonly key: readonly string[];
  readonly headerSize: number;
  readonly padHeader?: boolean;
  readonly align: number;
  readonly maxAlign?: MaxAlignment;
  readonly maxSectors?: number;
  readonly overwriteOnly?: boolean;
  readonly slotSize: number;
  readonly version: ImageVersion;
  readonly securityCounter?: number | "auto";
  readonly pad?: boolean;
  readonly confirm?: boolean;
  readonly romFixed?: number;
  readonly loadAddr?: number;
  readonly nonBootable?: boolean;
  readonly pure?: boolean;
  readonly sha: 256 | 512 | "auto";
  readonly dependencies?: readonly ImageDependency[];
  readonly bootRecord?: string;
  readonly vid?: string;
  readonly cid?: string;
  readonly customTlv?: readonly TlvContent[];
}

const EXAMPLES = `
Examples:
  everboot image sign --key root.pem --header-size 0x200 --pad-header --align 8 --slot-size 0x20000 \\
      --version 1.2.3+4 --security-counter 7 --pad app.bin app-signed.bin
  everboot image sign --key root.pem --header-size 0x200 --pad-header --slot-size 0x20000 --version 2.0.0 \\
      --security-counter auto --rom-fixed 0x20000 --dependencies "(1, 2.0.0+0)" app.bin app-for-b.bin
  everboot image sign --key root.pem --key root-lms.json --header-size 0x200 --pad-header --slot-size 0x20000 \\
      --version 1.2.3 app.bin app-signed-twice.bin`;

/** Adds `sign` to the image command. */
export function registerSign(image: Command): void {
  image
    .command("sign")
    .description("sign a payload into an image")
    .argument("<in>", "payload")
    .argument("<out>", "image to write")
    .requiredOption(
      "-k, --key <file>",
      "private key (PEM, the hexadecimal digits of an Ed25519 seed, or an LMS key's state); given several times, all sign",
      collect(String),
    )
    .requiredOption(
      "-H, --header-size <bytes>",
      "where the payload starts: 32 or more, a multiple of 4",
      integer,
    )
    .option("--pad-header", "put the header before the payload, which otherwise starts with that many zeros")
    .requiredOption("-S, --slot-size <bytes>", "size of the slot, which must hold image and trailer", integer)
    .requiredOption("-v, --version <version>", "version: MAJOR.MINOR.REVISION+BUILD", parseVersion)
    .option(
      "--align <bytes>",
      "write alignment of the flash: 1, 2, 4, 8, 16, 32",
      integerOf([1, 2, 4, 8, 16, 32]),
      8,
    )
    .option("--max-align <bytes>", "largest alignment of all: 8, 16, 32", integerOf(MAX_ALIGNMENTS))
    .option(
      "-M, --max-sectors <count>",
      "sectors of a slot that the trailer has room for (default: 128)",
      integer,
    )
    .option("--overwrite-only", "a trailer without room for swapping")
    .option("-s, --security-counter <number>", 'what the security floor is compared with, or "auto"', counter)
    .option("--pad", "fill up to the slot's size and end with the trailer's magic")
    .option("--confirm", "mark the image as confirmed in the trailer (implies --pad)")
    .option("-F, --rom-fixed <offset>", "flash offset that the payload is linked for", integer)
    .option("-L, --load-addr <address>", "RAM address that the payload is to be loaded to", integer)
    .option("--non-bootable", "mark the image as one that is not to be booted")
    .option("--pure", "sign the image itself instead of its digest (ed25519)")
    .addOption(new Option("--sha <bits>", 'digest: 256, 512 or "auto"').default("auto").argParser(digestBits))
    .option("-d, --dependencies <list>", 'other images that must be there: "(ID, VERSION), …"', dependencies)
    .option("--boot-record <type>", "add a boot record for this type of software (up to 12 bytes)")
    .option("--vid <vendor>", "vendor: a UUID, or a domain to make one from")
    .option("--cid <class>", "class of device: a UUID, or a name to make one from")
    .option(
      "--custom-tlv <type value>",
      "protected TLV of your own: type, then 0x… bytes or text",
      collect(customTlv),
    )
    .addHelpText("after", EXAMPLES)
    .action((input: string, output: string, flags: SignFlags) => {
      const payload = readBinary(input, "a raw binary");
      const [first = "", ...others] = flags.key;
      const keys = [loadSigningKey(first), ...others.map(loadSigningKey)] as const;
      checkPlace(output); // a signature uses up a part of some keys
      writeBytes(output, signImage(payload, keys, signOptions(flags)));
    });
}

function signOptions(flags: SignFlags) {
  return {
    headerSizeBytes: flags.headerSize,
    version: flags.version,
    padHeader: flags.padHeader,
    slotSizeBytes: flags.slotSize,
    alignBytes: flags.align,
    maxAlignBytes: flags.maxAlign,
    maxSectors: flags.maxSectors,
    overwriteOnly: flags.overwriteOnly,
    securityCounter: flags.securityCounter,
    pad: flags.pad,
    confirm: flags.confirm,
    romFixed: flags.romFixed,
    loadAddress: flags.loadAddr,
    nonBootable: flags.nonBootable,
    pure: flags.pure,
    shaBits: flags.sha === "auto" ? undefined : flags.sha,
    dependencies: flags.dependencies,
    bootRecord: flags.bootRecord,
    vendorId: flags.vid,
    classId: flags.cid,
    customTlvs: flags.customTlv,
  };
}

function counter(text: string): number | "auto" {
  return text === "auto" ? "auto" : integer(text);
}

function digestBits(text: string): 256 | 512 | "auto" {
  return text === "auto" ? "auto" : integerOf([256, 512] as const)(text);
}

function dependencies(text: string): readonly ImageDependency[] {
  return parseDependencies(text, parseVersion);
}

/** Type and value in one argument (see joinPairs); a value that starts with 0x is bytes in the order written. */
function customTlv(text: string): TlvContent {
  const [, typeText, value] = /^(\S+) (.*)$/s.exec(text) ?? [];
  if (typeText === undefined || value === undefined)
    throw new InvalidArgumentError("Expected a type and a value.");
  const type = integer(typeText);
  if (!value.startsWith("0x")) return { type, data: new TextEncoder().encode(value) };
  const digits = value.slice(2);
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) {
    throw new InvalidImageOptionError(
      `custom TLV: expected pairs of hexadecimal digits after 0x, found "${value}"`,
    );
  }
  return { type, data: Uint8Array.from(Buffer.from(digits, "hex")) };
}
