/** unique_with_duplicates: a new UNIQUE fails where two rows have the same values. */
import type { KeyColumn } from "../../schema/constraint.ts";
import { foldIdentifier, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import type { Finding, Part, Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { listNames, nameText, placeOfName } from "../words.ts";

export const uniqueWithDuplicates: Rule = {
  code: "unique_with_duplicates",
  category: "data",
  level: "danger",
  title: "a new UNIQUE, where rows may have the same values",
  check(context) {
    const { kind, statement, before, after } = context;
    if (kind.kind === "schema" && kind.verb === "CREATE" && kind.object === "index" && kind.name !== undefined) {
      const index = after.object(kind.name);
      if (index?.kind !== "index" || index.uniqueness !== "unique" || before.object(kind.name) !== undefined) return [];
      const table = before.table(index.table);
      const columns = index.terms.filter((term): term is KeyColumn => term.kind === "column");
      if (table === undefined || columns.length < index.terms.length) return [];
      return [find(table.name, columns, placeOfName(statement, index.name), index.where?.text)];
    }
    const pair = tablePair(context);
    if (pair === undefined) return [];
    const kept = new Map(keptColumns(pair).map(({ old, next }) => [foldIdentifier(next.name), old.name]));
    const old = new Set(
      [...pair.old.uniques, ...(pair.old.primaryKey === undefined ? [] : [pair.old.primaryKey])].map(keyOf),
    );
    return [...pair.next.uniques, ...(pair.next.primaryKey === undefined ? [] : [pair.next.primaryKey])]
      .filter((key) => !old.has(keyOf(key)) && key.columns.every(({ name }) => kept.has(foldIdentifier(name))))
      .map(({ columns }) => {
        const own = columns.map((column) => ({
          ...column,
          name: kept.get(foldIdentifier(column.name)) ?? column.name,
        }));
        return find(pair.name, own, pair.place);
      });
  },
};

function keyOf({ columns }: { readonly columns: readonly KeyColumn[] }): string {
  return columns
    .map(({ name }) => foldIdentifier(name))
    .toSorted()
    .join();
}

function find(table: string, columns: readonly KeyColumn[], place: Part, where?: string): Finding {
  const { key, filled: condition } = duplicates(columns, quoteIdentifier, where);
  const shown = duplicates(columns, nameText, where);
  const names = columns.map(({ name }) => name);
  return {
    message: `two rows of ${nameText(table)} with the same ${listNames(names)} make this fail`,
    fix: {
      kind: "query",
      words: "first decide which of these rows stay",
      sql: `SELECT ${names.map((name) => nameText(name)).join(", ")}, count(*) FROM ${nameText(table)} WHERE ${shown.filled} GROUP BY ${shown.key} HAVING count(*) > 1;`,
    },
    place,
    question: {
      sql: `SELECT coalesce(sum(same - 1), 0) FROM (SELECT count(*) AS same FROM ${quoteTable(table)} WHERE ${condition} GROUP BY ${key} HAVING count(*) > 1)`,
      table,
    },
  };
}

/** What rows with the same values are grouped by, and which rows count: NULL equals nothing under UNIQUE. */
function duplicates(
  columns: readonly KeyColumn[],
  quote: (name: string) => string,
  where: string | undefined,
): { readonly key: string; readonly filled: string } {
  const filled = columns.map(({ name }) => `${quote(name)} IS NOT NULL`).join(" AND ");
  return {
    key: columns
      .map(({ name, collation }) => `${quote(name)}${collation === undefined ? "" : ` COLLATE ${quote(collation)}`}`)
      .join(", "),
    filled: where === undefined ? filled : `${filled} AND (${where})`,
  };
}
