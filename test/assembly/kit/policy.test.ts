// A guest of one's own over the package's kit, as docs/guests.md has it: it compiles in a project that has the package, and goes
// through the whole sweep clean; with a store that believes the first copy it does not.
// @module-tag slow: a sweep over a guest of the kit, which is some thirty campaigns.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { SWEEP } from "../../../host/gallery/sweep.js";
import { everboot, temporaryFolder } from "../../host/cli/run.js";

const ROOT = join(import.meta.dirname, "../../..");
const folder = temporaryFolder();
afterAll(folder.remove);

/** The first block of a language in a document's section. */
function blockIn(section: string, language: string): string {
  const [, text = ""] = readFileSync(join(ROOT, "docs/guests.md"), "utf8").split(`\n## ${section}\n`);
  const [, block] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text) ?? [];
  if (block === undefined) throw new Error(`docs/guests.md: no ${language} in "${section}"`);
  return block;
}

/** Compiles a guest in a project of its own, by the command that the document has. */
function compiled(name: string, source: string): string {
  const project = folder.path(name);
  mkdirSync(join(project, "node_modules"), { recursive: true });
  symlinkSync(ROOT, join(project, "node_modules/everboot"), "junction");
  writeFileSync(join(project, "mine.ts"), source);
  const [command = ""] = blockIn("A guest over the kit", "sh").split("\n");
  const asc = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
  execFileSync(process.execPath, [asc, ...command.split(" ").slice(2)], { cwd: project });
  return join(project, "mine.wasm");
}

const asFiles = (file: string) => ["--guest", file, "--agent", file];
const SOURCE = blockIn("A guest over the kit", "ts");

it("the document's guest goes through every campaign, and nothing is violated", async () => {
  const { code, stdout } = await everboot("sweep", ...asFiles(compiled("sound", SOURCE)));
  expect(stdout.replace(/\s+/g, " ")).toContain(`nothing violated in ${SWEEP.length} campaigns`);
  expect(code).toBe(0);
});

it("one that stores its state in one place alone is caught", async () => {
  const single = SOURCE.replace(
    /import \{/,
    'import { eraseArea, recordArea } from "everboot/assembly/record/body";\nimport { readCell, writeCell,',
  )
    .replace(/\bsaveOverOldest\b(?=\)|;)/g, "save")
    .replaceAll("loadNewest()", "readCell(recordArea(0))")
    .concat(
      "\nfunction save(state: u32): bool {\n  return eraseArea(recordArea(0)) && writeCell(recordArea(0), state);\n}\n",
    );
  const { code, stdout } = await everboot("sweep", "update", ...asFiles(compiled("single", single)));
  expect(stdout).toMatch(/VIOLATED: .*\(1 fault\)/);
  expect(code).toBe(1);
});
