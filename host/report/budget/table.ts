// A budget for people, in a terminal. Prints nothing itself.
import type { Difference } from "../../budget/baseline.js";
import type { BootCost, BudgetReport, FunctionCost, PhaseCost, TargetCost } from "../../budget/report.js";
import {
  MODELLED,
  bootSentence,
  flashTimeWords,
  grouped,
  operationWords,
  spanWords,
  timeWords,
} from "./words.js";
import { type Column, fitTable } from "../tables/table.js";
import { wrap } from "../wrap.js";

const INDENT = 2;

/** How much of a budget is shown. */
export interface BudgetView {
  /** Functions of each phase, and of the sizes, that are listed. */
  readonly functionsShown: number;
  /** Columns of the screen. */
  readonly width: number;
}

/** The report as text. */
export function budgetTable(report: BudgetReport, view: BudgetView): string {
  const said = (words: string) => wrap(words, view.width, INDENT);
  const boot = report.boots[report.slowest] as BootCost;
  return `${[
    said(subjectWords(report)),
    "",
    bootsTable(report, view),
    "",
    said(bootSentence(boot)),
    "",
    phasesTable(boot, view),
    "",
    ...sizeWords(report).map(said),
    "",
    sizesTable(report, view),
    "",
    ...(report.target === null ? [] : [targetTable(report, view), ""]),
    `${MODELLED}:`,
    ...report.terms.accuracy.map((words) => said(`  ${words}`)),
  ].join("\n")}\n`;
}

/** Sizes of the images, each once. */
export function imageSizes({ subject }: BudgetReport): string {
  return [...new Set(subject.images.map(({ sizeBytes }) => grouped(sizeBytes)))].join(" and ");
}

function subjectWords(report: BudgetReport): string {
  const { subject, terms } = report;
  const { scenario, device, guest } = subject;
  const cache = { on: "cache on", off: "cache off", none: "no cache" }[terms.cache];
  return `${scenario} on ${device}, ${guest}, images of ${imageSizes(report)} bytes; ${terms.core} at ${terms.clockHz / 1e6} MHz, ${terms.waitStates} wait states, ${cache}`;
}

function bootsTable({ boots, slowest }: BudgetReport, { width }: BudgetView): string {
  const columns: readonly Column[] = [
    { head: "power-up", least: 16 },
    { head: "boot", align: "right" },
    { head: "CPU", align: "right" },
    { head: "flash typ/max", align: "right" },
    { head: "operations", least: 16 },
  ];
  const rows = boots.map((boot, index) => [
    `${boot.powerUp} ${boot.what}${index === slowest ? " (slowest)" : ""}`,
    timeWords(boot.bootMicros.likely),
    spanWords(boot.cpuMicros, timeWords),
    flashTimeWords(boot.flash),
    operationWords(boot.flash),
  ]);
  return fitTable(columns, rows, width);
}

function phasesTable({ phases }: BootCost, { functionsShown, width }: BudgetView): string {
  const columns: readonly Column[] = [
    { head: "phase, function" },
    { head: "calls", align: "right", drop: 2 },
    { head: "wasm instr.", align: "right", drop: 1 },
    { head: "instr.", align: "right", drop: 3 },
    { head: "cycles", align: "right" },
    { head: "CPU", align: "right", drop: 4 },
    { head: "flash typ/max", align: "right", drop: 5 },
  ];
  const rows: string[][] = [];
  for (const phase of phases) {
    rows.push(phaseRow(phase));
    const shown = phase.functions.slice(0, functionsShown);
    for (const each of shown) rows.push(functionRow(each));
    const rest = phase.functions.slice(functionsShown);
    const cycles = rest.reduce((sum, { cycles: { likely } }) => sum + likely, 0);
    if (rest.length > 0) rows.push([`  ${rest.length} others`, "", "", "", grouped(cycles), "", ""]);
  }
  return fitTable(columns, rows, width);
}

function phaseRow({ phase, wasmInstructions, instructions, cycles, cpuMicros, flash }: PhaseCost): string[] {
  return [
    ...[phase, "", grouped(wasmInstructions), grouped(instructions)],
    ...[spanWords(cycles, grouped), timeWords(cpuMicros.likely), flashTimeWords(flash)],
  ];
}

function functionRow({
  name,
  calls,
  wasmInstructions,
  instructions,
  cycles,
  calibrated,
}: FunctionCost): string[] {
  return [
    `  ${shortName(name)}`,
    ...[grouped(calls), wasmInstructions === 0 ? "" : grouped(wasmInstructions), grouped(instructions)],
    grouped(cycles.likely),
    calibrated ? "" : "uncalibrated",
    "",
  ];
}

