/** Splits tokens into statements. */
import { positionReader, type Directive, type Statement } from "./script.ts";
import type { TextProblem, Token } from "./token.ts";

/** The statements of a text. */
export interface SplitResult {
  readonly statements: readonly Statement[];
  /** For each statement the offset of its `;`, or the offset behind its last token where it is the last one and has none. */
  readonly ends: readonly number[];
  /** A trigger that is not complete. It is the last statement, since it has taken everything behind it. */
  readonly problem?: TextProblem;
}

const NO_DIRECTIVES: readonly Directive[] = [];

/** Splits the tokens of a text at each `;` outside the body of a trigger and the arguments of a virtual table. Statements without tokens vanish. */
export function splitStatements(text: string, tokens: readonly Token[]): SplitResult {
  const statements: Statement[] = [];
  const ends: number[] = [];
  const positionOf = positionReader(text);
  let problem: TextProblem | undefined;
  for (let first = 0; first < tokens.length;) {
    if (tokens[first]?.kind === "semicolon") {
      first += 1;
      continue;
    }
    let end = endOf(tokens, first);
    if (end === undefined) {
      problem = endlessTrigger(tokens[first]?.offset ?? 0);
      end = tokens.length;
    }
    const statement = statementOf(text, tokens.slice(first, end), positionOf);
    statements.push(statement);
    ends.push(tokens[end]?.offset ?? statement.offset + statement.text.length);
    first = end + 1;
  }
  return problem === undefined ? { statements, ends } : { statements, ends, problem };
}

function statementOf(text: string, tokens: readonly Token[], positionOf: ReturnType<typeof positionReader>): Statement {
  const offset = tokens[0]?.offset ?? 0;
  const last = tokens.at(-1);
  const end = last === undefined ? offset : last.offset + last.text.length;
  return { text: text.slice(offset, end), offset, ...positionOf(offset), tokens, directives: NO_DIRECTIVES };
}

/** Where a statement ends: the index behind its last token. Undefined for a trigger that is not complete. */
function endOf(tokens: readonly Token[], first: number): number | undefined {
  const created = afterCreate(tokens, first);
  if (isWord(tokens[created], "VIRTUAL")) return virtualTableEnd(tokens, first);
  const isTemporary = isWord(tokens[created], "TEMP") || isWord(tokens[created], "TEMPORARY");
  const isTrigger = isWord(tokens[isTemporary ? created + 1 : created], "TRIGGER");
  return isTrigger ? triggerEnd(tokens, first) : nextSemicolon(tokens, first);
}

/** The index behind [EXPLAIN [QUERY PLAN]] CREATE; beyond all tokens where a statement does not begin so. */
function afterCreate(tokens: readonly Token[], first: number): number {
  let at = first;
  if (isWord(tokens[at], "EXPLAIN")) {
    at += 1;
    if (isWord(tokens[at], "QUERY") && isWord(tokens[at + 1], "PLAN")) at += 2;
  }
  return isWord(tokens[at], "CREATE") ? at + 1 : tokens.length;
}

/**
 * The body of a trigger ends at an END that follows a `;` and that a `;` or the end of the text follows, as in
 * https://sqlite.org/c3ref/complete.html. The END of a CASE never follows a `;`.
 */
function triggerEnd(tokens: readonly Token[], first: number): number | undefined {
  for (let at = first + 1; at < tokens.length; at += 1) {
    if (tokens[at - 1]?.kind !== "semicolon" || !isWord(tokens[at], "END")) continue;
    const next = tokens[at + 1];
    if (next === undefined || next.kind === "semicolon") return at + 1;
  }
  return undefined;
}

/** The arguments of a virtual table are its module's own: SQLite takes any token for a part of them, up to the closing parenthesis. */
function virtualTableEnd(tokens: readonly Token[], first: number): number {
  let depth = 0;
  let at = first;
  for (; at < tokens.length && (depth > 0 || tokens[at]?.kind !== "semicolon"); at += 1) {
    if (tokens[at]?.text === "(") depth += 1;
    if (tokens[at]?.text === ")") depth -= 1;
  }
  return at;
}

function nextSemicolon(tokens: readonly Token[], first: number): number {
  let at = first;
  while (at < tokens.length && tokens[at]?.kind !== "semicolon") at += 1;
  return at;
}

function isWord(token: Token | undefined, keyword: string): boolean {
  return token?.kind === "word" && token.text.length === keyword.length && token.text.toUpperCase() === keyword;
}

function endlessTrigger(offset: number): TextProblem {
  return {
    message: "the trigger that begins here is never closed",
    hint: "close its body with END; and close each statement in the body with ;",
    offset,
    length: "CREATE".length,
  };
}
