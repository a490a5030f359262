// `everboot devices`: the part profiles, with the source and mark of every figure.
import type { Command } from "commander";
import { flashSizeOf } from "../../device/layout.js";
import type { Figure, PartProfile, Region } from "../../device/profile.js";
import { partsOf } from "../../config/resolve.js";
import { CONFIG_HELP } from "../campaign-flags.js";
import { screenColumns } from "../../app/terminal/columns.js";
import { loadConfig } from "../../app/workspace/config.js";
import { type Column, fitTable } from "../../report/tables/table.js";
import { wrap } from "../../report/wrap.js";

const MARKS = { seen: "✔", recalled: "~", unsure: "?" } as const;

/** Adds the command. */
export function registerDevices(program: Command): void {
  program
    .command("devices")
    .description("list the part profiles; --json has every figure with its source")
    .option("--config <file>", CONFIG_HELP)
    .option("--json", "print JSON", false)
    .addHelpText("after", "\nMarks: ✔ seen in a stored copy of the source, ~ recalled from it, ? unsure.")
    .action(async ({ config, json }: { readonly config?: string; readonly json: boolean }) => {
      const parts = partsOf(await loadConfig(config, process.cwd()));
      process.stdout.write(
        json ? `${JSON.stringify(parts, null, 2)}\n` : partsTable(parts, screenColumns(process.stdout)),
      );
    });
}

/** More than any cell has: it is not wrapped. */
const WHOLE = Number.POSITIVE_INFINITY;
const COLUMNS: readonly Column[] = [
  { head: "device" },
  { head: "flash", align: "right" },
  { head: "sectors", least: WHOLE },
  { head: "program", least: WHOLE },
  { head: "program µs", drop: 3 },
  { head: "erase ms", least: WHOLE, drop: 4 },
  { head: "rule", drop: 5 },
  { head: "slots", least: WHOLE, drop: 2 },
  { head: "Record", least: WHOLE, drop: 1 },
];

/** @param width columns of the screen */
function partsTable(parts: readonly PartProfile[], width: number): string {
  const words =
    "✔ seen in a stored copy of the source, ~ recalled from it, ? unsure; times typical/maximal; everything, with its sources: everboot devices --json";
  return `${fitTable(COLUMNS, parts.map(cellsOf), width)}\n${wrap(words, width, 2)}\n`;
}

function cellsOf(part: PartProfile): string[] {
  const { layout } = part;
  return [
    part.id,
    kib(flashSizeOf(part)),
    part.sectors
      .map((run) => `${run.count.value} × ${kib(run.sizeBytes.value)}${MARKS[run.sizeBytes.mark]}`)
      .join("\n"),
    programSizes(part),
    typicalAndMax(part.programTypicalMicros, part.programMaxMicros, 1),
    part.sectors.map((run) => typicalAndMax(run.eraseTypicalMicros, run.eraseMaxMicros, 1000)).join("\n"),
    `${part.rule}${MARKS[part.ruleSource.mark]}`,
    `A ${place(layout.slotA)}\nB ${place(layout.slotB)}`,
    place(layout.record),
  ];
}

function programSizes({ programMin, programMax }: PartProfile): string {
  const sizes =
    programMin.value === programMax.value
      ? `${programMin.value}`
      : `${programMin.value}..${programMax.value}`;
  return `${sizes} B${MARKS[programMax.mark]}`;
}

function typicalAndMax(typical: Figure, max: Figure, divisor: number): string {
  return `${typical.value / divisor}${MARKS[typical.mark]}/${max.value / divisor}${MARKS[max.mark]}`;
}

function place({ offset, size }: Region): string {
  return `0x${offset.toString(16)} + 0x${size.toString(16)}`;
}

function kib(bytes: number): string {
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} B`;
}
