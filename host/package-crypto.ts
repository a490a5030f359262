// The package's crypto object: createCrypto over the modules that the build leaves in dist/wasm. Reads a file when a
// build is first used, never before, so that importing the package needs no files and works in a browser.
import { MisuseError } from "./core/errors.js";
import { createCrypto, type Crypto, type CryptoBuild } from "./crypto/crypto.js";

/** The core's own hashes and signature checks, on Node.js; elsewhere, createCrypto takes modules from anywhere. */
export const crypto: Crypto = createCrypto((build) => new WebAssembly.Module(readModule(build)));

function readModule(build: CryptoBuild): BufferSource {
  // Asked for here instead of imported: an import of node:fs would keep the whole package out of a browser.
  const files = globalThis.process?.getBuiltinModule?.("node:fs");
  if (files === undefined) {
    throw new MisuseError("crypto: expected Node.js to read the modules, found none; use createCrypto");
  }
  return files.readFileSync(new URL(`../wasm/crypto-${build}.wasm`, import.meta.url)) as BufferSource;
}
