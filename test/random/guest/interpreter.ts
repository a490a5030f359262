// A guest that does what its data says: boot and agent in one module, each a program of opcodes.ts. Programs are put into the
// compiled module as data, so that a guest costs no compilation. Whatever a program says, a call ends: its fuel runs out, and
// it changes no more than six things.

import { ABI_VERSION, INFO_ERASED_WORD, INFO_PROGRAM_MIN } from "../../../assembly/abi";
import {
  counterAdvance,
  counterRead,
  erase,
  event,
  halt,
  info,
  jump,
  latch32,
  program,
  read32,
  receive32,
  retainedRead,
  retainedWrite,
  tryRead32,
} from "../../../assembly/hal/hal";
import * as code from "./bytecode";
import * as op from "./opcodes";

/** Programs, erases and counter advances that one call may try; and retained words and events. */
const OPERATIONS_MAX: u32 = 6;
const SAYINGS_MAX: u32 = 6;
/** Status of what is past these bounds. */
const STATUS_PAST: u32 = 99;

/** Where boot's program stands, and the agent's behind it: nothing is there until somebody puts them in. */
export const programs: usize = memory.data(2 * code.PROGRAM_SIZE, 16);
const REGISTERS: usize = memory.data(4 * code.REGISTER_COUNT, 16);

let operations: u32 = 0;
let sayings: u32 = 0;
/** Where the next instruction stands. */
let next: usize = 0;

export function abiVersion(): u32 {
  return ABI_VERSION;
}

export function boot(): void {
  run(programs, 0);
}

export function step(input: u32): i32 {
  return run(programs + code.PROGRAM_SIZE, input);
}

/** Runs a program; `input` stands in register 0. The answer of one that ends without one is 1, IDLE. */
function run(start: usize, input: u32): i32 {
  operations = 0;
  sayings = 0;
  set(0, input);
  const end = start + code.PROGRAM_SIZE;
  next = start;
  while (next >= start && next < end) {
    const at = next;
    next += code.INSTRUCTION_SIZE;
    const operation: u32 = load<u8>(at);
    if (operation == op.RETURN) return get(load<u8>(at, 1)) + load<u32>(at, 4);
    execute(operation, load<u8>(at, 1), load<u8>(at, 2), load<u8>(at, 3), load<u32>(at, 4));
  }
  return 1;
}

function get(register: u32): u32 {
  return load<u32>(REGISTERS + (usize(register & (code.REGISTER_COUNT - 1)) << 2));
}

function set(register: u32, value: u32): void {
  store<u32>(REGISTERS + (usize(register & (code.REGISTER_COUNT - 1)) << 2), value);
}

function execute(operation: u32, a: u32, b: u32, c: u32, word: u32): void {
  if (operation < op.INFO) compute(operation, a, b, c, word);
  else if (operation < op.LATCH) look(operation, a, b, c, word);
  else if (operation < op.IF_EQUAL) change(operation, a, b, c, word);
  else if (operation < op.VERIFY) go(operation, a, b, c, word);
  else survey(operation, a, b, c, word);
}

function compute(operation: u32, a: u32, b: u32, c: u32, word: u32): void {
  const value = get(b);
  if (operation == op.SET) set(a, word);
  else if (operation == op.ADD) set(a, value + word);
  else if (operation == op.SUM) set(a, value + get(c));
  else if (operation == op.REST_OF) set(a, word - value);
  else if (operation == op.AND) set(a, value & word);
  else if (operation == op.XOR) set(a, value ^ word);
  else if (operation == op.DIFFER) set(a, value ^ get(c));
  else if (operation == op.SHIFT) set(a, value >> (word & 31));
  else if (operation == op.RAISE) set(a, value << (word & 31));
}

function look(operation: u32, a: u32, b: u32, c: u32, word: u32): void {
  if (operation == op.INFO) set(a, info(word, get(b) + c));
  else if (operation == op.READ) set(a, read32(get(b) + word));
  else {
    const answer = operation == op.TRY ? tryRead32(get(b) + word) : receive32(get(b) + word);
    set(a, u32(answer));
    set(c, u32(answer >> 32));
  }
}

