// The answers that a question of the memo has had, each with where the tree goes on from it. Knows nothing of what is asked.

/** One answer, four words, and what comes after it. */
export interface Answer<Next> {
  readonly value: readonly number[];
  next: Next | undefined;
}

/** Few answers are looked through; a sector has as many as flips of its bits. */
const LOOKED_THROUGH = 8;

/** The answers that a question has had. */
export class Answers<Next> {
  readonly #all: Answer<Next>[] = [];
  #byHash: Map<number, Answer<Next>[]> | undefined;

  find(value: readonly number[]): Answer<Next> | undefined {
    const among = this.#byHash === undefined ? this.#all : this.#byHash.get(hashOf(value));
    if (among === undefined) return undefined;
    for (const known of among) if (sameValue(known.value, value)) return known;
    return undefined;
  }

  /** Adds one that is not there. */
  add(value: readonly number[], next: Next | undefined): Answer<Next> {
    const answer: Answer<Next> = { value, next };
    if (this.#byHash !== undefined) this.#index(answer);
    else if (this.#all.push(answer) > LOOKED_THROUGH) {
      this.#byHash = new Map();
      for (const known of this.#all) this.#index(known);
    }
    return answer;
  }

  #index(answer: Answer<Next>): void {
    const hash = hashOf(answer.value);
    const known = this.#byHash?.get(hash);
    if (known === undefined) this.#byHash?.set(hash, [answer]);
    else known.push(answer);
  }
}

function hashOf(value: readonly number[]): number {
  const low = (value[0] as number) ^ Math.imul(value[1] as number, 0x85ebca6b);
  const high = (value[2] as number) ^ Math.imul(value[3] as number, 0xc2b2ae35);
  return Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x27d4eb2f);
}

function sameValue(a: readonly number[], b: readonly number[]): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];
}
