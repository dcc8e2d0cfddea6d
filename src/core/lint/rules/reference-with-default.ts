/** reference_with_default: ADD COLUMN that refers to a parent, with a default for all rows. */
import { isSameName, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { addedColumn } from "../added-column.ts";
import { oneLine, rebuildFix, replaceColumn, type Fix } from "../fix.ts";
import type { Rule } from "../rule.ts";
import type { Column, Table } from "../../schema/table.ts";
import { nameText } from "../words.ts";

export const referenceWithDefault: Rule = {
  code: "reference_with_default",
  category: "fails_with_rows",
  level: "danger",
  title: "ADD COLUMN … REFERENCES with a default",
  check(context) {
    const added = addedColumn(context);
    const key = added?.next.foreignKeys.find(({ columns }) =>
      columns.some((name) => isSameName(name, added.column.name)),
    );
    const value = added?.column.default?.text;
    if (added === undefined || key === undefined || value === undefined || value.toUpperCase() === "NULL") return [];
    const { old, next, column, place } = added;
    const parent = context.before.table(key.parent);
    const parentKey = key.parentColumns?.[0] ?? parent?.primaryKey?.columns[0]?.name;
    const all = `SELECT count(*) FROM ${quoteTable(old.name)}`;
    const isThere =
      parent === undefined || parentKey === undefined
        ? undefined
        : `EXISTS (SELECT 1 FROM ${quoteTable(parent.name)} WHERE ${quoteIdentifier(parentKey)} = ${value})`;
    const always = context.foreignKeys === "on";
    return [
      {
        message: always
          ? `with foreign keys on, SQLite refuses a default for ${nameText(column.name)} where ${nameText(old.name)} has rows`
          : `each row of ${nameText(old.name)} would refer to ${value} in ${nameText(key.parent)}, which has to be there`,
        fix: withoutDefault(next, column, old.name),
        place,
        question: {
          sql: always || isThere === undefined ? all : `${all} WHERE NOT ${isThere}`,
          table: old.name,
          ...(parent === undefined ? {} : { reads: [parent.name] }),
        },
      },
    ];
  },
};

/** The column without its default; one that refuses NULL gets the value in a rebuild. */
function withoutDefault(next: Table, column: Column, table: string): Fix {
  const { name, notNull, default: written, source } = column;
  const copy = `copy ${nameText(name)} = ${oneLine(written?.text ?? "NULL")}`;
  if (notNull !== undefined || written === undefined) return { kind: "instead", sql: rebuildFix(next, copy) };
  const { start, end } = written.source.span;
  const text = next.sql.slice(source.span.start, start).trimEnd() + next.sql.slice(end, source.span.end);
  return replaceColumn(table, text);
}
