// Compilers that a machine may lack, so that tests that need them are skipped by name. Test helper only.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
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

/** For a test's name: why it is skipped, if it is. */
export function skippedFor(missing: readonly string[]): string {
  return missing.length === 0 ? "" : ` (skipped: not installed: ${missing.join(", ")})`;
}
