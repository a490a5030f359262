// Finds the basic blocks of a function body: the runs of instructions that execute together. Says where each
// begins and whether fuel must be checked there; never writes code and never says what a block costs.
import type { FunctionBody } from "./module.js";
import {
  OPCODE_BLOCK,
  OPCODE_BR,
  OPCODE_BR_IF,
  OPCODE_BR_TABLE,
  OPCODE_ELSE,
  OPCODE_END,
  OPCODE_IF,
  OPCODE_LOOP,
  OPCODE_RETURN,
  OPCODE_UNREACHABLE,
} from "./opcodes.js";

/**
 * How control comes to a block: only by falling through the br_if right before it, only into one arm of an `if`, or otherwise
 * (the function's beginning, a loop, behind an end that a jump leads to).
 */
export type BlockEntry = "fall" | "then" | "else" | "join";

/** A run of instructions with one way in and, unless it traps or a call does not return, one way out. */
export interface BasicBlock {
  /** Index of its first working instruction: code put before it runs exactly once per execution of the block. */
  readonly firstInstruction: number;
  /** Index behind its last instruction. Structural instructions (block, loop, else, end) may lie inside. */
  readonly endInstruction: number;
  /** Whether it is the first of the function or of a loop. Every cycle, through calls too, passes a checkpoint. */
  readonly isCheckpoint: boolean;
  readonly entry: BlockEntry;
}

// What a nested construct knows of itself while its inside is walked.
interface Frame {
  readonly opcode: number;
  /** Whether control can reach the construct at all. */
  readonly isReachable: boolean;
  hasElse: boolean;
  /** Whether something other than falling through leads to behind its end. */
  hasJumpToEnd: boolean;
}

interface Walk {
  readonly blocks: BasicBlock[];
  readonly frames: Frame[];
  /** Whether control can come to the current instruction. */
  isReachable: boolean;
  /** First instruction of the block that is being walked, if one is. */
  openedAt: number | null;
  openedAsCheckpoint: boolean;
  openedBy: BlockEntry;
  /** A block begins at the next working instruction. Beginnings without work between them are one block. */
  isPending: boolean;
  isPendingCheckpoint: boolean;
  pendingEntry: BlockEntry;
}

type Step = (walk: Walk, index: number, immediates: readonly number[]) => void;

const STRUCTURAL: ReadonlySet<number> = new Set([OPCODE_BLOCK, OPCODE_LOOP, OPCODE_ELSE, OPCODE_END]);

const STEPS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [OPCODE_BLOCK, (walk) => void pushFrame(walk, OPCODE_BLOCK)],
  [
    OPCODE_LOOP,
    (walk, index) => {
      pushFrame(walk, OPCODE_LOOP);
      begin(walk, index + 1, "join", true);
    },
  ],
  [
    OPCODE_IF,
    (walk, index) => {
      pushFrame(walk, OPCODE_IF);
      begin(walk, index + 1, "then");
    },
  ],
  [OPCODE_ELSE, stepElse],
  [OPCODE_END, stepEnd],
  [OPCODE_BR, stepJump],
  [OPCODE_BR_TABLE, stepJump],
  [OPCODE_RETURN, stepJump],
  [OPCODE_UNREACHABLE, stepJump],
  [
    OPCODE_BR_IF,
    (walk, index, labels) => {
      markTargets(walk, labels);
      begin(walk, index + 1, "fall");
    },
  ],
]);

/**
 * Finds the basic blocks of one function.
 *
 * A block begins at the function's first instruction, inside a loop, at each arm of an `if`, behind a
 * `br_if`, and behind the end of a construct that a jump leads to. It has at least one working instruction.
 * Code that nothing leads to is in no block. A call does not end a block.
 *
 * @param body a decoded body, whose nesting is therefore right
 * @returns the blocks in the order of the code
 */
export function blocksOf(body: FunctionBody): BasicBlock[] {
  const walk: Walk = {
    blocks: [],
    frames: [{ opcode: OPCODE_BLOCK, isReachable: true, hasElse: false, hasJumpToEnd: false }],
    isReachable: true,
    openedAt: null,
    openedAsCheckpoint: false,
    openedBy: "join",
    isPending: true,
    isPendingCheckpoint: true,
    pendingEntry: "join",
  };
  body.instructions.forEach(({ opcode, immediates }, index) => {
    const step = STEPS.get(opcode);
    if (!STRUCTURAL.has(opcode)) openPending(walk, index);
    if (step !== undefined) step(walk, index, immediates);
  });
  return walk.blocks;
}

function pushFrame(walk: Walk, opcode: number): void {
  walk.frames.push({ opcode, isReachable: walk.isReachable, hasElse: false, hasJumpToEnd: false });
}

function stepElse(walk: Walk, index: number): void {
  const frame = walk.frames.at(-1)!;
  frame.hasElse = true;
  if (walk.isReachable) frame.hasJumpToEnd = true; // the first arm goes on behind the end
  close(walk, index + 1);
  walk.isReachable = frame.isReachable;
  walk.isPending = false; // an empty first arm has no block
  begin(walk, index + 1, "else");
}

function stepEnd(walk: Walk, index: number): void {
  const frame = walk.frames.pop()!;
  if (frame.opcode === OPCODE_IF && !frame.hasElse && frame.isReachable) frame.hasJumpToEnd = true;
  if (walk.frames.length === 0) close(walk, index + 1);
  else if (frame.hasJumpToEnd) {
    walk.isReachable = true;
    begin(walk, index + 1, "join");
  }
}

function stepJump(walk: Walk, index: number, labels: readonly number[]): void {
  markTargets(walk, labels);
  close(walk, index + 1);
  walk.isReachable = false;
}

function markTargets(walk: Walk, labels: readonly number[]): void {
  if (!walk.isReachable) return;
  for (const label of labels) {
    const frame = walk.frames[walk.frames.length - 1 - label]!;
    if (frame.opcode !== OPCODE_LOOP) frame.hasJumpToEnd = true; // a jump to a loop leads to its beginning
  }
}

function begin(walk: Walk, index: number, entry: BlockEntry, isCheckpoint = false): void {
  if (!walk.isReachable) return;
  close(walk, index);
  walk.pendingEntry = walk.isPending ? "join" : entry;
  walk.isPendingCheckpoint = (walk.isPending && walk.isPendingCheckpoint) || isCheckpoint;
  walk.isPending = true;
}

function openPending(walk: Walk, index: number): void {
  if (!walk.isPending) return;
  walk.openedAt = index;
  walk.openedAsCheckpoint = walk.isPendingCheckpoint;
  walk.openedBy = walk.pendingEntry;
  walk.isPending = false;
}

function close(walk: Walk, endInstruction: number): void {
  if (walk.openedAt === null) return;
  const { openedAt: firstInstruction, openedAsCheckpoint: isCheckpoint, openedBy: entry } = walk;
  walk.blocks.push({ firstInstruction, endInstruction, isCheckpoint, entry });
  walk.openedAt = null;
}
