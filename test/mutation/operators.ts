// Finds where the boot core's sources can be changed, and how: one mutant for each place and change. Works on text and its
// syntax alone (AssemblyScript parses as TypeScript); knows nothing of what a mutant does.
//
// Calls of event() and phase() are left alone: they only report. So is all that isDefined() leaves out of the build, and the
// sizes of buffers.
import ts from "typescript";

/** What the mutated builds define (asconfig.json); code under another name is not in them. */
const DEFINED: ReadonlySet<string> = new Set(["WITH_ED25519", "WITH_SHA512"]);
const EITHER_BUILD = "RECORD_REFRESHED";

/** Calls that change what lasts, or lead to one. */
const FLASH_OPERATIONS: ReadonlySet<string> = new Set([
  ...["erase", "program", "latch32", "counterAdvance", "programBytes"],
  ...["eraseArea", "programBody", "programUnit", "clearOther", "sealedWrite", "refreshedWrite"],
  ...["recordWrite", "writeRecord"],
]);

/** One change of one source. */
export interface Mutant {
  /** File, function, operator and texts, and a number where that is not enough: does not move with the lines. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly from: string;
  readonly to: string;
  /** Where the source changes, in characters, and to what. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Change = Pick<Mutant, "operator" | "start" | "end" | "text"> & { readonly shown: ts.Node };
type Emit = (operator: string, node: ts.Node, text: string, shown?: ts.Node) => void;

const BOUNDARIES = new Map([
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
]);
const EQUALITIES = new Map([
  [ts.SyntaxKind.EqualsEqualsToken, "!="],
  [ts.SyntaxKind.ExclamationEqualsToken, "=="],
]);
const CONNECTIVES = new Map([
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
]);
const ARITHMETIC = new Map([
  [ts.SyntaxKind.PlusToken, "-"],
  [ts.SyntaxKind.MinusToken, "+"],
  [ts.SyntaxKind.PlusEqualsToken, "-="],
  [ts.SyntaxKind.MinusEqualsToken, "+="],
  [ts.SyntaxKind.AmpersandToken, "|"],
  [ts.SyntaxKind.BarToken, "&"],
  [ts.SyntaxKind.BarEqualsToken, "&="],
  [ts.SyntaxKind.AmpersandEqualsToken, "|="],
]);

/** The mutants of a source, in the order of their places; `file` is its path below the project. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const changes: Change[] = [];
  const emit: Emit = (operator, node, text, shown = node) => {
    const start = node.getStart(tree);
    if (node.getText(tree) !== text) changes.push({ operator, start, end: node.getEnd(), text, shown });
  };
  visit(tree, emit);
  return named(file, source, tree, changes);
}

/** The source with one change. */
export function applied(source: string, { start, end, text }: Mutant): string {
  return source.slice(0, start) + text + source.slice(end);
}

function named(file: string, source: string, tree: ts.SourceFile, changes: readonly Change[]): Mutant[] {
  const texts = new Set<string>();
  const ids = new Map<string, number>();
  const mutants: Mutant[] = [];
  for (const { operator, start, end, text, shown } of [...changes].sort((a, b) => a.start - b.start)) {
    const changed = source.slice(0, start) + text + source.slice(end);
    if (texts.has(changed)) continue;
    texts.add(changed);
    const [first, last] = [shown.getStart(tree), shown.getEnd()];
    const from = squeezed(source.slice(first, last));
    const to = squeezed(source.slice(first, start) + text + source.slice(end, last));
    const said = `${file} ${functionAround(shown)}: ${operator}: ${from} → ${to}`;
    const times = (ids.get(said) ?? 0) + 1;
    ids.set(said, times);
    const id = times === 1 ? said : `${said} (${times})`;
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ id, file, line, operator, from, to, start, end, text });
  }
  return mutants;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function functionAround(node: ts.Node): string {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent)
    if (ts.isFunctionDeclaration(at)) return at.name?.text ?? "";
  return "(constants)";
}

