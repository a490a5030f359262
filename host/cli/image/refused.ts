// What the image commands print of an image that is refused, and how they print JSON. Judges nothing and reads no files.
import { hexNumber, reasonName, type Refusal } from "../../image/reason.js";
import { EXIT_REFUSED, complain, setExit } from "../../app/terminal/exit.js";

/** Prints a value as JSON on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A refusal is one line on standard error; with --json it stands in the JSON instead. */
export function failRefused(file: string, refusal: Refusal, isReported: boolean): void {
  setExit(EXIT_REFUSED);
  if (isReported) return;
  const { reason, message, offset } = refusal;
  complain(`${file}: refused: ${message} (at ${hexNumber(offset)}, reason ${reason} ${reasonName(reason)})`);
}

/** A refusal as plain JSON. */
export function refusedJson({ reason, message, offset }: Refusal) {
  return { accepted: false, reason, reasonName: reasonName(reason), message, offset };
}
