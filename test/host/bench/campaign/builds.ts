// Builds that differ from this one in some files, for the bench to be measured against. Test helper only.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** This build. */
export const DIST = join(import.meta.dirname, "../../../../dist");

/** A change that makes a build say other states of every scene. */
export const OTHER_STATES: Readonly<Record<string, string>> = {
  "host/campaign/share-result.js": `export const columnsOf = () => ({ keys: new Uint32Array(4), depths: new Uint32Array(1),
    powerOn: new Uint8Array(1), judged: new Uint32Array(1), violations: new Uint32Array(1) });
    export const mergeShares = () => undefined, NO_STATES = undefined;\n`,
};

/** Makes a build in a folder: as this one, but for files that hold another text, or are not there where that is null. */
export function buildWith(dist: string, changed: Readonly<Record<string, string | null>>): string {
  mkdirSync(dist);
  for (const part of ["assembly", "wasm"]) symlinkSync(join(DIST, part), join(dist, part));
  // Modules look for their packages in the folders above them.
  symlinkSync(join(DIST, "../node_modules"), join(dist, "node_modules"));
  cpSync(join(DIST, "host"), join(dist, "host"), {
    recursive: true,
    filter: (source) => !source.endsWith(".d.ts") && changed[source.slice(DIST.length + 1)] !== null,
  });
  for (const [file, text] of Object.entries(changed))
    if (text !== null) writeFileSync(join(dist, file), text);
  return dist;
}
