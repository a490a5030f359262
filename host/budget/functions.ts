// The functions of a guest for budgets: what they are called, a hash of what each does, who calls whom, and what keeps each in
// the binary. Runs nothing.
import { HALTS_SECTION } from "../core/halts.js";
import { OBJECTS_SECTION } from "../core/watch.js";
import { MisuseError } from "../core/errors.js";
import { decode } from "../core/wasm/decode.js";
import type { Instruction } from "../core/wasm/instructions.js";
import { SECTION_CODE, SECTION_CUSTOM } from "../core/wasm/module.js";
import type { FunctionBody, WasmModule } from "../core/wasm/module.js";
import {
  OPCODE_CALL,
  OPCODE_CALL_INDIRECT,
  OPCODE_GLOBAL_GET,
  OPCODE_GLOBAL_SET,
  OPCODE_I32_CONST,
  OPCODE_REF_FUNC,
  isSimd,
} from "../core/wasm/opcodes.js";
import type { FunctionSize, SizeCost } from "./report.js";

/** A hash of bytes, in hex. */
export type Digest = (bytes: Uint8Array) => string;

/** Static memory begins nowhere below this in any compiler's output: what is less is no place in it. */
const LEAST_PLACE = 1024;
const PAGE_BYTES = 65_536;
const FIRST_ACCESS = 0x28;
const LAST_ACCESS = 0x3e;
const HASH_DIGITS = 16;

/** The functions of a guest, looked up by index. */
export class GuestFunctions {
  readonly #module: WasmModule;
  readonly #hashes: ReadonlyMap<number, string>;
  readonly #bodies: ReadonlyMap<number, FunctionBody>;
  /** Bytes of linear memory. */
  readonly #memoryBytes: number;

  /**
   * @param name what to call the guest in errors
   * @param binary with a name section
   * @throws {MisuseError} where it has none, a start function or SIMD instructions; WasmFormatError where it is malformed
   */
  constructor(name: string, binary: Uint8Array, digest: Digest) {
    this.#module = decode(binary);
    if (this.#module.functionNames.size === 0)
      throw new MisuseError(
        `${name}: expected a name section (build it with names: asc --debug, clang -g), found none`,
      );
    this.#checkPriced(name);
    this.#memoryBytes =
      PAGE_BYTES * Math.max(1, ...this.#module.memories.map(({ minimumPages }) => minimumPages));
    this.#bodies = new Map(this.#module.bodies.map((body) => [body.functionIndex, body]));
    this.#hashes = new Map(
      this.#module.bodies.map((body) => [
        body.functionIndex,
        digest(this.#behaviour(body)).slice(0, HASH_DIGITS),
      ]),
    );
  }

  /** Name of a function, or "function N" where the name section leaves it out. */
  nameOf(functionIndex: number): string {
    return this.#module.functionNames.get(functionIndex) ?? `function ${functionIndex}`;
  }

  /**
   * Hash of a body with a cost of its own: its locals and instructions, with names in the place of the numbers of functions, and
   * without the places of static memory (constants and offsets from 1024 to the end of memory), which move with every other
   * buffer and cost the same wherever they are.
   */
  hashOf(functionIndex: number): string {
    return this.#hashes.get(functionIndex) ?? "";
  }

  /** Name of an imported function. */
  importOf(functionIndex: number): string {
    const imports = this.#module.imports.filter(({ type }) => type.kind === "function");
    return imports[functionIndex]?.name ?? "";
  }

  /** Index of an exported function. */
  exportOf(name: string): number {
    const found = this.#module.exports.find((item) => item.kind === "function" && item.name === name);
    return found?.index ?? -1;
  }

  /** Functions that element segments name: what an indirect call can lead to. */
  get tableFunctions(): ReadonlySet<number> {
    return this.#module.tableFunctions;
  }

  /** Sizes of the binary, its functions the largest first. */
  sizes(): SizeCost {
    const { binary, sections, bodies, dataSegments, tableFunctions } = this.#module;
    const sizeOf = (wanted: (section: (typeof sections)[number]) => boolean) =>
      sections.filter(wanted).reduce((sum, { offset, endOffset }) => sum + endOffset - offset, 0);
    const isCustom = (section: (typeof sections)[number], wanted: string) =>
      section.id === SECTION_CUSTOM && section.name === wanted;
    const nameBytes = sizeOf((section) => isCustom(section, "name"));
    // Of use to the simulation alone, like names to budgets alone.
    const toldBytes = sizeOf(
      (section) => isCustom(section, OBJECTS_SECTION) || isCustom(section, HALTS_SECTION),
    );
    const kept = this.#reachable(this.#roots());
    const functions = bodies.map((body): FunctionSize => {
      const { functionIndex, offset, endOffset } = body;
      const without = this.#reachable(this.#roots(), functionIndex);
      const gone = bodies.filter(
        (other) => kept.has(other.functionIndex) && !without.has(other.functionIndex),
      );
      return {
        ...{
          name: this.nameOf(functionIndex),
          bodyBytes: endOffset - offset,
          hash: this.hashOf(functionIndex),
        },
        retainedBy: this.#chainTo(kept, functionIndex),
        retainedBytes: gone.reduce((sum, other) => sum + other.endOffset - other.offset, 0),
      };
    });
    return {
      ...{
        wasmBytes: binary.length - nameBytes - toldBytes,
        codeBytes: sizeOf(({ id }) => id === SECTION_CODE),
        nameBytes,
      },
      dataBytes: dataSegments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      tableEntries: tableFunctions.size,
      functions: functions.sort((a, b) => b.bodyBytes - a.bodyBytes || (a.name < b.name ? -1 : 1)),
    };
  }

