// A pass over the compiler's program: a constant of ours is compiled where something that is compiled uses it. Without
// it every table of an imported file is in the module, though no function of that file is: an Ed25519 boot would carry
// P-256's tables. Changes nothing but whether constants are compiled.
import * as compiler from "assemblyscript";
import type { Program } from "assemblyscript";
import type { Transform } from "assemblyscript/asc";

const LIBRARY = "~lib/";

/** Objects at run time, though the package declares them as const enums, which verbatimModuleSyntax cannot read. */
interface CompilerNumbers {
  readonly ElementKind: { readonly Global: number };
  readonly CommonFlags: { readonly Const: number };
  readonly DecoratorFlags: { readonly Lazy: number };
}
const { ElementKind, CommonFlags, DecoratorFlags } = compiler as unknown as CompilerNumbers;

/** What the compiler's decorator `lazy` does, for every constant outside its own library. */
const lazyConstants: Pick<Transform, "afterInitialize"> = {
  afterInitialize(program: Program): void {
    for (const element of program.elementsByDeclaration.values()) {
      if (element.kind !== ElementKind.Global || !element.is(CommonFlags.Const)) continue;
      if (!element.internalName.startsWith(LIBRARY)) element.decoratorFlags |= DecoratorFlags.Lazy;
    }
  },
};

/** The pass, as asc takes it: it calls the hooks that are there. */
export const LAZY_CONSTANTS = lazyConstants as Transform;
