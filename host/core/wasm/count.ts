// Rewrites a guest so that it counts how often each of its basic blocks executes, and says what the counts mean: by function
// and by cost class. Exact, except that a block that traps or never comes back from a call counts whole.
import { blocksOf } from "./blocks.js";
import type { BasicBlock } from "./blocks.js";
import { COST_CLASSES, classOf } from "./classes.js";
import { decode } from "./decode.js";
import { RESERVED_EXPORT_PREFIX, isBulk, withFuel } from "./fuel.js";
import type { MeterOptions } from "./meter.js";
import type { Instruction } from "./instructions.js";
import { READ_WORDS_IMPORT, importedFunction } from "./module.js";
import type { FunctionBody, WasmModule } from "./module.js";
import { OPCODE_BR_IF, OPCODE_CALL, OPCODE_CALL_INDIRECT, OPCODE_IF, OPCODE_LOOP } from "./opcodes.js";

/** A basic block of a counting guest. */
export interface CountedBlock {
  readonly functionIndex: number;
  /** Instructions that work in it; block, loop, end, nop and drop are none. */
  readonly instructions: number;
  /** How many of each class, over COST_CLASSES; nothing under `taken` and `bulkBytes`, which depend on the run. */
  readonly classes: readonly number[];
  /**
   * Where it ends with br_if or `if`: the counter of the block that only the straight path leads to, or "unknown" where another
   * leads there too; null where it ends otherwise.
   */
  readonly straight: number | "unknown" | null;
  /** Functions that it calls directly, once for each call. */
  readonly callees: readonly number[];
}

/** What a counter of lengths counts: bytes that a bulk instruction moved, or words that a call of readWords asked for. */
export interface CountedLength {
  readonly of: "bytes" | "words";
  /** The function that has the instruction; of words the import. */
  readonly functionIndex: number;
}

/** What the counters of a counting guest are. */
export interface CountPlan {
  /** Blocks are the first counters, in their order; behind them the lengths. */
  readonly blocks: readonly CountedBlock[];
  /** By counter less the number of blocks: whose length is counted. */
  readonly lengths: readonly CountedLength[];
  readonly counterCount: number;
  /** Functions without a body. */
  readonly importCount: number;
  /** Counter of a function's first block, where only calls lead to it. */
  readonly entries: ReadonlyMap<number, number>;
  /** Whom a function calls; null where it has no body. */
  readonly calleesOf: (functionIndex: number) => Callees | null;
}

/** Whom a function calls. */
export interface Callees {
  /** Each once. */
  readonly direct: ReadonlySet<number>;
  /** It also calls through a table. */
  readonly indirect: boolean;
}

/** What counts come to. */
export interface Tally {
  /** Functions with a body, in their order; those that did not run count zero. */
  readonly functions: readonly {
    readonly functionIndex: number;
    /** Direct calls and those from outside where its beginning is a block of its own; else direct calls alone. */
    readonly calls: number;
    readonly blocks: number;
    readonly instructions: number;
    /** Over COST_CLASSES; `taken` is half of `conditional` where the straight path is not alone. */
    readonly classes: readonly number[];
  }[];
  readonly imports: readonly {
    readonly functionIndex: number;
    readonly calls: number;
    /** Asked for of readWords; 0 of any other. */
    readonly words: number;
  }[];
}

const TAKEN = COST_CLASSES.indexOf("taken");
const BULK_BYTES = COST_CLASSES.indexOf("bulkBytes");

/** The name under which a counting guest exports a counter, a mutable i64. */
export function counterExportOf(counter: number): string {
  return `${RESERVED_EXPORT_PREFIX}count.${counter}`;
}

/**
 * Rewrites a guest so that each executed basic block adds 1 to a counter of its own, and each bulk instruction the length that
 * it moved to another, as does each call of readWords the words that it asks for. Fuel is charged as by meter(), but only for the first blocks of functions and of loops.
 *
 * @param binary the guest
 * @param options fuel for a start function
 * @returns the new binary, all of whose indexes are those of the original, and what its counters are
 * @throws WasmFormatError if the binary is malformed, uses an unsupported feature, or exports a reserved name
 */
