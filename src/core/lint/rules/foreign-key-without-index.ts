/** foreign_key_without_index: every DELETE of a parent reads all of the child. */
import { isSameName } from "../../sql/quote.ts";
import { automaticIndexes } from "../../schema/automatic-index.ts";
import { addedColumn, createdTable } from "../added-column.ts";
import { columnList, freeName, isObject } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { listNames, nameText, placeOfName } from "../words.ts";

export const foreignKeyWithoutIndex: Rule = {
  code: "foreign_key_without_index",
  category: "design",
  level: "advice",
  title: "a foreign key without an index",
  check(context) {
    const added = addedColumn(context);
    const table = createdTable(context) ?? added?.next;
    if (table === undefined) return [];
    const keys = [
      ...automaticIndexes(table).map(({ columns }) => columns.map(({ name }) => name)),
      ...context.end
        .indexesOf(table.name)
        .filter(({ where }) => where === undefined)
        .map(({ terms }) => terms.map((term) => (term.kind === "column" ? term.name : ""))),
      [table.rowidColumn ?? ""],
    ];
    const fresh = table.foreignKeys.slice(added?.old.foreignKeys.length ?? 0);
    return fresh
      .filter(
        ({ columns }) =>
          !keys.some((key) =>
            columns.every((name) => key.slice(0, columns.length).some((own) => isSameName(own, name))),
          ),
      )
      .map(({ columns, parent }) => ({
        message: `each DELETE and each new key in ${nameText(parent)} reads all of ${nameText(table.name)}, since ${listNames(columns)} has no index`,
        fix: {
          kind: "behind" as const,
          sql: `CREATE INDEX ${nameText(freeName(`${table.name}_${columns.join("_")}`, isObject(context.after, context.end)))} ON ${nameText(table.name)} ${columnList(columns)};`,
        },
        place: placeOfName(context.statement, columns[0] ?? ""),
      }));
  },
};
