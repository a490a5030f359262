// A pass over what the compiler of AssemblyScript has compiled: the objects of static memory (what memory.data() lays out, and the
// compiler's own constants) into a custom section, so that writes beside them show (oracle memory-kept). For guests of one's own:
// asc … --transform everboot/objects
import type { Transform } from "assemblyscript/asc";
import { OBJECTS_SECTION } from "../core/watch.js";

/** Bytes behind each zeroed object that are nobody's, in a build with guards. */
const GUARD_BYTES = 256;

/** The part of the compiled module that is used; the package declares no types for it. */
interface Compiled {
  getNumDataSegments(): number;
  getDataSegmentByIndex(index: number): number;
  getDataSegmentInfo(segment: number): { readonly offset: number; readonly data: ArrayBuffer };
  getFunction(name: string): number;
  getGlobal(name: string): number;
  addCustomSection(name: string, contents: Uint8Array): void;
}

/** Functions of the compiler's run time that take memory behind static memory. */
const ALLOCATORS = ["~lib/rt/stub/__alloc", "~lib/rt/tlsf/__alloc"];
const REST = 0xffffffff;
/** The pointer of the compiler's shadow stack, which lies right behind static memory, and what aligns the heap behind that. */
const STACK_POINTER = "~lib/memory/__stack_pointer";
const HEAP_ALIGNMENT_BYTES = 16;

/** The pass, as asc takes it from a file: it calls the hooks that are there. */
export default class Objects {
  /** Bytes at the end of each zeroed segment that are not the object's. */
  protected readonly guardBytes: number = 0;
  /** What asc compiles; it sets this before it calls a hook. */
  declare protected readonly program: { readonly options: { readonly stackSize: number } } | undefined;

  afterCompile(module: Transform): void {
    const compiled = module as unknown as Compiled;
    const words: number[] = [];
    let end = 0;
    for (let index = 0; index < compiled.getNumDataSegments(); index++) {
      const { offset, data } = compiled.getDataSegmentInfo(compiled.getDataSegmentByIndex(index));
      const isZeroed = new Uint8Array(data).every((byte) => byte === 0);
      // A table of constants has no guard: nobody writes there. None of ours is all zero and that long.
      const isGuarded = isZeroed && data.byteLength > this.guardBytes;
      if (data.byteLength > 0) words.push(offset, data.byteLength - (isGuarded ? this.guardBytes : 0));
      end = Math.max(end, offset + data.byteLength);
    }
    const stackBytes = this.program?.options.stackSize ?? 0;
    if (stackBytes > 0 && compiled.getGlobal(STACK_POINTER) !== 0)
      words.push(end, stackBytes + HEAP_ALIGNMENT_BYTES - 1);
    if (ALLOCATORS.some((name) => compiled.getFunction(name) !== 0)) words.push(end, REST - end);
    compiled.addCustomSection(OBJECTS_SECTION, bytesOf(words));
  }
}

/** The pass for a build whose sources were read by guarded(). */
export class GuardedObjects extends Objects {
  protected override readonly guardBytes = GUARD_BYTES;
}

/** A source whose zeroed objects have a guard behind them. */
export function guarded(text: string): string {
  return text.replace(
    /\bmemory\.data\(([^()[\]<>,]+)(,[^()[\]]+)?\)/g,
    (_, size: string, alignment = "") => `memory.data(${size} + ${GUARD_BYTES}${alignment})`,
  );
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(index * 4, word, true));
  return bytes;
}
