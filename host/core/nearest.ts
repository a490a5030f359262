// The known word that a mistyped one was probably meant as. Written out because every package for it (leven,
// fastest-levenshtein) is only the ten lines of `distance`: the threshold, which decides what is helpful, is ours anyway.

/** Edits per word below which a guess helps: a third of its letters, at least two. */
const LETTERS_PER_EDIT = 3;
const EDITS_LEAST = 2;
/** Letters of a word's beginning that name it, like "size" for "sizeBytes". */
const BEGINNING_LEAST = 3;

/**
 * The known word with the fewest edits from `word`, the first of equals; else one that begins with `word`.
 * @returns undefined where none is near enough: within a third of the longer word's letters, or two, and not all of them
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    const longest = Math.max(word.length, candidate.length);
    const allowed = Math.min(Math.max(Math.floor(longest / LETTERS_PER_EDIT), EDITS_LEAST), longest - 1);
    if (edits <= allowed && edits < least) [best, least] = [candidate, edits];
  }
  return best ?? known.find((candidate) => word.length >= BEGINNING_LEAST && candidate.startsWith(word));
}

/** What follows an unknown word in an error: the nearest known one, else all of them. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? "expected none" : `expected one of ${known.join(", ")}`;
}

/** What an error ends with behind a list of known words: `, did you mean "power"?`; nothing where none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : `, did you mean "${near}"?`;
}

/** Levenshtein's distance: insertions, deletions and substitutions of one character each. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
