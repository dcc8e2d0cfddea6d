/** no_primary_key: a table whose rows nothing tells apart. */
import { createdTable } from "../added-column.ts";
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
    return [
      {
        message: `nothing tells two rows of ${nameText(table.name)} apart, and their rowids change with VACUUM`,
        fix: `${table.sql.slice(0, start)}id INTEGER PRIMARY KEY, ${table.sql.slice(start).trimStart()};`,
        place: placeOfName(context.statement, table.name),
      },
    ];
  },
};
