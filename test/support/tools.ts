// Compilers and libraries that a machine may lack, so that tests that need them are skipped by name. Test helper only.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Which of these commands this machine does not have. */
export function lacking(...tools: readonly string[]): string[] {
  return tools.filter((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).status !== 0);
}

/** What compiling C to wasm lacks here. */
export function lackingForC(): string[] {
  return lacking("clang", "wasm-ld");
}

/** Whether a rustc can compile to wasm. */
export function hasWasmTarget(rustc: string): boolean {
  const args = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
  const { status, stdout } = spawnSync(rustc, args, { encoding: "utf8" });
  return status === 0 && existsSync(stdout.trim());
}

/** The first rustc of the PATH that can compile to wasm: Debian's may, where another one before it cannot. */
export function rustcForWasm(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, "rustc")).find(hasWasmTarget);
}

/** What compiling Rust to wasm lacks here. */
export function lackingForRust(): string[] {
  if (lacking("rustc").length > 0) return ["rustc"];
  return rustcForWasm() === undefined ? ["rustc's target wasm32-unknown-unknown"] : [];
}

/** Where scripts/install-peers.sh puts libraries in Python. */
const PEERS =
  process.env["EVERBOOT_PEERS"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "everboot-peers");

/** The first Python that has pycose: that of the peers, or one of the PATH. */
export function pythonWithCose(): string | undefined {
  return [join(PEERS, "bin/python"), "python3"].find(
    (python) => spawnSync(python, ["-c", "import pycose"], { stdio: "ignore" }).status === 0,
  );
}

/** For a test's name: why it is skipped, if it is. */
export function skippedFor(missing: readonly string[]): string {
  return missing.length === 0 ? "" : ` (skipped: not installed: ${missing.join(", ")})`;
}
