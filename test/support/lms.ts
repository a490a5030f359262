// LMS signing keys for tests: the real signer over a state that is kept in memory, the same key in every run.
import type { SigningKey } from "../../host/image/key-types.js";
import { lmsSigningKey, parseLmsParameters } from "../../host/image/lms/keys.js";
import { createLmsSigner } from "../../host/image/lms/signer.js";
import type { StateStorage } from "../../host/image/lms/state.js";

/** A key of these parameters ("h5w4"); another `seed` makes another key. */
export function lmsKey(parameters: string, seed = 1): SigningKey {
  const secret = { identifier: Buffer.alloc(16, seed), seed: Buffer.alloc(32, seed) };
  const levels = parseLmsParameters(parameters);
  return lmsSigningKey("state", createLmsSigner("state", { levels, secret }, memoryStorage()));
}

function memoryStorage(): StateStorage {
  const files = new Map<string, Uint8Array>();
  return {
    read: (path) => files.get(path),
    create: (path, content) => {
      if (files.has(path)) return false;
      files.set(path, content);
      return true;
    },
    rename: (from, to) => {
      files.set(to, files.get(from)!);
      files.delete(from);
    },
    syncDirectory: () => undefined,
    remove: (path) => void files.delete(path),
  };
}
