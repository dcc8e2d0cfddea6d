/** delete_all_rows: DELETE that leaves no row. */
import { isSameName, quoteTable } from "../../sql/quote.ts";
import type { Token } from "../../sql/token.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { keyword, nameText, placeOfName } from "../words.ts";

export const deleteAllRows: Rule = {
  code: "delete_all_rows",
  category: "destructive",
  level: "danger",
  title: "DELETE without a condition",
  check({ kind, statement, before }) {
    if (kind.kind !== "data" || kind.verb !== "DELETE" || kind.table === undefined) return [];
    const table = before.table(kind.table);
    if (table === undefined || !takesAll(statement.tokens)) return [];
    const name = nameText(table.name);
    const key = nameText(table.primaryKey?.columns[0]?.name ?? table.columns[0]?.name ?? "rowid");
    return [
      {
        message: `this deletes every row of ${name}`,
        fix: advise(`say which rows: DELETE FROM ${name} WHERE ${key} IN (…);`),
        place: placeOfName(statement, kind.table),
        question: { sql: `SELECT count(*) FROM ${quoteTable(table.name)}`, table: table.name },
      },
    ];
  },
};

/** No WHERE and no LIMIT, or a WHERE that holds for all rows: a number, TRUE, `1 = 1`. */
function takesAll(tokens: readonly Token[]): boolean {
  const isEnd = (token: Token): boolean => ["RETURNING", "ORDER"].includes(keyword(token) ?? "");
  const end = tokens.findIndex(isEnd);
  const own = end < 0 ? tokens : tokens.slice(0, end);
  if (tokens.some((token) => keyword(token) === "LIMIT")) return false;
  const where = own.findLastIndex((token) => keyword(token) === "WHERE");
  if (where < 0) return true;
  const [left, equals, right, more] = own.slice(where + 1);
  if (left === undefined || more !== undefined) return false;
  if (equals === undefined) return (left.kind === "number" && Number(left.text) !== 0) || isSameName(left.text, "true");
  return (equals.text === "=" || equals.text === "==") && left.kind === "number" && left.text === right?.text;
}
