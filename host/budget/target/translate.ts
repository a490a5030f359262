// A guest as C: wasm2c's output, with loads and stores straight from a static array and imports bound to the Hal. Builds
// nothing.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as abi from "../../../assembly/abi.js";
import { MisuseError } from "../../core/errors.js";
import { decode } from "../../core/wasm/decode.js";
import { inspect } from "../../core/wasm/inspect.js";
import type { Instruction } from "../../core/wasm/instructions.js";
import { HEADER, SECTION_CUSTOM } from "../../core/wasm/module.js";
import type { WasmModule } from "../../core/wasm/module.js";
import { type Writer, assemble } from "../../core/wasm/writer.js";
import { ToolError, runTool } from "./tools.js";

/** What the compiler must know of a translated guest. */
export interface Translation {
  readonly tableEntries: number;
  /** Bytes of all data segments. */
  readonly dataBytes: number;
  /** Function index by the name of its C function. */
  readonly functionOf: ReadonlyMap<string, number>;
  /** Names of exported functions, each with the name of its C function; one function may have several. */
  readonly exported: readonly (readonly [string, string])[];
  /** Names of the C functions that a table may hold. */
  readonly inTables: readonly string[];
}

/** Where wasm2c's helpers end and the module's own code begins. */
const MODULE_BEGINS = "static bool s_module_initialized";
const ACCESS_CALL = /\b[if](?:32|64)_((?:load|store)(?:8|16|32)?(?:_[su])?)(?=\(&instance->)/g;
const HAL_CALL = /\(\*Z_halZ_(\w+)\)\(instance->Z_hal_instance(?:, )?/g;

/**
 * Writes guest.c, guest.h and abi.h into a folder.
 * @param globals exported i64 globals whose values are asked for after a run
 * @throws {MisuseError} for a guest that cannot be translated; ToolError where wasm2c fails
 */
export async function translate(
  name: string,
  binary: Uint8Array,
  folder: string,
  globals: readonly string[],
): Promise<Translation> {
  const summary = inspect(binary);
  const refuse = (what: string) =>
    new MisuseError(`${name}: expected a guest that can be translated, found ${what}`);
  if (summary.usesSimd) throw refuse("SIMD instructions (build it without)");
  if (summary.hasStart) throw refuse("a start function");
  if (summary.imports.length === 0) throw refuse("one that asks nothing of the Hal");
  const module = decode(binary);
  await writeFile(join(folder, "guest.wasm"), renamed(module));
  await runTool("wasm2c", ["guest.wasm", "-o", "guest.c"], folder);
  const generated = await readFile(join(folder, "guest.c"), "utf8");
  await writeFile(join(folder, "guest.c"), flattened(generated, module, globals));
  await writeFile(join(folder, "abi.h"), abiHeader());
  return {
    tableEntries: module.tables.reduce((sum, { minimumEntries }) => sum + minimumEntries, 0),
    dataBytes: module.dataSegments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    functionOf: new Map(module.bodies.map(({ functionIndex }) => [cName(functionIndex), functionIndex])),
    exported: module.exports
      .filter(({ kind }) => kind === "function")
      .map(({ name: exported, index }) => [exported, cName(index)] as const),
    inTables: [...module.tableFunctions].map(cName),
  };
}

function cName(functionIndex: number): string {
  return `w2c_f${functionIndex}`;
}

/** Subsection of the name section that names functions (specification 2.0, appendix 7.4.1). */
const FUNCTION_NAMES = 1;

/**
 * The module with a name section of ours alone: wasm2c makes names of C functions from it, and without one from names of
 * exports, which may hold what C has not, be several, or look like a number of another function.
 */
function renamed({ binary, sections, bodies }: WasmModule): Uint8Array {
  const kept = sections.filter(({ id }) => id !== SECTION_CUSTOM);
  const names = assemble((map: Writer) => {
    map.u32(bodies.length);
    for (const { functionIndex } of bodies) {
      map.u32(functionIndex);
      map.text(`f${functionIndex}`);
    }
  });
  const content = assemble((custom: Writer) => {
    custom.text("name");
    custom.byte(FUNCTION_NAMES);
    custom.sized(names);
  });
  return Buffer.concat([
    Uint8Array.from(HEADER),
    ...kept.map(({ offset, endOffset }) => binary.subarray(offset, endOffset)),
    assemble((section: Writer) => {
      section.byte(SECTION_CUSTOM);
      section.sized(content);
    }),
  ]);
}

function flattened(generated: string, module: WasmModule, globals: readonly string[]): string {
  const at = generated.indexOf(MODULE_BEGINS);
  if (at === -1)
    throw new ToolError(
      `wasm2c: expected "${MODULE_BEGINS}" in what it writes, found none (made for wabt 1.0.32)`,
    );
  const own = withAlignments(generated.slice(at).replace(HAL_CALL, "hal_$1("), module);
  const reads = globals.map((name, index) => `  into[${index}] = *Z_guestZ_${mangled(name)}(guest);`);
  const reader = `void guest_globals(Z_guest_instance_t *guest, u64 *into) {\n${reads.join("\n")}\n}\n`;
  return `${generated.slice(0, at)}#include "hal.h"\n#include "flat.h"\n\n${own}\n${reader}`;
}

/**
 * wasm2c leaves out what an access says of its alignment. It writes one call for each access, in order, so those that may be
 * unaligned are found by their number in the function; where the numbers do not fit (code that nothing leads to is left out), all of
 * the function's are taken to be.
 */
function withAlignments(code: string, module: WasmModule): string {
  const bodies = new Map(module.bodies.map((body) => [cName(body.functionIndex), body]));
  return code
    .split(/^(?=static [us](?:8|16|32|64) |static void |static f32 |static f64 )/m)
    .map((part) => {
      const [, name = ""] = /^static \w+ (\w+)\([^)]*\) \{/.exec(part) ?? [];
      const accesses = bodies.get(name)?.instructions.filter(({ opcode }) => isAccess(opcode)) ?? [];
      if (!accesses.some(saysUnaligned)) return part;
      const count = part.match(ACCESS_CALL)?.length ?? 0;
      let number = 0;
      return part.replace(ACCESS_CALL, (call: string, kind: string) => {
        const access = count === accesses.length ? accesses[number++] : undefined;
        const mayBeUnaligned = access === undefined || saysUnaligned(access);
        return mayBeUnaligned && !kind.includes("8") ? `any_${call}` : call;
      });
    })
    .join("");
}

/** A name as wasm2c writes it in C: what is neither letter nor digit in hexadecimal behind a Z. */
function mangled(name: string): string {
  return name.replace(
    /[^a-zA-Y0-9_]/g,
    (char) => `Z${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** The numbers of the Hal's interface as macros. */
function abiHeader(): string {
  const lines = Object.entries(abi).map(([name, value]) => `#define ${name} ${value >>> 0}u`);
  return `${lines.join("\n")}\n`;
}

/** Logarithms of the natural alignments of loads and stores, from opcode 0x28 on (specification 2.0, section 5.4.6). */
const NATURAL_ALIGNMENTS = [2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2];
const FIRST_ACCESS = 0x28;

function isAccess(opcode: number): boolean {
  return NATURAL_ALIGNMENTS[opcode - FIRST_ACCESS] !== undefined;
}

function saysUnaligned({ opcode, immediates }: Instruction): boolean {
  const natural = NATURAL_ALIGNMENTS[opcode - FIRST_ACCESS];
  return natural !== undefined && (immediates[0] as number) < natural;
}
