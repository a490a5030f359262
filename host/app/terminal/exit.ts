// Exit codes and error lines of every command. Never ends the process itself, so that output is flushed.
import { oneLine } from "../../core/one-line.js";

/** What was asked for was done; an image was accepted; no violation. */
export const EXIT_FINE = 0;
/** The input was read but refused, or a violation was found. */
export const EXIT_REFUSED = 1;
/** A wrong argument, an unreadable file, a bad key. */
export const EXIT_MISUSE = 2;
/** The work could not be completed. */
export const EXIT_INCOMPLETE = 3;
/** This program has a defect, and says what to send (EX_SOFTWARE of sysexits.h). */
export const EXIT_DEFECT = 70;

export type ExitCode =
  typeof EXIT_FINE | typeof EXIT_REFUSED | typeof EXIT_MISUSE | typeof EXIT_INCOMPLETE | typeof EXIT_DEFECT;

/** Names of JavaScript's own errors: one of these at the top is a defect of this program, not of its input. */
const BUILT_IN_NAMES: ReadonlySet<string> = new Set([
  ...["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError"],
  ...["AggregateError", "AssertionError", "CompileError", "LinkError", "RuntimeError"],
  // This program's own checks of itself.
  ...["AuditError", "NotAFunctionError"],
]);

/** Sets the process's exit code; a defect wins over every other code, then a violation, and misuse over incomplete. */
export function setExit(code: ExitCode): void {
  const order: readonly unknown[] = [
    EXIT_FINE,
    undefined,
    EXIT_INCOMPLETE,
    EXIT_MISUSE,
    EXIT_REFUSED,
    EXIT_DEFECT,
  ];
  if (order.indexOf(code) > order.indexOf(process.exitCode)) process.exitCode = code;
}

/** Writes one line to standard error, whatever the message contains. */
export function complain(message: string): void {
  process.stderr.write(`everboot: ${oneLine(message)}\n`);
}

/** Reports an error that ended a command: this project's named errors are misuse, anything else is a defect. */
export function reportError(error: unknown): void {
  if (error instanceof Error && error.name === "CapacityError") {
    complain(error.message);
    setExit(EXIT_INCOMPLETE);
    return;
  }
  if (error instanceof Error && !BUILT_IN_NAMES.has(error.name)) {
    complain(error.message);
    setExit(EXIT_MISUSE);
    return;
  }
  const description =
    error instanceof Error ? `${error.name}: ${error.message} (${error.stack ?? ""})` : String(error);
  complain(`a defect of this program, please report it: ${description}`);
  setExit(EXIT_DEFECT);
}
