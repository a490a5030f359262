// What the build makes of AssemblyScript: the modules of asconfig.json and the gallery's guests, each with how it is compiled and
// where it goes. Compiles nothing.
import { GALLERY, TWINS } from "../../gallery/entries.js";
import type { Compilation } from "../compile.js";
import { compilerConfig } from "../config.js";

/** A module that is built; paths are below the project's folder. */
export interface Product {
  /** Of its stamp. */
  readonly name: string;
  readonly compilation: Pick<Compilation, "target" | "entry" | "hasNames" | "hasGuards">;
  readonly module: string;
  /** Where the names of its functions go; they are not kept where it is absent. */
  readonly names?: string;
}

/** What is built from AssemblyScript. The guests of the gallery are last: they are small, so that threads end at about the same time. */
export function productsOf(root: string): Product[] {
  const { targets } = compilerConfig(root);
  const modules = Object.entries(targets).map(([target, { sharedMemory = false }]): Product => {
    const path = `dist/wasm/${target}`;
    // Whose memory threads share has no names: what reads modules here (core/wasm) knows no such memory.
    if (sharedMemory) return { name: `wasm-${target}`, compilation: { target }, module: `${path}.wasm` };
    const compilation = { target, hasNames: true };
    return { name: `wasm-${target}`, compilation, module: `${path}.wasm`, names: `${path}.names` };
  });
  // Each guest of the gallery is boot and agent in one module, with the flags of the boot build that verifies Ed25519.
  const guests = GALLERY.flatMap(({ name }) =>
    TWINS.map((twin): Product => {
      const entry = `test/gallery/${name}/${twin}.ts`;
      const compilation = { target: "boot-ed25519", entry, hasGuards: true };
      return { name: `gallery-${name}-${twin}`, compilation, module: `dist/gallery/${name}-${twin}.wasm` };
    }),
  );
  return [...modules, ...guests];
}

/** What asconfig.json says of one target, as text: all that a module of this target depends on in it. */
export function configOf(root: string, target: string): string {
  const config = compilerConfig(root);
  return JSON.stringify({ ...config, targets: { [target]: config.targets[target] } });
}
