/** not_null_with_nulls: a column becomes NOT NULL, and rows may have NULL in it. */
import { isSameName, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { classify } from "../../sql/statement-kind.ts";
import { plainValue } from "../fix.ts";
import type { LintContext } from "../context.ts";
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { mentions, nameText } from "../words.ts";

export const notNullWithNulls: Rule = {
  code: "not_null_with_nulls",
  category: "data",
  level: "danger",
  title: "a column becomes NOT NULL, and rows may have NULL in it",
  check(context) {
    const pair = tablePair(context);
    if (pair === undefined) return [];
    const { name: table, place } = pair;
    return keptColumns(pair).flatMap(({ old, next }) => {
      const isNew = old.nulls === "allowed" && next.nulls === "refused" && next.generated === undefined;
      const isRowid = isSameName(pair.old.rowidColumn ?? "", old.name);
      if (!isNew || isRowid || isFilled(context, table, old.name)) return [];
      const column = nameText(old.name);
      return [
        {
          message: `rows of ${nameText(table)} with NULL in ${column} make this fail`,
          fix: {
            kind: "in_front",
            sql: `UPDATE ${nameText(table)} SET ${column} = ${plainValue(old, pair.old.typing)} WHERE ${column} IS NULL;`,
          },
          place,
          question: {
            sql: `SELECT count(*) FROM ${quoteTable(table)} WHERE ${quoteIdentifier(old.name)} IS NULL`,
            table,
          },
        },
      ];
    });
  },
};

/** Whether an earlier UPDATE of the script, or the copy itself, sees to the column. */
function isFilled({ script, position, statement }: LintContext, table: string, column: string): boolean {
  const isCoalesced = new RegExp(`(?:coalesce|ifnull)\\s*\\(\\s*\\S*${column.replaceAll(/\W/g, ".")}`, "i").test(
    statement.text,
  );
  if (isCoalesced) return true;
  return script.statements.slice(0, position).some((earlier) => {
    const kind = classify(earlier);
    return (
      kind.kind === "data" &&
      kind.verb === "UPDATE" &&
      isSameName(kind.table ?? "", table) &&
      mentions(earlier.tokens, column)
    );
  });
}