  /** First and behind the last byte of data segments at known places; null where there are none. */
  dataRange(): { readonly start: number; readonly end: number } | null {
    const placed = this.#module.dataSegments.flatMap(({ address, sizeBytes }) =>
      address === null ? [] : [{ address, sizeBytes }],
    );
    if (placed.length === 0) return null;
    return {
      start: Math.min(...placed.map(({ address }) => address)),
      end: Math.max(...placed.map(({ address, sizeBytes }) => address + sizeBytes)),
    };
  }

  /** Refuses what no model has a price for. */
  #checkPriced(name: string): void {
    const { startFunctionIndex, bodies } = this.#module;
    if (startFunctionIndex !== null)
      throw new MisuseError(
        `${name}: expected a guest whose work begins in boot, found a start function, ${this.nameOf(startFunctionIndex)}`,
      );
    for (const { functionIndex, instructions } of bodies) {
      const simd = instructions.find(({ opcode }) => isSimd(opcode));
      if (simd !== undefined)
        throw new MisuseError(
          `${name}: expected a guest without SIMD (no small core has it, and it cannot be translated), found it in ${this.nameOf(functionIndex)} at byte ${simd.offset}`,
        );
    }
  }

  /** Functions that something outside of the code holds. */
  #roots(): Map<number, string> {
    const { exports, startFunctionIndex, tableFunctions } = this.#module;
    const roots = new Map<number, string>();
    for (const index of tableFunctions) roots.set(index, "table");
    if (startFunctionIndex !== null) roots.set(startFunctionIndex, "start");
    for (const { name, kind, index } of exports) if (kind === "function") roots.set(index, `export ${name}`);
    return roots;
  }

  /** Every function that is come to from the roots, with who came first: breadth first, so by a shortest chain. */
  #reachable(roots: ReadonlyMap<number, string>, removed?: number): Map<number, number | string> {
    const from = new Map<number, number | string>();
    for (const [index, root] of roots) if (index !== removed) from.set(index, root);
    for (const index of from.keys()) {
      for (const callee of this.#calleesOf(index))
        if (callee !== removed && !from.has(callee)) from.set(callee, index);
    }
    return from;
  }

  #calleesOf(functionIndex: number): number[] {
    const { instructions = [] } = this.#bodies.get(functionIndex) ?? {};
    const calls = instructions.filter(({ opcode }) => opcode === OPCODE_CALL || opcode === OPCODE_REF_FUNC);
    return [...new Set(calls.map(({ immediates }) => immediates[0] as number))];
  }

  #chainTo(kept: ReadonlyMap<number, number | string>, functionIndex: number): string[] {
    const chain: string[] = [];
    for (let at: number | string | undefined = functionIndex; at !== undefined; at = kept.get(at)) {
      if (typeof at === "string") return [at, ...chain];
      chain.unshift(this.nameOf(at));
    }
    return [];
  }

  #behaviour(body: FunctionBody): Uint8Array {
    const { binary } = this.#module;
    const first = body.instructions[0];
    const locals = binary.subarray(body.localRunsOffset, first === undefined ? body.endOffset : first.offset);
    const words = body.instructions.map((instruction) => this.#word(instruction));
    return new TextEncoder().encode(`${body.localRunCount}:${[...locals].join(",")};${words.join(" ")}`);
  }

  #word({ opcode, immediates, offset, endOffset }: Instruction): string {
    const [first = 0, second = 0] = immediates;
    if (opcode === OPCODE_CALL || opcode === OPCODE_REF_FUNC) return `${opcode} ${this.nameOf(first)}`;
    if (opcode === OPCODE_CALL_INDIRECT || opcode === OPCODE_GLOBAL_GET || opcode === OPCODE_GLOBAL_SET)
      return String(opcode);
    if (opcode === OPCODE_I32_CONST) return `${opcode} ${this.#isPlace(first) ? "place" : first}`;
    if (opcode >= FIRST_ACCESS && opcode <= LAST_ACCESS)
      return `${opcode} ${first} ${this.#isPlace(second) ? "place" : second}`;
    return [...this.#module.binary.subarray(offset, endOffset)].join(",");
  }

  #isPlace(value: number): boolean {
    return value >= LEAST_PLACE && value < this.#memoryBytes;
  }
}
