// Our crypto modules as subjects of the bench: lays a sample out in the module's input area once, then only calls.
import type { Work } from "./measure.js";
import type { Sample } from "./samples.js";

/** A call of ours that can be measured, and what came of it. */
export interface OurSubject {
  readonly run: Work;
  /** Whether the last run gave the right digest, or accepted the signature. */
  readonly isRight: () => boolean;
}

/**
 * Instantiates a crypto module for one sample.
 * @param module crypto-fast.wasm or crypto-small.wasm
 */
export function ourSubject(module: WebAssembly.Module, sample: Sample): OurSubject {
  const layout = new Layout(new WebAssembly.Instance(module, {}).exports);
  const { call } = layout;
  const message = layout.place(sample.message);
  const size = sample.message.length;
  if ("digest" in sample) {
    const digest = layout.reserve(sample.digest.length);
    const run = hashing(layout, sample.algorithm, { message, size, digest });
    return {
      run,
      isRight: () => Buffer.compare(layout.bytes(digest, sample.digest.length), sample.digest) === 0,
    };
  }
  const signature = layout.place(sample.signature);
  const key = layout.place(sample.publicKey);
  return judged((): (() => number) => {
    switch (sample.algorithm) {
      case "ed25519": {
        const scratch = layout.reserve(layout.constant("ED25519_SCRATCH_SIZE"));
        return () => call("ed25519Verify")(signature, key, message, size, scratch);
      }
      case "p256": {
        const scratch = layout.reserve(layout.constant("P256_SCRATCH_SIZE"));
        const digest = layout.reserve(32);
        const hash = hashing(layout, "sha256", { message, size, digest });
        const verify = call("p256Verify");
        return () => {
          hash();
          return verify(digest, signature, signature + 32, key, scratch);
        };
      }
      case "rsa-pss": {
        const scratch = layout.reserve(layout.constant("RSA_SCRATCH_SIZE"));
        const digest = layout.reserve(32);
        const hash = hashing(layout, "sha256", { message, size, digest });
        const verify = call("rsaPssVerify");
        return () => {
          hash();
          return verify(digest, signature, key, sample.publicKey.length, scratch);
        };
      }
      case "lms": {
        const scratch = layout.reserve(layout.constant("LMS_SCRATCH_SIZE"));
        return () =>
          call("hssVerifyInMemory")(message, size, signature, sample.signature.length, key, scratch);
      }
    }
  });
}

type Export = (...parameters: number[]) => number;

/** Init, update and final of a hash as one call. */
function hashing(
  layout: Layout,
  name: "sha256" | "sha512",
  { message, size, digest }: { readonly message: number; readonly size: number; readonly digest: number },
): Work {
  const context = layout.reserve(layout.constant(`${name.toUpperCase()}_CONTEXT_SIZE`));
  const [init, update, final] = [
    layout.call(`${name}Init`),
    layout.call(`${name}Update`),
    layout.call(`${name}Final`),
  ];
  return () => {
    init(context);
    update(context, message, size);
    final(context, digest);
  };
}

/** A subject that answers whether it accepts. */
function judged(make: () => () => number): OurSubject {
  const verify = make();
  let accepted = 0;
  return {
    run: () => {
      accepted = verify();
    },
    isRight: () => accepted === 1,
  };
}

/** The input area of an instance, given out from its start; every place is 16-byte aligned. */
class Layout {
  readonly #exports: WebAssembly.Exports;
  readonly #memory: Uint8Array;
  #end: number;

  constructor(exports: WebAssembly.Exports) {
    this.#exports = exports;
    this.#memory = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer);
    this.#end = this.call("inputPointer")();
  }

  /** The exported function of this name. */
  readonly call = (name: string): Export => this.#exports[name] as Export;

  constant(name: string): number {
    return (this.#exports[name] as WebAssembly.Global).value as number;
  }

  reserve(sizeBytes: number): number {
    const address = this.#end;
    this.#end = (address + sizeBytes + 15) & ~15;
    if (this.#end > this.#memory.length)
      throw new RangeError(`input area: expected ${this.#end} bytes of memory, found ${this.#memory.length}`);
    return address;
  }

  place(bytes: Uint8Array): number {
    const address = this.reserve(bytes.length);
    this.#memory.set(bytes, address);
    return address;
  }

  bytes(address: number, sizeBytes: number): Uint8Array {
    return this.#memory.subarray(address, address + sizeBytes);
  }
}
