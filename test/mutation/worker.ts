// A worker thread's side of the mutation run: judges one mutant after another.
import { type Verdict, checkOriginal, judge } from "./judge.js";
import type { Mutant } from "./operators.js";

let checked: Promise<unknown> | undefined;

/** Judges a mutant. */
export default async function work(mutant: Mutant): Promise<Verdict> {
  await (checked ??= Promise.all([checkOriginal("sealed"), checkOriginal("refreshed")]));
  return judge(mutant);
}
