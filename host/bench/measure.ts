// Measures in turns: in each round every subject runs, so that a slow moment of the machine strikes all of them alike.
// Judges nothing: what a figure should be is for its reader.

/** One thing to measure; what it returns is thrown away. */
export type Work = () => unknown;

/** How long to measure. */
export interface Effort {
  /** Samples of each subject. */
  readonly rounds: number;
  /** A sample repeats its subject until about this many microseconds have passed. */
  readonly sampleMicros: number;
  /** How long each subject runs unmeasured first, so that what is compiled on demand is compiled. */
  readonly warmUpMicros: number;
}

/**
 * Runs the subjects in turns.
 * @returns microseconds of one run, per subject and round
 */
export function interleave(subjects: readonly Work[], effort: Effort): number[][] {
  const repeats = subjects.map((work) => {
    const single = warmUp(work, effort.warmUpMicros);
    return Math.max(1, Math.ceil(effort.sampleMicros / single));
  });
  const samples: number[][] = subjects.map(() => []);
  for (let round = 0; round < effort.rounds; round++) {
    subjects.forEach((work, index) => {
      const repeat = repeats[index] as number;
      samples[index]?.push(repeatedMicros(work, repeat) / repeat);
    });
  }
  return samples;
}

/** The middle value; of an even number of values the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/** The median of what the two took in the same round, one by the other: a drift of the machine cancels out. */
export function medianRatio(samples: readonly number[], others: readonly number[]): number {
  return median(samples.map((sample, round) => sample / (others[round] as number)));
}

/** Runs a subject for about this long, at least once; returns what a run took in the end. */
function warmUp(work: Work, micros: number): number {
  let single = repeatedMicros(work, 1);
  for (let spent = single; spent < micros; spent += single) single = repeatedMicros(work, 1);
  return Math.max(single, 0.1);
}

function repeatedMicros(work: Work, repeat: number): number {
  const before = performance.now();
  for (let count = 0; count < repeat; count++) work();
  return (performance.now() - before) * 1e3;
}

/** Runs work once and says how much CPU time the process took for it, in seconds. */
export function cpuTimed<Result>(work: () => Result): { readonly result: Result; readonly seconds: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}
