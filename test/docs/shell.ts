// Lines of `sh` blocks as commands: comments taken off, lines that go on joined, words split. Knows as much of a shell as documents
// need, and runs nothing.

/** The command lines of a block. */
export function commandLines(lines: readonly string[]): string[] {
  return lines
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** The words of a command; double quotes hold one together. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
