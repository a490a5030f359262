// `everboot bench campaign`: how fast campaigns are explored, alone or in turns with another build, and the table and the history that
// come of it. Measures nothing itself: host/bench/campaign does, in processes of its own.
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { checkBuild } from "../../bench/campaign/build.js";
import { CASES } from "../../bench/campaign/cases.js";
import { type HistoryEntry, entryOf, historyText, parseHistory } from "../../bench/campaign/history.js";
import { measureInChild } from "../../bench/campaign/processes.js";
import { saysWhere, speedMarkdown } from "../../bench/campaign/table.js";
import { type Turns, measureInTurns } from "../../bench/campaign/turns.js";
import { EXIT_REFUSED, complain, setExit } from "../../app/terminal/exit.js";
import { readText, writeBytes } from "../../app/workspace/files.js";
import { checkMarks, marksOf, writeBetween } from "../../app/workspace/marked.js";
import { checkOutputs } from "../../app/workspace/outputs.js";
import { MisuseError } from "../../core/errors.js";
import { listOf, positive } from "../values.js";
import { JSON_HELP, type JsonFlag, jsonFile, print } from "./print.js";

/** The folder of this build: of the file in which this code is. */
const OWN_DIST = fileURLToPath(new URL("../../..", import.meta.url));
const MARKS = marksOf("bench campaign");
const ROUNDS_MOST = 1000;
const DATE_CHARACTERS = "2026-11-30".length;

interface Flags extends JsonFlag {
  readonly against?: string;
  readonly rows?: readonly string[];
  readonly rounds?: number;
  readonly note?: string;
  readonly history?: string;
  readonly update?: string;
}

/** Adds the command. */
export function registerCampaignBench(bench: Command): void {
  const ids = CASES.map(({ id }) => id);
  bench
    .command("campaign")
    .description(
      "points explored and boots executed per second in fresh processes and warm ones, memory, workers, where the time goes",
    )
    .option("--against <dist>", "measure another build in turns with this one: its dist folder")
    .option("--rows <list>", `only these of ${ids.join(", ")}`, listOf(ids))
    .option("--rounds <count>", "processes, or pairs of them, for each row", positive(ROUNDS_MOST))
    .option("--note <text>", "what is measured against what, for --history and --update")
    .option("--history <file>", "append the ratios to a JSON file")
    .option("--update <file>", "put the tables between the marks in a Markdown file")
    .option("--json [file]", JSON_HELP)
    .addHelpText(
      "after",
      `\nMarks: ${MARKS.start} and ${MARKS.end},\neach on a line of its own.\nExample:\n  everboot bench campaign --against ../before/dist --rows one-cut,fixpoint`,
    )
    .action(campaign);
}

async function campaign(flags: Flags): Promise<void> {
  const history = checkFlags(flags);
  const cases = CASES.filter(({ id }) => flags.rows?.includes(id) ?? true);
  const { rows, unlike } = await measureInTurns(cases, turnsOf(flags)).finally(() => tell(""));
  print(rows, flags);
  for (const line of unlike) complain(line);
  if (unlike.length > 0) setExit(EXIT_REFUSED);
  if (flags.note === undefined) return;
  const entry = entryOf(
    rows.filter((row) => !saysWhere(row)),
    { date: today(), note: flags.note, machine: machineWords() },
  );
  // A version that does not say the same has no ratios.
  const entries = unlike.length > 0 ? history : [...history, entry];
  if (flags.history !== undefined) writeBytes(flags.history, historyText(entries));
  if (flags.update !== undefined)
    writeBetween(flags.update, MARKS, `${speedMarkdown({ rows, head: entry, history: entries })}\n`);
}

/**
 * Checks what was asked for before the work for it begins; answers the history so far.
 * @throws {MisuseError} for what does not go together, or is not there
 */
function checkFlags(flags: Flags): HistoryEntry[] {
  const { against, note, history, update } = flags;
  if (against !== undefined) checkBuild(against, "--against");
  const kept = history ?? update;
  if (kept !== undefined || note !== undefined) {
    if (against === undefined)
      throw new MisuseError("--note, --history, --update: expected --against, found none");
    if (note === undefined || note.trim() === "")
      throw new MisuseError("--history, --update: expected --note, found none");
    if (kept === undefined) throw new MisuseError("--note: expected --history or --update, found none");
  }
  if (update !== undefined) checkMarks(update, MARKS);
  checkOutputs({ "--json": jsonFile(flags), "--history": history, "--update": update });
  if (history === undefined || !existsSync(history)) return [];
  return parseHistory(readText(history, "a history of the bench"), history);
}

function turnsOf({ against, rounds }: Flags): Turns {
  return {
    own: measureInChild(OWN_DIST, OWN_DIST),
    ...(against === undefined ? {} : { other: measureInChild(OWN_DIST, resolve(against)) }),
    ...(rounds === undefined ? {} : { rounds }),
    onBegin: ({ id }, round, all) => {
      tell(`${id}, ${round + 1} of ${all}`);
    },
  };
}

/** Says on a terminal what is being measured, in place of what it said before. */
function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function machineWords(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? "unknown processor"}, ${cores.length} cores, Node ${process.version}`;
}

function today(): string {
  return new Date().toISOString().slice(0, DATE_CHARACTERS);
}
