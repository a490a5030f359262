// Builds a guest for a core: translated, compiled function by function, linked with the runtime. Says what it takes.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MisuseError } from "../../core/errors.js";
import { TARGET_PLANS, type TargetCore, type TargetPlan } from "./cores.js";
import { readCode } from "./library.js";
import { type Frame, deepestStack, plainName, readCallGraph } from "./stack.js";
import { checkTools, runTool, runtimeFolder, toolVersion } from "./tools.js";
import { type Translation, translate } from "./translate.js";

export interface BuildOptions {
  /** What to call the guest in errors. */
  readonly name: string;
  readonly core: TargetCore;
  readonly binary: Uint8Array;
  /** Everything that the build makes is put here; made where it is not. */
  readonly folder: string;
  /** Linear memory that the guest uses: from `memoryStart` to before `memoryEnd`, bytes. */
  readonly memoryStart: number;
  readonly memoryEnd: number;
  /** Name of a wasm function by its index. */
  readonly nameOf: (functionIndex: number) => string;
  /** "O2" when absent. */
  readonly optimisation?: "O2" | "Os";
  /** Exported i64 globals whose values are asked for after a run. */
  readonly globals?: readonly string[];
  /** Trap at each access that is not aligned or outside of the guest's memory: slower, and its counts are not the guest's. */
  readonly checked?: boolean;
}

/** A function of a build that counts as itself: one of the guest's, or one of the Hal's. */
export interface TargetFunction {
  /** null for a function of the Hal. */
  readonly functionIndex: number | null;
  /** The guest's name for it, or "hal.NAME". */
  readonly name: string;
  /** Where it is entered. */
  readonly entry: number;
  /** Where its code stands: [start, end) of each of its symbols. */
  readonly ranges: readonly (readonly [number, number])[];
  readonly textBytes: number;
  /** What it pushes itself; of a function of the Hal, with all that it calls. null where that is not known. */
  readonly stackBytes: number | null;
  /** Deepest stack of what it calls of the compiler's library. */
  readonly libraryBytes: number | null;
}

export interface TargetBuild {
  readonly core: TargetCore;
  readonly plan: TargetPlan;
  readonly folder: string;
  /**
   * The guest alone: its code; its constants (the start copies them to RAM); variables with a value; its linear memory, constants
   * included, with what wasm2c keeps of the module.
   */
  readonly sizes: {
    readonly textBytes: number;
    readonly rodataBytes: number;
    readonly dataBytes: number;
    readonly bssBytes: number;
  };
  readonly functions: readonly TargetFunction[];
  /** Greatest stack of each exported function, Hal included; null where the compiler does not know it. */
  readonly stackBytes: Readonly<Record<string, number | null>>;
  /** Addresses of markers: where counting begins and ends, and phases. */
  readonly marks: { readonly begin: number; readonly end: number; readonly phases: readonly number[] };
  readonly tools: Readonly<Record<string, string>>;
  readonly globals: readonly string[];
}

/** What stands for the part: a function of the build whose executed instructions are nobody's. */
export const PART = "part";

const PHASE_MARK = "phase_mark_";
const PHASES = 6;
/** A call of a function that only computes would otherwise be moved or merged with another: each stays as in the wasm. */
const CALLS_KEPT = ["-fno-ipa-pure-const", "-fno-ipa-modref"] as const;
const ELF = "guest.elf";

/**
 * Builds a guest for a core.
 * @throws {MissingToolsError} where a tool is not installed; {MisuseError} for a guest that cannot be translated or does not
 *   fit; ToolError where a tool fails
 */
