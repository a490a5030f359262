// What of a budget is over its limits, each as one line that names the limit's place and who weighs most.
import type { Budget, BudgetFile, LimitName, PhaseName } from "../config/limits.js";
import type { BootCost, BudgetReport, FunctionCost } from "./report.js";

const HEAVIEST = 3;

/** The budgets of a file that are meant: all, or those of a scenario, device and guest where these are given. */
export function meantBudgets(
  { budgets }: BudgetFile,
  {
    scenario,
    device,
    guest,
  }: {
    readonly scenario: string | undefined;
    readonly device: string | undefined;
    readonly guest: string | undefined;
  },
): { readonly budget: Budget; readonly index: number }[] {
  return budgets
    .map((budget, index) => ({ budget, index }))
    .filter(
      ({ budget }) =>
        (scenario === undefined || budget.scenario === scenario) &&
        (device === undefined || budget.device === device) &&
        (guest === undefined || budget.guest === guest),
    );
}

/** Everything of a report that is over the limits of a budget; none where it keeps them. */
export function exceeded(
  report: BudgetReport,
  { file, budgets, lineOf }: BudgetFile,
  index: number,
): string[] {
  const { limits, scenario, device, guest } = budgets[index] as Budget;
  const boot = report.boots[report.slowest] as BootCost;
  const lines: string[] = [];
  const judge = (path: readonly string[], found: number | null, most: number | undefined, who: string) => {
    if (most === undefined || (found !== null && found <= most)) return;
    const place = `${file}:${lineOf(["budgets", index, "limits", ...path])}`;
    const what = `${scenario} on ${device} with ${guest}: ${path.join(" ")}`;
    const verdict =
      found === null
        ? `unknown (a function on the way is not calibrated), where ${most} is the limit`
        : `${found} is over the limit ${most} by ${found - most}`;
    lines.push(`${place}: ${what}: ${verdict}${who === "" ? "" : ` (${who})`}`);
  };
  for (const [name, { found, who }] of Object.entries(figuresOf(report, boot)))
    judge([name], found, limits[name as LimitName], who);
  for (const [name, most] of Object.entries(limits.phases ?? {})) {
    const phase = boot.phases.find((each) => each.phase === (name as PhaseName));
    const who = heaviest(phase?.functions ?? []);
    judge(["phases", name, "cycles"], phase?.cycles.likely ?? 0, most?.cycles, who);
    judge(["phases", name, "wasmInstructions"], phase?.wasmInstructions ?? 0, most?.wasmInstructions, who);
  }
  for (const [name, most] of Object.entries(limits.functions ?? {})) {
    const size = report.size.functions.find((each) => each.name === name);
    const cycles = boot.phases
      .flatMap(({ functions }) => functions)
      .filter((each) => each.name === name)
      .reduce((sum, each) => sum + each.cycles.likely, 0);
    judge(["functions", name, "bytes"], size?.bodyBytes ?? 0, most.bytes, size?.retainedBy.join(" → ") ?? "");
    judge(["functions", name, "cycles"], cycles, most.cycles, "");
  }
  return lines;
}

interface Found {
  readonly found: number | null;
  /** Who weighs most in it. */
  readonly who: string;
}

/** Every figure that can be limited. */
export function figuresOf(report: BudgetReport, boot: BootCost): Readonly<Record<LimitName, Found>> {
  const { size, ram, wear } = report;
  const largest = size.functions
    .slice(0, HEAVIEST)
    .map(({ name, bodyBytes }) => `${name} ${bodyBytes}`)
    .join(", ");
  const dearest = heaviest(boot.phases.flatMap(({ functions }) => functions));
  const slowest = `power-up ${boot.powerUp}: ${dearest}`;
  const { typicalMicros, maxMicros } = boot.flash;
  const plain = (found: number | null): Found => ({ found, who: "" });
  return {
    wasmBytes: { found: size.wasmBytes, who: `largest: ${largest}` },
    codeBytes: { found: size.codeBytes, who: `largest: ${largest}` },
    constantBytes: plain(size.dataBytes),
    ramBytes: plain(ram.linearBytes),
    stackBytes: plain(ram.stackBytes),
    wasmInstructions: { found: boot.wasmInstructions, who: slowest },
    cycles: { found: boot.cycles.likely, who: slowest },
    bootMicros: { found: boot.bootMicros.likely, who: `${typicalMicros} of them flash; ${slowest}` },
    bootMaxMicros: { found: boot.bootMicros.high, who: `${maxMicros} of them flash; ${slowest}` },
    flashPrograms: plain(wear.flash.programs),
    flashErases: plain(wear.flash.erases),
    counterAdvances: plain(wear.flash.counterAdvances),
    sectorErases: plain(Math.max(...Object.values(wear.erasesPerSector))),
  };
}

/** The dearest functions over all phases, with their cycles. */
function heaviest(functions: readonly FunctionCost[]): string {
  const sums = new Map<string, { cycles: number; calibrated: boolean }>();
  for (const { name, cycles, calibrated } of functions) {
    const sum = sums.get(name) ?? { cycles: 0, calibrated };
    sums.set(name, { cycles: sum.cycles + cycles.likely, calibrated });
  }
  const sorted = [...sums].sort(([, a], [, b]) => b.cycles - a.cycles);
  const words = sorted
    .slice(0, HEAVIEST)
    .map(([name, { cycles, calibrated }]) => `${name} ${cycles}${calibrated ? "" : " (uncalibrated)"}`);
  const changed = sorted.slice(HEAVIEST).filter(([, { calibrated }]) => !calibrated);
  const others =
    changed.length === 0 ? "" : `; uncalibrated, as if changed: ${changed.map(([name]) => name).join(", ")}`;
  return `dearest: ${words.join(", ")}${others}`;
}
