/** The names by which SQL reaches the row id of a table. */
import { foldIdentifier, quoteIdentifier } from "../sql/quote.ts";
import type { Table } from "../schema/table.ts";

const ALIASES = ["rowid", "_rowid_", "oid"] as const;

/** The names of the row id that no column has taken (https://sqlite.org/lang_createtable.html#rowid). */
export function freeAliases(columns: readonly string[]): readonly string[] {
  const taken = new Set(columns.map(foldIdentifier));
  return ALIASES.filter((name) => !taken.has(name));
}

/** Whether a name is one of those, which newer versions of SQLite neither add nor drop nor rename by ALTER TABLE. */
export function isAlias(name: string): boolean {
  return freeAliases([name]).length < ALIASES.length;
}

/** The row id in SQL: the column that is it, else a name that no column has taken; undefined where all of them are. */
export function rowidOf({ columns, rowidColumn }: Pick<Table, "columns" | "rowidColumn">): string | undefined {
  return rowidColumn === undefined ? freeAliases(columns.map(({ name }) => name))[0] : quoteIdentifier(rowidColumn);
}
