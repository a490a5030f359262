// The part of a command's output that a document shows below it. Which part that is stands behind the fence, so that it can be made
// anew when the output changes. Pure.
import { type Block, saidOf } from "./documents.js";

/** Whether a block shows what the command above it prints. */
export function isExcerpt(block: Block | undefined): block is Block {
  return block !== undefined && /^text\b/.test(block.info);
}

/**
 * The lines of an output that a block is about: all of them, or with `from="…"` those from the first that begins so, with `last="N"` the
 * last N, with `grep="…"` those that a regular expression matches.
 * @throws {Error} where there are none
 */
export function excerptOf(block: Block, output: string): string[] {
  const lines = output.trimEnd().split("\n");
  const from = saidOf(block, "from") ?? "";
  const last = Number(saidOf(block, "last") ?? lines.length);
  const wanted = new RegExp(saidOf(block, "grep") ?? "");
  const start = lines.findIndex((line) => line.startsWith(from));
  const shown = (start === -1 ? [] : lines.slice(start)).slice(-last).filter((line) => wanted.test(line));
  if (shown.length === 0)
    throw new Error(`no line of the output is one of \`${block.info}\`:\n${lines.join("\n")}`);
  return shown.map((line) => line.trimEnd());
}

/** Lines without what differs from machine to machine and run to run: times, numbers of workers, boots that a memo has spared. */
export function steadyOf(lines: readonly string[]): string {
  return lines
    .join("\n")
    .replace(/\b\d+(?:\.\d+)? (s|ms|min|h)\b/g, "# $1")
    .replace(/\bworkers: \d+/g, "workers: #")
    .replace(/\b\d+ executed\b/g, "# executed");
}
