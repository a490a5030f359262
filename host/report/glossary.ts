// The glossary, docs/words.md, as terms and their meanings: reads the text of that page. Reads no file, prints nothing.

/** A term and what it means here. */
export interface Term {
  readonly term: string;
  readonly meaning: string;
  /** The heading that it stands under; empty where there is none but the page's own. */
  readonly chapter: string;
}

/** A term of the list ("- **cut** — a loss of power") or of a table ("| **cut** | a loss of power |"). */
const TERM = /^(?:[-*]\s+|\|\s*)?\*\*(.+?)\*\*\s*(?:—|–|:|\|)\s*(.*)$/;
const CHAPTER = /^##+\s+(.*?)\s*$/;
/** What goes on with the line before: indented, and no item, heading or row of its own. */
const GOES_ON = /^\s+(?![-*|#])\S/;

/**
 * The terms of a page, in its order; whatever else stands there is left out.
 * @param page Markdown
 */
export function termsOf(page: string): readonly Term[] {
  const terms: { term: string; meaning: string; chapter: string }[] = [];
  let chapter = "";
  let isOpen = false;
  for (const line of page.split(/\r?\n/)) {
    const [, term, meaning] = TERM.exec(line) ?? [];
    const last = terms.at(-1);
    chapter = CHAPTER.exec(line)?.[1] ?? chapter;
    if (term !== undefined) terms.push({ term: plain(term), meaning: plain(meaning ?? ""), chapter });
    else if (isOpen && last !== undefined && GOES_ON.test(line)) last.meaning += ` ${plain(line)}`;
    isOpen = term !== undefined || (isOpen && GOES_ON.test(line));
  }
  return terms;
}

/** Markdown's marks taken away: emphasis, code, links, the bars of a table. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\s*(?<!\\)\|\s*$/, "")
    .replace(/\s*(?<!\\)\|\s*/g, "; ")
    .replace(/\*\*|`/g, "")
    .replace(/(?<!\w)\*(\S(?:[^*]*\S)?)\*(?!\w)/g, "$1")
    .replace(/\\(.)/g, "$1")
    .trim();
}
