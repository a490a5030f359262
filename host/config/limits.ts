// `budget.json`: what a boot may cost. Its shape, and its text made into it; what is over a limit is judged elsewhere.
import { MisuseError } from "../core/errors.js";
import { issueError } from "./issues.js";
import { jsonLines, jsonMistake } from "./json.js";
import { byText, bytes, fields, integer, list, name, text } from "./shapes.js";

/** Everything that can be limited, each a whole number; what each is, in words. */
export const LIMITS = {
  wasmBytes: "bytes of the boot binary without names and table of objects",
  codeBytes: "bytes of its code section",
  constantBytes: "bytes of its data segments",
  ramBytes: "bytes of linear memory that boot uses",
  stackBytes: "bytes of stack on the target, as calibrated",
  wasmInstructions: "executed wasm instructions of the slowest boot",
  cycles: "cycles of the slowest boot, likely",
  bootMicros: "µs of the slowest boot, likely, with typical flash times",
  bootMaxMicros: "µs of the slowest boot at most, with maximal flash times",
  flashPrograms: "programs of the whole scenario, boot and firmware",
  flashErases: "erases of the whole scenario",
  counterAdvances: "counter advances of the whole scenario",
  sectorErases: "most erases of one sector in the scenario",
} as const;
export type LimitName = keyof typeof LIMITS;

/** Phases of a boot, by the number that the Hal's phase(id) takes; 0 where a boot says none. */
export const PHASE_NAMES = ["start", "parse", "hash", "signature", "decide", "record"] as const;
export type PhaseName = (typeof PHASE_NAMES)[number];

/** What one phase of the slowest boot may cost. */
export interface PhaseLimits {
  readonly cycles?: number | undefined;
  readonly wasmInstructions?: number | undefined;
}

/** What one function may cost. */
export interface FunctionLimits {
  readonly bytes?: number | undefined;
  readonly cycles?: number | undefined;
}

export type Limits = { readonly [Name in LimitName]?: number | undefined } & {
  readonly phases?: { readonly [Phase in PhaseName]?: PhaseLimits | undefined } | undefined;
  readonly functions?: Readonly<Record<string, FunctionLimits>> | undefined;
};

/** A budget: which boot, and its limits. */
export interface Budget {
  readonly scenario: string;
  readonly device: string;
  readonly guest: string;
  /** Bytes. */
  readonly imageSize?: number | undefined;
  readonly limits: Limits;
}

/** A file of budgets. */
export interface BudgetFile {
  readonly file: string;
  readonly budgets: readonly Budget[];
  /** Line of the file where something stands. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

const MOST = Number.MAX_SAFE_INTEGER;
const limit = integer(0, MOST);
const optionalLimits = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((each) => [each, limit.optional()])) as Record<
    Name,
    ReturnType<typeof limit.optional>
  >;
const phase = fields(optionalLimits(["cycles", "wasmInstructions"]));
const ofFunction = fields(optionalLimits(["bytes", "cycles"]));
const phases = fields(
  Object.fromEntries(PHASE_NAMES.map((each) => [each, phase.optional()])) as Record<
    PhaseName,
    ReturnType<typeof phase.optional>
  >,
);
const limits = fields({
  ...optionalLimits(Object.keys(LIMITS) as LimitName[]),
  phases: phases.optional(),
  functions: byText(ofFunction, "functions").optional(),
});
const schema = fields({
  budgets: list(
    fields({ scenario: name, device: name, guest: text("a guest"), imageSize: bytes(1).optional(), limits }),
    "budgets",
    [1, Infinity],
  ),
});

/**
 * Reads a file of budgets.
 * @param file what to call it in errors
 * @throws {MisuseError} with file and line: for text that is no JSON, an unknown key, a limit that is no whole number from 0 on,
 *   a budget without limits
 */
export function parseBudgets(source: string, file: string): BudgetFile {
  const mistake = jsonMistake(source);
  if (mistake !== undefined) {
    const { line, column, expected, found } = mistake;
    throw new MisuseError(`${file}:${line}:${column}: expected ${expected}, found ${found}`);
  }
  const value: unknown = JSON.parse(source);
  const lineOf = jsonLines(source);
  const place = (path: readonly PropertyKey[]) => `${file}:${lineOf(path)}`;
  const result = schema.safeParse(value);
  if (!result.success) throw issueError(result.error.issues, value, place);
  const budgets = result.data.budgets as readonly Budget[];
  budgets.forEach((budget, index) => {
    if (Object.keys(budget.limits).length === 0)
      throw new MisuseError(
        `${place(["budgets", index, "limits"])}: budgets[${index}].limits: expected a limit, found none`,
      );
  });
  return { file, budgets, lineOf };
}
