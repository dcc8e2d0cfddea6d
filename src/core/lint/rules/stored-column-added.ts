/** stored_column_added: ADD COLUMN … STORED works on an empty table alone. */
import { quoteTable } from "../../sql/quote.ts";
import { addedColumn } from "../added-column.ts";
import type { Rule } from "../rule.ts";
import { nameText } from "../words.ts";

export const storedColumnAdded: Rule = {
  code: "stored_column_added",
  category: "fails_with_rows",
  level: "danger",
  title: "ADD COLUMN with a stored generated column",
  check(context) {
    const added = addedColumn(context);
    const generated = added?.column.generated;
    if (added === undefined || generated?.storage !== "stored") return [];
    const { old, column, place } = added;
    const { statement } = context;
    // The last one: a name or a default may sound like it.
    const stored = statement.tokens.findLast(({ kind, text }) => kind === "word" && /^stored$/i.test(text));
    const start = (stored?.offset ?? 0) - statement.offset;
    const virtual = `${statement.text.slice(0, start)}VIRTUAL${statement.text.slice(start + "STORED".length)}`;
    return [
      {
        message: `where ${nameText(old.name)} has rows, SQLite cannot add the stored column ${nameText(column.name)}`,
        fix: { kind: "instead", sql: `${virtual};` },
        place,
        question: { sql: `SELECT count(*) FROM ${quoteTable(old.name)}`, table: old.name },
      },
    ];
  },
};
