// Programs of random guests: instructions as data, an assembler with labels, and the bytes that the interpreter runs.
import { INSTRUCTION_SIZE, PROGRAM_MAX, PROGRAM_SIZE } from "./guest/bytecode.js";
import * as opcodes from "./guest/opcodes.js";

/** One instruction: an operation of opcodes.ts, its operands and its word. */
export interface Instruction {
  readonly operation: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly word: number;
}

export type Program = readonly Instruction[];

/** What boot does, and what a step of the agent does. */
export interface Programs {
  readonly boot: Program;
  readonly agent: Program;
}

/** Names of the operations, by number. */
export const OPERATION_NAMES: readonly string[] = Object.entries(opcodes)
  .sort(([, first], [, second]) => first - second)
  .map(([name]) => name);

/** Writes a program down; a label stands for so many instructions ahead. */
export class Assembler {
  readonly #instructions: Instruction[] = [];
  readonly #open = new Map<string, number[]>();

  /** Adds an instruction. */
  add(operation: number, a = 0, b = 0, c = 0, word = 0): this {
    this.#instructions.push({ operation, a, b, c, word: word >>> 0 });
    return this;
  }

  /** Adds one that skips to a label further on: IF_EQUAL, IF_OTHER, IF_LESS or SKIP. */
  skip(label: string, operation: number, a = 0, b = 0, word = 0): this {
    this.#open.set(label, [...(this.#open.get(label) ?? []), this.#instructions.length]);
    return this.add(operation, a, b, 0, word);
  }

  /** Here is a label; one of the same name may follow later. */
  label(label: string): this {
    const here = this.#instructions.length;
    for (const at of this.#open.get(label) ?? [])
      this.#instructions[at] = { ...this.#instructions[at]!, c: here - at - 1 };
    this.#open.delete(label);
    return this;
  }

  /** The program; every label has been met. */
  program(): Program {
    if (this.#open.size > 0) throw new Error(`no label ${[...this.#open.keys()].join(", ")}`);
    return this.#instructions;
  }
}

/** Programs as the interpreter's memory holds them. */
export function encode({ boot, agent }: Programs): Uint8Array {
  const bytes = new Uint8Array(2 * PROGRAM_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [program, start] of [
    [boot, 0],
    [agent, PROGRAM_SIZE],
  ] as const) {
    if (program.length > PROGRAM_MAX) throw new RangeError(`a program of ${program.length} instructions`);
    program.forEach(({ operation, a, b, c, word }, index) => {
      const at = start + index * INSTRUCTION_SIZE;
      bytes.set([operation, a, b, c], at);
      view.setUint32(at + 4, word, true);
    });
  }
  return bytes;
}

/** A program in words, one instruction a line, for whoever looks into one that shows a difference. */
export function listing(program: Program): string {
  return program
    .map(({ operation, a, b, c, word }, index) => {
      const name = OPERATION_NAMES[operation] ?? `operation ${operation}`;
      return `${index}: ${name} r${a} r${b} r${c} (c ${c}) 0x${word.toString(16)}`;
    })
    .join("\n");
}
