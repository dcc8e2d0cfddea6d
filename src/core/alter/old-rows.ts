/** The rows of the table that was set aside, as a source to copy from and to compare with. */
import { foldIdentifier, quoteIdentifier, quoteTable } from "../sql/quote.ts";
import type { Column, Table } from "../schema/table.ts";
import type { ColumnMatch } from "./match.ts";
import { freeAliases, rowidOf } from "./row-id.ts";

/** A source of rows for a statement. */
export interface OldRows {
  /** What stands in front of the statement. */
  readonly with: string;
  /** What stands behind FROM. */
  readonly from: string;
  /** A column in it, quoted. */
  readonly nameOf: (column: Column) => string;
  /** The row id in it; missing where the table has none, or none that can be reached. */
  readonly rowid: string | undefined;
  /** The beginnings that a further name may not have: those of its columns, folded, as far as they end in a number. */
  readonly columns: ReadonlySet<string>;
}

/** Where the rows are. */
export interface Aside {
  readonly current: Table;
  readonly match: ColumnMatch;
  /** The name of every column before the change, by the name that it has now. */
  readonly oldNames: ReadonlyMap<string, string>;
  /** The name under which the table is set aside. */
  readonly aside: string;
}

/**
 * The rows as they are read. What is computed speaks of the table and its columns by the names that they had; so where something is, the
 * rows are given under those, and a query in an expression that reads the same table sees them too.
 */
export function oldRows({ current, match, oldNames, aside }: Aside): OldRows {
  const reachable = current.storage === "rowid" ? rowidOf(current) : undefined;
  const isComputed = match.columns.some(({ kind }) => kind === "computed");
  if (!isComputed) {
    return {
      with: "",
      from: quoteTable(aside),
      nameOf: ({ name }) => quoteIdentifier(name),
      rowid: reachable,
      columns: stems(current.columns.map(({ name }) => name)),
    };
  }
  const nameOf = ({ name }: Column): string => quoteIdentifier(oldNames.get(name) ?? name);
  const names = current.columns.map(({ name }) => oldNames.get(name) ?? name);
  const aliases = reachable === undefined ? [] : freeAliases(names).map((alias) => `${reachable} AS ${alias}`);
  const columns = current.columns.map((column) => `${quoteIdentifier(column.name)} AS ${nameOf(column)}`);
  const table = quoteIdentifier(current.name);
  const inner = `SELECT ${[...columns, ...aliases].join(", ")} FROM ${quoteTable(aside)}`;
  const own = current.columns.find(({ name }) => name === current.rowidColumn);
  return {
    with: `WITH ${table} AS NOT MATERIALIZED (${inner}) `,
    from: table,
    nameOf,
    rowid: own === undefined ? freeAliases(names)[0] : nameOf(own),
    columns: stems(names),
  };
}

function stems(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => foldIdentifier(name).replace(/_\d+$/, "")));
}
