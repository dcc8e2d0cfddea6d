/** boolean_without_check: a truth value that can be 2, or 'yes'. */
import { isSameName } from "../../sql/quote.ts";
import { addedColumn, createdTable } from "../added-column.ts";
import { freeName, typedColumn } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { mentionsIn } from "../../schema/edit/mentions.ts";
import { nameText, placeOfName } from "../words.ts";

export const booleanWithoutCheck: Rule = {
  code: "boolean_without_check",
  category: "design",
  level: "advice",
  title: "a truth value or a time without a CHECK",
  check(context) {
    const added = addedColumn(context);
    const table = createdTable(context) ?? added?.next;
    if (table === undefined) return [];
    return (added === undefined ? table.columns : [added.column])
      .filter(({ name, type, generated }) => {
        if (generated !== undefined || !/^(?:bool|boolean|date|datetime|timestamp)$/i.test(type)) return false;
        return !table.checks.some(({ expression }) =>
          mentionsIn(expression)?.some((mention) => isSameName(mention.name, name)),
        );
      })
      .map((column) => {
        const name = nameText(column.name);
        const isTruth = /^bool/i.test(column.type);
        const valid = isTruth ? "IN (0, 1)" : `IS ${/^date$/i.test(column.type) ? "date" : "datetime"}(${name})`;
        const named = freeName(`${column.name}_${isTruth ? "is_truth" : "is_time"}`, (free) =>
          table.checks.some((other) => isSameName(other.name ?? "", free)),
        );
        const check = ` CONSTRAINT ${nameText(named)} CHECK (${name} ${valid})`;
        return {
          message: `SQLite has no type ${column.type}: ${name} of ${nameText(table.name)} takes any number and any text`,
          fix: typedColumn(context, table, { column, type: isTruth ? "INTEGER" : "TEXT", check }),
          place: placeOfName(context.statement, column.name),
        };
      });
  },
};
