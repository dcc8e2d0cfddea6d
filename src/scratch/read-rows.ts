/** Reads the rows of tables, each value as SQL, so that nothing of it is lost on the way. */
import type { StoredRow, TableRows } from "../core/check/compare-rows.ts";
import { freeAliases } from "../core/alter/row-id.ts";
import type { Table } from "../core/schema/table.ts";
import { quoteIdentifier, quoteTable } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection, SqlValue } from "../driver/driver.ts";

/** The rows of a table, in the order in which they are stored. */
export function* readRows(connection: Connection, table: Table): Task<TableRows> {
  const columns = table.columns.map(({ name }) => name);
  const alias = table.storage === "rowid" ? freeAliases(columns)[0] : undefined;
  const identity = table.rowidColumn === undefined ? "by_value" : "numbered";
  // Where all names of the rowid are taken, a column that is the rowid is among the columns.
  const most = alias === undefined ? columns.length : MOST_BESIDE_ROWID;
  const found = yield* readColumns(connection, table.name, columns.slice(0, most), alias);
  const rest = columns.slice(most);
  if (rest.length === 0) return { columns, identity, rows: found };
  const others = yield* readColumns(connection, table.name, rest, alias);
  const byId = new Map(others.map((row) => [row.id, row.values]));
  return {
    columns,
    identity,
    rows: found.map(({ id, values }) => ({ id, values: [...values, ...(byId.get(id) ?? [])] })),
  };
}

/** A table may have 2,000 columns, and so may the result of a query: the rowid is one too many then. */
const MOST_BESIDE_ROWID = 1_999;

function* readColumns(
  connection: Connection,
  table: string,
  columns: readonly string[],
  alias: string | undefined,
): Task<readonly StoredRow[]> {
  const values = columns.map((name, index) => `${literalOf(quoteIdentifier(name))} AS c${index}`);
  const asked = alias === undefined ? values : [`CAST(${alias} AS TEXT) AS id`, ...values];
  const rows = yield* wait(connection.query(`SELECT ${asked.join(", ")} FROM ${quoteTable(table)}`));
  return rows.map((row) => ({
    id: text(row["id"]),
    values: columns.map((_name, index) => text(row[`c${index}`])),
  }));
}

/** quote() writes a number with 15 digits in older versions of SQLite; all of them are needed to tell two apart. */
function literalOf(column: string): string {
  return `CASE typeof(${column}) WHEN 'real' THEN printf('%!.17g', ${column}) ELSE quote(${column}) END`;
}

function text(value: SqlValue | undefined): string {
  return typeof value === "string" ? value : String(value ?? "");
}

/** The highest number that each table with AUTOINCREMENT has given, by its name. */
export function* readSequences(connection: Connection): Task<ReadonlyMap<string, number>> {
  const [found] = yield* wait(
    connection.query("SELECT 1 AS found FROM main.sqlite_schema WHERE name = 'sqlite_sequence'"),
  );
  if (found === undefined) return new Map();
  const rows = yield* wait(connection.query("SELECT name, CAST(seq AS REAL) AS seq FROM main.sqlite_sequence"));
  return new Map(rows.map(({ name, seq }) => [String(name), Number(seq)]));
}
