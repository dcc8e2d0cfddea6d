/** foreign_key_with_orphans: a new foreign key, and rows that may point at nothing. */
import { foldIdentifier, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { listNames, nameText } from "../words.ts";

export const foreignKeyWithOrphans: Rule = {
  code: "foreign_key_with_orphans",
  category: "data",
  level: "danger",
  title: "a new foreign key, where rows may point at nothing",
  check(context) {
    const pair = tablePair(context);
    if (pair === undefined) return [];
    const { old, next, name, place } = pair;
    const known = new Set(old.foreignKeys.map(({ columns, parent }) => foldIdentifier([...columns, parent].join())));
    const kept = new Set(keptColumns(pair).map((column) => foldIdentifier(column.next.name)));
    return next.foreignKeys.flatMap(({ columns, parent: to, parentColumns }) => {
      const parent = context.before.table(to);
      const keys = parentColumns ?? parent?.primaryKey?.columns.map((column) => column.name) ?? [];
      const isNew = !known.has(foldIdentifier([...columns, to].join()));
      if (!isNew || parent === undefined || keys.length !== columns.length) return [];
      if (!columns.every((column) => kept.has(foldIdentifier(column)))) return [];
      const orphans = (quote: (name: string) => string, quoteAsTable: (name: string) => string): string => {
        const equal = columns.map((column, at) => `parent.${quote(keys[at] ?? "")} = child.${quote(column)}`);
        const filled = columns.map((column) => `child.${quote(column)} IS NOT NULL`).join(" AND ");
        return `FROM ${quoteAsTable(name)} AS child WHERE ${filled} AND NOT EXISTS (SELECT 1 FROM ${quoteAsTable(parent.name)} AS parent WHERE ${equal.join(" AND ")})`;
      };
      return [
        {
          message: `rows of ${nameText(name)} whose ${listNames(columns)} is not in ${nameText(parent.name)} make this fail when lockstep checks it`,
          fix: {
            kind: "query",
            words: "first correct these rows",
            sql: `SELECT * ${orphans(nameText, nameText)};`,
          },
          place,
          question: {
            sql: `SELECT count(*) ${orphans(quoteIdentifier, quoteTable)}`,
            table: name,
            reads: [parent.name],
          },
        },
      ];
    });
  },
};
