// What documents say that can be checked without running anything: paths and links exist, figures are those of the code, the glossary can
// be read by a program, and the README stays short. Runs no command; commands.test.ts does.
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../host/campaign/plan/scenarios.js";
import { PARTS } from "../../host/device/parts.js";
import { GALLERY } from "../../host/gallery/entries.js";
import { SWEEP } from "../../host/gallery/sweep.js";
import { DOCUMENTS, FILES, GUIDES, ROOT, blocksOf, textOf } from "./documents.js";
import { NOT_RUN } from "./not-run.js";
import { commandLines } from "./shell.js";

const README_LINES_MAX = 150;
const FOLDERS = new Set(FILES.flatMap((path) => parentsOf(path)));
/** Documents that are copied into other projects, where they have other neighbours. */
const OURS = DOCUMENTS.filter((path) => !path.startsWith("host/init/") || path === "host/init/DESIGN.md");
/** Documents of other projects that ours cite. */
const CITED = ["docs/design.md"];
/** Sources that a reader of docs/ writes. */
const READERS_FILES = ["everboot.config.ts", "mine.ts"];
const NUMBER_WORDS = ["seven", "thirteen"] as const;
const NUMBER_OF_WORD: Readonly<Record<(typeof NUMBER_WORDS)[number], number>> = { seven: 7, thirteen: 13 };

function parentsOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === "." ? [] : [folder, ...parentsOf(folder)];
}

/** Text outside of fenced blocks: what is in them is somebody's input or output. */
function proseOf(document: string): string {
  return textOf(document).replace(/^```[^]*?^```$/gm, "");
}

function exists(path: string): boolean {
  const plain = path.replace(/\/$/, "");
  return plain === "." || FILES.includes(plain) || FOLDERS.has(plain);
}

