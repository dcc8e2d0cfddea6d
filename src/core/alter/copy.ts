/** What a copy's expression may be, and what it reads. */
import { mentionsIn } from "../schema/edit/mentions.ts";
import { keywordOf } from "../sql/keywords.ts";
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";

/** Why these tokens are no expression that can stand in parentheses; undefined where they may be one. SQLite decides about the rest. */
export function expressionFault(tokens: readonly Token[]): string | undefined {
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (kind === "parameter") return `the parameter ${text} has no value`;
    if (kind === "semicolon") return "it is more than one expression";
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    if (depth < 0) return 'a ")" too many';
  }
  return depth === 0 ? undefined : 'a ")" is missing';
}

/** The columns that an expression certainly reads, folded. Of one with a query in it nothing is certain. */
export function columnsRead(expression: string): readonly string[] {
  const mentions = mentionsIn({ text: expression, span: { start: 0, end: expression.length } }) ?? [];
  return mentions.map(({ name }) => foldIdentifier(name));
}

/** Whether the value for a row depends on which other rows are read with it. */
export function readsOtherRows(expression: string): boolean {
  return hasKeyword(expression, "OVER");
}

/** The names of a query in the expression, folded: tables and views may be among them. Empty where it has none. */
export function namesInQuery(expression: string): ReadonlySet<string> {
  if (!hasKeyword(expression, "SELECT")) return new Set();
  const { tokens } = tokenize(expression);
  return new Set(tokens.filter(isName).map(nameOf));
}

/** Whether an expression names the schema of a table: `main.users`, by which no name from outside of the schema is meant. */
export function namesSchema(expression: string): boolean {
  const { tokens } = tokenize(expression);
  return tokens.some((token, index) => isName(token) && nameOf(token) === "main" && tokens[index + 1]?.text === ".");
}

function nameOf({ text }: Token): string {
  return foldIdentifier(unquoteIdentifier(text));
}

function hasKeyword(expression: string, keyword: string): boolean {
  return tokenize(expression).tokens.some(({ kind, text }) => kind === "word" && keywordOf(text) === keyword);
}

function isName({ kind }: Token): boolean {
  return kind === "word" || kind === "quoted" || kind === "string";
}
