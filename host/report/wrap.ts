// Paragraphs for a terminal: breaks lines at words, so that none is longer than the screen is wide. Prints nothing, and knows no
// terminal: its width is passed in.

/** How many columns a text takes: one for each character, which is so for all that this program writes of its own. */
export function columnsOf(text: string): number {
  return [...text].length;
}

/**
 * A text in lines of at most `width` columns, broken at spaces; a word that is longer stands whole in a line of its own, so that a
 * path or a command can still be copied. A figure keeps its unit.
 * @param text line breaks in it stay; spaces at the beginning of a line are kept, and its other lines hang below its first word
 * @param width columns, from 1 on
 * @param indent columns by which all lines of a paragraph but its first are indented, beside the spaces that it begins with
 */
export function wrap(text: string, width: number, indent = 0): string {
  return text
    .split("\n")
    .map((paragraph) => wrapParagraph(paragraph, width, indent))
    .join("\n");
}

function wrapParagraph(paragraph: string, width: number, indent: number): string {
  const lead = /^ */.exec(paragraph)?.[0] ?? "";
  const words = wordsOf(paragraph);
  if (words.length === 0) return "";
  const hanging = lead + " ".repeat(indent);
  const lines: string[] = [];
  let line = lead + (words[0] as string);
  for (const word of words.slice(1)) {
    if (columnsOf(line) + 1 + columnsOf(word) <= width) {
      line += ` ${word}`;
      continue;
    }
    lines.push(line);
    line = hanging + word;
  }
  return [...lines, line].join("\n");
}

/**
 * A shell's command, indented, in lines of at most `width` columns where its words allow that: broken ones end in a backslash, so that
 * it can be copied as it stands.
 * @param indent columns before its first line; its others are indented by two more
 */
export function wrapCommand(command: string, width: number, indent: number): string {
  const text = " ".repeat(indent) + command;
  return columnsOf(text) <= width ? text : wrap(text, width - 2, 2).replace(/\n/g, " \\\n");
}

/** Where a line may be broken: at spaces, but neither within a figure ("12 345") nor between it and its unit. */
const BREAK = /(?<!\d)\s+|\s+(?!\d|%|(?:µs|ms|s|[kMG]?Hz|[KM]iB|B)\b)/;

/** A text's words: what a line break may stand between. */
export function wordsOf(text: string): string[] {
  return text.split(BREAK).filter((word) => word !== "");
}
