// What the house rules are measured by: which files there are, how long they and their functions are, which rules of direction reach
// a folder. Reads files and says what it found; judges nothing, which is the work of house.test.ts.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..");
/** Calls that make a test, a group of tests or a hook, by the first word of what is called: `it.each(…)(…)` is one too. */
const TEST_CALLS = new Set(["it", "test", "describe", "beforeAll", "beforeEach", "afterAll", "afterEach"]);

/** Files below folders of this repository, as paths from its root with slashes, sorted; those whose name matches. */
export function filesBelow(folders: readonly string[], name: RegExp): readonly string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map(
        (file) => `${folder}/${file.replaceAll("\\", "/")}`,
      ),
    )
    .filter((file) => name.test(file))
    .sort();
}

/** The text of a file of this repository. */
export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** Lines of a text, blank lines and comments among them. */
export function lineCount(text: string): number {
  return text.replace(/\n$/, "").split("\n").length;
}

/** By folder: how many of these files are directly in it. */
export function countByFolder(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return counts;
}

/** A function of a source file: its own name behind those of what it is in, and its lines from its first word to its last bracket. */
export interface FunctionLength {
  readonly name: string;
  readonly lines: number;
}

/** All functions, methods and arrow functions of a TypeScript or AssemblyScript source. */
export function functionsOf(file: string): readonly FunctionLength[] {
  const source = parsed(file);
  const found: FunctionLength[] = [];
  const visit = (node: ts.Node, names: readonly string[]): void => {
    const name = nameOf(node);
    const inner = name === undefined ? names : [...names, name];
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const [first, last] = [node.getStart(source), node.getEnd()].map(
        (at) => source.getLineAndCharacterOfPosition(at).line,
      ) as [number, number];
      found.push({ name: inner.join(".") || "(no name)", lines: last - first + 1 });
    }
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, []);
  return found;
}

/** Lines of a test file in which a test, a group or a hook is given a limit in milliseconds of its own. */
export function limitsOf(file: string): readonly number[] {
  const source = parsed(file);
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && TEST_CALLS.has(calledBy(node))) {
      const body = node.arguments.findIndex((argument) => ts.isArrowFunction(argument));
      const isBehind = body !== -1 && body < node.arguments.length - 1;
      const isOption = node.arguments.some(
        (argument) =>
          ts.isObjectLiteralExpression(argument) &&
          argument.properties.some((property) => property.name?.getText(source) === "timeout"),
      );
      if (isBehind || (isOption && body !== -1))
        found.push(source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A rule of .dependency-cruiser.cjs, as far as it is read here. */
export interface DirectionRule {
  readonly name: string;
  readonly from: { readonly path?: string; readonly pathNot?: string };
  readonly to: { readonly path?: string; readonly pathNot?: string };
}

/** A rule is about a file: it says what that file may know. */
export function isAbout({ from }: DirectionRule, file: string): boolean {
  return (
    new RegExp(from.path ?? "").test(file) &&
    (from.pathNot === undefined || !new RegExp(from.pathNot).test(file))
  );
}

/** A rule names all rooms that what it is about may know, and so forbids every other one. */
export function namesAllRooms({ to }: DirectionRule): boolean {
  return to.path === "^(assembly|host)/" && to.pathNot !== undefined;
}

function parsed(file: string): ts.SourceFile {
  return ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2022, true);
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isAccessor(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isPropertyAssignment(node);
  return isNamed ? node.name?.getText() : undefined;
}

/** The first word of what is called: `it` for `it.skipIf(x).each(y)("…", …)`. */
function calledBy(call: ts.CallExpression): string {
  let callee: ts.Expression = call.expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  return ts.isIdentifier(callee) ? callee.text : "";
}

/** Names of sources in the comments of a text, like "plan/faults.ts"; a configuration's own is none. */
export function namedInComments(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [, comment = ""] = /^\s*(?:\/\/|\/?\*+)\s?(.*)/.exec(line) ?? [];
    return [...comment.matchAll(/(?<![\w$*.-])([a-z][\w/-]*(?:\.[\w-]+)*\.ts)\b/g)].flatMap(
      ([, name = ""]) => (name.startsWith("everboot.config") || name === "vitest.config.ts" ? [] : [name]),
    );
  });
}
