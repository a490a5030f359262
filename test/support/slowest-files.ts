// A vitest reporter that names the ten slowest test files when a run ends, so that whoever adds a slow test sees it. It prints, and
// never fails a run: what is slow here need not be slow elsewhere.
import type { Reporter, TestModule } from "vitest/node";

const COUNT = 10;
const MILLIS_PER_SECOND = 1000;
const WIDTH = 7;

/** Prints files with the seconds that their import and their tests took, hooks included. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = slowestFiles(
      modules.map((module) => {
        const { collectDuration, duration } = module.diagnostic();
        return { file: module.relativeModuleId, millis: collectDuration + duration };
      }),
    );
    process.stdout.write(`Slowest files, seconds in a worker:\n${lines.join("\n")}\n\n`);
  }
}

/** Lines for the slowest of these files, the slowest first; files that no test of this run is in count too, and come last. */
export function slowestFiles(
  files: readonly { readonly file: string; readonly millis: number }[],
): readonly string[] {
  return [...files]
    .sort((a, b) => b.millis - a.millis)
    .slice(0, COUNT)
    .map(({ file, millis }) => `${(millis / MILLIS_PER_SECOND).toFixed(1).padStart(WIDTH)}  ${file}`);
}