function change(operation: u32, a: u32, b: u32, c: u32, word: u32): void {
  if (operation == op.LATCH) latch32(get(b) + word, get(a));
  else if (operation == op.PROGRAM) set(a, programmed(get(b) + word, c));
  else if (operation == op.ERASE) set(a, isPast() ? STATUS_PAST : erase(get(b) + word));
  else if (operation == op.COUNTER_READ) {
    const answer = counterRead(word);
    set(a, u32(answer));
    set(c, u32(answer >> 32));
  } else if (operation == op.COUNTER_ADVANCE) set(a, isPast() ? STATUS_PAST : counterAdvance(word, get(b)));
  else if (operation == op.RETAINED_READ) set(a, retainedRead(word));
  else if (sayings++ < SAYINGS_MAX) {
    if (operation == op.RETAINED_WRITE) retainedWrite(word, get(a));
    else event(word, get(a));
  }
}

function programmed(offset: u32, doublings: u32): u32 {
  return isPast() ? STATUS_PAST : program(offset, info(INFO_PROGRAM_MIN, 0) << (doublings & 7));
}

/** Whether this call has tried enough already. */
function isPast(): bool {
  return operations++ >= OPERATIONS_MAX;
}

function go(operation: u32, a: u32, b: u32, c: u32, word: u32): void {
  const value = get(a);
  const other = get(b) + word;
  if (operation == op.IF_EQUAL) skip(value == other, c);
  else if (operation == op.IF_OTHER) skip(value != other, c);
  else if (operation == op.IF_LESS) skip(value < other, c);
  else if (operation == op.SKIP) skip(true, c);
  else if (operation == op.BACK) next -= (c + 1) * code.INSTRUCTION_SIZE;
  else if (operation == op.JUMP) jump(value + word);
  else if (operation == op.HALT) halt(word);
  else unreachable();
}

function skip(does: bool, count: u32): void {
  if (does) next += count * code.INSTRUCTION_SIZE;
}

function survey(operation: u32, a: u32, b: u32, c: u32, word: u32): void {
  if (operation == op.VERIFY) set(a, verified(get(b), word) ? 1 : 0);
  else if (operation == op.ALIKE) set(a, alike(get(b), get(c), word));
  else if (operation == op.BLANK) set(a, isBlank(get(b), get(c) + word) ? 1 : 0);
  else if (operation == op.COPY) set(a, copied(get(b), get(c), get(a)));
  else if (operation == op.LAST) findLast(a, b, word);
}

function verified(start: u32, size: u32): bool {
  let chain: u32 = 0;
  for (let at: u32 = 0; at < size; at += 4) {
    const answer = tryRead32(start + at);
    if (answer >> 32 != 0) return false;
    const word = u32(answer);
    if (at == 0 && word != code.MAGIC) return false;
    if (at == code.AT_SLOT && word != start) return false;
    if (at >= code.AT_CHAIN && word != chain) return false;
    chain = (at < code.AT_CHAIN ? chain ^ word : word) * code.CHAIN_FACTOR + code.CHAIN_TERM;
  }
  return true;
}

function alike(start: u32, source: u32, size: u32): u32 {
  let at: u32 = 0;
  for (; at < size; at += 4) {
    const stands = tryRead32(start + at);
    if (stands >> 32 != 0 || stands != receive32(source + at)) break;
  }
  return at;
}

/** Blank words read as erased, or not at all where the part faults at them: all of them in the same way. */
function isBlank(start: u32, end: u32): bool {
  const erased = u64(info(INFO_ERASED_WORD, 0));
  const first = tryRead32(start);
  if (first != erased && first >> 32 == 0) return false;
  for (let at = start + 4; at < end; at += 4) {
    const next = tryRead32(at);
    if (next != first && (next >> 32 == 0 || first >> 32 == 0)) return false;
  }
  return true;
}

function copied(target: u32, source: u32, size: u32): u32 {
  const unit = max<u32>(info(INFO_PROGRAM_MIN, 0), 4);
  for (let done: u32 = 0; done < size; done += unit) {
    for (let at = done; at < done + unit && at < size; at += 4)
      latch32(target + at, u32(receive32(source + at)));
    const status = programmed(target + done, 0);
    if (status != 0) return status;
  }
  return 0;
}

function findLast(a: u32, b: u32, cells: u32): void {
  const unit = max<u32>(info(INFO_PROGRAM_MIN, 0), 8);
  const erased = u64(info(INFO_ERASED_WORD, 0));
  let at = get(b);
  let last: u32 = 0;
  for (let cell: u32 = 0; cell < cells; cell++, at += unit) {
    const first = tryRead32(at);
    const second = tryRead32(at + 4);
    if (first == second && (first == erased || first >> 32 != 0)) break;
    if (first >> 32 == 0 && second >> 32 == 0 && (u32(first) ^ u32(second)) == 0xffffffff) last = u32(first);
  }
  set(a, last);
  set(b, at);
}
