// Runs the built command line the way a user does. Test helper only.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `everboot` with these arguments in the repository's folder. */
export function everboot(...argv: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["dist/host/cli/main.js", ...argv], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Makes a folder of its own for a test file; `remove` deletes it. */
export function temporaryFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "everboot-test-"));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true }) };
}
