// What a schema found wrong, as one error that names the place.
import type { z } from "zod";
import type { MisuseError } from "../core/errors.js";
import { describeValue, misuseAt, valueAt } from "./place.js";

/**
 * The first issue as an error, and how many places have others; unknown keys first, as they explain what is missing.
 * @param file how the error names the place, from the path in the value
 */
export function issueError(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  file: string | ((path: readonly PropertyKey[]) => string),
): MisuseError {
  const isUnknown = ({ code }: z.core.$ZodIssue) => code === "unrecognized_keys";
  const issue = issues.find(isUnknown) ?? issues[0];
  const at = (path: readonly PropertyKey[], message: string) =>
    misuseAt(typeof file === "string" ? file : file(path), path, message);
  if (issue === undefined) return at([], "expected something else");
  const places = new Set(issues.map(({ path }) => JSON.stringify(path))).size;
  const more = places > 1 ? ` (and ${places - 1} more)` : "";
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] as string;
    return at([...issue.path, key], `unknown key "${key}", ${issue.message}${more}`);
  }
  const found = issue.code === "invalid_key" ? issue.path.at(-1) : valueAt(value, issue.path);
  return at(issue.path, `${issue.message}, found ${describeValue(found)}${more}`);
}
