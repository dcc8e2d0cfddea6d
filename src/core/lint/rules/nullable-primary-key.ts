/** nullable_primary_key: a primary key that takes NULL, and more than once. */
import { isSameName } from "../../sql/quote.ts";
import { createdTable } from "../added-column.ts";
import { replaceTable } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const nullablePrimaryKey: Rule = {
  code: "nullable_primary_key",
  category: "design",
  level: "warning",
  title: "a primary key that takes NULL",
  check(context) {
    const table = createdTable(context);
    if (table?.primaryKey === undefined || table.rowidColumn !== undefined) return [];
    const keys = table.primaryKey.columns.map(({ name }) => name);
    return table.columns
      .filter((column) => keys.some((name) => isSameName(name, column.name)) && column.nulls === "allowed")
      .filter(({ type }) => !/int/i.test(type) || keys.length > 1)
      .map((column) => {
        const { end } = column.source.type ?? column.source.name;
        return {
          message: `${nameText(table.name)} takes any number of rows with NULL in ${nameText(column.name)}, though it is the primary key`,
          fix: replaceTable(context, `${table.sql.slice(0, end)} NOT NULL${table.sql.slice(end)}`),
          place: placeOfName(context.statement, column.name),
        };
      });
  },
};
