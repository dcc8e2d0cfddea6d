/** parent_key_not_unique: a foreign key that leads to columns which are not unique. */
import { isSameName } from "../../sql/quote.ts";
import { leadsToKey } from "../../alter/parent-key.ts";
import { createdTable, addedColumn } from "../added-column.ts";
import { columnList, freeName, isObject } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { listNames, nameText, placeOfName } from "../words.ts";

export const parentKeyNotUnique: Rule = {
  code: "parent_key_not_unique",
  category: "foreign_keys",
  level: "danger",
  title: "a foreign key leads to columns that are not unique",
  check(context) {
    const { statement, end } = context;
    const added = addedColumn(context);
    const table = createdTable(context) ?? added?.next;
    if (table === undefined) return [];
    const old = added?.old.foreignKeys.length ?? 0;
    return table.foreignKeys.slice(old).flatMap((key) => {
      const parent = end.table(key.parent) ?? (isSameName(key.parent, table.name) ? table : undefined);
      if (parent === undefined || leadsToKey(key, parent, end.indexesOf(parent.name))) return [];
      const columns = key.parentColumns ?? parent.primaryKey?.columns.map(({ name }) => name) ?? [];
      const names = columns.length === 0 ? "its primary key, which it has not" : listNames(columns);
      return [
        {
          message: `${nameText(parent.name)} is not unique by ${names}: with foreign keys on, writes to ${nameText(table.name)} fail with "foreign key mismatch"`,
          ...(columns.length === 0 || columns.length !== key.columns.length
            ? {}
            : {
                fix: {
                  kind: context.after.table(parent.name) === undefined ? ("at_end" as const) : ("behind" as const),
                  sql: `CREATE UNIQUE INDEX ${nameText(freeName(`${parent.name}_${columns.join("_")}`, isObject(context.after, end)))} ON ${nameText(parent.name)} ${columnList(columns)};`,
                },
              }),
          place: placeOfName(statement, key.parent, "last"),
        },
      ];
    });
  },
};
