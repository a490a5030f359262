// Random changes of a working guest's programs: instructions that are gone, doubled, swapped, changed or new. Every program
// that comes of it can be run: where it makes no sense, the interpreter does what it says all the same.
import { Random } from "../../host/core/data/random.js";
import { PROGRAM_MAX, REGISTER_COUNT } from "./guest/bytecode.js";
import * as op from "./guest/opcodes.js";
import { type Instruction, OPERATION_NAMES, type Program, type Programs } from "./program.js";

type Change = (program: Program, at: number, random: Random) => Program;

/** Words that mean something somewhere: offsets, statuses, answers, counters, causes, fields. */
const WORDS = [0, 1, 2, 3, 4, 7, 8, 12, 16, 20, 24, 28, 32, 64, 128, 255, 256, 512, 0xffffffff] as const;
/** Operations that may take one another's place. */
const ALIKE: readonly (readonly number[])[] = [
  [op.SET, op.ADD, op.SUM, op.REST_OF, op.AND, op.XOR, op.DIFFER, op.SHIFT, op.RAISE],
  [op.READ, op.TRY, op.RECEIVE],
  [op.PROGRAM, op.ERASE, op.COUNTER_ADVANCE, op.LATCH],
  [op.COUNTER_READ, op.RETAINED_READ, op.INFO],
  [op.RETAINED_WRITE, op.EVENT],
  [op.IF_EQUAL, op.IF_OTHER, op.IF_LESS, op.SKIP],
  [op.JUMP, op.HALT, op.RETURN, op.TRAP],
  [op.VERIFY, op.ALIKE, op.BLANK, op.LAST],
];
/** What a new instruction does: what looks at the device or changes it more often than the rest. */
const NEW = [
  ...[op.READ, op.TRY, op.TRY, op.PROGRAM, op.PROGRAM, op.ERASE, op.LATCH],
  ...[op.COUNTER_READ, op.COUNTER_ADVANCE, op.RETAINED_READ, op.RETAINED_WRITE, op.RETAINED_WRITE, op.EVENT],
  ...[op.INFO, op.IF_EQUAL, op.IF_OTHER, op.IF_LESS, op.RETURN, op.BACK, op.TRAP],
] as const;
/** Registers that hold something in every skeleton, and the one that is zero. */
const USED = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15] as const;

function pick<T>(from: readonly T[], random: Random): T {
  return from[random.below(from.length)]!;
}

function replaced(program: Program, at: number, by: Partial<Instruction>): Program {
  return program.map((one, index) => (index === at ? { ...one, ...by } : one));
}

/** As toSpliced() of later versions of JavaScript. */
function spliced(program: Program, at: number, gone: number, ...put: readonly Instruction[]): Program {
  return [...program.slice(0, at), ...put, ...program.slice(at + gone)];
}

const remove: Change = (program, at) => spliced(program, at, 1);
const double: Change = (program, at) => spliced(program, at, 0, program[at]!);
const swap: Change = (program, at) => {
  const next = Math.min(at + 1, program.length - 1);
  return replaced(replaced(program, at, program[next]!), next, program[at]!);
};
const changeWord: Change = (program, at, random) => {
  const { word } = program[at]!;
  const words = [pick(WORDS, random), word + 4, word - 4, word + 1, word - 1, word ^ (1 << random.below(32))];
  return replaced(program, at, { word: pick(words, random) >>> 0 });
};
const changeRegister: Change = (program, at, random) => {
  const which = pick(["a", "b", "c"] as const, random);
  const one = program[at]!;
  const isDistance = which === "c" && one.operation >= op.IF_EQUAL && one.operation <= op.BACK;
  if (isDistance) return replaced(program, at, { c: Math.max(0, one.c + pick([-1, 1, 2], random)) });
  return replaced(program, at, { [which]: pick(USED, random) });
};
const changeOperation: Change = (program, at, random) => {
  const family = ALIKE.find((operations) => operations.includes(program[at]!.operation));
  return replaced(program, at, { operation: family === undefined ? op.NOTHING : pick(family, random) });
};
const anyOperation: Change = (program, at, random) =>
  replaced(program, at, { operation: random.below(OPERATION_NAMES.length) });
const insert: Change = (program, at, random) =>
  spliced(program, at, 0, {
    operation: pick(NEW, random),
    a: random.below(REGISTER_COUNT),
    b: pick(USED, random),
    c: pick([0, 0, 1, 2, 3, 6], random),
    word: pick(WORDS, random),
  });

/** How a program is changed: what occurs twice is twice as likely. */
const CHANGES: readonly Change[] = [
  ...[remove, double, swap, changeWord, changeWord, changeRegister],
  ...[changeOperation, changeOperation, anyOperation, insert, insert, insert],
];

/** The programs with so many changes, each in boot or in the agent. */
export function mutated(programs: Programs, count: number, random: Random): Programs {
  let { boot, agent } = programs;
  for (let done = 0; done < count; done++) {
    if (random.below(2) === 0) boot = changed(boot, random);
    else agent = changed(agent, random);
  }
  return { boot, agent };
}

function changed(program: Program, random: Random): Program {
  const change = pick(CHANGES, random);
  return change(program, random.below(program.length), random).slice(0, PROGRAM_MAX);
}
