// Where something stands in a configuration, and errors that say so: one line, file, path, expected, found.
import { MisuseError } from "../core/errors.js";

/** Keys and indices from the configuration's root. */
export type Path = readonly PropertyKey[];

const TEXT_MAX = 60;

/** A path as JavaScript would write it: scenarios[0].steps, devices["my-part"]. */
export function formatPath(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      const name = String(key);
      if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}

/** What was found, in a few words; text in quotes, cut where it is long. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") {
    return JSON.stringify(value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value);
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** An error about a place in a configuration. */
export function misuseAt(file: string, path: Path, message: string): MisuseError {
  const where = path.length === 0 ? file : `${file}: ${formatPath(path)}`;
  return new MisuseError(`${where}: ${message.replace(/\s+/g, " ")}`);
}
