// The project's documents as text: which there are, and the fenced blocks in them. Reads files; runs and judges nothing.
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** Folders that hold nothing of ours, or what is made from it. */
const APART = new Set(["node_modules", "dist", ".git", ".everboot", "coverage"]);

/** Every file of the repository, as a path from its root with slashes. */
export const FILES: readonly string[] = filesIn(ROOT);

/** Every document, the READMEs of templates and samples included. */
export const DOCUMENTS: readonly string[] = FILES.filter((path) => path.endsWith(".md"));

/** The documents that a user reads and follows: what they say to run is run. */
export const GUIDES: readonly string[] = DOCUMENTS.filter(
  (path) => path === "README.md" || path.startsWith("docs/"),
);

/** A fenced block. */
export interface Block {
  /** What stands behind the opening fence, such as `sh` or `text last="3"`. */
  readonly info: string;
  /** Lines between the fences. */
  readonly lines: readonly string[];
  /** Index of the opening fence among the document's lines. */
  readonly fence: number;
}

/** A document's text. */
export function textOf(document: string): string {
  return readFileSync(join(ROOT, document), "utf8");
}

/** The fenced blocks of a text, in order. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  for (let fence = 0; fence < lines.length; fence++) {
    if (!lines[fence]?.startsWith("```")) continue;
    const end = lines.indexOf("```", fence + 1);
    if (end === -1) throw new Error(`line ${fence + 1}: a fence that nothing closes`);
    blocks.push({ info: (lines[fence] ?? "").slice(3), lines: lines.slice(fence + 1, end), fence });
    fence = end;
  }
  return blocks;
}

/** What a block's info says, as in `sh exit="1"`: null where it does not say it. */
export function saidOf({ info }: Block, key: string): string | null {
  return new RegExp(`\\b${key}="([^"]*)"`).exec(info)?.[1] ?? null;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (APART.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [relative(ROOT, path).split(sep).join("/")];
  });
}
