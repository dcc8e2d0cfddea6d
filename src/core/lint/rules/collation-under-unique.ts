/** collation_under_unique: another collation makes values equal that were different, under UNIQUE. */
import { foldIdentifier, isSameName, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

export const collationUnderUnique: Rule = {
  code: "collation_under_unique",
  category: "data",
  level: "danger",
  title: "another collation for a column that is unique",
  check(context) {
    const pair = tablePair(context);
    if (pair === undefined) return [];
    const { next, name, place } = pair;
    const keys = [...next.uniques, ...(next.primaryKey === undefined ? [] : [next.primaryKey])].map(({ columns }) =>
      columns.map((column) => column.name),
    );
    const indexed = context.before
      .indexesOf(pair.old.name)
      .filter(({ uniqueness }) => uniqueness === "unique")
      .map(({ terms }) => terms.map((term) => (term.kind === "column" ? term.name : "")));
    return keptColumns(pair).flatMap(({ old, next: column }) => {
      if (foldIdentifier(old.collation) === foldIdentifier(column.collation)) return [];
      // Alone in a key: with others beside it, it takes all of them to be equal.
      if (![...keys, ...indexed].some((key) => key.length === 1 && isSameName(key[0] ?? "", column.name))) return [];
      const own = nameText(old.name);
      const key = `${quoteIdentifier(old.name)} COLLATE ${quoteIdentifier(column.collation)}`;
      return [
        {
          message: `values of ${nameText(name)}.${nameText(old.name)} that are equal under ${column.collation} make this fail`,
          fix: {
            kind: "query",
            words: "first decide which of these rows stay",
            sql: `SELECT ${own}, count(*) FROM ${nameText(name)} WHERE ${own} IS NOT NULL GROUP BY ${own} COLLATE ${nameText(column.collation)} HAVING count(*) > 1;`,
          },
          place,
          question: {
            sql: `SELECT coalesce(sum(same - 1), 0) FROM (SELECT count(*) AS same FROM ${quoteTable(name)} WHERE ${quoteIdentifier(old.name)} IS NOT NULL GROUP BY ${key} HAVING count(*) > 1)`,
            table: name,
          },
        },
      ];
    });
  },
};
