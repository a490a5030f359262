// Every command of README.md and docs/ is run, in a folder as a reader would have it by then, and must end with the exit code that the
// document says (0 where it says none). Where the document shows printed text below, that is compared; EVERBOOT_DOCS=write puts what is
// printed now into the documents instead.
// @module-tag slow: runs each command of the documents as a process of its own
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Block, GUIDES, ROOT, blocksOf, saidOf, textOf } from "./documents.js";
import { excerptOf, isExcerpt, steadyOf } from "./excerpt.js";
import { NOT_RUN } from "./not-run.js";
import { commandLines, wordsOf } from "./shell.js";
import { type World, makeWorld } from "./world.js";

const MAIN = join(ROOT, "dist/host/cli/main.js");
const IS_WRITING = process.env["EVERBOOT_DOCS"] === "write";
const OWN = ["npx", "everboot"];

const unrun = new Set(NOT_RUN.map(({ command }) => command));

/** Runs a command; answers what it prints on standard output. */
function run(command: string, folder: string, exit: number): Promise<string> {
  const [npx, everboot, ...words] = wordsOf(command);
  if (npx !== OWN[0] || everboot !== OWN[1])
    throw new Error(`expected an entry in not-run.ts, found none: ${command}`);
  return new Promise((resolve, reject) => {
    // A script of CI would have annotations on top of what documents show.
    const env = { ...process.env, GITHUB_ACTIONS: "" };
    const options = { cwd: folder, env, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [MAIN, ...words], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      if (code === exit) resolve(stdout);
      else
        reject(
          new Error(`${command}: expected exit code ${exit}, found ${code}\n${stderr}${stdout.slice(-2000)}`),
        );
    });
  });
}

/** Puts the lines between the fences of a block that has the same place in the document as it is by now. */
function rewrite(document: string, at: number, lines: readonly string[]): void {
  const text = readFileSync(join(ROOT, document), "utf8").split("\n");
  const block = blocksOf(text.join("\n"))[at] as Block;
  text.splice(block.fence + 1, block.lines.length, ...lines);
  writeFileSync(join(ROOT, document), text.join("\n"));
}

describe.each(GUIDES)("%s", (document) => {
  const blocks = blocksOf(textOf(document));
  const shells = blocks
    .map((block, at) => ({ block, at, commands: commandLines(block.lines) }))
    .filter(
      ({ block, commands }) => /^sh\b/.test(block.info) && commands.some((command) => !unrun.has(command)),
    );
  let world: World;
  beforeAll(() => void (world = makeWorld(blocks)));
  afterAll(() => world.remove());

  it.each(shells.map((shell) => [shell.commands.join(" ; "), shell] as const))("%s", async (_, shell) => {
    let printed = "";
    for (const command of shell.commands)
      if (!unrun.has(command))
        printed = await run(command, world.folder, Number(saidOf(shell.block, "exit") ?? "0"));
    const below = blocks[shell.at + 1];
    if (!isExcerpt(below)) return;
    const lines = excerptOf(below, printed);
    if (IS_WRITING) rewrite(document, shell.at + 1, lines);
    else expect(steadyOf(below.lines)).toBe(steadyOf(lines));
  });

  if (shells.length === 0)
    it("has no command to run", () => expect(existsSync(join(ROOT, document))).toBe(true));
});