export async function buildTarget(options: BuildOptions): Promise<TargetBuild> {
  const { core, folder, memoryStart, memoryEnd, globals = [] } = options;
  checkTools(core);
  if (memoryEnd <= memoryStart)
    throw new MisuseError(`${options.name}: expected a guest with memory, found none`);
  await mkdir(folder, { recursive: true });
  const plan = TARGET_PLANS[core];
  const translation = await translate(options.name, options.binary, folder, globals);
  await compile(options, plan, translation);
  const symbols = await readSymbols(plan, folder);
  const code = await runTool(`${plan.prefix}objdump`, ["-d", "--no-show-raw-insn", ELF], folder);
  const frames = readCallGraph(folder, readCode(code));
  const functions = functionsOf(symbols, translation, frames, options);
  return {
    ...{ core, plan, folder, globals, functions },
    sizes: {
      textBytes: functions.reduce(
        (sum, { functionIndex, textBytes }) => sum + (functionIndex === null ? 0 : textBytes),
        0,
      ),
      rodataBytes: translation.dataBytes,
      ...(await variablesOf(plan, folder, memoryEnd - memoryStart)),
    },
    stackBytes: stacksOf(frames, translation),
    marks: marksOf(symbols),
    tools: {
      wasm2c: await toolVersion("wasm2c", folder),
      gcc: await toolVersion(`${plan.prefix}gcc`, folder),
      qemu: await toolVersion(plan.qemu, folder),
    },
  };
}

async function compile(
  { folder, memoryStart, memoryEnd, optimisation = "O2", checked = false, globals = [] }: BuildOptions,
  plan: TargetPlan,
  { tableEntries }: Translation,
): Promise<void> {
  const runtime = runtimeFolder();
  const gcc = `${plan.prefix}gcc`;
  const hex = (value: number) => `0x${value.toString(16)}`;
  const defines = [
    ...["NDEBUG", `GUEST_START=${memoryStart}`, `GUEST_END=${memoryEnd}`, `TABLE_ENTRIES=${tableEntries}`],
    ...[
      `FLASH_AT=${hex(plan.flashAt)}`,
      `DEVICE_AT=${hex(deviceAt(plan))}`,
      `RESULT_AT=${hex(resultAt(plan))}`,
      `MARKS_AT=${hex(marksAt(plan))}`,
    ],
    ...(checked ? ["GUEST_CHECKED"] : []),
    ...(globals.length > 0 ? [`GUEST_GLOBALS=${globals.length}`] : []),
  ].map((define) => `-D${define}`);
  const common = [
    ...plan.compilerFlags,
    ...[`-${optimisation}`, "-std=gnu11", "-ffunction-sections", "-fdata-sections"],
    ...["-fstack-usage", "-fcallgraph-info=su", "-I.", `-I${runtime}`, ...defines, "-c"],
  ];
  // One symbol for each function of the guest: nothing inlined, merged, split or cloned for a caller.
  const whole = [
    "-fno-inline",
    "-fno-partial-inlining",
    "-fno-ipa-icf",
    "-fno-ipa-cp-clone",
    ...CALLS_KEPT,
    "-w",
  ];
  await runTool(gcc, [...common, ...whole, "guest.c", "-o", "guest.o"], folder);
  for (const name of ["hal", "surroundings", "run"])
    await runTool(gcc, [...common, "-Wall", join(runtime, `${name}.c`), "-o", `${name}.o`], folder);
  const symbols = [`CODE_AT=${hex(plan.codeAt)}`, `DATA_AT=${hex(plan.dataAt)}`].map(
    (define) => `-Wl,--defsym=${define}`,
  );
  await runTool(
    gcc,
    [
      ...[
        ...plan.compilerFlags,
        ...plan.linkerFlags,
        "-Wl,--gc-sections",
        "-Wl,--no-warn-rwx-segments",
        ...symbols,
      ],
      ...[
        `-Wl,-e,${plan.entryPoint}`,
        "-T",
        join(runtime, "machine.ld"),
        "guest.o",
        "hal.o",
        "surroundings.o",
        "run.o",
        "-o",
        ELF,
      ],
    ],
    folder,
  );
}

/** Where the device's description lies: behind the largest flash. */
export function deviceAt({ flashAt }: TargetPlan): number {
  return flashAt + 0x40_0000;
}

/** Where the run leaves what it did. */
export function resultAt({ flashAt }: TargetPlan): number {
  return flashAt + 0x50_0000;
}

