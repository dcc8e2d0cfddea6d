/** What every row of a table has to keep to, each as a condition that finds the rows which do not. */
import { quoteIdentifier } from "../sql/quote.ts";
import type { Column, Table } from "../schema/table.ts";

/** A condition of a table. */
export interface Condition {
  /** As it is written: `NOT NULL of "age"`. */
  readonly what: string;
  /** SQL that is true for a row that breaks it. */
  readonly broken: string;
}

/** Which kinds of values each type of STRICT tables takes, apart from NULL. */
const KINDS: Readonly<Record<string, string>> = {
  INT: "'integer'",
  INTEGER: "'integer'",
  REAL: "'real'",
  TEXT: "'text'",
  BLOB: "'blob'",
};

/** All conditions that SQLite checks for a row by itself. */
export function conditionsOf({ columns, checks, typing }: Table): readonly Condition[] {
  const own = ({ name }: Column): string => quoteIdentifier(name);
  // `IS NULL` SQLite takes for false where the column is declared NOT NULL, whatever is stored.
  const notNull = columns
    .filter(({ nulls }) => nulls === "refused")
    .map((column) => ({ what: `NOT NULL of "${column.name}"`, broken: `typeof(${own(column)}) = 'null'` }));
  const types = columns.flatMap((column) => {
    const kind = typing === "strict" ? KINDS[column.type.toUpperCase()] : undefined;
    if (kind === undefined) return [];
    return [{ what: `${column.type} of "${column.name}"`, broken: `typeof(${own(column)}) NOT IN ('null', ${kind})` }];
  });
  const held = checks.map(({ expression: { text } }) => ({ what: `CHECK (${text})`, broken: `NOT (${text}\n)` }));
  return [...notNull, ...types, ...held];
}
