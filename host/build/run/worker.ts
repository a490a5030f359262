// Compiles a product of the build, on a thread of the build's pool or wherever it is called. Writes nothing.
import { PACKAGE_REASONS, withHaltNames } from "../../core/halts.js";
import { compileModule } from "../compile.js";
import { COMPILER_CONFIG } from "../config.js";
import { splitNames } from "../names.js";
import type { Product } from "./products.js";
import { digestOf } from "./stamps.js";

/** What is to be compiled. */
export interface Task {
  /** The project's folder. */
  readonly root: string;
  readonly product: Product;
}

/** What came of it. */
export interface Compiled {
  readonly module: Uint8Array;
  /** The module's name section, where the product keeps it. */
  readonly names?: Uint8Array;
  /** Digests of the files that the compiler asked for, as it got them; null for those that are not there. */
  readonly sources: Readonly<Record<string, string | null>>;
}

/**
 * Compiles a product.
 * @throws {Error} with what the compiler says
 */
export default async function compileProduct({ root, product }: Task): Promise<Compiled> {
  const sources: Record<string, string | null> = {};
  const binary = await compileModule({
    ...{ root, ...product.compilation },
    read: (name, text) => {
      // The configuration counts by what it says of this target (configOf), not by its text.
      if (name !== COMPILER_CONFIG) sources[name] = text === null ? null : digestOf(text);
      return text;
    },
  });
  if (product.names === undefined) return { module: named(binary), sources };
  const { module, names } = splitNames(binary);
  return { module: named(module), names, sources };
}

/** A guest of the package calls its reasons as assembly/abi.ts does; the device and the crypto modules have none. */
function named(module: Uint8Array): Uint8Array {
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(module as BufferSource));
  const isGuest = exported.some(({ name }) => name === "boot" || name === "step");
  return isGuest ? withHaltNames(module, PACKAGE_REASONS) : module;
}
