/** What a column holds where a row says nothing: the value of its DEFAULT, as an expression. */
import type { Column } from "../schema/table.ts";
import { keywordOf } from "../sql/keywords.ts";
import { quoteString, unquoteIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";

/** SQL for the default; NULL where there is none. */
export function defaultExpression({ default: value }: Pick<Column, "default">): string {
  if (value === undefined) return "NULL";
  const [token, second] = tokenize(value.text).tokens;
  if (value.form === "literal" && token !== undefined && second === undefined) {
    // A word behind DEFAULT is a text, unless it is one of those that stand for a value.
    const isText = token.kind === "quoted" || (token.kind === "word" && !isValueWord(token.text));
    if (isText) return quoteString(unquoteIdentifier(token.text));
  }
  return `(${value.text})`;
}

/** Whether a column has a value where a row gives it none. DEFAULT NULL says what SQLite does anyway. */
export function hasDefault({ default: value }: Pick<Column, "default">): boolean {
  return value !== undefined && !/^null$/i.test(value.text);
}

function isValueWord(word: string): boolean {
  return (
    /^(?:true|false)$/i.test(word) || keywordOf(word) === "NULL" || keywordOf(word)?.startsWith("CURRENT_") === true
  );
}
