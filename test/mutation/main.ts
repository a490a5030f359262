// `npm run mutation`: judges every mutant of the boot core on worker threads and writes the report. What was judged before with
// the same sources, situations and campaigns is taken from .everboot/mutation.json.
//
//   --only TEXT    mutants whose id holds this; prints them, writes no report
//   --workers N    2 when absent
//   --fresh        judge all of them anew
//   --survivors    keep what was killed by a situation, whatever has changed since, and what is listed as equivalent; judge
//                  the others anew. Right where situations were only added, behind those that there were
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Tinypool } from "tinypool";
import { SAME_BINARY, type Verdict } from "./judge.js";
import type { Mutant } from "./operators.js";
import { REPORT_FILE, type Row, formatReport, readEquivalents, reportOf, rowOf } from "./report.js";
import { ROOT, allMutants } from "./sources.js";

const KEPT_FILE = join(ROOT, ".everboot/mutation.json");
const SAVE_EVERY = 50;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    workers: { type: "string", default: "2" },
    fresh: { type: "boolean", default: false },
    survivors: { type: "boolean", default: false },
  },
});

/** Verdicts by mutant, of one state of all that they depend on. */
interface Kept {
  readonly digest: string;
  readonly verdicts: Record<string, Verdict>;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|json|bin|hex)$/.test(name))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** Digest of what verdicts depend on. */
function digestOfAll(): string {
  const hash = createHash("sha256");
  const folders = ["assembly", "host/campaign", "host/core", "host/device", "host/image", "host/build"];
  const own = filesBelow("test/mutation").filter((name) => name.endsWith(".ts"));
  for (const file of [...folders.flatMap(filesBelow), ...own, ...filesBelow("test/support")])
    hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

function readKept(digest: string): Kept {
  if (!values.fresh && existsSync(KEPT_FILE)) {
    const kept = JSON.parse(readFileSync(KEPT_FILE, "utf8")) as Kept;
    if (kept.digest === digest) return kept;
    if (values.survivors) return { digest, verdicts: withoutSurvivors(kept.verdicts) };
  }
  return { digest, verdicts: {} };
}

function withoutSurvivors(verdicts: Kept["verdicts"]): Kept["verdicts"] {
  const listed = readEquivalents();
  const isKept = ([id, verdict]: readonly [string, Verdict]) =>
    verdict.result === "survived"
      ? listed[id] !== undefined
      : !(verdict.result === "killed" && verdict.by.startsWith("campaign:"));
  return Object.fromEntries(Object.entries(verdicts).filter(isKept));
}

function save(kept: Kept): void {
  mkdirSync(join(ROOT, ".everboot"), { recursive: true });
  writeFileSync(KEPT_FILE, JSON.stringify(kept));
}

async function judgeAll(mutants: readonly Mutant[], kept: Kept): Promise<void> {
  const pool = new Tinypool({
    filename: new URL("./worker.ts", import.meta.url).href,
    minThreads: 1,
    maxThreads: Number(values.workers),
    isolateWorkers: false,
    concurrentTasksPerWorker: 1,
  });
  let done = 0;
  await Promise.all(
    mutants.map(async (mutant) => {
      kept.verdicts[mutant.id] ??= (await pool.run(mutant)) as Verdict;
      if (++done % SAVE_EVERY !== 0) return;
      save(kept);
      process.stderr.write(`${done} of ${mutants.length}\n`);
    }),
  );
  save(kept);
  await pool.destroy();
}

const mutants = allMutants().filter(({ id }) => values.only === undefined || id.includes(values.only));
const kept = readKept(digestOfAll());
await judgeAll(mutants, kept);
const equivalents = readEquivalents();
const rows = mutants.flatMap((mutant): Row[] => {
  const row = rowOf(mutant, kept.verdicts[mutant.id] as Verdict, equivalents);
  return row === null ? [] : [row];
});
const invalid = mutants.map(({ id }) => id).filter((id) => kept.verdicts[id]?.result === "invalid");
const report = reportOf(rows, invalid, SAME_BINARY);
if (values.only === undefined) writeFileSync(REPORT_FILE, formatReport(report));
for (const { id, line, result, by } of rows)
  if (result === "survived" || values.only !== undefined)
    process.stdout.write(`${result}: line ${line} of ${id}${by === undefined ? "" : ` (${by})`}\n`);
process.stdout.write(`${JSON.stringify(report.summary)}\n`);