export function count(
  binary: Uint8Array,
  options: MeterOptions = {},
): { readonly binary: Uint8Array; readonly plan: CountPlan } {
  const module = decode(binary);
  const blocksIn = (body: FunctionBody) => cutAtPhases(body, module);
  const { plan, counterOfBlock, counterOfLength } = planOf(module, blocksIn);
  const counters = Array.from({ length: plan.counterCount }, (_, counter) => counterExportOf(counter));
  const counted = withFuel(module, options.initialFuel ?? 0n, {
    ...{ counters, checkpointsOnly: true },
    ...{ blocksIn, counterOfBlock, counterOfLength },
  });
  return { binary: counted, plan };
}

/** The function that a guest says its phases by. */
const PHASE_IMPORT = "phase";

/**
 * Basic blocks that end behind a call of phase(): what follows counts to the phase that it says. The block in which a phase ends
 * would otherwise belong to it whole.
 */
function cutAtPhases(body: FunctionBody, module: WasmModule): BasicBlock[] {
  const phase = importedFunction(module, PHASE_IMPORT);
  return blocksOf(body).flatMap((block) => {
    const pieces: BasicBlock[] = [];
    let { firstInstruction } = block;
    let { isCheckpoint, entry } = block;
    for (let index = firstInstruction; index + 1 < block.endInstruction; index++) {
      const { opcode, immediates } = body.instructions[index]!;
      if (opcode !== OPCODE_CALL || immediates[0] !== phase) continue;
      if (!body.instructions.slice(index + 1, block.endInstruction).some(({ opcode: next }) => isWork(next)))
        break;
      pieces.push({ firstInstruction, endInstruction: index + 1, isCheckpoint, entry });
      firstInstruction = index + 1;
      isCheckpoint = false;
      entry = "join";
    }
    return [...pieces, { ...block, firstInstruction, isCheckpoint, entry }];
  });
}

function isWork(opcode: number): boolean {
  return classOf(opcode) !== undefined;
}

function planOf(module: WasmModule, blocksIn: (body: FunctionBody) => BasicBlock[]) {
  const blocks: CountedBlock[] = [];
  const lengths: CountedLength[] = [];
  const lengthNumbers = new Map<string, number>();
  const readWords = importedFunction(module, READ_WORDS_IMPORT);
  const firstBlocks = new Map<number, number>();
  const entries = new Map<number, number>();
  for (const body of module.bodies) {
    const { functionIndex } = body;
    const found = blocksIn(body);
    const first = blocks.length;
    firstBlocks.set(functionIndex, first);
    if (beginsAlone(body, found)) entries.set(functionIndex, first);
    blocks.push(
      ...found.map((block, index) => countedBlock(body, block, found[index + 1], first + index + 1)),
    );
    body.instructions.forEach((instruction, index) => {
      const counted = lengthOf(instruction, functionIndex, readWords);
      if (counted !== undefined) lengthNumbers.set(`${functionIndex}:${index}`, lengths.push(counted) - 1);
    });
  }
  const callees = new Map(module.bodies.map((body) => [body.functionIndex, calleesIn(body)]));
  const plan: CountPlan = {
    ...{ blocks, lengths, entries, counterCount: blocks.length + lengths.length },
    importCount: module.functions.length - module.bodies.length,
    calleesOf: (index) => callees.get(index) ?? null,
  };
  return {
    plan,
    counterOfBlock: (functionIndex: number, block: number) =>
      (firstBlocks.get(functionIndex) as number) + block,
    counterOfLength: (functionIndex: number, instruction: number) => {
      const number = lengthNumbers.get(`${functionIndex}:${instruction}`);
      return number === undefined ? undefined : blocks.length + number;
    },
  };
}

/** What an instruction counts beside its block; undefined where that is nothing. */
function lengthOf(
  { opcode, immediates }: Instruction,
  functionIndex: number,
  readWords: number,
): CountedLength | undefined {
  if (isBulk(opcode)) return { of: "bytes", functionIndex };
  if (opcode !== OPCODE_CALL || immediates[0] !== readWords) return undefined;
  return { of: "words", functionIndex: readWords };
}

