// Runs work under the sampling profiler of this process. Sampling slows the work by about a tenth, and what was inlined is told
// as far as the engine remembers it.
import { Session } from "node:inspector/promises";
import { cpuTimed } from "../measure.js";
import { sharesOf } from "./activities.js";

const SAMPLE_MICROS = 250;

/** What work came to, CPU seconds that it took, and the share of each activity in its samples. */
export async function profiled<Result>(work: () => Result): Promise<{
  readonly result: Result;
  readonly seconds: number;
  readonly shares: Readonly<Record<string, number>>;
}> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });
    await session.post("Profiler.start");
    const timed = cpuTimed(work);
    const { profile } = await session.post("Profiler.stop");
    return { ...timed, shares: sharesOf(profile) };
  } finally {
    session.disconnect();
  }
}
