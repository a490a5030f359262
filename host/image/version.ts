// Image versions (major.minor.revision+build): text, order and the automatic security counter. Knows no image bytes.
import { MisuseError } from "../core/errors.js";

/** A version as the header holds it: major and minor 0..255, revision 0..65535, build 0..2^32-1. */
export interface ImageVersion {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
  readonly build: number;
}

/** An option for building an image that cannot be met: says what was expected and what was found. */
export class InvalidImageOptionError extends MisuseError {
  override readonly name = "InvalidImageOptionError";
}

const PART = "(0|[1-9][0-9]*)";
const VERSION_TEXT = new RegExp(`^${PART}(?:\\.${PART}(?:\\.${PART}(?:\\+${PART})?)?)?$`);

/**
 * Reads a version as imgtool writes it: `1.2.3+4`, where everything behind the first number may be left out.
 * @throws InvalidImageOptionError when the text has another shape or a part does not fit its field.
 */
export function parseVersion(text: string): ImageVersion {
  const match = VERSION_TEXT.exec(text);
  if (match === null) {
    throw new InvalidImageOptionError(`version: expected MAJOR.MINOR.REVISION+BUILD, found "${text}"`);
  }
  const [major = 0, minor = 0, revision = 0, build = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const version = { major, minor, revision, build };
  if (major > 0xff || minor > 0xff || revision > 0xffff || build > 0xffffffff) {
    throw new InvalidImageOptionError(
      `version: expected at most 255.255.65535+4294967295, found "${text}" with a part above its limit`,
    );
  }
  return version;
}

/** Writes a version as `1.2.3+4`. */
export function formatVersion(version: ImageVersion): string {
  return `${version.major}.${version.minor}.${version.revision}+${version.build}`;
}

/** Orders two versions: negative, zero or positive. The build number does not count, as in MCUboot's default. */
export function compareVersions(left: ImageVersion, right: ImageVersion): number {
  return left.major - right.major || left.minor - right.minor || left.revision - right.revision;
}

/** The security counter that `--security-counter auto` stands for: major << 24 | minor << 16 | revision (imgtool). */
export function automaticSecurityCounter(version: ImageVersion): number {
  return version.major * 0x1000000 + version.minor * 0x10000 + version.revision;
}
