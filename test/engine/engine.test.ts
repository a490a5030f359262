// The list of the engine's mutants and the report of a run over it agree, and every mutant still finds its text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENGINE_MUTANTS } from "./mutants.js";

const ROOT = join(import.meta.dirname, "../..");

test("each mutant's text is found exactly once", () => {
  const texts = new Map<string, string>();
  const wrong: string[] = [];
  for (const { what, changes } of ENGINE_MUTANTS) {
    for (const { file, from } of changes) {
      const text = texts.get(file) ?? readFileSync(join(ROOT, file), "utf8");
      texts.set(file, text);
      const found = text.split(from).length - 1;
      if (found !== 1) wrong.push(`${what}: ${file}: found ${found} times: ${from}`);
    }
  }
  expect(wrong).toEqual([]);
});
