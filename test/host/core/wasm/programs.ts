// Random wasm programs for property tests: any nesting of blocks, loops, branches, calls and dead code, valid
// by construction. Most of them never end by themselves.
import fc from "fast-check";
import { fromSections, section, sized, text } from "./fixtures.js";

type Expression = readonly number[];
type Statement =
  | { readonly kind: "set"; readonly local: number; readonly value: Expression }
  | { readonly kind: "block" | "loop"; readonly body: readonly Statement[] }
  | { readonly kind: "if"; readonly condition: Expression; readonly arms: readonly (readonly Statement[])[] }
  | { readonly kind: "br"; readonly depth: number }
  | { readonly kind: "brIf"; readonly depth: number; readonly condition: Expression }
  | { readonly kind: "brTable"; readonly depths: readonly number[]; readonly selector: Expression }
  | { readonly kind: "call"; readonly callee: number; readonly local: number }
  | { readonly kind: "fill"; readonly length: Expression }
  | { readonly kind: "return" | "trap" | "nop" };

const LOCALS = 4; // two of them parameters
const FUNCTIONS = 2;

const local = fc.nat({ max: LOCALS - 1 });
const depth = fc.nat({ max: 5 });

const expression: fc.Arbitrary<Expression> = fc.oneof(
  local.map((index) => [0x20, index]),
  fc.integer({ min: -4, max: 60 }).map((value) => [0x41, value & 0x7f]),
  fc
    .tuple(local, fc.constantFrom(0x49, 0x6a, 0x6b, 0x71), fc.nat({ max: 9 }))
    .map(([index, opcode, value]) => [0x20, index, 0x41, value, opcode]),
);

const { statements } = fc.letrec<{ statements: Statement[]; statement: Statement }>((tie) => ({
  statements: fc.array(tie("statement"), { maxLength: 5, depthIdentifier: "nesting" }),
  statement: fc.oneof(
    { depthSize: "small", depthIdentifier: "nesting" },
    fc.record({ kind: fc.constant("set" as const), local, value: expression }),
    fc.record({ kind: fc.constant("brIf" as const), depth, condition: expression }),
    fc.record({ kind: fc.constant("br" as const), depth }),
    fc.record({
      kind: fc.constant("brTable" as const),
      depths: fc.array(depth, { minLength: 1, maxLength: 4 }),
      selector: expression,
    }),
    fc.record({ kind: fc.constant("call" as const), callee: fc.nat({ max: FUNCTIONS - 1 }), local }),
    fc.record({ kind: fc.constant("fill" as const), length: expression }),
    fc.record({ kind: fc.constantFrom("return" as const, "trap" as const, "nop" as const) }),
    fc.record({ kind: fc.constantFrom("block" as const, "loop" as const), body: tie("statements") }),
    fc.record({
      kind: fc.constant("if" as const),
      condition: expression,
      arms: fc.array(tie("statements"), { minLength: 1, maxLength: 2 }),
    }),
  ),
}));

/** A module whose function "run" takes two i32 and returns one. */
export const program: fc.Arbitrary<Uint8Array> = fc
  .array(statements, { minLength: FUNCTIONS, maxLength: FUNCTIONS })
  .map((functions) =>
    fromSections(
      section(1, [1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f]),
      section(3, [FUNCTIONS, ...functions.map(() => 0)]),
      section(5, [1, 1, 1, 1]),
      section(7, [1, ...text("run"), 0, 0]),
      section(10, [FUNCTIONS, ...functions.flatMap((body) => sized(bodyOf(body)))]),
    ),
  );

function bodyOf(body: readonly Statement[]): number[] {
  // The outermost block gives branches without a value a place to go.
  return [1, LOCALS - 2, 0x7f, 0x02, 0x40, ...encode(body, 1), 0x0b, 0x20, 0, 0x0b];
}

function encode(body: readonly Statement[], labels: number): number[] {
  return body.flatMap((statement) => encodeOne(statement, labels));
}

function encodeOne(statement: Statement, labels: number): number[] {
  switch (statement.kind) {
    case "set":
      return [...statement.value, 0x21, statement.local];
    case "block":
    case "loop":
      return [statement.kind === "loop" ? 0x03 : 0x02, 0x40, ...encode(statement.body, labels + 1), 0x0b];
    case "if": {
      const [first, second] = statement.arms.map((arm) => encode(arm, labels + 1));
      return [...statement.condition, 0x04, 0x40, ...first!, ...(second ? [0x05, ...second] : []), 0x0b];
    }
    case "br":
      return [0x0c, statement.depth % labels];
    case "brIf":
      return [...statement.condition, 0x0d, statement.depth % labels];
    case "brTable": {
      const depths = statement.depths.map((target) => target % labels);
      return [...statement.selector, 0x0e, depths.length - 1, ...depths];
    }
    case "call":
      return [0x20, 0, 0x20, 1, 0x10, statement.callee, 0x21, statement.local];
    case "fill":
      return [0x41, 0, 0x41, 7, ...statement.length, 0xfc, 0x0b, 0];
    case "return":
      return [0x20, 1, 0x0f];
    case "trap":
      return [0x00];
    case "nop":
      return [0x01];
  }
}
