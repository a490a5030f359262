// Small zod schemas that a configuration is made of. Each of their messages says what was expected; what was found is
// added by parse.ts, which knows the value. Knows no field of a configuration.
import { z } from "zod";
import { suggestion } from "../core/nearest.js";

export const U32_MAX = 0xffffffff;

/** Names of devices, layouts, scenarios, guests and oracles: fit for file names, shells and trace lines. */
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const NAME_SIZE_MAX = 40;
const NAME_RULE = `expected a name: lower case words and digits joined by hyphens, at most ${NAME_SIZE_MAX} characters`;
const IMAGE_NAME = /^[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$/;
const IMAGE_NAME_RULE = `expected an image's name: letters and digits, with - _ . between them, at most ${NAME_SIZE_MAX} characters`;

const BYTES = /^(0x[0-9a-f]+|[0-9]+)(KiB|MiB)?$/i;
const UNITS: Readonly<Record<string, number>> = { kib: 1024, mib: 1024 * 1024 };

export const name = z.string(NAME_RULE).regex(NAME, NAME_RULE).max(NAME_SIZE_MAX, NAME_RULE);
export const imageName = z
  .string(IMAGE_NAME_RULE)
  .regex(IMAGE_NAME, IMAGE_NAME_RULE)
  .max(NAME_SIZE_MAX, IMAGE_NAME_RULE);
export const flag = z.boolean("expected true or false");

/** Text that is not empty. */
export function text(what: string) {
  const message = `expected ${what}: text`;
  return z.string(message).min(1, message);
}

/** A whole number within bounds, both of them allowed. */
export function integer(least: number, most: number) {
  const message = `expected an integer ${least}..${most}`;
  return z.int(message).min(least, message).max(most, message);
}

/** One of these words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `expected ${alternatives(words.map((word) => `"${word}"`))}` });
}

/** Bytes as a number, or as text with a prefix or unit; always a number afterwards. */
export function bytes(least: number) {
  const message = `expected bytes ${least}..${U32_MAX}: an integer, or text like "0x1f000" or "16KiB"`;
  return z.unknown().transform((value, context): number => {
    const [, digits, unit = ""] = (typeof value === "string" ? BYTES.exec(value) : null) ?? [];
    const count = digits === undefined ? value : Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
    if (typeof count === "number" && Number.isSafeInteger(count) && count >= least && count <= U32_MAX)
      return count;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

/** A list of so many. */
export function list<Item extends z.ZodType>(item: Item, what: string, [least, most] = [0, Infinity]) {
  const bound = most === Infinity ? "" : `, ${least} to ${most}`;
  const message = `expected a list of ${what}${bound}`;
  return z.array(item, message).min(least, message).max(most, message);
}

/** An object whose keys are names. */
export function byName<Item extends z.ZodType>(item: Item, what: string) {
  return z.record(name, item, {
    error: (issue) => (issue.code === "invalid_key" ? NAME_RULE : `expected an object: names and ${what}`),
  });
}

/** An object whose keys are any text. */
export function byText<Item extends z.ZodType>(item: Item, what: string) {
  return z.record(z.string(), item, `expected an object: names and ${what}`);
}

/** An object with exactly these fields; `others` are further keys that a mistyped one may have been meant as. */
export function fields<Shape extends z.ZodRawShape>(shape: Shape, others: readonly string[] = []) {
  const known = [...Object.keys(shape), ...others];
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? suggestion(String((issue.keys as readonly string[])[0]), known)
        : `expected an object with ${known.join(", ")}`,
  });
}

/** A value that one of several schemas is for: `pick` looks at it and says which. */
export function choose<Output>(pick: (value: unknown) => z.ZodType<Output>): z.ZodType<Output> {
  return z.unknown().transform((value, context): Output => {
    const result = pick(value).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  });
}

/** "a", "a or b", "a, b or c". */
export function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
