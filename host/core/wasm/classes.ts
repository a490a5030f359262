// Cost classes of instructions: which of them cost about the same on a small core. Says no cost.
import { isBulk } from "./fuel.js";
import { isSimd } from "./opcodes.js";

/**
 * In the order of every vector over them. `conditional` counts br_if and if, `taken` those of them that left the straight
 * path, `branch` jumps that are always taken. `bulkBytes` counts bytes that bulk instructions moved.
 */
export const COST_CLASSES = [
  "load",
  "loadByte",
  "load64",
  "store",
  "store64",
  "alu",
  "shift",
  "rotate",
  "mul",
  "div",
  "alu64",
  "shift64",
  "rotate64",
  "mul64",
  "div64",
  "const",
  "local",
  "global",
  "select",
  "branch",
  "conditional",
  "taken",
  "brTable",
  "call",
  "callIndirect",
  "memory",
  "bulkCall",
  "bulkBytes",
  "float",
  "other",
] as const;

export type CostClass = (typeof COST_CLASSES)[number];

/** First and last opcode of a class (specification 2.0, index of instructions); what no range holds is `other`. */
const RANGES: readonly (readonly [first: number, last: number, costClass: CostClass])[] = [
  [0x04, 0x04, "conditional"], // if
  [0x05, 0x05, "branch"], // else, come upon by the first arm: it jumps over the second
  [0x0c, 0x0c, "branch"],
  [0x0d, 0x0d, "conditional"], // br_if
  [0x0e, 0x0e, "brTable"],
  [0x0f, 0x0f, "branch"], // return
  [0x10, 0x10, "call"],
  [0x11, 0x11, "callIndirect"],
  [0x1b, 0x1c, "select"],
  [0x20, 0x22, "local"],
  [0x23, 0x24, "global"],
  [0x28, 0x28, "load"],
  [0x29, 0x29, "load64"],
  [0x2a, 0x2b, "float"],
  [0x2c, 0x2d, "loadByte"],
  [0x2e, 0x2f, "load"], // i32.load16
  [0x30, 0x35, "load64"],
  [0x36, 0x36, "store"],
  [0x37, 0x37, "store64"],
  [0x38, 0x39, "float"],
  [0x3a, 0x3b, "store"],
  [0x3c, 0x3e, "store64"],
  [0x3f, 0x40, "memory"],
  [0x41, 0x42, "const"],
  [0x43, 0x44, "float"],
  [0x45, 0x4f, "alu"], // i32 comparisons
  [0x50, 0x5a, "alu64"],
  [0x5b, 0x66, "float"],
  [0x67, 0x6b, "alu"], // clz, ctz, popcnt, add, sub
  [0x6c, 0x6c, "mul"],
  [0x6d, 0x70, "div"],
  [0x71, 0x73, "alu"], // and, or, xor
  [0x74, 0x76, "shift"],
  [0x77, 0x78, "rotate"],
  [0x79, 0x7d, "alu64"],
  [0x7e, 0x7e, "mul64"],
  [0x7f, 0x82, "div64"],
  [0x83, 0x85, "alu64"],
  [0x86, 0x88, "shift64"],
  [0x89, 0x8a, "rotate64"],
  [0x8b, 0xa6, "float"],
  [0xa7, 0xa7, "alu"], // i32.wrap_i64
  [0xa8, 0xab, "float"],
  [0xac, 0xad, "alu64"], // i64.extend_i32
  [0xae, 0xbf, "float"],
  [0xc0, 0xc1, "alu"], // sign extension
  [0xc2, 0xc4, "alu64"],
];

const CLASSES: ReadonlyMap<number, CostClass> = new Map(
  RANGES.flatMap(([first, last, costClass]) =>
    Array.from({ length: last - first + 1 }, (_, index) => [first + index, costClass] as const),
  ),
);

/** Opcodes that only give structure and are no instruction of any machine: block, loop, end, and nop and drop. */
const FREE: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x0b, 0x1a]);

/** The class of an instruction; undefined for one that costs nothing anywhere. */
export function classOf(opcode: number): CostClass | undefined {
  if (FREE.has(opcode)) return undefined;
  if (isBulk(opcode)) return "bulkCall";
  return isSimd(opcode) ? "other" : (CLASSES.get(opcode) ?? "other");
}
