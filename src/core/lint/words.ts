/** Helpers for rules: names in tokens, places to point at, names in SQL that is proposed. */
import { isKeyword, keywordOf } from "../sql/keywords.ts";
import { foldIdentifier, quoteIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import type { Statement } from "../sql/script.ts";
import type { Token } from "../sql/token.ts";
import type { Part } from "./rule.ts";

/** A name as it is shown and proposed: with quotes only where it needs them. */
export function nameText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isKeyword(name) ? name : quoteIdentifier(name);
}

/** Whether a token is this name. A string in single quotes can be one. */
export function isNamed({ kind, text }: Token, name: string): boolean {
  return (
    (kind === "word" || kind === "quoted" || kind === "string") &&
    foldIdentifier(unquoteIdentifier(text)) === foldIdentifier(name)
  );
}

/** The keyword that a token is, in upper case. */
export function keyword(token: Token | undefined): string | undefined {
  return token?.kind === "word" ? keywordOf(token.text) : undefined;
}

/** The index of the first place where these words follow each other, in any case; -1 where none is. */
export function findWords({ tokens }: Pick<Statement, "tokens">, ...words: readonly string[]): number {
  return tokens.findIndex((_token, at) =>
    words.every((word, ahead) => {
      const token = tokens[at + ahead];
      return token !== undefined && token.kind !== "string" && token.text.toUpperCase() === word;
    }),
  );
}

/** The place of a token, else that of the statement's first one. */
export function placeOf(statement: Statement, index = 0): Part {
  const token = statement.tokens[index] ?? statement.tokens[0];
  return token === undefined
    ? { offset: statement.offset, length: 1 }
    : { offset: token.offset, length: token.text.length };
}

/** The place of a name in a statement, the last one where it stands twice; else that of its first token. */
export function placeOfName(statement: Statement, name: string, which: "first" | "last" = "first"): Part {
  const found =
    which === "first"
      ? statement.tokens.findIndex((token) => isNamed(token, name))
      : statement.tokens.findLastIndex((token) => isNamed(token, name));
  return placeOf(statement, Math.max(0, found));
}

/** From the first of two tokens to the end of the other. */
export function placeBetween(statement: Statement, first: number, last: number): Part {
  const start = placeOf(statement, first);
  const end = placeOf(statement, last);
  return { offset: start.offset, length: end.offset + end.length - start.offset };
}

/** A list of names in a sentence. */
export function listNames(names: readonly string[]): string {
  return names.map((name) => nameText(name)).join(", ");
}

/** Whether one of the tokens is this name. */
export function mentions(tokens: readonly Token[], name: string): boolean {
  return tokens.some((token) => isNamed(token, name));
}
