// How a new project gets this very package: what npm would be told to install it as. Reads what npm left beside it, asks nobody.
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A dependency on this package. */
export interface OwnSpec {
  /** As package.json has it. */
  readonly spec: string;
  /** It names a folder, not an archive or a version. */
  readonly isFolder: boolean;
}

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The dependency on the running package for a project in `folder`. What it was installed as goes on to hold: an archive stays
 * that archive, an address that address, a version of a registry that version and what is compatible with it. Otherwise, as in
 * a clone, it is the package's folder.
 * @param root the package's folder; the running one's when absent
 */
export function ownSpec(folder: string, root = ROOT): OwnSpec {
  const place = realpathSync(root);
  const { version = "0.0.0" } = readJson<Manifest>(join(place, "package.json")) ?? {};
  const asked =
    basename(dirname(place)) === "node_modules" ? askedFor(dirname(dirname(place)), basename(place)) : [];
  for (const spec of asked) {
    const file = /^file:(.+)$/.exec(spec.text)?.[1];
    if (file === undefined && /^[^:/]+$/.test(spec.text)) return { spec: `^${version}`, isFolder: false };
    if (file === undefined) return { spec: spec.text, isFolder: false };
    const path = resolve(spec.from, file);
    if (existsSync(path)) return fileSpec(folder, path);
  }
  return fileSpec(folder, place);
}

/** What the project around node_modules asked npm for, best first; paths are relative to `from`. */
function askedFor(owner: string, name: string): { readonly text: string; readonly from: string }[] {
  const manifest = readJson<Manifest>(join(owner, "package.json")) ?? {};
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const text = { ...optionalDependencies, ...devDependencies, ...dependencies }[name];
  // Where it was installed with --no-save, npm's own list of what it installed still says from where.
  const installed = readJson<{ readonly packages?: Record<string, { readonly resolved?: string }> }>(
    join(owner, "node_modules/.package-lock.json"),
  );
  const resolved = installed?.packages?.[`node_modules/${name}`]?.resolved;
  return [text, resolved].flatMap((found) => (found === undefined ? [] : [{ text: found, from: owner }]));
}

function fileSpec(folder: string, path: string): OwnSpec {
  const parent = dirname(folder);
  // Seen from where the folder really is: npm follows no links on the way up.
  const from = existsSync(parent) ? join(realpathSync(parent), basename(folder)) : folder;
  const way = relative(from, realpathSync(path)).split(sep).join("/");
  return { spec: `file:${way}`, isFolder: statSync(path).isDirectory() };
}

function readJson<Content>(file: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Content;
  } catch {
    return undefined;
  }
}
