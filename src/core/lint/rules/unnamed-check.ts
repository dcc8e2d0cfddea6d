/** unnamed_check: a CHECK that cannot be dropped by its name. */
import { isSameName } from "../../sql/quote.ts";
import { addedColumn, createdTable } from "../added-column.ts";
import { freeName, replaceColumn, replaceTable } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const unnamedCheck: Rule = {
  code: "unnamed_check",
  category: "design",
  level: "advice",
  title: "a CHECK without a name",
  check(context) {
    const added = addedColumn(context);
    const table = createdTable(context) ?? added?.next;
    if (table === undefined) return [];
    const [unnamed] = table.checks.slice(added?.old.checks.length ?? 0).filter(({ name }) => name === undefined);
    if (unnamed === undefined) return [];
    const { start } = unnamed.source.span;
    const named = freeName(`${table.name}_check`, (name) =>
      table.checks.some((check) => isSameName(check.name ?? "", name)),
    );
    const text = `${table.sql.slice(0, start)}CONSTRAINT ${nameText(named)} ${table.sql.slice(start)}`;
    const span = added?.column.source.span ?? { start: 0, end: 0 };
    return [
      {
        message: `SQLite tells only the text of CHECK (${unnamed.expression.text}) when a row of ${nameText(table.name)} breaks it, and cannot drop it by a name`,
        fix:
          added === undefined
            ? replaceTable(context, text)
            : replaceColumn(table.name, text.slice(span.start, span.end + text.length - table.sql.length)),
        place: placeOfName(context.statement, "CHECK"),
      },
    ];
  },
};