function visit(node: ts.Node, emit: Emit): void {
  if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || isReport(node)) return;
  if (ts.isVariableStatement(node) && node.parent.kind === ts.SyntaxKind.SourceFile) {
    constants(node, emit);
    return;
  }
  if (ts.isIfStatement(node)) {
    if (choosesReport(node)) return;
    const known = decided(node.expression);
    if (known !== undefined) {
      if (known !== false) visit(node.thenStatement, emit);
      return;
    }
  }
  if (ts.isReturnStatement(node) && node.expression !== undefined) {
    // What decides which build this is has no place in either.
    if (/^isDefined\(/.test(node.expression.getText())) return;
    returned(node.expression, emit);
  }
  conditions(node, emit);
  operations(node, emit);
  if (ts.isBlock(node) || ts.isSourceFile(node)) swaps(node.statements, emit);
  if (ts.isExpressionStatement(node)) skipped(node, emit);
  ts.forEachChild(node, (child) => visit(child, emit));
}

/** What isDefined() answers in the mutated builds; undefined where something else is asked, null where it depends. */
function decided(condition: ts.Expression): boolean | null | undefined {
  const name = /^isDefined\((\w+)\)$/.exec(condition.getText())?.[1];
  if (name === undefined) return undefined;
  return name === EITHER_BUILD ? null : DEFINED.has(name);
}

/** A statement that only reports. */
function isReport(node: ts.Node): boolean {
  const name = ts.isExpressionStatement(node) ? calledIn(node.expression) : undefined;
  return name === "event" || name === "phase";
}

/** A choice between reports, which does nothing else. */
function choosesReport({ expression, thenStatement, elseStatement }: ts.IfStatement): boolean {
  const reports = [thenStatement, ...(elseStatement === undefined ? [] : [elseStatement])].every(isReport);
  return reports && !operatesOnFlash(expression);
}

function calledIn(node: ts.Node): string | undefined {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : undefined;
}

/** Numbers that functions compare with; not the sizes of buffers. */
function constants(statement: ts.VariableStatement, emit: Emit): void {
  for (const { initializer } of statement.declarationList.declarations) {
    if (initializer !== undefined && ts.isNumericLiteral(initializer))
      emit("off-by-one", initializer, `${initializer.getText()} + 1`, statement);
  }
}

function conditions(node: ts.Node, emit: Emit): void {
  const condition = ts.isForStatement(node)
    ? node.condition
    : ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)
      ? node.expression
      : ts.isConditionalExpression(node)
        ? node.condition
        : undefined;
  if (condition === undefined) return;
  const shown = ts.isConditionalExpression(node) ? node : condition;
  emit("invert condition", condition, inverted(condition), shown);
  emit("condition never", condition, "false", shown);
  if (ts.isConditionalExpression(node)) emit("condition always", condition, "true", shown);
}

function inverted(condition: ts.Expression): string {
  if (ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken)
    return condition.operand.getText();
  if (ts.isBinaryExpression(condition)) {
    const other = EQUALITIES.get(condition.operatorToken.kind);
    if (other !== undefined) return `${condition.left.getText()} ${other} ${condition.right.getText()}`;
  }
  return `!(${condition.getText()})`;
}

/** Operators, their operands, and numbers. */
function operations(node: ts.Node, emit: Emit): void {
  if (ts.isNumericLiteral(node)) literal(node, emit);
  if (ts.isPrefixUnaryExpression(node)) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.TildeToken)
      emit("drop complement", node, operand.getText(), shownFor(node));
    if (operator === ts.SyntaxKind.ExclamationToken && !isCondition(node))
      emit("drop not", node, operand.getText(), shownFor(node));
  }
  if (!ts.isBinaryExpression(node)) return;
  const { operatorToken: token, left, right } = node;
  const swap = (operator: string, other: string | undefined) => {
    if (other !== undefined) emit(operator, token, other, shownFor(node));
  };
  swap("boundary", BOUNDARIES.get(token.kind));
  swap("equality", EQUALITIES.get(token.kind));
  swap("arithmetic", ARITHMETIC.get(token.kind));
  if (BOUNDARIES.has(token.kind)) {
    // The boundary moves one way with the operator, the other way with the operand.
    const isFurther =
      token.kind === ts.SyntaxKind.LessThanToken || token.kind === ts.SyntaxKind.GreaterThanEqualsToken;
    if (!ts.isNumericLiteral(right))
      emit("off-by-one", right, `(${right.getText()} ${isFurther ? "-" : "+"} 1)`, shownFor(node));
  }
  const connective = CONNECTIVES.get(token.kind);
  if (connective === undefined) return;
  swap("connective", connective);
  const neutral = token.kind === ts.SyntaxKind.BarBarToken ? "false" : "true";
  for (const operand of [left, right])
    if (!isChain(operand, token.kind)) emit("drop check", operand, neutral, shownFor(node));
  const [first, second] = [isChain(left, token.kind) ? (left as ts.BinaryExpression).right : left, right];
  if (operatesOnFlash(first) && operatesOnFlash(second)) {
    const [text, from] = [node.getText(), node.getStart()];
    const between = text.slice(first.getEnd() - from, second.getStart() - from);
    const swapped = text.slice(0, first.getStart() - from) + second.getText() + between + first.getText();
    emit("swap operations", node, swapped);
  }
}