/** A function's name without the folders that all have. */
export function shortName(name: string): string {
  return name.replace(/^assembly\//, "").replace(/^~lib\//, "~");
}

function sizeWords({ size, ram, wear }: BudgetReport): string[] {
  const stack =
    ram.stackBytes === null
      ? "stack unknown (a function on the way is not calibrated)"
      : `${ram.stackBytes} bytes of stack`;
  const shadow = ram.shadowStackBytes === null ? "" : `, ${ram.shadowStackBytes} of them its own stack`;
  const { slotA, slotB, record } = wear.erasesPerSector;
  return [
    `wasm ${grouped(size.wasmBytes)} bytes: code ${grouped(size.codeBytes)}, constants ${grouped(size.dataBytes)}; table ${size.tableEntries} entries; names ${grouped(size.nameBytes)} bytes besides`,
    `RAM ${grouped(ram.linearBytes)} bytes of linear memory, ${grouped(ram.constantBytes)} of them constants${shadow}; ${stack}`,
    `whole scenario: flash ${flashTimeWords(wear.flash)}, ${operationWords(wear.flash)}; most erases of one sector: slot A ${slotA}, slot B ${slotB}, Record ${record}`,
  ];
}

function sizesTable({ size }: BudgetReport, { functionsShown, width }: BudgetView): string {
  const columns: readonly Column[] = [
    { head: "function", least: 20 },
    { head: "bytes", align: "right" },
    { head: "would go", align: "right" },
    { head: "kept by", least: 20 },
  ];
  const rows = size.functions
    .slice(0, functionsShown * 2)
    .map(({ name, bodyBytes, retainedBytes, retainedBy }) => [
      shortName(name),
      grouped(bodyBytes),
      grouped(retainedBytes),
      chainWords(retainedBy.slice(0, -1).map((each) => shortName(each).replace(/^.*\//, ""))),
    ]);
  return fitTable(columns, rows, width);
}

/** A chain of callers, without its middle where it is long. */
function chainWords(chain: readonly string[]): string {
  if (chain.length === 0) return "nothing";
  return (chain.length > 4 ? [...chain.slice(0, 2), "…", ...chain.slice(-2)] : chain).join(" → ");
}

function targetTable({ target, boots }: BudgetReport, { width }: BudgetView): string {
  if (target === null) return "";
  const columns: readonly Column[] = [
    { head: "boot", align: "right" },
    { head: "phase" },
    ...["model instr.", "target instr."].map((head) => ({ head, align: "right" as const, drop: 1 })),
    ...["model cycles", "target cycles", "off"].map((head) => ({ head, align: "right" as const })),
  ];
  const rows: string[][] = [];
  for (const run of target.boots) {
    const boot = boots.find(({ powerUp }) => powerUp === run.powerUp);
    for (const { phase, instructions, cycles } of run.phases) {
      const model = boot?.phases.find((each) => each.phase === phase);
      if (model === undefined) continue;
      rows.push([
        ...[String(run.powerUp), phase, grouped(model.instructions), grouped(instructions)],
        ...(cycles === null
          ? ["", "", percent(model.instructions, instructions)]
          : [grouped(model.cycles.likely), grouped(cycles), percent(model.cycles.likely, cycles)]),
      ]);
    }
  }
  return `${wrap(targetWords(target), width, INDENT)}\n${fitTable(columns, rows, width)}`;
}

function targetWords({
  core,
  tools,
  textBytes,
  rodataBytes,
  dataBytes,
  bssBytes,
  stackBytes,
}: TargetCost): string {
  const stacks = Object.entries(stackBytes).map(([name, bytes]) => `${name} ${bytes ?? "unknown"}`);
  return [
    `${core}, as ${tools["gcc"]} compiles it and ${tools["qemu"]} executes it`,
    `: .text ${grouped(textBytes)}, .rodata ${grouped(rodataBytes)}, .data ${dataBytes}, .bss ${grouped(bssBytes)} bytes`,
    `; stack: ${stacks.join(", ")} bytes`,
  ].join("");
}
function percent(modelled: number, counted: number): string {
  if (counted === 0) return "";
  const off = (100 * (modelled - counted)) / counted;
  return `${off < 0 ? "−" : "+"}${Math.abs(off).toFixed(1)} %`;
}

/** What changed since a baseline, as text. */
export function differenceTable(
  { subjects, totals, functions }: Difference,
  { functionsShown, width }: BudgetView,
): string {
  const lines = subjects.map((words) => wrap(`not the same subject: ${words}`, width, INDENT));
  if (totals.length === 0 && functions.length === 0)
    return `${[...lines, "nothing changed since the baseline"].join("\n")}\n`;
  const right = (head: string) => ({ head, align: "right" as const });
  const figures = ["before", "after", "change"].map(right);
  const changed = totals.map(({ what, before, after }) => [what, ...changeCells(before, after)]);
  lines.push(fitTable([{ head: "since the baseline", least: 20 }, ...figures], changed, width));
  const shown = functions.slice(0, functionsShown * 4);
  const byFunction = ["bytes", "change", "cycles", "change"].map(right);
  if (functions.length > 0)
    lines.push(
      fitTable(
        [{ head: "function", least: 20 }, { head: "now" }, ...byFunction],
        shown.map(functionCells),
        width,
      ),
    );
  const rest = functions.length - shown.length;
  if (rest > 0) lines.push(`and ${rest} other functions`);
  return `${lines.join("\n")}\n`;
}

function functionCells({ name, bytes, cycles, changed }: Difference["functions"][number]): string[] {
  const state = bytes.before === null ? "new" : bytes.after === null ? "gone" : changed ? "changed" : "";
  const [, size, grown] = changeCells(bytes.before, bytes.after);
  const [, cost, dearer] = changeCells(cycles.before, cycles.after);
  return [shortName(name), state, size, grown, cost, dearer];
}

function changeCells(before: number | null, after: number | null): [string, string, string] {
  const words = (value: number | null) => (value === null ? "–" : grouped(value));
  const change = (after ?? 0) - (before ?? 0);
  return [
    words(before),
    words(after),
    change === 0 ? "" : `${change < 0 ? "−" : "+"}${grouped(Math.abs(change))}`,
  ];
}
