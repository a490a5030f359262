// A small budget, made by hand, that has every feature.
import {
  BUDGET_SCHEMA,
  type BudgetReport,
  type FlashCost,
  type FunctionSize,
} from "../../host/budget/report.js";

const NO_FLASH: FlashCost = {
  ...{ programs: 0, programmedBytes: 0, erases: 0, counterAdvances: 0, typicalMicros: 0, maxMicros: 0 },
};

/** What of the budget is otherwise. */
export interface BudgetChanges {
  readonly hashBytes?: number;
  readonly hashCycles?: number;
  /** Name of a function that is there besides, or no longer. */
  readonly added?: string;
  readonly without?: string;
}

/** Two boots of 1000 cycles at 1 MHz, the second of which writes; three functions. */
export function budgetReport({
  hashBytes = 500,
  hashCycles = 900,
  added,
  without,
}: BudgetChanges = {}): BudgetReport {
  const span = (likely: number) => ({ low: Math.round(likely * 0.5), likely, high: likely * 2 });
  const size = (name: string, bodyBytes: number): FunctionSize => ({
    ...{ name, bodyBytes, hash: `${name} ${bodyBytes}`, retainedBytes: bodyBytes },
    retainedBy: ["export boot", "boot", ...(name === "boot" ? [] : [name])],
  });
  const cycles = hashCycles + 100;
  const boot = (powerUp: number, flash: FlashCost) => ({
    ...{ powerUp, what: "runs v1", wasmInstructions: 300, instructions: 700, flash },
    ...{ cycles: span(cycles), cpuMicros: span(cycles) },
    bootMicros: {
      low: cycles / 2 + flash.typicalMicros,
      likely: cycles + flash.typicalMicros,
      high: cycles * 2 + flash.maxMicros,
    },
    phases: [
      {
        ...{ phase: "hash" as const, wasmInstructions: 300, classes: { alu: 300 }, instructions: 700 },
        ...{ cycles: span(cycles), cpuMicros: span(cycles), flash },
        functions: [
          {
            ...{ name: "crypto/hash", calls: 3, wasmInstructions: 250, instructions: 600 },
            ...{ cycles: span(hashCycles), calibrated: true },
          },
          {
            ...{ name: "boot", calls: 1, wasmInstructions: 50, instructions: 100 },
            ...{ cycles: span(100), calibrated: false },
          },
        ],
      },
    ],
  });
  return {
    schema: BUDGET_SCHEMA,
    subject: {
      ...{ scenario: "update", device: "tiny", guest: "boot-small", bootSha256: "00" },
      images: [{ name: "v1", sizeBytes: 300 }],
    },
    terms: { core: "a core", clockHz: 1_000_000, waitStates: 0, cache: "none", accuracy: ["by hand"] },
    boots: [
      boot(1, NO_FLASH),
      boot(2, {
        ...NO_FLASH,
        programs: 2,
        programmedBytes: 8,
        erases: 1,
        typicalMicros: 100,
        maxMicros: 400,
      }),
    ],
    slowest: 1,
    size: {
      ...{ wasmBytes: 900, codeBytes: 700, nameBytes: 30, dataBytes: 64, tableEntries: 0 },
      functions: [
        size("crypto/hash", hashBytes),
        size("boot", 200),
        ...(without === "boot/old" ? [] : [size("boot/old", 20)]),
        ...(added === undefined ? [] : [size(added, 30)]),
      ],
    },
    ram: { linearBytes: 512, constantBytes: 64, stackBytes: 80, shadowStackBytes: null },
    wear: {
      flash: { ...NO_FLASH, programs: 9, erases: 2, counterAdvances: 1 },
      erasesPerSector: { slotA: 0, slotB: 1, record: 2 },
    },
    target: null,
  };
}
