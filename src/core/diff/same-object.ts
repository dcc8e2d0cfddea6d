/** Whether two objects are the same, however they are written. */
import { sameTable } from "../alter/facts.ts";
import { asStored, commentsOf } from "../alter/stored-text.ts";
import type { SchemaObject } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { canonicalText } from "../sql/canonical.ts";
import { isKeyword } from "../sql/keywords.ts";
import { unquoteIdentifier } from "../sql/quote.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";

/** Whether comments beside columns count as a part of a table. */
export type CommentPolicy = "ignore" | "compare";

/** Whether two tables are the same, the order of their columns included. */
export function isSameTable(left: Table, right: Table, comments: CommentPolicy): boolean {
  // Of two schemas with the same text of a table, both have the same table.
  return left === right || (sameTable(left, right) && (comments === "ignore" || sameComments(left, right)));
}

/** Whether two tables have the same comments, apart from those that speak to lockstep. */
export function sameComments(left: Table, right: Table): boolean {
  const [own, other] = [left, right].map((table) => JSON.stringify(commentsOf(asStored(table).sql)));
  return own === other;
}

/**
 * Whether two indexes, views, triggers or virtual tables are the same. SQLite puts a name into quotes when it renames something, so that
 * a name counts without those that it does not need. Its case counts: the columns of a view are called by it.
 */
export function isSameText(left: Pick<SchemaObject, "sql">, right: Pick<SchemaObject, "sql">): boolean {
  return left.sql === right.sql || plainText(left.sql) === plainText(right.sql);
}

function plainText(sql: string): string {
  return canonicalText(
    tokenize(sql)
      .tokens.filter(({ kind }) => kind !== "semicolon" || isTrigger(sql))
      .map(withoutQuotes),
  );
}

/** In the body of a trigger each `;` ends a statement. Elsewhere there is none inside of the text. */
function isTrigger(sql: string): boolean {
  return /\btrigger\b/i.test(sql.slice(0, 200));
}

function withoutQuotes(token: Token): Token {
  if (token.kind !== "quoted") return token;
  const name = unquoteIdentifier(token.text);
  const isPlain = /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) && !isKeyword(name);
  return isPlain ? { ...token, kind: "word", text: name } : { ...token, text: JSON.stringify(name) };
}
