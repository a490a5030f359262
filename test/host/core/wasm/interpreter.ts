// Runs the random programs of programs.ts one instruction at a time and counts basic blocks: an oracle for
// metering. Finds the blocks the textbook way, from edges of the control flow graph, and knows nothing of
// blocks.ts.
import type { FunctionBody, WasmModule } from "../../../../host/core/wasm/module.js";

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;

/** How a run ended; fuel and outcome together are what metering must reproduce. */
export interface RunOutcome {
  readonly result: number | "trap";
  readonly fuel: number;
}

class Trap extends Error {}

// One function with its constructs matched and its leaders marked.
interface Prepared {
  readonly body: FunctionBody;
  readonly matches: readonly Match[];
  readonly leaders: ReadonlyMap<number, { isCheckpoint: boolean }>;
}

// For an opener: where its else and end stand. For every instruction: the openers around it, innermost last.
interface Match {
  elseIndex: number;
  endIndex: number;
  readonly around: readonly number[];
}

/** Runs function 0 of a module whose functions all take two i32 and return one. */
export function interpret(
  module: WasmModule,
  parameters: readonly number[],
  initialFuel: number,
): RunOutcome {
  const functions = module.bodies.map(prepare);
  const state = { fuel: initialFuel };
  try {
    return { result: call(functions, { index: 0, parameters, state }), fuel: state.fuel };
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    return { result: "trap", fuel: state.fuel };
  }
}

function prepare(body: FunctionBody): Prepared {
  const matches = match(body);
  return { body, matches, leaders: leadersOf(body, matches) };
}

function match({ instructions }: FunctionBody): Match[] {
  const open: number[] = [];
  const matches: Match[] = instructions.map(() => ({ elseIndex: -1, endIndex: -1, around: [] }));
  instructions.forEach(({ opcode }, index) => {
    matches[index] = { ...matches[index]!, around: [...open] };
    if (opcode === BLOCK || opcode === LOOP || opcode === IF) open.push(index);
    if (opcode === ELSE) matches[open.at(-1)!]!.elseIndex = index;
    if (opcode === END && open.length > 0) matches[open.pop()!]!.endIndex = index;
  });
  return matches;
}

// Where a branch with this label goes; the label of the function itself goes behind its last instruction.
function targetOf(
  { body, matches }: Pick<Prepared, "body" | "matches">,
  index: number,
  label: number,
): number {
  const opener = matches[index]!.around.at(-1 - label);
  if (opener === undefined) return body.instructions.length;
  return body.instructions[opener]!.opcode === LOOP ? opener + 1 : matches[opener]!.endIndex + 1;
}

type Edge = readonly [target: number, kind: "fall" | "jump" | "loop"];

function edgesFrom(parts: Pick<Prepared, "body" | "matches">, index: number): Edge[] {
  const { body, matches } = parts;
  const { opcode, immediates } = body.instructions[index]!;
  const { elseIndex, endIndex } = matches[index]!;
  const jumps = (): Edge[] => immediates.map((label) => [targetOf(parts, index, label), "jump"]);
  if (opcode === LOOP) return [[index + 1, "loop"]];
  if (opcode === IF) return [[index + 1, "jump"], [(elseIndex < 0 ? endIndex : elseIndex) + 1, "jump"]]; // prettier-ignore
  if (opcode === ELSE) return [[matches[matches[index]!.around.at(-1)!]!.endIndex + 1, "jump"]];
  if (opcode === 0x0d) return [...jumps(), [index + 1, "jump"]];
  if (opcode === 0x0c || opcode === 0x0e) return jumps();
  if (opcode === 0x0f || opcode === 0x00) return [];
  return [[index + 1, "fall"]];
}

