// One mutant of the engine: does a campaign of a foreign guest come to something else, and does the suite fail.
import { campaignsIn } from "./campaigns.js";
import type { EngineMutant } from "./mutant.js";
import { ENGINE_SUITE } from "./suite.js";
import type { Tree } from "./tree.js";

const VITEST = "node_modules/vitest/vitest.mjs";

/** What became of a mutant. */
export interface Verdict {
  /** The first test that fails; null where none does. */
  readonly test: string | null;
  /** The first campaign that comes to something else, and to what; null where none does. */
  readonly campaign: string | null;
}

/** The two questions asked of a mutant. */
export type Half = keyof Verdict;

/** What judging needs to know of mutants judged before, and of the project without any. */
export interface Before {
  /** What the campaigns come to without any mutant. */
  readonly wanted: readonly string[];
  /** The test file that failed last, by the source file in which the mistake was. */
  readonly failed: Map<string, string>;
}

/** Asks one question of a mutant in a copy of the project. */
export async function judge(
  tree: Tree,
  { changes }: EngineMutant,
  half: Half,
  { wanted, failed }: Before,
): Promise<string | null> {
  const undo = await tree.change(changes);
  try {
    if (half === "campaign") return await otherwiseIn(tree, wanted);
    // What failed for a mistake of the same file is likely to fail for this one.
    const source = changes[0]?.file ?? "";
    const likely = failed.get(source);
    const first = likely === undefined ? null : await failingAmong(tree, [likely]);
    const found = first ?? (await failingIn(tree));
    const file = found === null ? undefined : /^\S+\.test\.ts/.exec(found)?.[0];
    if (file !== undefined) failed.set(source, file);
    return found;
  } finally {
    undo();
  }
}

/** The first test of one file that fails with a mutant in a copy of the project; null where none does. */
export async function failsIn(tree: Tree, { changes }: EngineMutant, file: string): Promise<string | null> {
  const undo = await tree.change(changes);
  try {
    return await failingAmong(tree, [file]);
  } finally {
    undo();
  }
}

/** The first campaign in the copy that comes to something other than `wanted`; null where none does. */
async function otherwiseIn(tree: Tree, wanted: readonly string[]): Promise<string | null> {
  const found = await campaignsIn(tree, wanted);
  return found.find((line, at) => line !== wanted[at]) ?? null;
}

/** The first test of the suite that fails in the copy; null where none does. */
export async function failingIn(tree: Tree): Promise<string | null> {
  for (const files of ENGINE_SUITE) {
    const found = await failingAmong(tree, files);
    if (found !== null) return found;
  }
  return null;
}

async function failingAmong(tree: Tree, files: readonly string[]): Promise<string | null> {
  const options = ["--bail", "1", "--maxWorkers", "1", "--reporter", "json"];
  const { code, output } = await tree.node(VITEST, "run", ...files, ...options);
  return code === 0 ? null : failedIn(output);
}

interface Result {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function failedIn(output: string): string {
  const start = output.indexOf('{"numTotal');
  if (start === -1) return "the suite does not run to its end";
  const { testResults } = JSON.parse(output.slice(start, output.lastIndexOf("}") + 1)) as Result;
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find(({ status }) => status === "failed");
    if (failed !== undefined) return `${name.replace(/^.*\/(test\/)/, "$1")}: ${failed.fullName}`;
  }
  return "a file of the suite does not load";
}
