// Typed arrays that grow: numbers by the million without an object each. They grow by a piece as large as all pieces before it, so that
// nothing that stands in them is ever copied.

const FIRST_BITS = 12;

/** A growing list of numbers, in pieces of 2^12, 2^13, 2^14 … of them. */
class Growing<Piece extends Uint32Array | Uint8Array> {
  readonly #make: (size: number) => Piece;
  readonly #pieces: Piece[] = [];
  #size = 0;
  #room = 0;

  constructor(make: (size: number) => Piece) {
    this.#make = make;
  }

  get size(): number {
    return this.#size;
  }

  at(index: number): number {
    const piece = pieceOf(index);
    return (this.#pieces[piece] as Piece)[index - firstOf(piece)] as number;
  }

  set(index: number, value: number): void {
    const piece = pieceOf(index);
    (this.#pieces[piece] as Piece)[index - firstOf(piece)] = value;
  }

  push(value: number): void {
    if (this.#size === this.#room) {
      const next = this.#make(2 ** (FIRST_BITS + this.#pieces.length));
      this.#pieces.push(next);
      this.#room += next.length;
    }
    this.set(this.#size++, value);
  }
}

/** The piece in which a number stands, and the index of a piece's first. */
function pieceOf(index: number): number {
  return 31 - Math.clz32((index >>> FIRST_BITS) + 1);
}

function firstOf(piece: number): number {
  return ((1 << piece) - 1) << FIRST_BITS;
}

/** A growing list of 32-bit numbers. */
export class GrowingWords extends Growing<Uint32Array> {
  constructor() {
    super((size) => new Uint32Array(size));
  }
}

/** A growing list of bytes. */
export class GrowingBytes extends Growing<Uint8Array> {
  constructor() {
    super((size) => new Uint8Array(size));
  }
}
