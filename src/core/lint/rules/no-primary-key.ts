/** no_primary_key: a table whose rows nothing tells apart. */
import { isSameName } from "../../sql/quote.ts";
import { createdTable } from "../added-column.ts";
import { freeName, replaceTable } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const noPrimaryKey: Rule = {
  code: "no_primary_key",
  category: "design",
  level: "advice",
  title: "a table without a primary key",
  check(context) {
    const table = createdTable(context);
    if (table === undefined || table.primaryKey !== undefined || table.uniques.length > 0) return [];
    const { start } = table.source.body;
    const key = freeName("id", (name) => table.columns.some((column) => isSameName(column.name, name)));
    return [
      {
        message: `nothing tells two rows of ${nameText(table.name)} apart, and their rowids may change with VACUUM`,
        fix: replaceTable(
          context,
          `${table.sql.slice(0, start)}${key} INTEGER PRIMARY KEY, ${table.sql.slice(start).trimStart()}`,
        ),
        place: placeOfName(context.statement, table.name),
      },
    ];
  },
};
