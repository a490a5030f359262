// Compiles boot and agent to build/. With --check it only says whether this machine can.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";

const CLANG = process.env["CLANG"] ?? "clang";
const FLAGS = ["--target=wasm32", "-O2", "-g", "-Wall", "-nostdlib", "-Wl,--no-entry", "-Wl,--strip-debug"];
const INSTALL =
  "(Debian, Ubuntu: apt-get install clang lld; macOS: brew install llvm lld, and CLANG=.../bin/clang)";

/** Runs a tool without showing what it prints. */
function quiet(tool, args) {
  return spawnSync(tool, args, { input: "", encoding: "utf8" });
}

/** What is missing, in one line; undefined where nothing is. */
function missing() {
  if (quiet(CLANG, ["--version"]).status !== 0) return `${CLANG} not found: install clang and lld ${INSTALL}`;
  if (quiet(CLANG, ["--target=wasm32", "-x", "c", "-S", "-o", "-", "-"]).status !== 0)
    return `${CLANG} has no target wasm32: install LLVM's own clang and lld ${INSTALL}`;
  const linker = quiet(CLANG, ["--target=wasm32", "-print-prog-name=wasm-ld"]).stdout.trim();
  if (quiet(linker, ["--version"]).status !== 0)
    return `wasm-ld, clang's linker for wasm32, not found: install lld ${INSTALL}`;
  return undefined;
}

function build() {
  // What an earlier build has left is not taken for this one's where the compiler refuses.
  rmSync("build", { recursive: true, force: true });
  mkdirSync("build", { recursive: true });
  for (const guest of ["boot", "agent"]) {
    const args = [...FLAGS, "-o", `build/${guest}.wasm`, `${guest}.c`];
    const { status } = spawnSync(CLANG, args, { stdio: "inherit" });
    if (status !== 0) return 1;
  }
  return 0;
}

const lacking = missing();
if (lacking !== undefined) {
  console.error(lacking);
  process.exitCode = 1;
} else if (!process.argv.includes("--check")) {
  process.exitCode = build();
}
