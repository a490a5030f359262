// Option values as the command line writes them. Never reads files; what does not fit is commander's argument error.
import { InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../core/nearest.js";
import { KEY_TYPES, type KeyType } from "../image/key-types.js";

const INTEGER = /^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|0|[1-9][0-9]*)$/i;
const INTEGER_MOST = 0xffffffff;

/** Reads an unsigned 32-bit integer: decimal, or with the prefix 0x, 0o or 0b. */
export function integer(text: string): number {
  const value = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value <= INTEGER_MOST) return value;
  throw new InvalidArgumentError(`Expected an integer 0..${INTEGER_MOST}, such as 512 or 0x200.`);
}

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 1024, MiB: 1024 * 1024 };

/** Reads a size in bytes: an integer, or one with the unit KiB or MiB behind it. */
export function size(text: string): number {
  const [, digits = "", unit = ""] = /^(.*?)\s*(KiB|MiB)?$/.exec(text) ?? [];
  const value = INTEGER.test(digits) ? Number(digits) * (UNITS[unit] ?? 1) : Number.NaN;
  if (value <= INTEGER_MOST) return value;
  throw new InvalidArgumentError(`Expected bytes 0..${INTEGER_MOST}, such as 512, 0x200, 16KiB or 1MiB.`);
}

const SECONDS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600 };
/** What a timer can wait for, 2^31 − 1 ms: some 24 days. */
const SECONDS_MOST = 2147483;

/** Reads a time in seconds: a whole number from 1 on, or one with the unit s, m or h behind it. */
export function duration(text: string): number {
  const [, digits = "", unit = ""] = /^([1-9][0-9]*)\s*(s|m|h)?$/.exec(text) ?? [];
  const seconds = Number(digits) * (SECONDS[unit] ?? 1);
  if (seconds >= 1 && seconds <= SECONDS_MOST) return seconds;
  throw new InvalidArgumentError(
    `Expected a time from 1 to ${SECONDS_MOST} seconds, such as 90, 90s, 10m or 1h.`,
  );
}

/** Reads a share: a number from 0 to 1, or one with a per cent sign from 0 to 100. */
export function share(text: string): number {
  const value = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("Expected a share, such as 0.01 or 1%.");
}

/** Makes a reader that takes integers from 1 to `most`. */
export function positive(most: number): (text: string) => number {
  return (text) => {
    const value = integer(text);
    if (value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`Expected an integer 1..${most}.`);
  };
}

/** Makes a reader that takes only the listed integers. */
export function integerOf<Value extends number>(allowed: readonly Value[]): (text: string) => Value {
  return (text) => {
    const value = allowed.find((candidate) => String(candidate) === text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`Expected one of ${allowed.join(", ")}.`);
  };
}

/** Makes a reader for a list of some of the known names, joined by commas; in the order in which they are known. */
export function listOf<Name extends string>(known: readonly Name[]): (text: string) => readonly Name[] {
  return (text) => {
    const names = text.split(",").map((name) => name.trim());
    const unknown = names.find((name) => !known.some((one) => one === name));
    if (unknown === undefined) return known.filter((name) => names.includes(name));
    throw new InvalidArgumentError(`Expected some of ${known.join(",")}${didYouMean(unknown, known) || "."}`);
  };
}

/** An option that takes one of the known words. */
export function choice<Name extends string>(
  flags: string,
  description: string,
  known: readonly Name[],
): Option {
  // Only choices() shows the words in the help; only a reader of one's own can say which one was meant.
  return new Option(flags, description).choices(known).argParser((text: string): Name => {
    const name = known.find((one) => one === text);
    if (name !== undefined) return name;
    const words = `${known.length > 1 ? "one of " : ""}${known.map((one) => `"${one}"`).join(", ")}`;
    throw new InvalidArgumentError(`Expected ${words}${didYouMean(text, known) || "."}`);
  });
}

/** What --bad is for, in every command that has it. */
export const BAD_HELP =
  "image that must never boot: offered before all else, until it is refused; may be given several times";

/** What --require is for, in every command that has it. */
export const REQUIRE_HELP =
  "kinds of key that must all have signed, such as ed25519,lms; otherwise one is enough";

/** Reads a list of key types. */
export function keyTypes(text: string): readonly KeyType[] {
  return text.split(",").map((name) => {
    const type = KEY_TYPES.find((known) => known === name);
    if (type !== undefined) return type;
    throw new InvalidArgumentError(
      `Expected some of ${KEY_TYPES.join(",")}${didYouMean(name, KEY_TYPES) || "."}`,
    );
  });
}

/** Makes a reader for an option that may be given several times: collects what `read` makes of each. */
export function collect<Value>(
  read: (text: string) => Value,
): (text: string, previous: readonly Value[] | undefined) => readonly Value[] {
  return (text, previous = []) => [...previous, read(text)];
}

/**
 * Joins the two values of each option in `options` into one argument ("0x00a0 0xdeadbeef"), which commander can take:
 * it knows options with one value or with any number, imgtool has one with two.
 */
export function joinPairs(argv: readonly string[], options: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? "";
    const [first, second] = [argv[index + 1], argv[index + 2]];
    joined.push(argument);
    const isPair = options.includes(argument) && first !== undefined && second !== undefined;
    if (isPair && !first.startsWith("-") && !first.includes(" ")) {
      joined.push(`${first} ${second}`);
      index += 2;
    }
  }
  return joined;
}
