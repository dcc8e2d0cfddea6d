/** unnamed_check: a CHECK that cannot be dropped by its name. */
import { addedColumn, createdTable } from "../added-column.ts";
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
    return [
      {
        message: `SQLite tells only the text of CHECK (${unnamed.expression.text}) when a row of ${nameText(table.name)} breaks it, and cannot drop it by a name`,
        fix: `${table.sql.slice(0, start)}CONSTRAINT ${nameText(`${table.name}_check`)} ${table.sql.slice(start)};`,
        place: placeOfName(context.statement, "CHECK"),
      },
    ];
  },
};
