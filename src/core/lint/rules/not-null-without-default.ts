/** not_null_without_default: ADD COLUMN NOT NULL works on an empty table alone. */
import { quoteTable } from "../../sql/quote.ts";
import { addedColumn } from "../added-column.ts";
import { plainValue, rebuildFix } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText } from "../words.ts";

export const notNullWithoutDefault: Rule = {
  code: "not_null_without_default",
  category: "fails_with_rows",
  level: "danger",
  title: "ADD COLUMN NOT NULL without a default",
  check(context) {
    const added = addedColumn(context);
    if (added === undefined || added.column.notNull === undefined || added.column.generated !== undefined) return [];
    const { old, next, column, place } = added;
    if (column.default !== undefined && column.default.text.toUpperCase() !== "NULL") return [];
    const name = nameText(column.name);
    return [
      {
        message: `${nameText(old.name)} can have rows, and then ${name} would be NULL in them: SQLite refuses it`,
        fix: { kind: "instead", sql: rebuildFix(next, `copy ${name} = ${plainValue(column, next.typing)}`) },
        place,
        question: { sql: `SELECT count(*) FROM ${quoteTable(old.name)}`, table: old.name },
      },
    ];
  },
};
