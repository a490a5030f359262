// When the harness is compiled: TypeScript itself is not run, but stands here as a function that writes what it would.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Stamps } from "../../../../host/build/run/stamps.js";
import { buildTypes } from "../../../../host/build/run/types.js";
import { Project } from "./project.js";

const ROOT = join(import.meta.dirname, "../../../..");
const MEMORY = "dist/stamps/typescript.tsbuildinfo";
const FILES = {
  "tsconfig.build.json": JSON.stringify({
    include: ["host", "assembly/abi.ts"],
    exclude: ["host/init", "host/build/run"],
  }),
  ...{ "tsconfig.json": "{}", "package.json": "{}", "package-lock.json": "{}" },
  ...{ "host/cli/main.ts": "1;\n", "host/index.ts": "2;\n", "assembly/abi.ts": "3;\n" },
  ...{ "host/init/template.ts": "4;\n", "host/build/run/main.ts": "5;\n", "host/world.d.ts": "6;\n" },
};
const SOURCES = ["host/cli/main", "host/index", "assembly/abi"];

let project: Project;
/** Whether TypeScript had its memory, for each time it ran. */
let ran: boolean[];
beforeEach(() => {
  project = new Project(FILES);
  ran = [];
});
afterEach(() => rmSync(project.root, { recursive: true }));

const isThere = (path: string): boolean => existsSync(join(project.root, path));

function build(succeeds = true, sources = SOURCES) {
  return buildTypes({
    ...{ root: project.root, stamps: new Stamps(project.root) },
    run: async (words) => {
      expect(words.slice(0, 3)).toEqual(["-p", "tsconfig.build.json", "--noEmitOnError"]);
      expect(words.slice(3)).toEqual(["--incremental", "--tsBuildInfoFile", MEMORY]);
      ran.push(isThere(MEMORY));
      project.write(MEMORY, "memory");
      for (const source of sources)
        for (const ending of ["js", "d.ts"])
          project.write(
            `dist/${source}.${ending}`,
            isThere(`${source}.ts`) ? project.read(`${source}.ts`) : "",
          );
      return succeeds;
    },
  });
}

describe("the harness", () => {
  it("is compiled from nothing, and not when nothing changed", async () => {
    expect(await build()).toBe("made");
    expect(await build()).toBe("kept");
    expect(ran).toEqual([false]);
  });

  it.each(["host/index.ts", "assembly/abi.ts", "tsconfig.json", "package-lock.json"])(
    "is compiled with TypeScript's memory where %s changed",
    async (path) => {
      await build();
      project.write(path, "7;\n");
      expect([await build(), await build()]).toEqual(["made", "kept"]);
      expect(ran).toEqual([false, true]);
    },
  );

  it("is compiled where a source is new, and not where one is that is left out", async () => {
    await build();
    project.write("host/init/template.ts", "7;\n");
    project.write("host/build/run/more.ts", "7;\n");
    project.write("host/DESIGN.md", "7\n");
    expect(await build()).toBe("kept");
    project.write("host/more.ts", "7;\n");
    expect(await build(true, [...SOURCES, "host/more"])).toBe("made");
  });

  it.each(["dist/host/index.js", "dist/host/index.d.ts"])(
    "is compiled whole, without that memory, where %s is missing or cut short",
    async (path) => {
      await build();
      rmSync(join(project.root, path));
      expect(await build()).toBe("made");
      project.write(path, "");
      expect([await build(), await build()]).toEqual(["made", "kept"]);
      expect(ran).toEqual([false, false, false]);
    },
  );

  it("is compiled again, whole, after TypeScript has failed for the first time", async () => {
    expect(await build(false)).toBe("failed");
    expect(await build()).toBe("made");
    expect(ran).toEqual([false, false]);
  });

  it("loses what was made of a source that is gone", async () => {
    await build();
    rmSync(join(project.root, "host/index.ts"));
    expect(await build(true, ["host/cli/main", "assembly/abi"])).toBe("made");
    expect(isThere("dist/host/index.js") || isThere("dist/host/index.d.ts")).toBe(false);
    expect(isThere("dist/host/cli/main.js")).toBe(true);
    expect(await build()).toBe("kept");
  });
});

describe("tsconfig.build.json", () => {
  it("names files and folders, as the build reads it", () => {
    const { include, exclude } = JSON.parse(readFileSync(join(ROOT, "tsconfig.build.json"), "utf8")) as {
      include: string[];
      exclude: string[];
    };
    for (const path of [...include, ...exclude]) expect(existsSync(join(ROOT, path))).toBe(true);
  });
});
