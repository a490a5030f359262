// Moments: every persistent content that an exploration met, as a tree of operations from where it began. A moment is one
// operation (whole or torn), all operations of a call, or one reset, after another moment. The device stands at one of them and is
// moved: back by its undo log, forward by replaying. Typed arrays only; a moment costs thirteen bytes.
import { WHOLE_CALL } from "../../../../assembly/abi.js";
import type { Device } from "../../../device/device.js";
import { GrowingBytes, GrowingWords } from "../../../core/data/growing.js";

/** The moment at which an exploration begins. */
export const FIRST_MOMENT = 0;

/** In place of a kept operation: a reset, whose cause is the shape. */
const RESET = 0;
/** A step that the device has taken but that is no moment yet. */
const UNNAMED = 0xffffffff;

/** A step on the path: its moment, kept operation, shape, and the undo mark before it. */
const STEP_SIZE = 4;
const STEP_PLACE = 1;
const STEP_SHAPE = 2;
const STEP_MARK = 3;

/** The tree, and where in it the device stands. */
export class Moments {
  readonly #device: Device;
  readonly #parents = new GrowingWords();
  readonly #places = new GrowingWords();
  readonly #shapes = new GrowingBytes();
  readonly #undoPositions = new GrowingWords();
  /** The path from the first moment to where the device stands, STEP_SIZE numbers each. */
  #path = new Uint32Array(STEP_SIZE * 1024);
  #undoPosition = 0;

  /** Begins where the device stands, which becomes its checkpoint. */
  constructor(device: Device) {
    this.#device = device;
    device.exports.checkpoint();
    this.#path.set([FIRST_MOMENT, RESET, 0, device.exports.undoMark()]);
    this.#add(FIRST_MOMENT, RESET, 0, 0);
  }

  /** Moments held. */
  get size(): number {
    return this.#parents.size;
  }

  /** Steps from the first moment to where the device stands. */
  get undoPosition(): number {
    return this.#undoPosition;
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

  /** Takes steps back until `undoPosition` of them are left. */
  back(undoPosition: number): void {
    if (undoPosition >= this.#undoPosition) return;
    this.#device.exports.undoTo(this.#path[(undoPosition + 1) * STEP_SIZE + STEP_MARK] as number);
    this.#undoPosition = undoPosition;
  }

  /** The moment at which the device stands. */
  here(): number {
    return this.#momentAt(this.#undoPosition);
  }

  /** The moment after all operations of a call, as one step from where `undoPosition` steps lead; the device may have done them one by one. */
  afterCall(undoPosition: number, place: number): number {
    return this.#add(this.#momentAt(undoPosition), place, WHOLE_CALL, undoPosition + 1);
  }

  #momentAt(undoPosition: number): number {
    const path = this.#path;
    let position = undoPosition;
    while (path[position * STEP_SIZE] === UNNAMED) position--;
    let moment = path[position * STEP_SIZE] as number;
    while (position < undoPosition) {
      position++;
      const at = position * STEP_SIZE;
      moment = this.#add(moment, path[at + STEP_PLACE] as number, path[at + STEP_SHAPE] as number, position);
      path[at] = moment;
    }
    return moment;
  }

  /** The moment to which a step would lead from where the device stands: it is not taken. */
  beside(place: number, shape: number): number {
    return this.#add(this.here(), place, shape, this.#undoPosition + 1);
  }

  /** Moves the device to a moment. */
  goTo(moment: number): void {
    const way: number[] = [];
    let at = moment;
    while (!this.#isOnPath(at)) {
      way.push(at);
      at = this.#parents.at(at);
    }
    this.back(this.#undoPositions.at(at));
    for (let next = way.pop(); next !== undefined; next = way.pop()) {
      const place = this.#places.at(next);
      if (place === RESET) this.reset(this.#shapes.at(next));
      else this.step(place, this.#shapes.at(next));
      this.#path[this.#undoPosition * STEP_SIZE] = next;
    }
  }

  #isOnPath(moment: number): boolean {
    const position = this.#undoPositions.at(moment);
    return position <= this.#undoPosition && this.#path[position * STEP_SIZE] === moment;
  }

  #push(place: number, shape: number): void {
    const at = ++this.#undoPosition * STEP_SIZE;
    if (at === this.#path.length) {
      const longer = new Uint32Array(at * 2);
      longer.set(this.#path);
      this.#path = longer;
    }
    this.#path[at] = UNNAMED;
    this.#path[at + STEP_PLACE] = place;
    this.#path[at + STEP_SHAPE] = shape;
    this.#path[at + STEP_MARK] = this.#device.exports.undoMark();
  }

  #add(parent: number, place: number, shape: number, position: number): number {
    this.#parents.push(parent);
    this.#places.push(place);
    this.#shapes.push(shape);
    this.#undoPositions.push(position);
    return this.#parents.size - 1;
  }
}
