// A budget for people, in a terminal. Prints nothing itself.
import Table from "cli-table3";
import type { Difference } from "../../budget/baseline.js";
import type { BootCost, BudgetReport, FunctionCost, PhaseCost } from "../../budget/report.js";
import {
  MODELLED,
  bootSentence,
  flashTimeWords,
  grouped,
  operationWords,
  spanWords,
  timeWords,
} from "./words.js";

const NO_LINES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
const RIGHT = "right";
const LEFT = "left";

/**
 * The report as text.
 * @param functionsShown functions of each phase, and of the sizes, that are listed
 */
export function budgetTable(report: BudgetReport, functionsShown: number): string {
  const boot = report.boots[report.slowest] as BootCost;
  return `${[
    subjectWords(report),
    bootsTable(report),
    bootSentence(boot),
    phasesTable(boot, functionsShown),
    ...sizeWords(report),
    sizesTable(report, functionsShown),
    ...(report.target === null ? [] : [targetTable(report)]),
    `${MODELLED}:`,
    ...report.terms.accuracy.map((words) => `  ${words}`),
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

function bootsTable({ boots, slowest }: BudgetReport): string {
  const table = tableOf(
    ["", "power-up", "CPU", "flash typ/max", "boot", "operations"],
    [LEFT, LEFT, RIGHT, RIGHT, RIGHT, LEFT],
  );
  boots.forEach((boot, index) =>
    table.push([
      index === slowest ? "slowest" : "",
      `${boot.powerUp} ${boot.what}`,
      spanWords(boot.cpuMicros, timeWords),
      flashTimeWords(boot.flash),
      timeWords(boot.bootMicros.likely),
      operationWords(boot.flash),
    ]),
  );
  return table.toString();
}

function phasesTable({ phases }: BootCost, functionsShown: number): string {
  const table = tableOf(
    ["phase, function", "calls", "wasm instr.", "instr.", "cycles", "CPU", "flash typ/max"],
    [LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT],
  );
  for (const phase of phases) {
    table.push(phaseRow(phase));
    const shown = phase.functions.slice(0, functionsShown);
    for (const each of shown) table.push(functionRow(each));
    const rest = phase.functions.slice(functionsShown);
    if (rest.length > 0)
      table.push([
        `  ${rest.length} others`,
        "",
        "",
        "",
        grouped(rest.reduce((sum, { cycles }) => sum + cycles.likely, 0)),
        "",
        "",
      ]);
  }
  return table.toString();
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

function sizesTable({ size }: BudgetReport, functionsShown: number): string {
  const table = tableOf(["function", "bytes", "would go", "kept by"], [LEFT, RIGHT, RIGHT, LEFT]);
  for (const { name, bodyBytes, retainedBytes, retainedBy } of size.functions.slice(0, functionsShown * 2)) {
    const chain = retainedBy.slice(0, -1).map((each) => shortName(each).replace(/^.*\//, ""));
    table.push([
      shortName(name),
      grouped(bodyBytes),
      grouped(retainedBytes),
      chain.length === 0
        ? "nothing"
        : chain.length > 4
          ? [...chain.slice(0, 2), "…", ...chain.slice(-2)].join(" → ")
          : chain.join(" → "),
    ]);
  }
  return table.toString();
}

function targetTable({ target, boots }: BudgetReport): string {
  if (target === null) return "";
  const table = tableOf(
    ["boot", "phase", "model instr.", "target instr.", "model cycles", "target cycles", "off"],
    [LEFT, LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT],
  );
  for (const run of target.boots) {
    const boot = boots.find(({ powerUp }) => powerUp === run.powerUp);
    for (const { phase, instructions, cycles } of run.phases) {
      const model = boot?.phases.find((each) => each.phase === phase);
      if (model === undefined) continue;
      table.push([
        ...[String(run.powerUp), phase, grouped(model.instructions), grouped(instructions)],
        ...(cycles === null
          ? ["", "", percent(model.instructions, instructions)]
          : [grouped(model.cycles.likely), grouped(cycles), percent(model.cycles.likely, cycles)]),
      ]);
    }
  }
  const stacks = Object.entries(target.stackBytes).map(([name, bytes]) => `${name} ${bytes ?? "unknown"}`);
  return [
    `${target.core}, as ${target.tools["gcc"]} compiles it and ${target.tools["qemu"]} executes it: .text ${grouped(target.textBytes)}, .rodata ${grouped(target.rodataBytes)}, .data ${target.dataBytes}, .bss ${grouped(target.bssBytes)} bytes; stack: ${stacks.join(", ")} bytes`,
    table.toString(),
  ].join("\n");
}

function percent(modelled: number, counted: number): string {
  if (counted === 0) return "";
  const off = (100 * (modelled - counted)) / counted;
  return `${off < 0 ? "−" : "+"}${Math.abs(off).toFixed(1)} %`;
}

/** What changed since a baseline, as text. */
export function differenceTable({ subjects, totals, functions }: Difference, functionsShown: number): string {
  const lines = subjects.map((words) => `not the same subject: ${words}`);
  if (totals.length === 0 && functions.length === 0)
    return `${[...lines, "nothing changed since the baseline"].join("\n")}\n`;
  const table = tableOf(["since the baseline", "before", "after", "change"], [LEFT, RIGHT, RIGHT, RIGHT]);
  for (const { what, before, after } of totals) table.push([what, ...changeCells(before, after)]);
  lines.push(table.toString());
  const byFunction = tableOf(
    ["function", "", "bytes", "change", "cycles", "change"],
    [LEFT, LEFT, RIGHT, RIGHT, RIGHT, RIGHT],
  );
  for (const { name, bytes, cycles, changed } of functions.slice(0, functionsShown * 4)) {
    const state = bytes.before === null ? "new" : bytes.after === null ? "gone" : changed ? "changed" : "";
    const [, size, grown] = changeCells(bytes.before, bytes.after);
    const [, cost, dearer] = changeCells(cycles.before, cycles.after);
    byFunction.push([shortName(name), state, size ?? "", grown ?? "", cost ?? "", dearer ?? ""]);
  }
  if (functions.length > 0) lines.push(byFunction.toString());
  const rest = functions.length - functionsShown * 4;
  if (rest > 0) lines.push(`and ${rest} other functions`);
  return `${lines.join("\n")}\n`;
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

function tableOf(head: string[], colAligns: ("left" | "right")[]): Table.Table {
  return new Table({
    head,
    colAligns,
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 1 },
  });
}
