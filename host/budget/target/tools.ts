// Finds and runs the tools that a target takes. Knows nothing of what they are for.
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MisuseError } from "../../core/errors.js";
import { PACKAGES, TARGET_PLANS, type TargetCore } from "./cores.js";

const run = promisify(execFile);
const OUTPUT_MAX_BYTES = 256 * 1024 * 1024;

/** Tools are missing; says which packages have them. */
export class MissingToolsError extends MisuseError {
  override readonly name = "MissingToolsError";
}

/** A tool ended with an error; says which and its first line. */
export class ToolError extends MisuseError {
  override readonly name = "ToolError";
}

/** Names of Debian's packages whose tools are not in PATH. */
export function missingTools(core: TargetCore): readonly string[] {
  const { prefix, qemu } = TARGET_PLANS[core];
  const missing = ["wasm2c", "gcc", `${prefix}gcc`, qemu].filter((tool) => !isInPath(tool));
  return missing.flatMap((tool) => PACKAGES[tool] ?? [tool]);
}

/**
 * Checks that a target can be built and run.
 * @throws {MissingToolsError} naming the packages and the script that installs them
 */
export function checkTools(core: TargetCore): void {
  const missing = missingTools(core);
  if (missing.length === 0) return;
  throw new MissingToolsError(
    `--target ${core}: expected the tools of Debian's ${missing.join(", ")}, found them not installed (scripts/install-target-tools.sh installs them)`,
  );
}

function isInPath(tool: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}

/**
 * Runs a tool in a folder and answers what it printed.
 * @param seconds after which it is stopped
 * @throws {ToolError} where it ends with an error or is stopped
 */
export async function runTool(
  tool: string,
  args: readonly string[],
  folder: string,
  seconds = 120,
): Promise<string> {
  try {
    const { stdout } = await run(tool, [...args], {
      ...{ cwd: folder, maxBuffer: OUTPUT_MAX_BYTES, timeout: seconds * 1000, killSignal: "SIGKILL" },
    });
    return stdout;
  } catch (error) {
    const { stderr = "", killed, message } = error as { stderr?: string; killed?: boolean; message: string };
    if (killed === true) throw new ToolError(`${tool}: expected an end within ${seconds} s, found none`);
    const line = stderr.split("\n").find((text) => /error/i.test(text)) ?? stderr.split("\n")[0] ?? "";
    throw new ToolError(`${tool}: ${line === "" ? message : line}`);
  }
}

/** The first line that a tool prints about its version. */
export async function toolVersion(tool: string, folder: string): Promise<string> {
  const [line = ""] = (await runTool(tool, ["--version"], folder)).split("\n");
  return line.trim();
}

/** The folder of the C sources, beside this file in the package's sources. */
export function runtimeFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, "host/budget/target/runtime");
}
