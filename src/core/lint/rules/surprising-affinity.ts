/** surprising_affinity: a type that sounds like text and stores numbers. */
import { affinityOf } from "../../alter/affinity.ts";
import { addedColumn, createdTable } from "../added-column.ts";
import { typedColumn } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const surprisingAffinity: Rule = {
  code: "surprising_affinity",
  category: "design",
  level: "warning",
  title: "a type that sounds like text and stores '007' as 7",
  check(context) {
    const added = addedColumn(context);
    const table = createdTable(context) ?? added?.next;
    if (table === undefined || table.typing === "strict") return [];
    return (added === undefined ? table.columns : [added.column])
      .filter(
        ({ type }) =>
          /^(?:string|str|uuid|guid|json|jsonb|enum|citext|name)\b/i.test(type) &&
          affinityOf(type, "flexible") === "NUMERIC",
      )
      .map((column) => ({
        message: `to SQLite ${column.type} is a type for numbers: ${nameText(table.name)}.${nameText(column.name)} stores '007' as 7`,
        fix: typedColumn(context, table, { column, type: "TEXT" }),
        place: placeOfName(context.statement, column.type),
      }));
  },
};