/** The name by which a link leads to a heading, as the pages of code hosts make it. */
function anchorsOf(document: string): string[] {
  return [...proseOf(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}

describe.each(OURS)("%s", (document) => {
  it("names paths that there are", () => {
    const paths = [
      ...proseOf(document).matchAll(/`((?:host|assembly|test|docs|scripts|images)\/[\w./-]*)`/g),
    ];
    expect(
      paths.map(([, path = ""]) => path).filter((path) => !exists(path) && !CITED.includes(path)),
    ).toEqual([]);
  });

  it("names sources that there are, by the end of their path", () => {
    const names = [...proseOf(document).matchAll(/`([\w./-]+\.ts)`/g)].map(([, name = ""]) => name);
    const missing = names.filter(
      (name) => !READERS_FILES.includes(name) && !FILES.some((path) => `/${path}`.endsWith(`/${name}`)),
    );
    expect(missing).toEqual([]);
  });

  it("has links that lead somewhere", () => {
    const links = [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? document : posix.normalize(posix.join(posix.dirname(document), path));
      return !exists(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});

describe("the README", () => {
  it(`has at most ${README_LINES_MAX} lines`, () => {
    expect(textOf("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(README_LINES_MAX);
  });

  it("leads to every page of docs/", () => {
    const pages = GUIDES.filter((path) => path !== "README.md");
    expect(pages.filter((page) => !textOf("README.md").includes(`(${page})`))).toEqual([]);
  });
});

describe("a page of docs/", () => {
  it.each(GUIDES.filter((path) => path !== "README.md"))("%s begins with whom it is for", (page) => {
    expect(textOf(page)).toMatch(/^# .+\nFor /);
  });
});

describe("a command that is not run", () => {
  it.each(NOT_RUN.map(({ command, reason }) => [command, reason] as const))(
    "%s stands in a document",
    (command) => {
      const commands = GUIDES.flatMap((document) =>
        blocksOf(textOf(document))
          .filter(({ info }) => /^sh\b/.test(info))
          .flatMap(({ lines }) => commandLines(lines)),
      );
      expect(commands).toContain(command);
    },
  );

  it("names a test that there is, where one does it instead", () => {
    const named = NOT_RUN.flatMap(({ reason }) =>
      [...reason.matchAll(/test\/[\w./-]+/g)].map(([path]) => path),
    );
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });
});

describe("the glossary", () => {
  const entries = [...textOf("docs/words.md").matchAll(/^- (.*)$/gm)].map(([, line = ""]) => line);
  const words = entries.map((line) => /^\*\*([^*]+)\*\* — \S.*\.$/.exec(line)?.[1] ?? `no entry: ${line}`);

  it("has one line for each word, with its meaning as a sentence", () => {
    expect(words.filter((word) => word.startsWith("no entry"))).toEqual([]);
    expect(new Set(words).size).toBe(words.length);
  });

  it("has each section in the order of the alphabet", () => {
    const sections = textOf("docs/words.md").split(/^## /m).slice(1);
    for (const section of sections) {
      const own = [...section.matchAll(/^- \*\*([^*]+)\*\*/gm)].map(([, word = ""]) => word.toLowerCase());
      expect(own).toEqual([...own].sort());
    }
  });
});

describe("figures of documents", () => {
  /** Every number that the guides have at the place of `#` in a phrase; a number may be a word. */
  function figures(phrase: string): number[] {
    const pattern = new RegExp(`\\b${phrase.replace("#", `(\\d+|${NUMBER_WORDS.join("|")})`)}`, "gi");
    return GUIDES.flatMap((document) =>
      [...proseOf(document).replace(/\s+/g, " ").matchAll(pattern)].map(([, figure = ""]) =>
        /^\d/.test(figure) ? Number(figure) : NUMBER_OF_WORD[figure.toLowerCase() as "seven"],
      ),
    );
  }

  it.each([
    ["matrix of # scenarios on", SCENARIOS.length],
    ["the # scenarios", SCENARIOS.length],
    ["plays # scenarios", SCENARIOS.length],
    ["# part profiles", PARTS.length],
    ["models # flash parts", PARTS.length],
    ["# boot and update bugs", GALLERY.length],
    ["# bugs of real products", GALLERY.length],
    ["sweep of # campaigns", SWEEP.length],
    ["the # campaigns that every bug", SWEEP.length],
    [
      "campaigns that every bug of the gallery goes through: # scenarios",
      new Set(SWEEP.map(({ scenario }) => scenario.name)).size,
    ],
  ])("%s: %d", (phrase, figure) => {
    const said = figures(phrase);
    expect(said.length).toBeGreaterThan(0);
    expect(new Set(said)).toEqual(new Set([figure]));
  });

  it("the demo's persistent states are those of the committed findings", () => {
    const demo = readFileSync(join(ROOT, "test/host/cli/findings/demo.txt"), "utf8");
    const states = [...demo.matchAll(/(\d+) states,/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect(textOf("README.md")).toContain(`over ${states} persistent states`);
  });

  it("the mutants are those of the committed report", () => {
    const report = JSON.parse(textOf("test/mutation/report.json")) as {
      summary: Readonly<
        Record<"mutants" | "killed" | "equivalent" | "sameBinary" | "survived" | "killedPercent", number>
      >;
    };
    const { mutants, killed, equivalent, sameBinary, survived, killedPercent } = report.summary;
    const [, section = ""] = textOf("docs/proofs.md").split(/^### (?:Mutants of the core|Random guests)$/m);
    const text = section.replace(/\s+/g, " ").replace(/(\d) (?=\d{3}\b)/g, "$1");
    expect(text).toContain(`changes the boot core in ${mutants} places`);
    expect(text).toContain(
      `${killed} are noticed, ${equivalent} are equivalent (${sameBinary} compile to the same bytes`,
    );
    expect(text).toContain(
      `${survived} survive: of those that are not equivalent ${killedPercent} % are noticed`,
    );
    expect(textOf("README.md").replace(/(\d) (?=\d{3}\b)/g, "$1")).toContain(`Of ${mutants} [mutants`);
  });

  it("the matrix has as many rows as there are scenarios and parts", () => {
    const table = textOf("docs/proofs.md").split("<!-- everboot matrix -->")[1]?.split("\n\n")[0] ?? "";
    const rows = table
      .split("\n")
      .filter((line) => /^\| [a-z]/.test(line) && !line.startsWith("| scenario "));
    expect(rows.length).toBe(SCENARIOS.length * PARTS.length);
  });
});
