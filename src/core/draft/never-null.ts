/**
 * Whether a condition is never NULL. CREATE TABLE takes rows for which a CHECK is NULL, and `ALTER TABLE … ADD CHECK` refuses them: so
 * that statement does only for conditions of which this is known.
 */
import { mentionsIn } from "../schema/edit/mentions.ts";
import type { Expression } from "../schema/span.ts";
import type { Table } from "../schema/table.ts";
import { isSameName, unquoteIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";

/** Of values that are not NULL, they make none: `/`, `->` and CASE may. */
const OPERATORS: ReadonlySet<string> = new Set("( ) , = == <> != < <= > >= + - * ||".split(" "));
const WORDS: ReadonlySet<string> = new Set(
  "ABS AND BETWEEN GLOB HEX IN INSTR JSON_VALID LENGTH LIKE LOWER NOT OR SUBSTR TRIM TYPEOF UPPER".split(" "),
);

/** False also where it is not known. */
export function isNeverNull(condition: Expression, { columns, rowidColumn }: Table): boolean {
  const mentions = mentionsIn(condition);
  if (mentions === undefined) return false;
  const isFilled = (name: string): boolean =>
    columns.some(
      (column) => isSameName(column.name, name) && (column.nulls === "refused" || column.name === rowidColumn),
    );
  if (!mentions.every(({ name }) => isFilled(name))) return false;
  return tokenize(condition.text).tokens.every(({ kind, text }) => {
    if (kind === "operator") return OPERATORS.has(text);
    if (kind !== "word" && kind !== "quoted") return kind === "number" || kind === "string" || kind === "blob";
    const name = unquoteIdentifier(text);
    return mentions.some((mention) => isSameName(mention.name, name)) || WORDS.has(text.toUpperCase());
  });
}
