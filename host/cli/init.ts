// `everboot init`: writes a small project of one's own, a boot policy with its campaigns, from the templates in host/init. Writes
// it beside its place and puts it there whole. Installs and compiles nothing.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { didYouMean } from "../core/nearest.js";
import { MisuseError } from "../core/errors.js";
import { attempt } from "../app/workspace/files.js";
import { ownSpec } from "../app/workspace/own-spec.js";

interface Language {
  /** Shell command that compiles boot and agent to build/. */
  readonly build: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** build.mjs --check says in one line what this machine lacks for it. */
  readonly checks?: true;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  assemblyscript: {
    build: `node -e "fs.rmSync('build', { recursive: true, force: true })" && asc assembly/boot.ts --target boot && asc assembly/agent.ts --target agent`,
    devDependencies: { assemblyscript: "^0.28.20" },
  },
  c: { build: "node build.mjs", checks: true },
  rust: { build: "node build.mjs", checks: true },
};
const LANGUAGE_NAMES = Object.keys(LANGUAGES);
const SCENARIOS = ["update", "revert"];
const TEMPLATES = fileURLToPath(new URL("../../../host/init/", import.meta.url));
/** Templates' names that npm would take out of a package. */
const RENAMED: readonly (readonly [string, string])[] = [["gitignore", ".gitignore"]];

/** Adds the command. */
export function registerInit(program: Command): void {
  program
    .command("init")
    .description(
      "write a small project of your own: a boot policy, its configuration, one command that tests it",
    )
    .argument("<dir>", "a new or empty folder")
    .requiredOption("--lang <language>", `${LANGUAGE_NAMES.join(", ")}`)
    .addHelpText(
      "after",
      "\nExample:\n  everboot init my-boot --lang c && cd my-boot && npm install && npm test",
    )
    .action((dir: string, { lang }: { readonly lang: string }) => {
      const language = languageOf(lang);
      const folder = resolve(dir);
      const isThere = checkPlace(dir, folder);
      const temporary = join(dirname(folder), `.${basename(folder)}.${randomBytes(6).toString("hex")}.tmp`);
      attempt(`${dir}: expected a place for a new project`, () => {
        try {
          mkdirSync(temporary);
          writeProject(temporary, folder, lang, language);
          if (isThere) moveInto(temporary, folder);
          else renameSync(temporary, folder);
        } finally {
          rmSync(temporary, { recursive: true, force: true });
        }
      });
      const isHere = folder === process.cwd();
      process.stdout.write(
        `${dir}: a boot policy in ${lang}; next: ${isHere ? "" : `cd ${dir} && `}npm install && npm test\n`,
      );
      if (language.checks === true) tellMissing(folder);
    });
}

function languageOf(lang: string): Language {
  if (Object.hasOwn(LANGUAGES, lang)) return LANGUAGES[lang] as Language;
  throw new MisuseError(
    `--lang: expected one of ${LANGUAGE_NAMES.join(", ")}, found "${lang}"${didYouMean(lang, LANGUAGE_NAMES)}`,
  );
}

/** Refuses a place where something is; answers whether there is an empty folder already. */
function checkPlace(dir: string, folder: string): boolean {
  return attempt(`${dir}: expected a new or empty folder`, () => {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    if (!stats.isDirectory()) throw new MisuseError(`${dir}: expected a new or empty folder, found a file`);
    const found = readdirSync(folder);
    if (found.length === 0) return true;
    throw new MisuseError(
      `${dir}: expected a new or empty folder, found one with ${found.length} entries (${found[0]}${found.length > 1 ? ", …" : ""})`,
    );
  });
}

/** Fills an empty folder, which may be the one that a shell stands in: what could not be moved in is taken out again. */
function moveInto(from: string, folder: string): void {
  const names = readdirSync(from);
  try {
    for (const name of names) renameSync(join(from, name), join(folder, name));
  } catch (error) {
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}

/** Writes a project into `place`; `folder` is where it is going to stand. */
function writeProject(place: string, folder: string, lang: string, language: Language): void {
  for (const template of ["common", lang]) cpSync(join(TEMPLATES, template), place, { recursive: true });
  for (const [name, as] of RENAMED) renameSync(join(place, name), join(place, as));
  const name = packageName(folder);
  const own = ownSpec(folder);
  const campaigns = SCENARIOS.map((scenario) => `everboot campaign ${scenario}`);
  const manifest = {
    name,
    version: "0.0.0",
    private: true,
    type: "module",
    scripts: { build: language.build, test: ["npm run build", ...campaigns].join(" && ") },
    devDependencies: { ...language.devDependencies, everboot: own.spec },
  };
  writeFileSync(join(place, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  // A folder is packed and copied, as from a registry: a link would have npm install into the package's own folder.
  if (own.isFolder) writeFileSync(join(place, ".npmrc"), "install-links=true\n");
  const readme = join(place, "README.md");
  writeFileSync(readme, readFileSync(readme, "utf8").replaceAll("{{name}}", name));
}

/** A folder's name as npm takes it for a package. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "");
  return name === "" || name === "everboot" ? "my-boot" : name.slice(0, 100);
}

/** A note where this machine cannot compile the project yet. */
function tellMissing(folder: string): void {
  const check = [join(folder, "build.mjs"), "--check"];
  const { status, stderr } = spawnSync(process.execPath, check, { encoding: "utf8" });
  if (status !== 0) process.stdout.write(`note: ${stderr.trim()}\n`);
}
