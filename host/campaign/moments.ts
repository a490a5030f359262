// Moments: every persistent content that an exploration met, as a tree of operations from where it began. A moment is one
// operation (whole or torn) or one reset after another moment. The device stands at one of them and is moved: back by its
// undo log, forward by replaying. Typed arrays only; a moment costs thirteen bytes.
import type { Device } from "../device/device.js";
import { GrowingBytes, GrowingWords } from "./growing.js";

/** The moment at which an exploration begins. */
export const FIRST_MOMENT = 0;

/** In place of a kept operation: a reset, whose cause is the shape. */
const RESET = 0;
/** A step that the device has taken but that is no moment yet. */
const UNNAMED = 0xffffffff;

/** The tree, and where in it the device stands. */
export class Moments {
  readonly #device: Device;
  readonly #parents = new GrowingWords();
  readonly #places = new GrowingWords();
  readonly #shapes = new GrowingBytes();
  readonly #levels = new GrowingWords();
  // The path from the first moment to where the device stands: moments, steps, and the undo marks before each.
  readonly #path: number[] = [FIRST_MOMENT];
  readonly #pathPlaces: number[] = [RESET];
  readonly #pathShapes: number[] = [0];
  readonly #marks: number[];

  /** Begins where the device stands, which becomes its checkpoint. */
  constructor(device: Device) {
    this.#device = device;
    device.exports.checkpoint();
    this.#marks = [device.exports.undoMark()];
    this.#add(FIRST_MOMENT, RESET, 0, 0);
  }

  /** Moments held. */
  get size(): number {
    return this.#parents.size;
  }

  /** Steps from the first moment to where the device stands. */
  get level(): number {
    return this.#path.length - 1;
  }

  /** Takes a step: the kept operation at `place`, as far as `shape` says. Answers its status. */
  step(place: number, shape: number): number {
    this.#push(place, shape);
    return this.#device.exports.replay(place, shape);
  }

  /** Takes a step: a reset. */
  reset(cause: number): void {
    this.#push(RESET, cause);
    this.#device.exports.reset(cause);
  }

  /** Takes steps back until `level` of them are left. */
  back(level: number): void {
    if (level >= this.level) return;
    this.#device.exports.undoTo(this.#marks[level + 1] as number);
    this.#path.length = level + 1;
    this.#pathPlaces.length = level + 1;
    this.#pathShapes.length = level + 1;
    this.#marks.length = level + 1;
  }

  /** The moment at which the device stands. */
  here(): number {
    let named = this.level;
    while (this.#path[named] === UNNAMED) named--;
    for (let level = named + 1; level <= this.level; level++) {
      const parent = this.#path[level - 1] as number;
      this.#path[level] = this.#add(
        parent,
        this.#pathPlaces[level] as number,
        this.#pathShapes[level] as number,
        level,
      );
    }
    return this.#path[this.level] as number;
  }

  /** Moves the device to a moment. */
  goTo(moment: number): void {
    const way: number[] = [];
    let at = moment;
    while (this.#path[this.#levels.at(at)] !== at) {
      way.push(at);
      at = this.#parents.at(at);
    }
    this.back(this.#levels.at(at));
    for (let next = way.pop(); next !== undefined; next = way.pop()) {
      const place = this.#places.at(next);
      if (place === RESET) this.reset(this.#shapes.at(next));
      else this.step(place, this.#shapes.at(next));
      this.#path[this.level] = next;
    }
  }

  #push(place: number, shape: number): void {
    this.#path.push(UNNAMED);
    this.#pathPlaces.push(place);
    this.#pathShapes.push(shape);
    this.#marks.push(this.#device.exports.undoMark());
  }

  #add(parent: number, place: number, shape: number, level: number): number {
    this.#parents.push(parent);
    this.#places.push(place);
    this.#shapes.push(shape);
    this.#levels.push(level);
    return this.#parents.size - 1;
  }
}
