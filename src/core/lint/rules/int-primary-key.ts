/** int_primary_key: INT PRIMARY KEY is no other name of the rowid; only INTEGER is. */
import { isSameName } from "../../sql/quote.ts";
import { createdTable } from "../added-column.ts";
import { replaceTable } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const intPrimaryKey: Rule = {
  code: "int_primary_key",
  category: "design",
  level: "warning",
  title: "INT PRIMARY KEY in place of INTEGER PRIMARY KEY",
  check(context) {
    const table = createdTable(context);
    const [key, second] = table?.primaryKey?.columns ?? [];
    if (table === undefined || key === undefined || second !== undefined || table.storage !== "rowid") return [];
    const column = table.columns.find(({ name }) => isSameName(name, key.name));
    const type = column?.source.type;
    if (column === undefined || type === undefined || table.rowidColumn !== undefined) return [];
    if (!/int/i.test(column.type) || /^integer$/i.test(column.type)) return [];
    return [
      {
        message: `${nameText(column.name)} ${column.type} PRIMARY KEY gets no number by itself, and takes NULL: only INTEGER is the rowid`,
        fix: replaceTable(context, `${table.sql.slice(0, type.start)}INTEGER${table.sql.slice(type.end)}`),
        place: placeOfName(context.statement, column.type),
      },
    ];
  },
};
