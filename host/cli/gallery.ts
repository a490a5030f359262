// `everboot gallery`: bugs that happened, each put through the same campaigns beside its fixed twin. Says which were caught, by
// which oracle, with how few faults. Finds nothing itself.
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { Tinypool } from "tinypool";
import { MisuseError } from "../core/errors.js";
import type { Caught } from "../gallery/catch.js";
import { GALLERY, type GalleryEntry, TWINS, type Twin } from "../gallery/entries.js";
import { type GalleryRow, galleryTable } from "../report/tables/gallery-table.js";
import { screenColumns } from "../app/terminal/columns.js";
import { EXIT_REFUSED, setExit } from "../app/terminal/exit.js";
import type { GalleryResult, GalleryTask } from "../app/campaign/gallery-worker.js";
import { positive } from "./values.js";

/** A trace has no more faults than this, a repeated one counted once. */
const FAULTS_MAX = 3;

/** The greatest number of a bug. */
const LAST = GALLERY.reduce((most, { id }) => Math.max(most, id), 0);

interface GalleryFlags {
  readonly workers: number;
  readonly json: boolean;
}

/** Adds the command. */
export function registerGallery(program: Command): void {
  program
    .command("gallery")
    .description(
      "put boot and update bugs that happened through the same campaigns, each beside its fixed twin: which are caught",
    )
    .argument("[ids...]", `numbers of bugs, 1 to ${LAST} (default: all)`)
    .addOption(
      new Option("--workers <count>", "guests at a time")
        .argParser(positive(64))
        .default(availableParallelism()),
    )
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExit code 1: one was not caught as it should be, or a fixed twin was.\nExample:\n  everboot gallery 1 18",
    )
    .action(async (ids: readonly string[], { workers, json }: GalleryFlags) => {
      const rows = await rowsOf(chosen(ids), workers);
      process.stdout.write(
        json ? `${JSON.stringify(rows, null, 2)}\n` : galleryTable(rows, screenColumns(process.stdout)),
      );
      if (rows.some(({ isAsExpected }) => !isAsExpected)) setExit(EXIT_REFUSED);
    });
}

/**
 * The entries of these ids; all of them where there is none.
 * @throws {MisuseError} for an id that is none.
 */
function chosen(ids: readonly string[]): readonly GalleryEntry[] {
  if (ids.length === 0) return GALLERY;
  return ids.map((id) => {
    const entry = GALLERY.find((candidate) => String(candidate.id) === id);
    if (entry === undefined) throw new MisuseError(`expected ids from 1 to ${LAST}, found "${id}"`);
    return entry;
  });
}

async function rowsOf(entries: readonly GalleryEntry[], workers: number): Promise<GalleryRow[]> {
  const pool = new Tinypool({
    filename: new URL("../app/campaign/gallery-worker.js", import.meta.url).href,
    minThreads: 1,
    maxThreads: workers,
    isolateWorkers: false,
  });
  const run = (entry: GalleryEntry, twin: Twin): Promise<GalleryResult> => {
    const task: GalleryTask = { entry: { name: entry.name, oracle: entry.oracle }, twin };
    return pool.run(task) as Promise<GalleryResult>;
  };
  try {
    return await Promise.all(
      entries.map(async (entry) => {
        const [bad, fixed] = await Promise.all(TWINS.map((twin) => run(entry, twin)));
        return rowOf(entry, bad as GalleryResult, fixed as GalleryResult);
      }),
    );
  } finally {
    await pool.destroy();
  }
}

function rowOf(entry: GalleryEntry, bad: GalleryResult, fixed: GalleryResult): GalleryRow {
  const caught = bad.swept.caught.find(({ oracle }) => oracle === entry.oracle);
  return {
    ...entry,
    caught: caught ?? null,
    seconds: bad.seconds,
    fixed: {
      caught: fixed.swept.caught.map(({ oracle }) => oracle),
      incomplete: fixed.swept.incomplete,
      judged: fixed.swept.judged,
      seconds: fixed.seconds,
    },
    isAsExpected:
      isWithin(caught, entry) && fixed.swept.caught.length === 0 && fixed.swept.incomplete.length === 0,
  };
}

function isWithin(caught: Caught | undefined, { bootsMax }: GalleryEntry): boolean {
  return caught !== undefined && caught.faults <= FAULTS_MAX && caught.bootsExecuted <= bootsMax;
}
