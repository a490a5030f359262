// The one error of host/core/wasm: a binary that is malformed, or that uses what this code does not know.
// Never thrown for anything that happens while a guest runs.
import { MisuseError } from "../errors.js";

/** A WebAssembly binary that cannot be read or rewritten, with the place where reading stopped. */
export class WasmFormatError extends MisuseError {
  override readonly name = "WasmFormatError";
  /** Bytes from the start of the binary. */
  readonly offset: number;
  /** Index in the module's function index space, when the place lies in a function's body. */
  readonly functionIndex: number | null;

  constructor(problem: string, offset: number, functionIndex: number | null = null) {
    const place = functionIndex === null ? "" : ` in function ${functionIndex}`;
    super(`${problem} at byte ${offset}${place}`);
    this.offset = offset;
    this.functionIndex = functionIndex;
  }
}