/** Where the run counts programs of each unit: behind the result, and read as 0 when the machine starts. */
function marksAt({ flashAt }: TargetPlan): number {
  return flashAt + 0x70_0000;
}

interface TargetSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

/** Symbols with a size, without what the compiler puts behind the name of a changed signature. */
async function readSymbols({ prefix }: TargetPlan, folder: string): Promise<TargetSymbol[]> {
  const text = await runTool(`${prefix}nm`, ["-S", ELF], folder);
  return text.split("\n").flatMap((line) => {
    const [, address, size, name] = /^([0-9a-f]+) ([0-9a-f]+) \S (\S+)$/.exec(line) ?? [];
    if (address === undefined || size === undefined || name === undefined) return [];
    return [
      { name: plainName(name), address: Number.parseInt(address, 16), size: Number.parseInt(size, 16) },
    ];
  });
}

function functionsOf(
  symbols: readonly TargetSymbol[],
  { functionOf }: Translation,
  frames: readonly Frame[],
  { nameOf }: BuildOptions,
): TargetFunction[] {
  const found = new Map<string, TargetSymbol[]>();
  for (const symbol of symbols) {
    const name = functionOf.has(symbol.name) ? symbol.name : halNameOf(symbol.name);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), symbol]);
  }
  const isLibrary = (name: string) => !functionOf.has(name) && halNameOf(name) === undefined;
  return [...found].map(([name, parts]) => {
    const functionIndex = functionOf.get(name) ?? null;
    const frame = frames.find((each) => each.name === name);
    const library = (frame?.callees ?? []).filter(isLibrary).map((callee) => deepestStack(frames, callee));
    return {
      functionIndex,
      name: functionIndex === null ? name.replace(/^hal_/, "hal.") : nameOf(functionIndex),
      entry: (parts.find((part) => !part.name.startsWith(PHASE_MARK)) ?? parts[0])?.address ?? 0,
      ranges: parts.map(({ address, size }) => [address, address + size] as const),
      textBytes: parts.reduce((sum, { size }) => sum + size, 0),
      stackBytes: functionIndex === null ? deepestStack(frames, name) : (frame?.bytes ?? null),
      libraryBytes: library.includes(null) ? null : Math.max(0, ...library.map((bytes) => bytes as number)),
    };
  });
}

/** Variables of the translated module, as its object file has them, in bytes. */
async function variablesOf(
  { prefix }: TargetPlan,
  folder: string,
  memoryBytes: number,
): Promise<Pick<TargetBuild["sizes"], "dataBytes" | "bssBytes">> {
  const text = await runTool(`${prefix}nm`, ["-S", "guest.o"], folder);
  const bytesOf = (kinds: string) =>
    [...text.matchAll(/^[0-9a-f]+ ([0-9a-f]+) (\w) /gm)]
      .filter(([, , kind = ""]) => kinds.includes(kind))
      .reduce((sum, [, size = "0"]) => sum + Number.parseInt(size, 16), 0);
  return { dataBytes: bytesOf("dDgG"), bssBytes: memoryBytes + bytesOf("bBsS") };
}

/** The Hal's function that a symbol counts to: a phase's marks are its way to be heard. */
function halNameOf(symbol: string): string | undefined {
  if (symbol.startsWith(PHASE_MARK)) return "hal_phase";
  if (symbol.startsWith("part_")) return PART;
  return symbol.startsWith("hal_") ? symbol : undefined;
}

function stacksOf(
  frames: readonly Frame[],
  { exported, inTables }: Translation,
): Readonly<Record<string, number | null>> {
  return Object.fromEntries(exported.map(([name, symbol]) => [name, deepestStack(frames, symbol, inTables)]));
}

function marksOf(symbols: readonly TargetSymbol[]): TargetBuild["marks"] {
  const addressOf = (wanted: string) => symbols.find(({ name }) => name === wanted)?.address ?? 0;
  return {
    ...{ begin: addressOf("run_begins"), end: addressOf("run_ends") },
    phases: Array.from({ length: PHASES }, (_, phase) => addressOf(`phase_mark_${phase}`)),
  };
}
