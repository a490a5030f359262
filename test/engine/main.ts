// `npm run mutation:explorer`: asks both questions of every mutant of the engine, in two copies of the project, and writes the report.
// Answers are kept in .everboot/mutation-explorer.json: a run that was stopped goes on. A mutant that was noticed counts as noticed until
// its text changes; one that was not is judged anew when the sources have changed.
//
//   --only TEXT   mutants whose name this regular expression finds
//   --half test   only this question (`test` or `campaign`)
//   --fresh       judge all of them anew
//   --report      judge none: write down what is known
//   --workers N   copies of the project to work in
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { campaignsIn, placeGuests } from "./campaigns.js";
import { type Half, failingIn, judge } from "./judge.js";
import type { EngineMutant } from "./mutant.js";
import { ENGINE_MUTANTS } from "./mutants.js";
import {
  REPORT_FILE,
  type Row,
  digestOf as changesDigest,
  formatReport,
  readReport,
  reportOf,
  rowOf,
} from "./report.js";
import { Tree } from "./tree.js";

const ROOT = join(import.meta.dirname, "../..");
const KEPT_FILE = join(ROOT, ".everboot/mutation-explorer.json");
/** Name of what the campaigns come to without any mutant, among the answers. */
const WANTED = "wanted";
const HALVES: readonly Half[] = ["campaign", "test"];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    half: { type: "string" },
    fresh: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
  },
});

/** An answer, and the digest of the sources that gave it. */
interface Answer {
  readonly found: string | null;
  readonly digest: string;
}

interface Task {
  readonly mutant: EngineMutant;
  readonly half: Half;
}

type Kept = Record<string, Answer>;

/** Digest of what an answer depends on, the mutants' own list left out: a mutant's changes are part of its name. */
function digestOf(half: Half): string {
  const parts =
    half === "test" ? /./ : /^(assembly|host|test\/engine|test\/host\/campaign\/soundness|images)\//;
  const hash = createHash("sha256");
  for (const folder of ["assembly", "host", "test"])
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).sort()) {
      const file = join(folder, name);
      if (!/\.ts$/.test(name) || !parts.test(file) || /engine\/(mutants|main|report|engine)/.test(name))
        continue;
      hash.update(file).update(readFileSync(join(ROOT, file)));
    }
  return hash.digest("hex");
}

const kept: Kept = {
  ...(values.fresh ? {} : reported()),
  ...(values.fresh || !existsSync(KEPT_FILE) ? {} : (JSON.parse(readFileSync(KEPT_FILE, "utf8")) as Kept)),
};
const digests: Record<Half, string> = { test: digestOf("test"), campaign: digestOf("campaign") };

/** What the committed report says of mutants that are as they were; what was not noticed is asked anew. */
function reported(): Kept {
  const rows = new Map(readReport()?.mutants.map((row) => [`${row.what} ${row.digest}`, row]));
  return Object.fromEntries(
    ENGINE_MUTANTS.flatMap((mutant) => {
      const row = rows.get(`${mutant.what} ${changesDigest(mutant)}`);
      return row === undefined
        ? []
        : HALVES.map((half) => [nameOf({ mutant, half }), { found: row[half], digest: "" }]);
    }),
  );
}

function nameOf({ mutant, half }: Task): string {
  return JSON.stringify([half, mutant.what, mutant.changes]);
}

function isOpen(task: Task): boolean {
  const answer = kept[nameOf(task)];
  return answer === undefined || (answer.found === null && answer.digest !== digests[task.half]);
}

function keep(task: Task, found: string | null): void {
  kept[nameOf(task)] = { found, digest: digests[task.half] };
  mkdirSync(join(ROOT, ".everboot"), { recursive: true });
  writeFileSync(KEPT_FILE, JSON.stringify(kept));
  console.log(`${task.mutant.what}\n  ${task.half}: ${found ?? "-"}`);
}

/** What the campaigns come to without any mutant. */
async function wantedIn(tree: Tree): Promise<readonly string[]> {
  const known = kept[WANTED];
  if (known?.digest === digests.campaign) return (known.found ?? "").split("\n");
  const lines = await campaignsIn(tree);
  kept[WANTED] = { found: lines.join("\n"), digest: digests.campaign };
  return lines;
}

/** Judges what is open, in copies of the project. */
async function judgeAll(open: Task[]): Promise<void> {
  const trees = Array.from({ length: Number(values.workers) }, () => new Tree());
  try {
    const [first] = trees;
    if (first === undefined) throw new Error("--workers: at least one");
    for (const tree of trees) await placeGuests(tree);
    const asks = (half: Half) => open.some((task) => task.half === half);
    const [wanted, failing] = await Promise.all([
      asks("campaign") ? wantedIn(first) : [],
      asks("test") && values.only === undefined ? failingIn(trees.at(-1) ?? first) : null,
    ]);
    if (failing !== null) throw new Error(`the suite fails without any mutant: ${failing}`);
    const failed = new Map<string, string>();
    await Promise.all(
      trees.map(async (tree) => {
        for (let task = open.shift(); task !== undefined; task = open.shift())
          keep(task, await judge(tree, task.mutant, task.half, { wanted, failed }));
      }),
    );
  } finally {
    for (const tree of trees) tree.remove();
  }
}

/** The row of a mutant of which both questions are answered; none where one is open. */
function rowsOf(mutant: EngineMutant): readonly Row[] {
  const [campaign, test] = HALVES.map((half) => kept[nameOf({ mutant, half })]?.found);
  return campaign === undefined || test === undefined ? [] : [rowOf(mutant, { test, campaign })];
}

const mutants = ENGINE_MUTANTS.filter(
  ({ what }) => values.only === undefined || new RegExp(values.only).test(what),
);
const halves = HALVES.filter((half) => values.half === undefined || values.half === half);
const wasJudged = (task: Task) => (kept[nameOf(task)] === undefined ? 0 : 1);
/** What was never judged comes first. */
const open = mutants
  .flatMap((mutant) => halves.map((half) => ({ mutant, half })))
  .filter(isOpen)
  .sort((one, other) => wasJudged(one) - wasJudged(other));
if (open.length > 0 && !values.report) await judgeAll(open);
const report = reportOf(ENGINE_MUTANTS.flatMap(rowsOf), ENGINE_MUTANTS.length);
writeFileSync(REPORT_FILE, formatReport(report));
console.log(JSON.stringify(report.summary));
