// What few edges have besides where they lead, as words: what weak reads saw, what is decided of open words, which words a cut left open.
// Pure. Strikes stay with the explorer that laid them down: they are not shared.
import type { Landing } from "../memo/outcomes.js";
import type { Edge, LeftOpen } from "./edge.js";

type Worded = Pick<Edge, "choices" | "landings" | "left">;

/** An edge's extras as words. */
export function wordsOfExtras({ choices, landings = [], left }: Worded): number[] {
  return [
    ...[choices.length, ...choices, ...wordsOf(landings)],
    ...(left === undefined ? [0] : [1, left.first, ...wordsOf(left.words)]),
  ];
}

/** The extras that such words say; `word` has the word with that index. */
export function extrasIn(word: (index: number) => number): Worded {
  let at = 0;
  const next = () => word(at++);
  const list = <Item>(item: () => Item): Item[] => Array.from({ length: next() }, item);
  const landing = (): Landing => ({ offset: next(), set: next() });
  const choices = list(next);
  const landings = list(landing);
  if (next() === 0) return { choices, landings };
  const left: LeftOpen = { first: next(), words: list(landing) };
  return { choices, landings, left };
}

function wordsOf(landings: readonly Landing[]): number[] {
  return [landings.length, ...landings.flatMap(({ offset, set }) => [offset, set])];
}
