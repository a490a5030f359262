// The gallery: one command for all of them, told nothing; each bug is caught by its oracle, each fixed twin holds.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { faultCount } from "../../../host/gallery/catch.js";
import { GALLERY, TWINS } from "../../../host/gallery/entries.js";
import type { GalleryRow } from "../../../host/report/tables/gallery-table.js";
import { galleryFindingsOf } from "../../support/findings.js";
import { screenOf } from "../../support/screens.js";
import { everboot } from "./run.js";

const FOLDER = join(import.meta.dirname, "../../gallery");
const FAULTS_MAX = 3;
/** Lines that are there in one twin and not in the other, of its code. */
const CHANGED_MAX = 10;

/** Lines of a twin's code: without comments, blank lines and imports. */
function codeOf(name: string, twin: string): string[] {
  const text = readFileSync(join(FOLDER, name, `${twin}.ts`), "utf8");
  return text
    .replace(/^import [^;]*;$/gm, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(\/\/|\/\*)/.test(line));
}

/** How many of `lines` are left when those of `others` are taken away, each once. */
function changed(lines: readonly string[], others: readonly string[]): number {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  }).length;
}

// Every bug and every fixed twin goes through a whole sweep: two minutes.
describe("the gallery", { tags: "slow" }, () => {
  const rows = new Map<number, GalleryRow>();
  let code = -1;

  beforeAll(async () => {
    const { stdout, code: ended } = await everboot("gallery", "--json");
    for (const row of JSON.parse(stdout) as GalleryRow[]) rows.set(row.id, row);
    code = ended;
  });

  it("has the known bugs, numbered from 1 on, each with a folder of its own", () => {
    expect(GALLERY.length).toBeGreaterThanOrEqual(22);
    expect(GALLERY.map(({ id }) => id)).toEqual(GALLERY.map((_, index) => index + 1));
    const folders = readdirSync(FOLDER).filter((name) => /^\d/.test(name));
    expect(folders.sort()).toEqual(GALLERY.map(({ name }) => name).sort());
    expect(code).toBe(0);
  });

  it("finds what it found ever, after as many boots", async () => {
    await expect(galleryFindingsOf([...rows.values()])).toMatchFileSnapshot("findings/gallery.txt");
  });

  it.each(GALLERY.map((entry) => [entry.name, entry] as const))("%s is caught by its oracle", (_, entry) => {
    const { caught } = rows.get(entry.id) as GalleryRow;
    expect(caught?.oracle).toBe(entry.oracle);
    expect(caught?.faults).toBeLessThanOrEqual(FAULTS_MAX);
    expect(caught?.bootsExecuted).toBeLessThanOrEqual(entry.bootsMax);
  });

  it.each(GALLERY.map((entry) => [entry.name, entry] as const))("%s has a twin that holds", (_, { id }) => {
    const { fixed } = rows.get(id) as GalleryRow;
    expect(fixed).toMatchObject({ caught: [], incomplete: [] });
    expect(fixed.judged).toBeGreaterThan(20_000);
  });
});

describe("a bug of the gallery", () => {
  it.each(GALLERY.map(({ name }) => name))("%s differs from its twin in a few lines", (name) => {
    const [bad = [], fixed = []] = TWINS.map((twin) => codeOf(name, twin));
    const [removed, added] = [changed(bad, fixed), changed(fixed, bad)];
    expect(removed + added).toBeGreaterThan(0);
    expect(Math.max(removed, added)).toBeLessThanOrEqual(CHANGED_MAX);
  });

  it.each(GALLERY.map(({ name }) => name))("%s says in its first lines what happened", (name) => {
    for (const twin of TWINS) {
      const file = join(FOLDER, name, `${twin}.ts`);
      expect(existsSync(file)).toBe(true);
      expect(readFileSync(file, "utf8")).toMatch(/^\/\/ .*(#\d+|CVE-|F-4410|[0-9a-f]{8})/);
    }
  });
});

describe("faults of a run", () => {
  const cut = (call: number, operation: number) => ({ call, operation, shape: "none" }) as const;

  it("count one for a cut that is repeated", () => {
    expect(faultCount({ cuts: [cut(3, 1), cut(4, 1), cut(5, 1)] })).toBe(1);
  });

  it("count each of those that differ", () => {
    expect(faultCount({ cuts: [cut(3, 1), cut(4, 2), cut(5, 1)] })).toBe(3);
  });
});

describe("everboot gallery", () => {
  it("names the ids that there are where it is given another", async () => {
    const { code, stderr } = await everboot("gallery", "99");
    expect([code, stderr]).toEqual([2, `everboot: expected ids from 1 to ${GALLERY.length}, found "99"\n`]);
  });

  it("shows a table with a line for each bug", { tags: "slow" }, async () => {
    const { code, stdout } = await everboot("gallery", "7", "10");
    expect(code).toBe(0);
    await expect(screenOf(stdout)).toMatchFileSnapshot("screens/gallery.txt");
  });
});
