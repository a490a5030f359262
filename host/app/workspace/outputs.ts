// Where results are to go, looked at before the work for them begins: what cannot be written is misuse, not the end of an hour's
// work. Leaves no file.
import { resolve } from "node:path";
import { MisuseError } from "../../core/errors.js";
import { checkPlace } from "./files.js";

/** Standard output, for options that take it. */
const STANDARD_OUTPUT = "-";

/**
 * Checks that each of these files could be written, and that no two are the same.
 * @param files by the option that names them, like "--json"; undefined where it is absent
 * @throws FileError for a place that cannot be written, MisuseError for two options with one file.
 */
export function checkOutputs(files: Readonly<Record<string, string | undefined>>): void {
  const options = new Map<string, string>();
  for (const [option, file] of Object.entries(files)) {
    if (file === undefined || file === STANDARD_OUTPUT) continue;
    checkPlace(file, `${option} ${file}`);
    const path = resolve(file);
    const other = options.get(path);
    if (other !== undefined)
      throw new MisuseError(`${other} and ${option}: expected two files, found ${file} twice`);
    options.set(path, option);
  }
}
