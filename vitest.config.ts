import { defineConfig } from "vitest/config";
import { SlowestFiles } from "./test/support/slowest-files.js";

const NIGHTLY_CASES = "10000";
const MINUTES = 60_000;

// `--mode nightly` sets how often randomised tests run (caseCount of test/assembly/crypto/module.ts) where
// EVERBOOT_CASES does not; a mode, because a variable before a command is not understood by every shell.
export default defineConfig(({ mode }) => {
  const cases = process.env["EVERBOOT_CASES"] ?? (mode === "nightly" ? NIGHTLY_CASES : undefined);
  // A limit is there to end what would never end, and is many times what the slowest test takes on two idle cores: no test may fail
  // because a machine is busy, and no test sets a limit of its own.
  const timeoutMillis = (cases === undefined ? 15 : 60) * MINUTES;
  const isOnGithub = process.env["GITHUB_ACTIONS"] === "true";
  return {
    test: {
      include: ["test/**/*.test.ts"],
      env: cases === undefined ? {} : { EVERBOOT_CASES: cases },
      testTimeout: timeoutMillis,
      hookTimeout: timeoutMillis,
      pool: "threads",
      maxWorkers: 2,
      // `npm test` leaves these out, `npm run test:rest` runs them alone, `npm run test:all` runs everything.
      tags: [
        {
          name: "slow",
          description:
            "takes seconds, and what it shows is shown in a small way by a quick test too, or needs tools that few have",
        },
      ],
      reporters: ["default", ...(isOnGithub ? ["github-actions"] : []), new SlowestFiles()],
    },
  };
});
