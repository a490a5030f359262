// Makes the wasm modules that are due: those whose sources, options, compiler or compiling code are not what they were, or whose
// files are not as they were made. Leaves the compiling to whom it is given.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { configOf, type Product } from "./products.js";
import { digestOf, type Stamps } from "./stamps.js";
import type { Compiled } from "./worker.js";

/** Stamps of these steps belong to modules. */
const OWN_STAMPS = /^(wasm|gallery)-/;

/** A build of the modules. */
export interface ModuleBuild {
  /** The project's folder. */
  readonly root: string;
  readonly products: readonly Product[];
  readonly stamps: Stamps;
  /** Stands for the compiler and the code that calls it (compilingCode). */
  readonly code: string;
  /** Compiles one; called for all that are due at once. */
  readonly compile: (product: Product) => Promise<Compiled>;
}

/**
 * Compiles what is due, writes and stamps each as soon as it is compiled, and deletes modules that are no longer made.
 * @returns names of what was compiled, in the order of the products
 * @throws what the first compilation that fails throws; what was written by then stays
 */
export async function buildModules(build: ModuleBuild): Promise<string[]> {
  const { products, stamps, compile } = build;
  const names = new Set(products.map(({ name }) => name));
  const files = new Set(products.flatMap(filesOf));
  for (const name of stamps.names())
    if (OWN_STAMPS.test(name) && !names.has(name)) stamps.forget(name, files);
  const due = products
    .map((product) => ({ product, what: whatOf(build, product) }))
    .filter(({ product, what }) => !stamps.isFresh(product.name, what));
  await Promise.all(
    due.map(async ({ product, what }) => {
      const compiled = await compile(product);
      stamps.write(product.module, compiled.module);
      if (product.names !== undefined && compiled.names !== undefined)
        stamps.write(product.names, compiled.names);
      stamps.stamp(product.name, what, compiled.sources, filesOf(product));
    }),
  );
  return due.map(({ product }) => product.name);
}

/** All that a module depends on but its sources. */
function whatOf({ root, code }: ModuleBuild, product: Product): string {
  return digestOf(JSON.stringify([code, product, configOf(root, product.compilation.target)]));
}

function filesOf({ module, names }: Product): string[] {
  return names === undefined ? [module] : [module, names];
}

/**
 * A digest of the versions of the compiler and its optimiser, and of the code that calls them.
 * @param root a folder from which the compiler is found
 * @param file the TypeScript file that calls it
 */
export function compilingCode(root: string, file: string): string {
  const compiler = createRequire(join(root, "package.json")).resolve("assemblyscript/package.json");
  const optimiser = createRequire(compiler).resolve("binaryen/package.json");
  return digestOf(JSON.stringify([versionOf(compiler), versionOf(optimiser), ...codeOf(file).values()]));
}

/** A TypeScript file and all that it imports from its project to run, not what it imports for types: texts by path. */
export function codeOf(file: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (found.has(file)) return found;
  const text = readFileSync(file, "utf8");
  found.set(file, text);
  for (const [, type, name = ""] of text.matchAll(/^(?:im|ex)port( type)? (?:[^;"]* from )?"(\.[^"]*)"/gm))
    if (type === undefined) codeOf(join(dirname(file), name.replace(/\.js$/, ".ts")), found);
  return found;
}

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version;
}
