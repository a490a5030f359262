// Compilers that a machine may lack, so that tests that need them are skipped by name. Test helper only.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Which of these commands this machine does not have. */
export function lacking(...tools: readonly string[]): string[] {
  return tools.filter((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).status !== 0);
}

/** What compiling C to wasm lacks here. */
export function lackingForC(): string[] {
  return lacking("clang", "wasm-ld");
}

/** What compiling Rust to wasm lacks here. */
export function lackingForRust(): string[] {
  if (lacking("rustc").length > 0) return ["rustc"];
  const args = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
  const { stdout } = spawnSync("rustc", args, { encoding: "utf8" });
  return existsSync(stdout.trim()) ? [] : ["rustc's target wasm32-unknown-unknown"];
}

/** For a test's name: why it is skipped, if it is. */
export function skippedFor(missing: readonly string[]): string {
  return missing.length === 0 ? "" : ` (skipped: not installed: ${missing.join(", ")})`;
}
