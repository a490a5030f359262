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

/** Asks one question of a mutant in a copy of the project; `wanted` is what the campaigns come to without it. */
export async function judge(
  tree: Tree,
  { changes }: EngineMutant,
  half: Half,
  wanted: readonly string[],
): Promise<string | null> {
  const undo = await tree.change(changes);
  try {
    return half === "test" ? await failingIn(tree) : await otherwiseIn(tree, wanted);
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
    const options = ["--bail", "1", "--maxWorkers", "1", "--reporter", "json"];
    const { code, output } = await tree.node(VITEST, "run", ...files, ...options);
    if (code !== 0) return failedIn(output);
  }
  return null;
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
