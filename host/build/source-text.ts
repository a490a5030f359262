// Text of printed constants, laid out as Prettier lays it out. Knows nothing of what the numbers are.

const PRINT_WIDTH = 110;

/**
 * Fills a list of numbers into lines.
 * @param indent the blanks before each line
 * @returns the lines, without a line end after the last
 */
export function filled(numbers: readonly bigint[], indent: string): string {
  const lines = [indent.slice(1)];
  for (const text of numbers.map((number) => `${number},`)) {
    const line = lines[lines.length - 1] ?? "";
    if (line.length + 1 + text.length <= PRINT_WIDTH) lines[lines.length - 1] = `${line} ${text}`;
    else lines.push(`${indent}${text}`);
  }
  return lines.join("\n");
}
