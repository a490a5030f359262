// Errors between threads: one that is thrown through a message loses its name and whose it is, which decides the exit code.
import { type ErrorKind, errorKind } from "../../core/errors.js";

/** An error as plain data. */
export interface ErrorData {
  readonly kind: "error";
  readonly whose: ErrorKind;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What `work` comes to; what it throws, as data. */
export async function asData<Result>(work: () => Result | Promise<Result>): Promise<Result | ErrorData> {
  try {
    return await work();
  } catch (error) {
    return errorData(error);
  }
}

/** What asData() has answered; an error is thrown as it was. */
export function orThrow<Result extends object>(answer: Result | ErrorData): Result {
  if ("kind" in answer && answer.kind === "error") throw errorOf(answer);
  return answer as Result;
}

/** What was thrown, as data. */
export function errorData(error: unknown): ErrorData {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return { kind: "error", whose: errorKind(error), name, message, stack };
}

/** An error as it was before it went through a message. */
export function errorOf({ whose: kind, name, message, stack }: ErrorData): Error {
  return Object.assign(new Error(message), { kind, name, stack });
}
