// Opens a built crypto module and lays out its input area: buffers between guard regions, whatever the module writes
// outside of the buffers that it may write is found. Tests nothing itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const GUARD = 0xa5;
const GUARD_SIZE = 64;
const POISON = 0x5a;

/** How often a randomised test runs: EVERBOOT_CASES, or this many where it is not set. */
export function caseCount(usual: number): number {
  return Number(process.env["EVERBOOT_CASES"] ?? usual);
}

/** Both builds of every algorithm. */
export const BUILDS = ["crypto-fast", "crypto-small"] as const;

/** Those of Ed25519: the small build with squares in full, too. */
export const ED25519_BUILDS = [...BUILDS, "crypto-small-square"] as const;

/** A module of dist/wasm. */
export function compiledModule(name: string): WebAssembly.Module {
  return new WebAssembly.Module(
    readFileSync(join(import.meta.dirname, "../../../dist/wasm", `${name}.wasm`)),
  );
}

interface Region {
  readonly address: number;
  readonly sizeBytes: number;
  /** What an input must still hold; undefined where the module may write. */
  readonly content: Uint8Array | undefined;
}

/** A module of dist/wasm with buffers in its input area. */
export class CryptoModule {
  private readonly exports: WebAssembly.Exports;
  private readonly memory: Uint8Array;
  private readonly constants: Uint8Array;
  private readonly start: number;
  private regions: Region[] = [];
  /** What lies at the very end of the memory. */
  private last: Region | undefined;
  private end: number;

  constructor(name: string, imports: WebAssembly.Imports = {}) {
    const instance = new WebAssembly.Instance(compiledModule(name), imports);
    this.exports = instance.exports;
    this.memory = new Uint8Array((this.exports["memory"] as WebAssembly.Memory).buffer);
    this.start = this.call("inputPointer");
    this.end = this.start;
    this.constants = this.memory.slice(0, this.start);
    this.clear();
  }

  /** Calls an exported function of numbers. */
  call(name: string, ...parameters: number[]): number {
    return (this.exports[name] as (...parameters: number[]) => number)(...parameters) >>> 0;
  }

  /** An exported constant. */
  constant(name: string): number {
    return (this.exports[name] as WebAssembly.Global).value as number;
  }

  /** Forgets all buffers. */
  clear(): void {
    this.memory.fill(GUARD, this.start, this.end + GUARD_SIZE);
    this.regions = [];
    this.last = undefined;
    this.end = this.start;
  }

  /** Places bytes that the module may only read, `misalignment` bytes behind a multiple of 16. */
  input(content: Uint8Array, misalignment = 0): number {
    const address = this.reserve(content.length, misalignment, content);
    this.memory.set(content, address);
    return address;
  }

  /** Places a buffer that the module may write; its content is poison at first. */
  buffer(sizeBytes: number): number {
    const address = this.reserve(sizeBytes, 0, undefined);
    this.memory.fill(POISON, address, address + sizeBytes);
    return address;
  }

  /** Places an input so that a read of one byte behind it traps: it ends where the memory ends. */
  inputAtEnd(content: Uint8Array): number {
    const address = this.reserveAtEnd(this.memory.length - content.length, content);
    this.memory.set(content, address);
    return address;
  }

  /** Places a buffer at the end of the memory, but for what 8-byte alignment leaves. */
  bufferAtEnd(sizeBytes: number): number {
    const address = this.reserveAtEnd((this.memory.length - sizeBytes) & ~7, undefined);
    this.memory.fill(POISON, address);
    return address;
  }

  /** A copy of some bytes. */
  bytes(address: number, sizeBytes: number): Buffer {
    return Buffer.from(this.memory.subarray(address, address + sizeBytes));
  }

  /** Writes into a buffer. */
  write(address: number, content: Uint8Array): void {
    this.memory.set(content, address);
  }

  /** Says what the module changed that it may not change; undefined where all is well. */
  damage(): string | undefined {
    if (Buffer.compare(this.constants, this.memory.subarray(0, this.start)) !== 0) return "constants changed";
    let at = this.start;
    for (const { address, sizeBytes, content } of this.regions) {
      if (!this.isGuard(at, address)) return `guard before the buffer at ${address} changed`;
      at = address + sizeBytes;
      if (content !== undefined && Buffer.compare(content, this.memory.subarray(address, at)) !== 0)
        return `input at ${address} changed`;
    }
    if (this.last !== undefined) {
      const { address, content } = this.last;
      if (!this.isGuard(address - GUARD_SIZE, address)) return `guard before the last buffer changed`;
      if (content !== undefined && Buffer.compare(content, this.memory.subarray(address)) !== 0)
        return `input at the end changed`;
    }
    return this.isGuard(at, this.end + GUARD_SIZE) ? undefined : "guard behind the last buffer changed";
  }

  private reserve(sizeBytes: number, misalignment: number, content: Uint8Array | undefined): number {
    const address = ((this.end + GUARD_SIZE + 15) & ~15) + misalignment;
    this.memory.fill(GUARD, this.end, address + sizeBytes + GUARD_SIZE);
    this.end = address + sizeBytes;
    this.regions.push({
      address,
      sizeBytes,
      content: content === undefined ? undefined : Uint8Array.from(content),
    });
    return address;
  }

  private reserveAtEnd(address: number, content: Uint8Array | undefined): number {
    this.memory.fill(GUARD, address - GUARD_SIZE, address);
    const copy = content === undefined ? undefined : Uint8Array.from(content);
    this.last = { address, sizeBytes: this.memory.length - address, content: copy };
    return address;
  }

  private isGuard(from: number, to: number): boolean {
    return this.memory.subarray(from, to).every((byte) => byte === GUARD);
  }
}
