/** default_not_constant: ADD COLUMN with a default that is computed works on an empty table alone. */
import { quoteTable } from "../../sql/quote.ts";
import { addedColumn } from "../added-column.ts";
import { oneLine, rebuildFix } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText } from "../words.ts";

const TIMES: ReadonlySet<string> = new Set(["CURRENT_TIMESTAMP", "CURRENT_TIME", "CURRENT_DATE"]);

export const defaultNotConstant: Rule = {
  code: "default_not_constant",
  category: "fails_with_rows",
  level: "danger",
  title: "ADD COLUMN with a default that is computed",
  check(context) {
    const added = addedColumn(context);
    const written = added?.column.default;
    if (added === undefined || written === undefined) return [];
    const { old, next, column, place } = added;
    const isComputed =
      TIMES.has(written.text.toUpperCase()) ||
      (written.form === "expression" && !/^(?:[-+]?\s*[\d.]+|'(?:[^']|'')*'|null|true|false)$/i.test(written.text));
    if (!isComputed) return [];
    return [
      {
        message: `where ${nameText(old.name)} has rows, SQLite refuses the default ${written.text}: it is not constant`,
        fix: { kind: "instead", sql: rebuildFix(next, `copy ${nameText(column.name)} = ${oneLine(written.text)}`) },
        place,
        question: { sql: `SELECT count(*) FROM ${quoteTable(old.name)}`, table: old.name },
      },
    ];
  },
};
