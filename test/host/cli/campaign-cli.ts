// Runs `everboot campaign` and the like in a folder of their own, and reads what they leave. Test helper only.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CampaignReport } from "../../../host/campaign/report.js";
import { type Outcome, temporaryFolder } from "./run.js";

const MAIN = fileURLToPath(new URL("../../../dist/host/cli/main.js", import.meta.url));

/** Options of a campaign that takes a second: the smallest part, with the smallest images. */
export const SMALL = ["update", "--device", "tiny", "--image-size", "400"] as const;

export interface Running {
  readonly ended: Promise<Outcome>;
  /** Resolves when standard error has had so many lines. */
  lines(count: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** A folder in which commands run; demo keys are made in it once. `remove` ends those that still run, too. */
export function workplace() {
  const folder = temporaryFolder();
  const children = new Set<ChildProcess>();
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Running => {
    const quiet = { GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "" };
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder.path("."),
      env: { ...process.env, ...quiet, ...env },
    });
    children.add(child);
    child.on("close", () => children.delete(child));
    let stdout = "";
    let stderr = "";
    const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
      const count = stderr.split("\n").length - 1;
      for (const one of waiting) if (count >= one.count) one.resolve();
    });
    return {
      ended: new Promise((resolve) =>
        child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr })),
      ),
      lines: (count) => new Promise((resolve) => waiting.push({ count, resolve })),
      signal: (name) => child.kill(name),
    };
  };
  return {
    ...folder,
    remove: (): void => {
      for (const child of children) child.kill("SIGKILL");
      folder.remove();
    },
    start,
    run: (...args: readonly string[]): Promise<Outcome> => start(args).ended,
    write: (name: string, text: string): void => writeFileSync(folder.path(name), text),
    read: (name: string): string => readFileSync(folder.path(name), "utf8"),
    report: (name: string): CampaignReport =>
      JSON.parse(readFileSync(folder.path(name), "utf8")) as CampaignReport,
    /** A report's text without what it cost. */
    textOf(name: string): string {
      const { effort, ...rest } = JSON.parse(readFileSync(folder.path(name), "utf8")) as CampaignReport;
      if (effort === undefined) throw new Error(`${name} has no effort`);
      return JSON.stringify(rest);
    },
  };
}