function isChain(node: ts.Expression, kind: ts.SyntaxKind): boolean {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === kind;
}

function isCondition(node: ts.Expression): boolean {
  const { parent } = node;
  return ts.isIfStatement(parent) || ts.isConditionalExpression(parent) || ts.isWhileStatement(parent);
}

/** A number that is compared with or added, not a field's offset nor the zero that bits are compared with. */
function literal(node: ts.NumericLiteral, emit: Emit): void {
  const { parent } = node;
  const isBound =
    ts.isBinaryExpression(parent) &&
    (BOUNDARIES.has(parent.operatorToken.kind) ||
      (EQUALITIES.has(parent.operatorToken.kind) && node.text !== "0") ||
      parent.operatorToken.kind === ts.SyntaxKind.PlusToken ||
      parent.operatorToken.kind === ts.SyntaxKind.MinusToken);
  const isBeginning = ts.isVariableDeclaration(parent);
  if (isBound || isBeginning) emit("off-by-one", node, `(${node.getText()} + 1)`, shownFor(node));
}

/** A piece of source around a node that a reader can place: up to the statement, its blocks left out. */
function shownFor(node: ts.Node): ts.Node {
  let at = node;
  while (
    !ts.isStatement(at.parent) &&
    !ts.isVariableDeclaration(at.parent) &&
    !ts.isSourceFile(at.parent) &&
    at.parent.getText().length <= 110
  )
    at = at.parent;
  return at;
}

/** What a function answers, replaced by the simplest answer there is. */
function returned(expression: ts.Expression, emit: Emit): void {
  const shown = expression.parent;
  const around = enclosing(expression);
  const type = around?.type?.getText();
  if (type === "bool") {
    for (const answer of ["true", "false"]) emit("answer", expression, answer, shown);
    return;
  }
  if (/^REASON_/.test(expression.getText()) && expression.getText() !== "REASON_OK")
    emit("answer", expression, "REASON_OK", shown);
  else if (type !== undefined && !/^(0|REASON_OK|STATUS_OK)$/.test(expression.getText()))
    emit("answer", expression, "0", shown);
}

function enclosing(node: ts.Node): ts.FunctionDeclaration | undefined {
  let at: ts.Node | undefined = node;
  while (at !== undefined && !ts.isFunctionDeclaration(at)) at = at.parent;
  return at;
}

function skipped(statement: ts.ExpressionStatement, emit: Emit): void {
  emit(calledIn(statement.expression) === undefined ? "skip statement" : "skip call", statement, ";");
}

/** Two flash operations that follow one another, the other way round. */
function swaps(statements: ts.NodeArray<ts.Statement>, emit: Emit): void {
  for (let at = 0; at + 1 < statements.length; at++) {
    const [first, second] = [statements[at] as ts.Statement, statements[at + 1] as ts.Statement];
    if (!operatesOnFlash(first) || !operatesOnFlash(second) || ts.isFunctionDeclaration(first)) continue;
    emit("swap operations", second, `${second.getText()} ${first.getText()}`);
  }
}

function operatesOnFlash(node: ts.Node): boolean {
  const name = calledIn(node);
  if (name !== undefined && FLASH_OPERATIONS.has(name)) return true;
  return ts.forEachChild(node, (child) => (operatesOnFlash(child) ? true : undefined)) === true;
}
