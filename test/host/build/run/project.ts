// A small project of AssemblyScript in a folder of its own, for tests of the build. Tests nothing itself.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Product } from "../../../../host/build/run/products.js";

/** Files of a project, read and written by path below its folder. */
export class Project {
  readonly root = mkdtempSync(join(tmpdir(), "everboot-build-"));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): Buffer {
    return readFileSync(join(this.root, path));
  }

  /** Replaces a text that is there. */
  change(path: string, from: string, to: string): void {
    const text = this.read(path).toString();
    if (!text.includes(from)) throw new Error(`${path}: nothing to change: ${from}`);
    this.write(path, text.replace(from, to));
  }
}

/** The product of a target, as the build's own list has it. */
export function productOf(target: string): Product {
  const path = `dist/wasm/${target}`;
  return {
    ...{ name: `wasm-${target}`, module: `${path}.wasm`, names: `${path}.names` },
    compilation: { target, hasNames: true },
  };
}
