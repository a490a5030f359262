// Figures of budgets in words: cycles, times, spans, operations.
import type { BootCost, FlashCost } from "../../budget/report.js";
import type { Span } from "../../budget/span.js";

export const MODELLED = "modelled, not measured on silicon";

/** 12 345 678. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** A time in the unit that suits it: 31.2 ms. */
export function timeWords(micros: number): string {
  if (micros < 1000) return `${micros} µs`;
  return micros < 1e6 ? `${digits(micros / 1e3)} ms` : `${digits(micros / 1e6)} s`;
}

function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

/** How far a span reaches to both sides of its likely value, as a share; or its ends where these differ. */
export function spanWords(span: Span, words: (value: number) => string): string {
  const { low, likely, high } = span;
  if (likely === 0) return words(0);
  const [down, up] = [
    Math.round((100 * (likely - low)) / likely),
    Math.round((100 * (high - likely)) / likely),
  ];
  if (down === up) return down === 0 ? words(likely) : `${words(likely)} ±${up} %`;
  return `${words(low)} … ${words(high)}`;
}

/** Flash time, typical and maximal. */
export function flashTimeWords({ typicalMicros, maxMicros }: FlashCost): string {
  if (maxMicros === 0) return "–";
  if (typicalMicros === maxMicros) return timeWords(typicalMicros);
  const [typical, most] = [timeWords(typicalMicros), timeWords(maxMicros)];
  const [figure, unit] = typical.split(" ");
  return `${most.endsWith(` ${unit}`) ? figure : typical} / ${most}`;
}

/** Like "1 erase, 5 programs (20 bytes)". */
export function operationWords({ erases, programs, programmedBytes, counterAdvances }: FlashCost): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const words = [
    ...(erases === 0 ? [] : [count(erases, "erase")]),
    ...(programs === 0 ? [] : [`${count(programs, "program")} (${programmedBytes} bytes)`]),
    ...(counterAdvances === 0 ? [] : [count(counterAdvances, "counter advance")]),
  ];
  return words.length === 0 ? "none" : words.join(", ");
}

/** Where a boot's time goes, in one sentence. */
export function bootSentence({ powerUp, what, bootMicros, cpuMicros, flash, phases }: BootCost): string {
  const dearest = [...phases].sort((a, b) => b.cpuMicros.likely - a.cpuMicros.likely)[0];
  const cpu = `${timeWords(cpuMicros.likely)} is CPU${dearest === undefined ? "" : ` (most of it ${dearest.phase})`}`;
  const flashed =
    flash.maxMicros === 0
      ? "none is flash"
      : `${timeWords(flash.typicalMicros)} is flash: ${operationWords(flash)}`;
  return `slowest boot, power-up ${powerUp} (${what}): ${timeWords(bootMicros.likely)}, of which ${flashed}; ${cpu}; at most ${timeWords(bootMicros.high)}`;
}
