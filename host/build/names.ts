// Splits a compiled module in what ships and what its functions are called: a name section is of no use to a device, but
// budgets need it.
import { decode } from "../core/wasm/decode.js";
import { SECTION_CUSTOM } from "../core/wasm/module.js";

/** The module without its name section, and that section's bytes, whole, so that they can be put behind it again. */
export function splitNames(binary: Uint8Array): { readonly module: Uint8Array; readonly names: Uint8Array } {
  const found = decode(binary).sections.find(({ id, name }) => id === SECTION_CUSTOM && name === "name");
  if (found === undefined) return { module: binary, names: new Uint8Array(0) };
  const names = binary.slice(found.offset, found.endOffset);
  const module = new Uint8Array(binary.length - names.length);
  module.set(binary.subarray(0, found.offset));
  module.set(binary.subarray(found.endOffset), found.offset);
  return { module, names };
}
