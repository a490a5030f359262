// The compiler's call graph with the stack that each function takes (gcc -fcallgraph-info=su), its library's from the linked code,
// and the deepest way down it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "./library.js";

/** A function in the compiler's call graph. */
export interface Frame {
  readonly name: string;
  /** null where neither the compiler nor the code says (alloca, or no body that was linked). */
  readonly bytes: number | null;
  readonly callees: readonly string[];
  /** Where its end may be another's beginning: what it has taken stays taken, and coming round again takes no more. */
  readonly jumps: readonly string[];
}

/** A call through a pointer leads here. */
const INDIRECT = "__indirect_call";
/** What the harness does once a run has ended is none of the guest's. */
const HARNESS = ["finish", "wasm_rt_trap"];
const NODE = /^node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes \((\w+)/;
const EDGE = /^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/;

/** The call graph of everything that was compiled into a folder, and of the library functions that the linked code has besides. */
export function readCallGraph(folder: string, linked: ReadonlyMap<string, Code>): Frame[] {
  const frames = new Map<string, { bytes: number | null; callees: Set<string> }>();
  const frameOf = (title: string) => {
    const name = plainName(title.slice(title.lastIndexOf(":") + 1));
    const known = frames.get(name) ?? { bytes: null, callees: new Set<string>() };
    frames.set(name, known);
    return known;
  };
  for (const file of ["guest.ci", "hal.ci", "surroundings.ci"]) {
    for (const line of readFileSync(join(folder, file), "utf8").split("\n")) {
      const [, title, bytes, kind] = NODE.exec(line) ?? [];
      if (title !== undefined && bytes !== undefined && kind !== "dynamic") {
        const frame = frameOf(title);
        frame.bytes = Math.max(frame.bytes ?? 0, Number(bytes));
      }
      const [, source, target] = EDGE.exec(line) ?? [];
      if (source !== undefined && target !== undefined) {
        frameOf(source).callees.add(plainName(target.slice(target.lastIndexOf(":") + 1)));
      }
    }
  }
  const compiled = new Set([...frames].filter(([, { bytes }]) => bytes !== null).map(([name]) => name));
  const ofLibrary = [...linked].filter(([symbol]) => !compiled.has(plainName(symbol)));
  const library = new Set(ofLibrary.map(([symbol]) => symbol));
  // The compiler does not tell of calls that it makes up itself, such as those of 64-bit arithmetic.
  for (const [symbol, { calls, jumps }] of linked) {
    if (library.has(symbol)) continue;
    const frame = frameOf(symbol);
    for (const callee of [...calls, ...jumps]) if (library.has(callee)) frame.callees.add(callee);
  }
  return [
    ...[...frames]
      .filter(([name]) => !library.has(name))
      .map(([name, { bytes, callees }]) => ({ name, bytes, callees: [...callees], jumps: [] })),
    ...ofLibrary.map(([name, { bytes, calls, jumps }]) => ({
      ...{ name, bytes, callees: calls.map(plainName) },
      jumps: jumps.filter((jump) => library.has(jump)),
    })),
  ];
}

/**
 * Greatest stack in bytes from a function down; null where a call on the way comes round to itself, or a function takes what nothing
 * says. An indirect call may lead to any of `indirect`.
 */
export function deepestStack(
  frames: readonly Frame[],
  from: string,
  indirect: readonly string[] = [],
): number | null {
  const byName = new Map(frames.map((frame) => [frame.name, frame]));
  const known = new Map<string, number | null>();
  const depthOf = (name: string, path: ReadonlySet<string>): number | null => {
    if (path.has(name)) return null;
    const before = known.get(name);
    if (before !== undefined) return before;
    const frame = byName.get(name);
    if (frame === undefined || HARNESS.includes(name)) return 0;
    const callees = frame.callees.flatMap((callee) => (callee === INDIRECT ? indirect : [callee]));
    const next = [...callees, ...frame.jumps.filter((jump) => !path.has(jump))];
    const below = next.map((callee) => depthOf(callee, new Set([...path, name])));
    const depth =
      frame.bytes === null || below.includes(null)
        ? null
        : frame.bytes + Math.max(0, ...below.map((bytes) => bytes as number));
    // With jumps, it is another from where a jump leads back into the path.
    if (frame.jumps.length === 0) known.set(name, depth);
    return depth;
  };
  return depthOf(from, new Set());
}

/** "w2c_f12.isra.0" is w2c_f12 with fewer parameters. */
export function plainName(name: string): string {
  return name.replace(/\.(?:isra|constprop|part|cold|lto_priv)\.?\d*/g, "");
}
