// Where a function's code is parted into blocks, and which of them check the fuel, over programs written by hand. Never runs one.
import { expect, test } from "vitest";
import { blocksOf } from "../../../../host/core/wasm/blocks.js";
import { decode } from "../../../../host/core/wasm/decode.js";
import { fromSections, section, sized } from "./fixtures.js";

const NOP = 0x01;
const BLOCK = [0x02, 0x40];
const LOOP = [0x03, 0x40];
const IF = [0x41, 1, 0x04, 0x40]; // two instructions: the condition and the if
const ELSE = 0x05;
const END = 0x0b;
const BR = [0x0c, 0];
const BR_IF = [0x41, 1, 0x0d, 0]; // two instructions
const RETURN = 0x0f;
const CALL = [0x10, 0];

// Each block as "first-end", with ! if fuel must be checked there.
function blocksIn(...code: readonly (number | readonly number[])[]): string[] {
  const binary = fromSections(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    section(10, [1, ...sized([0, ...code.flat(), END])]),
  );
  return blocksOf(decode(binary).bodies[0]!).map(
    ({ firstInstruction, endInstruction, isCheckpoint }) =>
      `${firstInstruction}-${endInstruction}${isCheckpoint ? "!" : ""}`,
  );
}

test.each<[string, string[], string[]]>([
  ["a function that does nothing has no block", blocksIn(), []],
  ["straight code is one block", blocksIn(NOP, NOP), ["0-3!"]],
  ["a call does not end a block", blocksIn(NOP, CALL, NOP), ["0-4!"]],
  ["a block that nothing jumps out of does not split", blocksIn(NOP, BLOCK, NOP, END, NOP), ["0-6!"]],
  ["a loop begins a block to check", blocksIn(NOP, LOOP, NOP, END, NOP), ["0-2!", "2-6!"]],
  ["a function that begins with a loop has one block there", blocksIn(LOOP, NOP, BR, END), ["1-3!"]],
  ["loops in each other without work between are one block", blocksIn(LOOP, LOOP, NOP, END, END), ["2-6!"]],
  ["what follows br_if is a block", blocksIn(BLOCK, BR_IF, NOP, END), ["1-3!", "3-5"]],
  [
    "a jump makes what follows the end a block",
    blocksIn(BLOCK, BR_IF, NOP, END, NOP),
    ["1-3!", "3-5", "5-7"],
  ],
  [
    "two ends that are jumped to are one block",
    blocksIn(BLOCK, BLOCK, BR_IF, 0x41, 1, 0x0d, 1, END, END, NOP),
    ["2-4!", "4-6", "8-10"],
  ],
  ["an arm and what follows an if are blocks", blocksIn(IF, NOP, END, NOP), ["0-2!", "2-4", "4-6"]],
  ["both arms are blocks", blocksIn(IF, NOP, ELSE, NOP, END, NOP), ["0-2!", "2-4", "4-6", "6-8"]],
  ["an empty arm is none", blocksIn(IF, ELSE, NOP, END), ["0-2!", "3-5"]],
  [
    "an empty arm's loop checks nothing in the other",
    blocksIn(IF, LOOP, END, ELSE, NOP, END),
    ["0-2!", "5-7"],
  ],
  [
    "an arm that returns leaves the other going on",
    blocksIn(IF, RETURN, ELSE, NOP, END, NOP),
    ["0-2!", "2-3", "4-8"],
  ],
  ["what follows return is in no block", blocksIn(NOP, RETURN, NOP, LOOP, NOP, BR, END), ["0-2!"]],
  ["a jump in dead code leads nowhere", blocksIn(BLOCK, RETURN, BR, END, NOP), ["1-2!"]],
  ["an if in dead code leads nowhere", blocksIn(RETURN, IF, NOP, END, NOP), ["0-1!"]],
  ["a jump to a loop does not split behind its end", blocksIn(LOOP, BR_IF, NOP, END, NOP), ["1-3!", "3-7"]],
  ["a loop without work hands its check on", blocksIn(BLOCK, BR_IF, LOOP, END, END, NOP), ["1-3!", "6-8!"]],
  ["an if in dead code has no blocks", blocksIn(RETURN, IF, NOP, ELSE, NOP, END, NOP), ["0-1!"]],
])("%s", (_what, found, expected) => {
  expect(found).toEqual(expected);
});
