// What a schema found wrong, as one error that names the place.
import type { z } from "zod";
import type { MisuseError } from "../core/errors.js";
import { type Path, describeValue, formatPath, misuseAt, valueAt } from "./place.js";

/**
 * The first issue as an error, and how many places have others; unknown keys first, as they explain what is missing, and what is missing
 * all at once.
 * @param file how the error names the place, from the path in the value
 */
export function issueError(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  file: string | ((path: readonly PropertyKey[]) => string),
): MisuseError {
  const isUnknown = ({ code }: z.core.$ZodIssue) => code === "unrecognized_keys";
  const unknown = issues.find(isUnknown);
  const missing = new Map(
    issues
      .filter(({ code, path }) => code !== "invalid_key" && valueAt(value, path) === undefined)
      .map(({ path }) => [formatPath(path), path]),
  );
  const issue = unknown ?? issues[0];
  const at = (path: readonly PropertyKey[], message: string) =>
    misuseAt(typeof file === "string" ? file : file(path), path, message);
  if (issue === undefined) return at([], "expected something else");
  const places = new Set(issues.map(({ path }) => JSON.stringify(path))).size;
  const more = places > 1 ? ` (and ${places - 1} more)` : "";
  if (unknown === undefined && missing.size > 1)
    return missingError([...missing.values()], places - missing.size, at);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] as string;
    return at([...issue.path, key], `unknown key "${key}", ${issue.message}${more}`);
  }
  const found = issue.code === "invalid_key" ? issue.path.at(-1) : valueAt(value, issue.path);
  return at(issue.path, `${issue.message}, found ${describeValue(found)}${more}`);
}

/** What is missing in several places, named from the object that all of them are in. */
function missingError(
  paths: readonly Path[],
  others: number,
  at: (path: Path, message: string) => MisuseError,
): MisuseError {
  const [first = []] = paths;
  const isCommon = (depth: number) =>
    paths.every((path) => path.length > depth + 1 && path[depth] === first[depth]);
  let depth = 0;
  while (isCommon(depth)) depth++;
  const names = paths.map((path) => formatPath(path.slice(depth))).join(", ");
  return at(
    first.slice(0, depth),
    `expected ${names}, found none of them${others > 0 ? ` (and ${others} more)` : ""}`,
  );
}
