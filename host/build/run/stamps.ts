// What a build step has made, and from what: a stamp for each step in dist/stamps, so that the step is left out while nothing
// it depends on has changed. Compares contents, never times. Knows nothing of what the steps do.
//
// A stamp has three parts. `what` stands for all that is no file: the options, the versions of the tools, the code that does the
// step. `sources` are the files that were read, also those that were looked for and are not there, since one that appears
// changes what is made. `files` are the files that were made. A step is left out only where all three are still the same: so a
// build that was interrupted, or whose files were deleted or damaged, is done again.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = "dist/stamps";
const ENDING = ".json";

/** Digests by path below the project's folder; null for a file that is not there. */
export type Digests = Readonly<Record<string, string | null>>;

/** What was made, and from what. */
interface Stamp {
  readonly what: string;
  readonly sources: Digests;
  readonly files: Digests;
}

/** SHA-256 in hex. */
export function digestOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The stamps of a project, and its files as they were when this object first looked at them. */
export class Stamps {
  readonly #root: string;
  readonly #sources = new Map<string, string | null>();

  /** @param root the project's folder */
  constructor(root: string) {
    this.#root = root;
  }

  /** Names of the steps that have a stamp. */
  names(): string[] {
    try {
      const files = readdirSync(join(this.#root, FOLDER));
      return files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
    } catch {
      return []; // nothing was built yet
    }
  }

  /**
   * Whether a step may be left out.
   * @param what stands for all that the step depends on and that is no file
   */
  isFresh(name: string, what: string): boolean {
    const stamp = this.#read(name);
    return (
      stamp !== undefined &&
      stamp.what === what &&
      Object.entries(stamp.sources).every(([path, digest]) => this.source(path) === digest) &&
      this.isWhole(name)
    );
  }

  /** Whether every file that a step has made is still as it made it; false where there is no stamp. */
  isWhole(name: string): boolean {
    const stamp = this.#read(name);
    return (
      stamp !== undefined &&
      Object.entries(stamp.files).every(([path, digest]) => this.#digestNow(path) === digest)
    );
  }

  /** The digest of a source as it was when it was first asked for; null where there is none. */
  source(path: string): string | null {
    const known = this.#sources.get(path);
    if (known !== undefined) return known;
    const digest = this.#digestNow(path);
    this.#sources.set(path, digest);
    return digest;
  }

  /**
   * Stamps a step whose files were written.
   * @param sources as they were read: a file that changes meanwhile makes the step due again
   * @param files paths below the project's folder
   */
  stamp(name: string, what: string, sources: Digests, files: readonly string[]): void {
    const made = Object.fromEntries(files.map((path) => [path, this.#digestNow(path)]));
    const stamp: Stamp = { what, sources, files: made };
    this.write(`${FOLDER}/${name}${ENDING}`, `${JSON.stringify(stamp, null, 1)}\n`);
  }

  /** Deletes what a step has made, and its stamp, but for files that something else makes. */
  forget(name: string, kept: ReadonlySet<string> = new Set()): void {
    for (const path of Object.keys(this.#read(name)?.files ?? {})) if (!kept.has(path)) this.remove(path);
    this.remove(`${FOLDER}/${name}${ENDING}`);
  }

  /** Deletes a file, if it is there. */
  remove(path: string): void {
    rmSync(join(this.#root, path), { force: true });
  }

  /** Writes a file whole: whoever reads it meanwhile, or is interrupted here, finds the file as it was or as it is to be. */
  write(path: string, content: string | Uint8Array): void {
    const file = join(this.#root, path);
    const unfinished = join(this.#root, FOLDER, `${path.replaceAll("/", "-")}.${process.pid}`);
    mkdirSync(dirname(unfinished), { recursive: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
  }

  #read(name: string): Stamp | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#root, FOLDER, name + ENDING), "utf8")) as Stamp;
    } catch {
      return undefined; // never built, or cut short by something that is not this program
    }
  }

  #digestNow(path: string): string | null {
    try {
      return digestOf(readFileSync(join(this.#root, path)));
    } catch {
      return null;
    }
  }
}
