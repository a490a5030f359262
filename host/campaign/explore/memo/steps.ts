// What a call depended on, step by step, and whether that is what the tree has. Knows no tree.
import * as abi from "../../../../assembly/abi.js";
import { DefectError } from "../../../core/errors.js";
import type { Question as WorldQuestion } from "../../world/option.js";

/** Numbers of one question with its answer: kind (CHECK_…), place, and four of its value. */
export const CHECK_SIZE = abi.CHECK_BYTES / 4;

/** What a call depended on, one after the other: a check (CHECK_SIZE numbers), or a weak read. */
export type Step =
  | { readonly kind: "check"; readonly check: readonly number[] }
  | { readonly kind: "choice"; readonly options: number; readonly chosen: number }
  | { readonly kind: "asked"; readonly question: WorldQuestion; readonly answer: number };

/** A guest that does otherwise where everything that it can know is the same. */
export class NotAFunctionError extends DefectError {
  override readonly name = "NotAFunctionError";
}

/** Whether two lists of numbers are the same. */
export function isSame(a: Uint32Array, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** How many checks of a run the steps from `from` on repeat; at the first other answer, the question must be the same. */
export function sameSteps(checks: Uint32Array, steps: readonly Step[], from: number): number {
  const count = checks.length / CHECK_SIZE;
  for (let index = 0; index < count; index++) {
    const step = steps[from + index];
    const at = index * CHECK_SIZE;
    if (step?.kind !== "check" || step.check[0] !== checks[at] || step.check[1] !== checks[at + 1])
      throw notAFunction();
    for (let i = 2; i < CHECK_SIZE; i++) if ((step.check[i] as number) !== checks[at + i]) return index;
  }
  return count;
}

/** Whether two questions to what surrounds the device are one. */
export function isSameQuestion(one: WorldQuestion, other: WorldQuestion): boolean {
  const isSameCall = one.kind === other.kind && one.first === other.first && one.second === other.second;
  return isSameCall && one.third === other.third && one.sent?.join() === other.sent?.join();
}

/** What is thrown where the same answers led elsewhere before. */
export function notAFunction(): Error {
  return new NotAFunctionError("guest is not a function of its inputs: the same answers led it elsewhere");
}
