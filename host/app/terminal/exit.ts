// Exit codes and error lines of every command; only commands import this. Never ends the process itself, so that output is flushed.
import { type ErrorKind, errorKind } from "../../core/errors.js";
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

const EXIT_CODES: Readonly<Record<ErrorKind, ExitCode>> = {
  misuse: EXIT_MISUSE,
  refused: EXIT_REFUSED,
  incomplete: EXIT_INCOMPLETE,
  defect: EXIT_DEFECT,
};

/** Reports an error that ended a command, in one line; a defect of ours with its stack behind that, and a request to report it. */
export function reportError(error: unknown): void {
  const kind = errorKind(error);
  setExit(EXIT_CODES[kind]);
  if (kind !== "defect") {
    complain((error as Error).message);
    return;
  }
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  complain(`a defect of this program, please report it with what follows: ${name}: ${message}`);
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  process.stderr.write(frames.map((line) => `  ${oneLine(line)}\n`).join(""));
}
