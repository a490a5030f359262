// The keys of the states in which the device would stand after an operation that is cut, in each of its shapes: found by reading alone where
// that is possible, and else by doing it, reading the key off, and taking it back. Leaves content as it was.

import * as abi from "../abi";
import { OF_MARK, OF_WEAK, OF_WORD, addTo, termA, termB } from "./content/digest";
import { hasSum, sumOf } from "./content/erase-sums";
import { programMask } from "./content/flash";
import * as map from "./map";
import { replay } from "./replay";
import { contentA, contentB, keyOf, lossBy, powerOnKey, stateWith } from "./state-key";
import { chosenBit, rangeMask } from "./content/tear";
import { undoMark, undoTo } from "./content/undo";

/** Where addTwin() of the states module stands in this module's table. */
const ADD_TWIN: u32 = 1;
/** Bits of a shape in a list of shapes. */
const SHAPE_BITS: u32 = 4;

/**
 * Leaves in CUT_KEYS, 16 bytes each, the keys that the device would have, about to boot after a reset for `cause`, if the kept operation
 * at `entry` had been done as far as each of `count` shapes says, 16 at the most; and in CUT_STATES the numbers of the states with these
 * keys, -1 for none. `shapes0` has the first eight shapes, four bits each from the lowest, `shapes1` the others. The operation's rules were
 * checked when it was done here: they are not asked again.
 */
export function cutKeys(
  entry: usize,
  shapes0: u32,
  shapes1: u32,
  count: u32,
  cause: u32,
  history0: u32,
  history1: u32,
  history2: u32,
  history3: u32,
): void {
  const kind = load<u32>(entry) & 0xff;
  const shapes = (u64(shapes1) << 32) | u64(shapes0);
  const low = (u64(history1) << 32) | u64(history0);
  const high = (u64(history3) << 32) | u64(history2);
  memory.fill(map.CUT_KEYS, 0, count << 4);
  if (kind == abi.OP_PROGRAM) addPrograms(entry, shapes, count);
  else if (kind == abi.OP_ERASE) addErases(load<u32>(entry, 12), shapes, count);
  const a = contentA();
  const b = contentB();
  const lost = lossBy(cause);
  for (let number: u32 = 0; number < count; number++) {
    const key = map.CUT_KEYS + (usize(number) << 4);
    const shape = shapeAt(shapes, number);
    if (isRead(entry, kind, shape))
      keyOf(key, a + load<u64>(key), b + load<u64>(key, 8), u64(cause) << 32, low, high, lost);
    else {
      const mark = undoMark();
      replay(entry, shape);
      powerOnKey(cause, history0, history1, history2, history3);
      undoTo(mark);
      memory.copy(key, map.STATE_KEY, 16);
    }
  }
  // All keys first: then what one of them waits for in memory comes while the next is looked up.
  for (let number: u32 = 0; number < count; number++)
    store<i32>(map.CUT_STATES + (usize(number) << 2), stateWith(map.CUT_KEYS + (usize(number) << 4)));
}

/**
 * The states with the keys `first` to `count` of those that cutKeys() has left are twins of `state` from now on, where there are none yet.
 * Answers 0, or -2 where memory is at its end.
 */
export function twinKeys(first: u32, count: u32, state: u32): i32 {
  for (let number = first; number < count; number++) {
    const key = map.CUT_KEYS + (usize(number) << 4);
    if (load<i32>(map.CUT_STATES + (usize(number) << 2)) >= 0) continue;
    if (call_indirect<i32>(ADD_TWIN, load<u64>(key), load<u64>(key, 8), state) < 0) return -2;
  }
  return 0;
}

function shapeAt(shapes: u64, number: u32): u32 {
  return u32(shapes >> (number * SHAPE_BITS)) & 15;
}

/** Whether what an operation changes in this shape is found by reading. */
function isRead(entry: usize, kind: u32, shape: u32): bool {
  if (kind == abi.OP_PROGRAM) return isReadProgram(shape);
  if (kind != abi.OP_ERASE) return false;
  return shape == abi.ERASE_UNTOUCHED || shape == abi.ERASE_DONE || hasSum(load<u32>(entry, 12), shape);
}

/** Not where units are torn, nor where the host has a say. */
function isReadProgram(shape: u32): bool {
  return shape < abi.TEAR_UNREADABLE || shape == abi.TEAR_SAMPLED_MOST || shape == abi.TEAR_SAMPLED_HALF;
}

