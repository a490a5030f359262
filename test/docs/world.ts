// The folder in which a document's commands are run: what a reader would have by then. Test helper only.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeFixedKeys } from "../support/findings.js";
import { type Block, ROOT } from "./documents.js";

/** Bytes of the application whose binary documents sign. */
const APP_BYTES = 600;

/** A folder of its own for one document. */
export interface World {
  readonly folder: string;
  remove(): void;
}

/** Makes the folder: fixed keys, an application's binary, images that must never boot, guests, what stands for a patch and a bill, and the document's own configuration. */
export function makeWorld(blocks: readonly Block[]): World {
  const folder = mkdtempSync(join(tmpdir(), "everboot-docs-"));
  const put = (from: string, to: string): void => copyFileSync(join(ROOT, from), join(folder, to));
  placeFixedKeys(folder);
  writeFileSync(join(folder, "app.raw"), Buffer.alloc(APP_BYTES, "everboot"));
  writeFileSync(join(folder, "broken.bin"), Buffer.alloc(APP_BYTES, "broken"));
  writeFileSync(join(folder, "next.patch"), Buffer.alloc(APP_BYTES, "patch"));
  writeFileSync(join(folder, "bill.json"), "{}");
  put("images/imgtool/app-ed25519-signed.bin", "foreign.bin");
  put("budget.json", "budget.json");
  mkdirSync(join(folder, "build"));
  for (const role of ["boot", "agent"]) put(`dist/wasm/${role}-ed25519.wasm`, `build/${role}.wasm`);
  placeConfiguration(folder, blocks);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Every block that is a configuration: the last of each kind counts, as each stands for the whole file. */
function placeConfiguration(folder: string, blocks: readonly Block[]): void {
  const texts = (language: string, sign: RegExp): string | undefined =>
    blocks
      .filter(({ info }) => info === language)
      .map(({ lines }) => lines.join("\n"))
      .filter((text) => sign.test(text))
      .at(-1);
  const json = texts("json", /"(guests|devices)"/);
  // Its import of the package is resolved from where the command line stands.
  const script = texts("ts", /defineConfig/);
  if (json !== undefined) writeFileSync(join(folder, "everboot.config.json"), json);
  if (script !== undefined) writeFileSync(join(folder, "everboot.config.ts"), script);
}
