// Compiles boot and agent to build/. With --check it only says whether this machine can.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";

const RUSTC = process.env["RUSTC"] ?? "rustc";
const TARGET = "wasm32-unknown-unknown";
// Without a stack size of its own a guest's memory has 1 MiB of stack: more than most parts have RAM.
const FLAGS = [
  ...["--edition", "2021", "--target", TARGET, "--crate-type", "cdylib"],
  ...["-C", "opt-level=s", "-C", "panic=abort", "-C", "link-arg=-zstack-size=16384", "-C", "strip=debuginfo"],
];

/** What is missing, in one line; undefined where nothing is. */
function missing() {
  const { status, stdout } = spawnSync(RUSTC, ["--print", "target-libdir", "--target", TARGET], {
    encoding: "utf8",
  });
  if (status !== 0)
    return `${RUSTC} not found: install Rust (https://rustup.rs), then rustup target add ${TARGET}`;
  if (!existsSync(stdout.trim())) return `${RUSTC} has no target ${TARGET}: rustup target add ${TARGET}`;
  return undefined;
}

function build() {
  // What an earlier build has left is not taken for this one's where the compiler refuses.
  rmSync("build", { recursive: true, force: true });
  mkdirSync("build", { recursive: true });
  for (const guest of ["boot", "agent"]) {
    const args = [...FLAGS, "-o", `build/${guest}.wasm`, `src/${guest}.rs`];
    const { status } = spawnSync(RUSTC, args, { stdio: "inherit" });
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
