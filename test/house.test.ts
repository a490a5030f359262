// The house rules: how long files and functions may be, how many files a folder may hold, which directions are guarded, where a test
// stands, what a file begins with. What breaks a rule stands in house.json with its reason, and is taken from there when it no longer
// does. Never asserts what any code does.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../host/campaign/plan/scenarios.js";
import { PARTS } from "../host/device/parts.js";
import { ENGINE_SUITE } from "./engine/suite.js";
import {
  type DirectionRule,
  countByFolder,
  filesBelow,
  functionsOf,
  isAbout,
  limitsOf,
  lineCount,
  namedInComments,
  namesAllRooms,
  textOf,
} from "./house.js";

const ROOT = join(import.meta.dirname, "..");
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;
const FOLDER_FILES_MAX = 20;
const REASON_LEAST = 15;
const COMMENT_LEAST = 30;
const NUMBERS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
].concat([
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
  "eighteen",
  "nineteen",
  "twenty",
]);

/** By rule, and by what breaks it: why it may. */
const EXCEPTIONS = JSON.parse(textOf("test/house.json")) as Readonly<
  Record<
    "longFiles" | "longFunctions" | "fullFolders" | "unguardedFolders" | "testsOfNoFile",
    Readonly<Record<string, string>>
  >
>;

const sources = filesBelow(["host", "assembly"], /\.ts$/);
const tests = filesBelow(["test"], /\.ts$/);

/** What breaks a rule must be what is excused: nothing else breaks it, and no excuse is older than its need. */
function expectExcused(rule: keyof typeof EXCEPTIONS, breaking: readonly string[]): void {
  expect([...breaking].sort()).toEqual(Object.keys(EXCEPTIONS[rule]).sort());
}

describe("an exception", () => {
  it.each(Object.entries(EXCEPTIONS))("of %s has a reason", (_, excused) => {
    for (const [what, reason] of Object.entries(excused))
      expect(reason.length, `${what}: ${reason}`).toBeGreaterThanOrEqual(REASON_LEAST);
  });
});

describe("a source file", () => {
  it(`has at most ${FILE_LINES_MAX} lines`, () => {
    const long = sources.filter((file) => lineCount(textOf(file)) > FILE_LINES_MAX);
    expectExcused("longFiles", long);
  });

  it(`has no function of more than ${FUNCTION_LINES_MAX} lines`, () => {
    const large = sources.filter((file) => lineCount(textOf(file)) > FUNCTION_LINES_MAX);
    const long = large.flatMap((file) =>
      functionsOf(file)
        .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
        .map(({ name }) => `${file} ${name}`),
    );
    expectExcused("longFunctions", long);
  });
});

describe("a folder of sources", () => {
  it(`holds at most ${FOLDER_FILES_MAX} of them`, () => {
    const full = [...countByFolder(sources)].filter(([, count]) => count > FOLDER_FILES_MAX);
    expectExcused(
      "fullFolders",
      full.map(([folder]) => folder),
    );
  });

  const { forbidden } = createRequire(import.meta.url)(join(ROOT, ".dependency-cruiser.cjs")) as {
    forbidden: readonly DirectionRule[];
  };

  it("has a rule of direction that names all rooms which it may know", () => {
    const unguarded = [...countByFolder(sources).keys()].filter((folder) => {
      const inside = sources.filter(
        (file) => file.startsWith(`${folder}/`) && !file.slice(folder.length + 1).includes("/"),
      );
      return !inside.every((file) => forbidden.some((rule) => namesAllRooms(rule) && isAbout(rule, file)));
    });
    expectExcused("unguardedFolders", unguarded);
  });

  it("is there, where a rule of direction is about one", () => {
    const idle = forbidden.filter((rule) => !sources.some((file) => isAbout(rule, file)));
    expect(idle.map(({ name }) => name)).toEqual([]);
  });
});

describe("a test file", () => {
  it("stands where its source does and bears its name: test/X/name.aspect.test.ts is about X/name.ts", () => {
    const elsewhere = tests.filter((file) => {
      const [, source] =
        /^test\/((?:host|assembly)\/(?:.*\/)?[^./]+)(?:\.[^/]+)?\.test\.ts$/.exec(file) ?? [];
      return source !== undefined && !existsSync(join(ROOT, `${source}.ts`));
    });
    expectExcused("testsOfNoFile", elsewhere);
  });

  it("gives no test a limit of its own, which a busy machine would meet", () => {
    const limited = tests.flatMap((file) => limitsOf(file).map((line) => `${file}:${line}`));
    expect(limited).toEqual([]);
  });

  it("is there, where the engine's suite names one", () => {
    const missing = ENGINE_SUITE.flat().filter((name) => !existsSync(join(ROOT, name)));
    expect(missing).toEqual([]);
  });
});

describe("every file", () => {
  it("begins with a comment that says what it is", () => {
    const others = filesBelow(["host", "test", "scripts"], /\.(c|h|rs|mjs)$/);
    const bare = [...sources, ...tests, ...others].filter((file) => {
      const [, comment = ""] = /^(?:#!.*\n)?((?:\/\/.*\n|\/\*[^]*?\*\/)+)/.exec(textOf(file)) ?? [];
      return comment.replace(/^\/\/ @module-tag .*\n/, "").length < COMMENT_LEAST;
    });
    expect(bare).toEqual([]);
  });

  it("names in its comments only sources that there are, by the end of their path", () => {
    const known = [...sources, ...tests].map((file) => `/${file}`);
    const gone = [...sources, ...tests].flatMap((file) =>
      namedInComments(textOf(file))
        .filter((name) => !known.some((one) => one.endsWith(`/${name}`)))
        .map((name) => `${file}: ${name}`),
    );
    // GitHub's own source, which a comment cites.
    expect(gone).toEqual(["host/report/github.ts: packages/core/src/command.ts"]);
  });
});

describe("a document", () => {
  const documents = ["README.md", ...filesBelow(["docs", "host", "assembly", "test"], /\.md$/)];

  it("names npm scripts that there are", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Readonly<Record<string, string>> };
    const unknown = documents.flatMap((file) =>
      [...textOf(file).matchAll(/`npm run ([\w:]+)/g)].flatMap(([, name = ""]) =>
        name in scripts ? [] : [`${file}: npm run ${name}`],
      ),
    );
    expect(unknown).toEqual([]);
  });

  it("counts the parts and scenarios that there are", () => {
    const said = documents.flatMap((file) =>
      [...textOf(file).matchAll(/\b(\w+) scenarios on (\w+) parts\b/g)].map(([, ...words]) =>
        words.map((word) => NUMBERS.indexOf(word.toLowerCase())),
      ),
    );
    // "other scenarios on two parts" counts nothing here.
    for (const counts of said.filter((counts) => !counts.includes(-1)))
      expect(counts).toEqual([SCENARIOS.length, PARTS.length]);
  });
});
