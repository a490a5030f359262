// Text from anywhere as one line of a terminal.

/** Makes any text safe to be one line on a terminal: runs of control characters and blanks become one blank. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
}
