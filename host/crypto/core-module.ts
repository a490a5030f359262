// One instance of a built crypto module (assembly/crypto) and the memory behind its constants. Never keeps bytes
// from one use to the next: whatever was placed is wiped.
import { MisuseError } from "../core/errors.js";

const PAGE_SIZE_BYTES = 65536; // WebAssembly core specification, 4.2.8
const MAX_MEMORY_SIZE_BYTES = 65536 * PAGE_SIZE_BYTES; // 32-bit addresses
const ALIGNMENT_BYTES = 16; // no function asks for more
const CHUNK_SIZE_BYTES = 65536; // with all else it fits the module's first 256 KiB, so that hashing never grows them

const FUNCTIONS = [
  "inputPointer",
  "sha256Init",
  "sha256Update",
  "sha256Final",
  "sha384Init",
  "sha384Final",
  "sha512Init",
  "sha512Update",
  "sha512Final",
  "ed25519Begin",
  "ed25519Check",
  "ecdsaDerToRaw",
  "p256PublicKeyValid",
  "p256Verify",
  "rsaPssVerify",
  "hssVerifyInMemory",
] as const;
const CONSTANTS = [
  "SHA256_CONTEXT_SIZE",
  "SHA512_CONTEXT_SIZE",
  "ED25519_SCRATCH_SIZE",
  "P256_SCRATCH_SIZE",
  "RSA_SCRATCH_SIZE",
  "LMS_SCRATCH_SIZE",
] as const;
type FunctionName = (typeof FUNCTIONS)[number];
type ConstantName = (typeof CONSTANTS)[number];

/** Bytes that do not fit where they would have to. */
export class CryptoSizeError extends MisuseError {
  override readonly name = "CryptoSizeError";
}

/** An instance of a crypto module, for one use at a time. */
export class CoreModule {
  readonly #exports: WebAssembly.Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #firstSizeBytes: number;
  readonly #start: number;
  #top: number;

  /**
   * @param module crypto-fast.wasm or crypto-small.wasm, compiled
   * @throws MisuseError for a module that lacks an export or wants imports
   */
  constructor(module: WebAssembly.Module) {
    const imports = WebAssembly.Module.imports(module).length;
    if (imports > 0) throw new MisuseError(`crypto module: expected no imports, found ${imports}`);
    this.#exports = new WebAssembly.Instance(module).exports;
    for (const name of FUNCTIONS) this.#require(name, typeof this.#exports[name] === "function");
    for (const name of CONSTANTS) this.#require(name, this.#exports[name] instanceof WebAssembly.Global);
    this.#require("memory", this.#exports["memory"] instanceof WebAssembly.Memory);
    this.#memory = this.#exports["memory"] as WebAssembly.Memory;
    this.#firstSizeBytes = this.#memory.buffer.byteLength;
    this.#start = this.call("inputPointer");
    this.#top = this.#start;
  }

  /** Whether the memory is larger than at first; it never shrinks again. */
  get isGrown(): boolean {
    return this.#memory.buffer.byteLength > this.#firstSizeBytes;
  }

  /** Calls a function of the core; addresses and sizes are u32, a bool is 0 or 1. */
  call(name: FunctionName, ...parameters: readonly number[]): number {
    return (this.#exports[name] as (...parameters: readonly number[]) => number)(...parameters) >>> 0;
  }

  /** A size in bytes that the core states. */
  constant(name: ConstantName): number {
    return (this.#exports[name] as WebAssembly.Global<"i32">).value;
  }

  /** Does work that places bytes, then forgets and wipes them all, also where the work throws. */
  use<T>(work: () => T): T {
    try {
      return work();
    } finally {
      new Uint8Array(this.#memory.buffer).fill(0, this.#start, this.#top);
      this.#top = this.#start;
    }
  }

  /**
   * Reserves memory until the end of this use.
   * @returns its address, a multiple of 16; its bytes are zero
   * @throws CryptoSizeError where the memory cannot grow that far
   */
  reserve(sizeBytes: number): number {
    const address = Math.ceil(this.#top / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const missing = address + sizeBytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(missing, sizeBytes);
    this.#top = address + sizeBytes;
    return address;
  }

  /** Reserves memory for a copy of these bytes, as reserve does. */
  place(bytes: Uint8Array): number {
    const address = this.reserve(bytes.length);
    new Uint8Array(this.#memory.buffer).set(bytes, address);
    return address;
  }

  /** A copy of bytes in the memory. */
  read(address: number, sizeBytes: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer).slice(address, address + sizeBytes);
  }

  /** Passes bytes of any number through one buffer: calls `absorb` for each chunk of them, in order. */
  stream(bytes: Uint8Array, absorb: (address: number, sizeBytes: number) => void): void {
    const buffer = this.reserve(Math.min(bytes.length, CHUNK_SIZE_BYTES));
    for (let offset = 0; offset < bytes.length; offset += CHUNK_SIZE_BYTES) {
      const chunk = bytes.subarray(offset, offset + CHUNK_SIZE_BYTES);
      new Uint8Array(this.#memory.buffer).set(chunk, buffer);
      absorb(buffer, chunk.length);
    }
  }

  #grow(missingBytes: number, sizeBytes: number): void {
    const needed = this.#memory.buffer.byteLength + missingBytes;
    const problem = `expected at most ${MAX_MEMORY_SIZE_BYTES} bytes of memory, found ${sizeBytes} bytes to place`;
    if (needed > MAX_MEMORY_SIZE_BYTES) throw new CryptoSizeError(`crypto: ${problem}`);
    try {
      this.#memory.grow(Math.ceil(missingBytes / PAGE_SIZE_BYTES));
    } catch (error) {
      throw new CryptoSizeError(`crypto: this machine gives no memory for ${sizeBytes} bytes`, {
        cause: error,
      });
    }
  }

  #require(name: string, isThere: boolean): void {
    if (!isThere) throw new MisuseError(`crypto module: expected the export ${name}, found none of its kind`);
  }
}