/** Whether the first block is come to only by calls: no loop begins with it. */
function beginsAlone({ instructions }: FunctionBody, [first]: readonly BasicBlock[]): boolean {
  return (
    first !== undefined &&
    instructions.slice(0, first.firstInstruction).every(({ opcode }) => opcode !== OPCODE_LOOP)
  );
}

function countedBlock(
  { functionIndex, instructions }: FunctionBody,
  { firstInstruction, endInstruction }: BasicBlock,
  next: BasicBlock | undefined,
  nextCounter: number,
): CountedBlock {
  const classes = COST_CLASSES.map(() => 0);
  const callees: number[] = [];
  let working = 0;
  let last: number | undefined;
  for (const { opcode, immediates } of instructions.slice(firstInstruction, endInstruction)) {
    const costClass = classOf(opcode);
    if (opcode === OPCODE_CALL) callees.push(immediates[0] as number);
    if (costClass === undefined) continue;
    working++;
    last = opcode;
    const index = COST_CLASSES.indexOf(costClass);
    classes[index] = (classes[index] as number) + 1;
  }
  const isStraight =
    next !== undefined && (last === OPCODE_BR_IF ? next.entry === "fall" : next.entry === "then");
  const isConditional = last === OPCODE_BR_IF || last === OPCODE_IF;
  const straight = isConditional ? (isStraight ? nextCounter : "unknown") : null;
  return { functionIndex, instructions: working, classes, straight, callees };
}

function calleesIn({ instructions }: FunctionBody): Callees {
  const calls = instructions.filter(({ opcode }) => opcode === OPCODE_CALL);
  return {
    direct: new Set(calls.map(({ immediates }) => immediates[0] as number)),
    indirect: instructions.some(({ opcode }) => opcode === OPCODE_CALL_INDIRECT),
  };
}

/**
 * What counts come to, by function.
 * @param counts by counter: all of them, or the difference of two readings
 */
export function tally(plan: CountPlan, counts: ArrayLike<number>): Tally {
  const sums = new Map<number, { blocks: number; instructions: number; classes: number[] }>();
  const calls = new Map<number, number>();
  plan.blocks.forEach((block, counter) => {
    const { functionIndex } = block;
    let sum = sums.get(functionIndex);
    if (sum === undefined)
      sums.set(functionIndex, (sum = { blocks: 0, instructions: 0, classes: COST_CLASSES.map(() => 0) }));
    const times = counts[counter] as number;
    if (times === 0) return;
    sum.blocks += times;
    sum.instructions += times * block.instructions;
    addTo(sum.classes, block, times, counts);
    for (const callee of block.callees) calls.set(callee, (calls.get(callee) ?? 0) + times);
  });
  const words = new Map<number, number>();
  plan.lengths.forEach(({ of, functionIndex }, index) => {
    const length = counts[plan.blocks.length + index] as number;
    if (of === "words") {
      words.set(functionIndex, (words.get(functionIndex) ?? 0) + length);
      return;
    }
    const sum = sums.get(functionIndex) as { classes: number[] };
    sum.classes[BULK_BYTES] = (sum.classes[BULK_BYTES] as number) + length;
  });
  return {
    functions: [...sums].map(([functionIndex, sum]) => {
      const entry = plan.entries.get(functionIndex);
      const times = entry === undefined ? (calls.get(functionIndex) ?? 0) : (counts[entry] as number);
      return { functionIndex, calls: times, ...sum };
    }),
    imports: Array.from({ length: plan.importCount }, (_, functionIndex) => ({
      functionIndex,
      calls: calls.get(functionIndex) ?? 0,
      words: words.get(functionIndex) ?? 0,
    })),
  };
}

function addTo(classes: number[], block: CountedBlock, times: number, counts: ArrayLike<number>): void {
  block.classes.forEach((count, index) => {
    if (count !== 0) classes[index] = (classes[index] as number) + times * count;
  });
  if (block.straight === null) return;
  const straight = block.straight === "unknown" ? times / 2 : (counts[block.straight] as number);
  classes[TAKEN] = (classes[TAKEN] as number) + times - straight;
}
