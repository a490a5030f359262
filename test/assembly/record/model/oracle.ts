// The adversary: answers every choice of one run, and lets all runs be walked one after the other. It knows nothing of
// what is being chosen.

export class Oracle {
  private position = 0;
  private readonly widths: number[] = [];

  /** @param path the answers to begin with; every later choice is answered 0. */
  constructor(private readonly path: number[]) {}

  /** One of 0 … width − 1. */
  choose(width: number): number {
    const position = this.position++;
    this.widths[position] = width;
    if (position === this.path.length) this.path.push(0);
    return this.path[position]!;
  }

  /** The answers of this run. */
  taken(): readonly number[] {
    return this.path.slice(0, this.position);
  }

  /** The first answers of the next run; undefined when all are done. */
  next(): number[] | undefined {
    const path = this.path.slice(0, this.position);
    while (path.length > 0) {
      const last = path.length - 1;
      if (path[last]! + 1 < this.widths[last]!) {
        path[last]!++;
        return path;
      }
      path.pop();
    }
    return undefined;
  }
}
