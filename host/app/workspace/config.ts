// Finds and loads the user's configuration: TypeScript and JavaScript by jiti, JSON by ourselves. What it says is checked
// in host/config; here an error of the file itself becomes one line with its place.
import { existsSync, realpathSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type ParsedConfig, isWasmPath, parseConfig } from "../../config/parse.js";
import { jsonMistake } from "../../config/json.js";
import { MisuseError } from "../../core/errors.js";
import { oneLine } from "../../core/one-line.js";
import { readText } from "./files.js";
import { GUEST_NAMES } from "./modules.js";

/** What a configuration is found under where no path is given. */
export const CONFIG_NAMES = [".ts", ".mts", ".js", ".mjs", ".json"].map(
  (suffix) => `everboot.config${suffix}`,
);

const SUFFIXES = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];
/** What jiti 2.7 puts before a module's code, in its first line (evalModule). */
const WRAPPER =
  "(async function (exports, require, module, __filename, __dirname, jitiImport, jitiESMResolve) { ";
/** Frames kept while a configuration loads, so that its own is among them below many of its helpers'. */
const FRAMES_MAX = 200;

/**
 * Loads the user's configuration.
 * @param path where it is, relative to `cwd`; when undefined, one of CONFIG_NAMES in `cwd`
 * @param cwd folder, absolute
 * @returns the checked configuration with absolute paths of guests; undefined when no path is given and there is none
 * @throws {MisuseError} when there are two, it does not load, or says what cannot be; FileError when it cannot be read.
 */
export async function loadConfig(path: string | undefined, cwd: string): Promise<ParsedConfig | undefined> {
  const found = path === undefined ? findConfig(cwd) : resolve(cwd, path);
  if (found === undefined) return undefined;
  const label = labelOf(found, cwd);
  const suffix = extname(found);
  if (!SUFFIXES.includes(suffix))
    throw new MisuseError(`${label}: expected a configuration (${SUFFIXES.join(", ")}), found "${suffix}"`);
  const text = readText(found, "a configuration");
  // Frames in stacks show the real path.
  const file = realpathSync(found);
  const value = suffix === ".json" ? readJson(text, label) : await importConfig(file, label);
  return withPaths(parseConfig(value, { file: label, guestNames: GUEST_NAMES }), dirname(file));
}

function findConfig(cwd: string): string | undefined {
  const found = CONFIG_NAMES.filter((name) => existsSync(resolve(cwd, name)));
  if (found.length > 1) throw new MisuseError(`expected one configuration, found ${found.join(" and ")}`);
  return found[0] === undefined ? undefined : resolve(cwd, found[0]);
}

/** A file as errors name it: relative to the folder that one works in, where it lies in there. */
function labelOf(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith(`..${sep}`) || isAbsolute(path) ? file : path;
}

/** Paths of guests are meant from the configuration's folder. */
function withPaths(config: ParsedConfig, folder: string): ParsedConfig {
  const { guest } = config.campaign;
  return {
    ...config,
    guests: config.guests.map(({ boot, agent, application, ...rest }) => ({
      ...rest,
      boot: resolve(folder, boot),
      ...(agent === undefined ? {} : { agent: resolve(folder, agent) }),
      ...(application === undefined ? {} : { application: resolve(folder, application) }),
    })),
    campaign: {
      ...config.campaign,
      ...(guest !== undefined && isWasmPath(guest) ? { guest: resolve(folder, guest) } : {}),
    },
  };
}

function readJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const mistake = jsonMistake(text);
    if (mistake === undefined) throw new MisuseError(`${label}: expected JSON, ${(error as Error).message}`);
    const { line, column, expected, found } = mistake;
    throw new MisuseError(`${label}:${line}:${column}: expected ${expected}, found ${found}`);
  }
}

/** Runs the file and gives its default export, or what it assigns to module.exports. */
async function importConfig(file: string, label: string): Promise<unknown> {
  // Loaded here: a command without a configuration needs neither jiti nor what the package offers to one.
  const [{ createJiti }, offered] = await Promise.all([import("jiti"), import("../../package-data.js")]);
  const everboot = { ...offered, runCampaign: refuseToRun, openDevice: refuseToRun };
  const options = { fsCache: false, sourceMaps: true };
  const transformer = createJiti(import.meta.url, options);
  let code: string | undefined;
  const jiti = createJiti(import.meta.url, {
    ...options,
    // The running package itself, not a copy: it is found where it is not installed, and its classes are the same ones.
    virtualModules: { everboot },
    transform: (source) => {
      const transformed = transformer.transform(source);
      if (source.filename === file) code = transformed;
      return { code: transformed };
    },
  });
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES_MAX;
  let loaded: Record<string, unknown>;
  try {
    loaded = await jiti.import(file);
  } catch (error) {
    throw loadError(error, { file, label, code });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (!("default" in loaded))
    throw new MisuseError(
      `${label}: expected a default export, found ${Object.keys(loaded).join(", ") || "none"}`,
    );
  const exported = loaded["default"] as { readonly default?: unknown; readonly __esModule?: true } | null;
  // What a compiler made CommonJS of an ES module has its default inside module.exports.
  return exported?.__esModule === true && "default" in exported ? exported.default : exported;
}

/** What a configuration finds in place of the functions that would run campaigns: it is loaded by one that runs already. */
function refuseToRun(): never {
  throw new MisuseError("expected no campaign to be run by a configuration, which campaigns load");
}

/** A configuration's file while it loads. */
interface Loading {
  readonly file: string;
  readonly label: string;
  /** As it was run, with its source map; undefined where it was run as it stands. */
  readonly code: string | undefined;
}

function loadError(error: unknown, loading: Loading): MisuseError {
  const { file, label } = loading;
  // Node names every importer behind a module that is missing; the place below says the same.
  const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\nRequire stack:");
  const [, what, where, line, column] = /^ParseError: ([^]*?)\s+(\S.*):(\d+):(\d+)$/.exec(message) ?? [];
  if (what !== undefined) {
    // Babel counts columns from 0.
    const place = `${where === file ? label : where}:${line}:${Number(column) + 1}`;
    return new MisuseError(`${place}: syntax error: ${oneLine(what)}`);
  }
  const name = error instanceof Error ? `${error.name}: ` : "";
  const place = error instanceof Error ? placeOf(error.stack ?? "", loading) : "";
  return new MisuseError(
    `${label}${place}: expected a configuration, found an exception: ${name}${oneLine(message)}`,
  );
}

/** ":line:column" of the topmost frame inside the configuration; empty where there is none. */
function placeOf(stack: string, { file, code }: Loading): string {
  for (const frame of stack.split("\n")) {
    const [, path, line, column] = /^\s*at (?:.*\()?(.+):(\d+):(\d+)\)?$/.exec(frame) ?? [];
    if (path === undefined || (path.startsWith("file:") ? fileURLToPath(path) : path) !== file) continue;
    return originOf(Number(line), Number(column), code);
  }
  return "";
}

/** Where a place in the code that was run comes from. */
function originOf(line: number, column: number, code: string | undefined): string {
  const behind = line === 1 ? Math.max(column - WRAPPER.length, 1) : column;
  const [, encoded] = /\/\/# sourceMappingURL=data:[^,]*;base64,(\S+)\s*$/.exec(code ?? "") ?? [];
  if (encoded === undefined) return `:${line}:${behind}`;
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")));
  const entry = map.findEntry(line - 1, behind - 1);
  if (!("originalLine" in entry)) return `:${line}:${behind}`;
  return `:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
