// `npm run mutation:explorer`: judges every mutant of the engine, in two copies of the project, and writes the report. Verdicts are kept
// in .everboot/mutation-explorer.json, by the digest of the sources: a run that was stopped goes on.
//
//   --only TEXT   mutants whose name holds this; prints them, writes no report
//   --fresh       judge all of them anew
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { campaignsIn, placeGuests } from "./campaigns.js";
import { type Verdict, failingIn, judge } from "./judge.js";
import type { EngineMutant } from "./mutant.js";
import { ENGINE_MUTANTS } from "./mutants.js";
import { REPORT_FILE, formatReport, reportOf, rowOf } from "./report.js";
import { Tree } from "./tree.js";

const ROOT = join(import.meta.dirname, "../..");
const KEPT_FILE = join(ROOT, ".everboot/mutation-explorer.json");
const WORKERS = 2;

const { values } = parseArgs({
  options: { only: { type: "string" }, fresh: { type: "boolean", default: false } },
});

/** Verdicts by mutant, of one state of the sources. */
interface Kept {
  readonly digest: string;
  readonly verdicts: Record<string, Verdict>;
}

/** Digest of what verdicts depend on, the mutants' own list left out: each of its changes is part of a verdict's name. */
function digestOfAll(): string {
  const hash = createHash("sha256");
  for (const folder of ["assembly", "host", "test"])
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).sort())
      if (/\.ts$/.test(name) && !/engine\/(mutants|main|report)/.test(name))
        hash.update(name).update(readFileSync(join(ROOT, folder, name)));
  return hash.digest("hex");
}

function readKept(digest: string): Kept {
  if (values.fresh || !existsSync(KEPT_FILE)) return { digest, verdicts: {} };
  const kept = JSON.parse(readFileSync(KEPT_FILE, "utf8")) as Kept;
  return kept.digest === digest ? kept : { digest, verdicts: {} };
}

function save(kept: Kept): void {
  mkdirSync(join(ROOT, ".everboot"), { recursive: true });
  writeFileSync(KEPT_FILE, JSON.stringify(kept));
}

async function main(): Promise<void> {
  const kept = readKept(digestOfAll());
  const { only } = values;
  const mutants = ENGINE_MUTANTS.filter(({ what }) => only === undefined || what.includes(only));
  const nameOf = (mutant: EngineMutant) => JSON.stringify([mutant.what, mutant.changes]);
  const open = mutants.filter((mutant) => kept.verdicts[nameOf(mutant)] === undefined);
  const trees = open.length === 0 ? [] : Array.from({ length: WORKERS }, () => new Tree());
  try {
    const [first] = trees;
    if (first !== undefined) {
      for (const tree of trees) await placeGuests(tree);
      const wanted = await campaignsIn(first);
      if (only === undefined) {
        const failing = await failingIn(first);
        if (failing !== null) throw new Error(`the suite fails without any mutant: ${failing}`);
      }
      await Promise.all(
        trees.map(async (tree) => {
          for (let mutant = open.shift(); mutant !== undefined; mutant = open.shift()) {
            const verdict = await judge(tree, mutant, wanted);
            kept.verdicts[nameOf(mutant)] = verdict;
            save(kept);
            console.log(
              `${mutant.what}\n  test: ${verdict.test ?? "-"}\n  campaign: ${verdict.campaign ?? "-"}`,
            );
          }
        }),
      );
    }
    if (only !== undefined) return;
    const report = reportOf(mutants.map((mutant) => rowOf(mutant, kept.verdicts[nameOf(mutant)] as Verdict)));
    writeFileSync(REPORT_FILE, formatReport(report));
    console.log(JSON.stringify(report.summary));
  } finally {
    for (const tree of trees) tree.remove();
  }
}

await main();
