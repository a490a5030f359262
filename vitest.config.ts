import { defineConfig } from "vitest/config";

const NIGHTLY_CASES = "10000";

// `--mode nightly` sets how often randomised tests run (caseCount of test/assembly/crypto/module.ts) where
// EVERBOOT_CASES does not; a mode, because a variable before a command is not understood by every shell.
export default defineConfig(({ mode }) => {
  const cases = process.env["EVERBOOT_CASES"] ?? (mode === "nightly" ? NIGHTLY_CASES : undefined);
  const timeoutMillis = cases === undefined ? 120_000 : 3_600_000;
  return {
    test: {
      include: ["test/**/*.test.ts"],
      env: cases === undefined ? {} : { EVERBOOT_CASES: cases },
      testTimeout: timeoutMillis,
      hookTimeout: timeoutMillis,
      pool: "threads",
      maxWorkers: 2,
    },
  };
});
