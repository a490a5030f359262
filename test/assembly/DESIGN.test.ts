// The pages of assembly/: figures in their tables are those of the modules that were built and of the Record's model, files that they
// name are there, and every room has its row. What they argue no test can check.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decode } from "../../host/core/wasm/decode.js";
import { SECTION_CUSTOM } from "../../host/core/wasm/module.js";
import { OBJECTS_SECTION } from "../../host/core/watch.js";
import { wasm } from "../support/scenes.js";
import { CLOSING } from "./record/model/catalogue.js";

const ROOT = join(import.meta.dirname, "../..");
/** Static memory begins here in what the compiler makes. */
const MEMORY_START = 1024;
const RAM_LIMIT = 16 * 1024;
/** Variants of the Record's designs that the model knows and the page leaves out. */
const NOT_TOLD = ["any touch is a seal", "marks programmed once"];

const pages = readdirSync(join(ROOT, "assembly"), { recursive: true })
  .map((name) => `assembly/${String(name).replaceAll("\\", "/")}`)
  .filter((name) => name.endsWith("DESIGN.md"));

const ascending = (one: number, other: number) => one - other;

function textOf(name: string): string {
  return readFileSync(join(ROOT, name), "utf8");
}

/** Cells of the table under a heading that begins so, without its two first lines. */
function rowsUnder(page: string, head: string): string[][] {
  const lines = textOf(page).split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head}`));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

/** Bytes of a build: what ships, constants, zeroed memory. */
function sizesOf(build: string): number[] {
  const binary = wasm(build);
  const { sections, dataSegments } = decode(binary);
  const custom = sections.filter(({ id }) => id === SECTION_CUSTOM);
  const customBytes = custom.reduce((sum, { offset, endOffset }) => sum + endOffset - offset, 0);
  const constants = dataSegments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [binary.length - customBytes, constants, memoryEnd(binary) - MEMORY_START - constants];
}

/** Where the last object of static memory ends, as the module itself says: pairs of address and size. */
function memoryEnd(binary: Uint8Array): number {
  const [table] = WebAssembly.Module.customSections(
    new WebAssembly.Module(binary as BufferSource),
    OBJECTS_SECTION,
  );
  const words = new Uint32Array(table!);
  return words.reduce(
    (end, address, at) => (at % 2 === 0 ? Math.max(end, address + words[at + 1]!) : end),
    0,
  );
}

describe("the map", () => {
  it("has a row for each room, and each page that it links is there", () => {
    const rooms = readdirSync(join(ROOT, "assembly"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const named = rowsUnder("assembly/DESIGN.md", "room").map(([room]) => /^[`[]([a-z]+)/.exec(room!)?.[1]);
    expect(named.sort()).toEqual([...rooms, "abi"].sort());
  });

  it.each(pages)("%s links only to what is there", (page) => {
    const targets = [...textOf(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target!);
    expect(targets.filter((target) => !existsSync(join(ROOT, page, "..", target)))).toEqual([]);
  });

  it("of the device has every file of it", () => {
    const named = rowsUnder("assembly/device/DESIGN.md", "files").flatMap(([files]) =>
      [...files!.matchAll(/`([\w-]+\.ts)`/g)].map(([, file]) => file!),
    );
    const files = readdirSync(join(ROOT, "assembly/device")).filter((name) => name.endsWith(".ts"));
    expect(named.sort()).toEqual(files.sort());
  });
});

describe("the table of builds", () => {
  const rows = rowsUnder("assembly/DESIGN.md", "build");
  it.each(rows.map(([build, , , ...figures]) => [build!.replaceAll("`", ""), figures] as const))(
    "has the sizes of %s",
    (build, figures) => {
      expect(figures.map((figure) => Number(figure.replaceAll(" ", "")))).toEqual(sizesOf(build));
    },
  );

  it("is of builds whose RAM is less than 16 KiB, as is that of their agents", () => {
    for (const [build] of rows)
      for (const name of [build!, build!.replace("boot", "agent")])
        expect(sizesOf(name.replaceAll("`", ""))[2], name).toBeLessThan(RAM_LIMIT);
  });
});

describe("the table of the Record's designs", () => {
  it("has the states that the model's own test counts", () => {
    const told = rowsUnder("assembly/record/DESIGN.md", "design | states").flatMap(([, states]) =>
      states!.split(" for ")[0]!.split(", ").map(Number),
    );
    const counted = CLOSING.filter(({ name }) => !NOT_TOLD.some((part) => name.includes(part)));
    expect(told.sort(ascending)).toEqual(counted.map(({ states }) => states).sort(ascending));
  });

  it("names traces that are there", () => {
    const [first] = textOf("assembly/record/DESIGN.md").split("## Rules").slice(1);
    const named = [...first!.matchAll(/`([a-e r]\d?-[a-z-]+[a-z])`/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !existsSync(join(ROOT, `test/vectors/record/${name}.json`)))).toEqual([]);
  });
});