// A leader is the first working instruction behind a reachable jump; structural ones hand the mark on.
function leadersOf(body: FunctionBody, matches: readonly Match[]): Map<number, { isCheckpoint: boolean }> {
  const leaders = new Map<number, { isCheckpoint: boolean }>();
  const seen = new Set<string>();
  const queue: [index: number, isMarked: boolean, isCheckpoint: boolean][] = [[0, true, true]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [index, isMarked, isCheckpoint] = next;
    if (index >= body.instructions.length || seen.has(next.join())) continue;
    seen.add(next.join());
    const isStructural = [BLOCK, LOOP, ELSE, END].includes(body.instructions[index]!.opcode);
    if (isMarked && !isStructural) {
      leaders.set(index, { isCheckpoint: isCheckpoint || leaders.get(index)?.isCheckpoint === true });
    }
    for (const [target, kind] of edgesFrom({ body, matches }, index)) {
      const handsOn = isStructural && isMarked;
      queue.push([target, handsOn || kind !== "fall", kind === "loop" || (handsOn && isCheckpoint)]);
    }
  }
  return leaders;
}

interface Call {
  readonly index: number;
  readonly parameters: readonly number[];
  readonly state: { fuel: number };
}

function call(functions: readonly Prepared[], { index, parameters, state }: Call): number {
  const prepared = functions[index]!;
  const { instructions } = prepared.body;
  const locals = [...parameters, ...Array<number>(prepared.body.localCount - parameters.length).fill(0)];
  const stack: number[] = [];
  for (let at = 0; at < instructions.length;) {
    const leader = prepared.leaders.get(at);
    if (leader !== undefined) {
      state.fuel--;
      if (leader.isCheckpoint && state.fuel < 0) throw new Trap();
    }
    const { opcode, immediates } = instructions[at]!;
    const label = branchLabel(opcode, immediates, stack);
    if (label !== null) at = targetOf(prepared, at, label);
    else if (opcode === IF) {
      const { elseIndex, endIndex } = prepared.matches[at]!;
      at = stack.pop()! !== 0 ? at + 1 : (elseIndex < 0 ? endIndex : elseIndex) + 1;
    } else if (opcode === ELSE) at = edgesFrom(prepared, at)[0]![0];
    else if (opcode === 0x0f) at = instructions.length;
    else if (opcode === 0x00) throw new Trap();
    else {
      if (opcode === 0x10) {
        const second = stack.pop()!;
        stack.push(call(functions, { index: immediates[0]!, parameters: [stack.pop()!, second], state }));
      } else work(opcode, immediates, { stack, locals, state });
      at++;
    }
  }
  return stack.at(-1)!;
}

// The label that a branch takes, or null if this is no branch or one that is not taken.
function branchLabel(opcode: number, immediates: readonly number[], stack: number[]): number | null {
  if (opcode === 0x0c) return immediates[0]!;
  if (opcode === 0x0d) return stack.pop()! !== 0 ? immediates[0]! : null;
  if (opcode !== 0x0e) return null;
  const selector = stack.pop()! >>> 0;
  return immediates[Math.min(selector, immediates.length - 1)]!;
}

interface Machine {
  readonly stack: number[];
  readonly locals: number[];
  readonly state: { fuel: number };
}

const BINARY: Readonly<Record<number, (a: number, b: number) => number>> = {
  0x49: (a, b) => Number(a >>> 0 < b >>> 0),
  0x6a: (a, b) => (a + b) | 0,
  0x6b: (a, b) => (a - b) | 0,
  0x71: (a, b) => a & b,
};

// A br_if comes here when it is not taken.
function work(opcode: number, immediates: readonly number[], { stack, locals, state }: Machine): void {
  const operation = BINARY[opcode];
  if (operation !== undefined) {
    const b = stack.pop()!;
    stack.push(operation(stack.pop()!, b));
  } else if (opcode === 0x41) stack.push(immediates[0]!);
  else if (opcode === 0x20) stack.push(locals[immediates[0]!]!);
  else if (opcode === 0x21) locals[immediates[0]!] = stack.pop()!;
  else if (opcode === 0xfc0b) {
    const [offset, , length] = stack.splice(-3) as [number, number, number];
    if ((offset >>> 0) + (length >>> 0) > 65536) throw new Trap(); // one page
    state.fuel -= Math.floor((length >>> 0) / 64);
  } else if (![BLOCK, LOOP, END, 0x01, 0x0d].includes(opcode)) throw new Error(`unexpected opcode ${opcode}`);
}
