// `everboot words`: the glossary, docs/words.md, on the screen; or one term of it. Explains nothing itself.
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { screenColumns } from "../../app/terminal/columns.js";
import { readText } from "../../app/workspace/files.js";
import { MisuseError } from "../../core/errors.js";
import { didYouMean } from "../../core/nearest.js";
import { type Term, termsOf } from "../../report/glossary.js";
import { wrap } from "../../report/wrap.js";

const PAGE = fileURLToPath(new URL("../../../../docs/words.md", import.meta.url));

/** Adds the command. */
export function registerWords(program: Command): void {
  program
    .command("words")
    .description("say what the words mean that this program and its documents use (docs/words.md)")
    .argument("[term...]", "one term, such as cut or fault point (default: all)")
    .option("--json", "print JSON", false)
    .addHelpText("after", "\nExamples:\n  everboot words\n  everboot words cut")
    .action((words: readonly string[], { json }: { readonly json: boolean }) => {
      const terms = meantTerms(termsOf(readText(PAGE, "the glossary")), words.join(" "));
      const lines = terms.length === 1 ? terms.map(termWords).join("\n") : chapterWords(terms);
      const text = json ? JSON.stringify(terms, null, 2) : wrap(lines, screenColumns(process.stdout), 2);
      process.stdout.write(`${text}\n`);
    });
}

function termWords({ term, meaning }: Term): string {
  return `${term}: ${meaning}`;
}

/** Terms below the headings that they stand under. */
function chapterWords(terms: readonly Term[]): string {
  const chapters = [...new Set(terms.map(({ chapter }) => chapter))];
  return chapters
    .map((chapter) => {
      const own = terms.filter((term) => term.chapter === chapter).map(termWords);
      return (chapter === "" ? own : [chapter.toUpperCase(), ...own]).join("\n");
    })
    .join("\n\n");
}

/**
 * The term that is asked for, in whatever case; all of them where none is.
 * @throws {MisuseError} for a word that the glossary does not have
 */
function meantTerms(terms: readonly Term[], word: string): readonly Term[] {
  if (word === "") return terms;
  const meant = terms.filter(({ term }) => term.toLowerCase() === word.toLowerCase());
  if (meant.length > 0) return meant;
  const names = terms.map(({ term }) => term);
  throw new MisuseError(
    `expected a term of the glossary (everboot words lists them), found "${word}"${didYouMean(word, names)}`,
  );
}
