// Our crypto modules as subjects of the bench: lays a sample out in the module's input area once, then only calls.
import { CoreModule } from "../crypto/core-module.js";
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
 * @param module crypto-fast.wasm or another build of it
 */
export function ourSubject(module: WebAssembly.Module, sample: Sample): OurSubject {
  const core = new CoreModule(module);
  const message = core.place(sample.message);
  const size = sample.message.length;
  if ("digest" in sample) {
    const digest = core.reserve(sample.digest.length);
    const run = hashing(core, sample.algorithm, { message, size, digest });
    return {
      run,
      isRight: () => Buffer.compare(core.read(digest, sample.digest.length), sample.digest) === 0,
    };
  }
  const signature = core.place(sample.signature);
  const key = core.place(sample.publicKey);
  return judged((): (() => number) => {
    switch (sample.algorithm) {
      case "ed25519": {
        const context = core.reserve(core.constant("SHA512_CONTEXT_SIZE"));
        const scratch = core.reserve(core.constant("ED25519_SCRATCH_SIZE"));
        return () => {
          core.call("ed25519Begin", context, signature, key);
          core.call("sha512Update", context, message, size);
          return core.call("ed25519Check", context, signature, key, scratch);
        };
      }
      case "p256": {
        const scratch = core.reserve(core.constant("P256_SCRATCH_SIZE"));
        const digest = core.reserve(32);
        const hash = hashing(core, "sha256", { message, size, digest });
        return () => {
          hash();
          return core.call("p256Verify", digest, signature, signature + 32, key, scratch);
        };
      }
      case "rsa-pss": {
        const scratch = core.reserve(core.constant("RSA_SCRATCH_SIZE"));
        const digest = core.reserve(32);
        const hash = hashing(core, "sha256", { message, size, digest });
        return () => {
          hash();
          return core.call("rsaPssVerify", digest, signature, key, sample.publicKey.length, scratch);
        };
      }
      case "lms": {
        const scratch = core.reserve(core.constant("LMS_SCRATCH_SIZE"));
        const { length } = sample.signature;
        return () => core.call("hssVerifyInMemory", message, size, signature, length, key, scratch);
      }
    }
  });
}

/** Init, update and final of a hash as one call. */
function hashing(
  core: CoreModule,
  name: "sha256" | "sha512",
  { message, size, digest }: { readonly message: number; readonly size: number; readonly digest: number },
): Work {
  const contextSize = core.constant(name === "sha256" ? "SHA256_CONTEXT_SIZE" : "SHA512_CONTEXT_SIZE");
  const context = core.reserve(contextSize);
  return () => {
    core.call(`${name}Init`, context);
    core.call(`${name}Update`, context, message, size);
    core.call(`${name}Final`, context, digest);
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
