// Puts a budget together: what was counted, priced by a model, with the sizes of the binary. Runs nothing itself.
import { PHASE_NAMES } from "../config/limits.js";
import type { Layout } from "../device/profile.js";
import { type Estimate, type Subject, estimate, stackOf } from "./estimate.js";
import { type BootCount, type Measurement, NO_FLASH, plus } from "./measure.js";
import type { CostModel } from "./model.js";
import {
  BUDGET_SCHEMA,
  type BootCost,
  type BudgetReport,
  type BudgetSubject,
  type BudgetTerms,
  type FlashCost,
  type PhaseCost,
  type SizeCost,
  type TargetCost,
} from "./report.js";
import { type Span, microsOf, sumOf } from "./span.js";
import { endWords } from "./words.js";

/** Everything that a budget is made from. */
export interface BudgetInput {
  readonly subject: BudgetSubject;
  readonly terms: BudgetTerms;
  /** Per cent that fetching adds. */
  readonly addedPercent: readonly [number, number];
  readonly model: CostModel;
  readonly guest: Subject;
  /** Index of the boot entry. */
  readonly entry: number;
  readonly layout: Layout;
  readonly measured: Measurement;
  readonly size: SizeCost;
  readonly ram: {
    readonly linearBytes: number;
    readonly constantBytes: number;
    readonly shadowStackBytes: number | null;
  };
  readonly target: TargetCost | null;
}

/** The budget. */
export function buildBudget(input: BudgetInput): BudgetReport {
  const boots = input.measured.boots.map((boot) => bootCost(boot, input));
  const times = boots.map(({ bootMicros }) => bootMicros.likely);
  return {
    schema: BUDGET_SCHEMA,
    subject: input.subject,
    terms: input.terms,
    boots,
    slowest: times.indexOf(Math.max(...times)),
    size: input.size,
    ram: { ...input.ram, stackBytes: stackOf(input.guest, input.entry, input.model) },
    wear: { flash: whole(input.measured.flash), erasesPerSector: input.measured.erasesPerSector },
    target: input.target,
  };
}

function bootCost(boot: BootCount, input: BudgetInput): BootCost {
  const phases = boot.phases.map(({ phase, counts, flash }) => {
    const name = PHASE_NAMES[phase] ?? "start";
    const cost = estimate(input.guest, counts, name, {
      model: input.model,
      fetching: { addedPercent: input.addedPercent },
    });
    return phaseCost(name, cost, flash, input.terms.clockHz);
  });
  const entered = phases.filter(
    ({ wasmInstructions, flash }) => wasmInstructions > 0 || flash.typicalMicros > 0,
  );
  const cycles = sumOf(phases.map((phase) => phase.cycles));
  const flash = whole(boot.phases.reduce((sum, phase) => plus(sum, phase.flash), NO_FLASH));
  const cpuMicros = microsOf(cycles, input.terms.clockHz);
  return {
    powerUp: boot.powerUp,
    what: endWords(boot, input.layout),
    wasmInstructions: phases.reduce((sum, { wasmInstructions }) => sum + wasmInstructions, 0),
    instructions: phases.reduce((sum, { instructions }) => sum + instructions, 0),
    ...{ cycles, cpuMicros, flash, bootMicros: withFlash(cpuMicros, flash), phases: entered },
  };
}

function phaseCost(phase: PhaseCost["phase"], cost: Estimate, flash: FlashCost, clockHz: number): PhaseCost {
  return { phase, ...cost, cpuMicros: microsOf(cost.cycles, clockHz), flash: whole(flash) };
}

/** CPU and flash time together: the flash is as quick as it typically is, but at the upper end as slow as it may be. */
function withFlash({ low, likely, high }: Span, { typicalMicros, maxMicros }: FlashCost): Span {
  return { low: low + typicalMicros, likely: likely + typicalMicros, high: high + maxMicros };
}

function whole(flash: FlashCost): FlashCost {
  return {
    ...flash,
    ...{ typicalMicros: Math.round(flash.typicalMicros), maxMicros: Math.round(flash.maxMicros) },
  };
}