/** Adds to the sums at CUT_KEYS what an erase of `sector` changes in each shape. */
function addErases(sector: u32, shapes: u64, count: u32): void {
  const digest = map.DIGESTS + (usize(sector) << 4);
  const a = load<u64>(digest);
  const b = load<u64>(digest, 8);
  for (let number: u32 = 0; number < count; number++) {
    const shape = shapeAt(shapes, number);
    const sum = map.CUT_KEYS + (usize(number) << 4);
    if (shape == abi.ERASE_DONE) addTo(sum, 0 - a, 0 - b);
    else if (shape != abi.ERASE_UNTOUCHED && hasSum(sector, shape)) {
      const erased = sumOf(sector, shape);
      addTo(sum, load<u64>(erased) - a, load<u64>(erased, 8) - b);
    }
  }
}

/** Adds to the sums at CUT_KEYS what a program changes in each shape. */
function addPrograms(entry: usize, shapes: u64, count: u32): void {
  const offset = load<u32>(entry, 4);
  const size = load<u32>(entry, 8);
  const data = usize(load<u32>(entry, 12));
  const first = offset & ~3;
  const range = rangeMask(offset, size);
  let single: u32 = 0;
  for (let number: u32 = 0; number < count; number++) {
    const shape = shapeAt(shapes, number);
    if (shape == abi.TEAR_ONE_MISSING || shape == abi.TEAR_ONE_ONLY)
      single = chosenBit(first, size, data, range);
  }
  for (let done: u32 = 0; done < size; done += 4) {
    const zeros = ~load<u32>(data + done) & range;
    const word = load<u32>(map.FLASH + first + done);
    const weak = load<u32>(map.WEAK + first + done);
    if (((word | weak) & zeros) != 0) addWord(offset, size, done, zeros, single, shapes, count);
  }
  if (load<u32>(map.PROGRAM_RULE) != abi.RULE_AND) addMarks(offset, size, shapes, count);
}

/** Adds what one word of a program changes, `done` bytes into it; `zeros` are the bits that it programs. */
function addWord(offset: u32, size: u32, done: u32, zeros: u32, single: u32, shapes: u64, count: u32): void {
  const place = (offset & ~3) + done;
  const word = load<u32>(map.FLASH + place);
  const weak = load<u32>(map.WEAK + place);
  const index = OF_WORD | place;
  const weakIndex = OF_WEAK | place;
  const beforeA = termA(index, ~word) + termA(weakIndex, weak);
  const beforeB = termB(index, ~word) + termB(weakIndex, weak);
  for (let number: u32 = 0; number < count; number++) {
    const shape = shapeAt(shapes, number);
    if (shape == abi.TEAR_NONE || !isReadProgram(shape)) continue;
    const flickers = shape == abi.TEAR_WEAK;
    const lands = flickers
      ? zeros
      : zeros & programMask(shape, offset, size, done, single, (word | weak) & zeros);
    const after = word & ~lands;
    const weakAfter = flickers ? weak | (word & zeros) : weak & ~lands;
    if (after == word && weakAfter == weak) continue;
    addTo(
      map.CUT_KEYS + (usize(number) << 4),
      termA(index, ~after) + termA(weakIndex, weakAfter) - beforeA,
      termB(index, ~after) + termB(weakIndex, weakAfter) - beforeB,
    );
  }
}

/** Each unit of the program has been programmed once more, in every shape that leaves a mark. */
function addMarks(offset: u32, size: u32, shapes: u64, count: u32): void {
  const unitSize = load<u32>(map.PROGRAM_MIN);
  let a: u64 = 0;
  let b: u64 = 0;
  for (let unit = offset / unitSize; unit * unitSize < offset + size; unit++) {
    const before = u32(load<u8>(map.MARKS + unit));
    const after = min<u32>(before + 1, 255);
    a += termA(OF_MARK | unit, after) - termA(OF_MARK | unit, before);
    b += termB(OF_MARK | unit, after) - termB(OF_MARK | unit, before);
  }
  for (let number: u32 = 0; number < count; number++)
    if (shapeAt(shapes, number) != abi.TEAR_NONE) addTo(map.CUT_KEYS + (usize(number) << 4), a, b);
}
