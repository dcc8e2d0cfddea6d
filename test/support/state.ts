/** Everything that is in a database, as a value: two databases in the same state give equal values. */
import { DatabaseSync } from "node:sqlite";

/** The state of a database, without the times at which it came to be. */
export interface DatabaseState {
  /** Each object of the schema, as `type name: sql`, by name. The two tables of lockstep are left out. */
  readonly schema: readonly string[];
  /** The rows of each table, by its name. Every value is quoted as SQL, so that 1 and '1' differ. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** The rows of the metadata table; missing where the table is. */
  readonly metadata?: Readonly<Record<string, string | number | null>>;
  /** The rows of the history table, without times; missing where the table is. */
  readonly history?: readonly HistoryRow[];
}

/** A row of the history table, without its times. */
export interface HistoryRow {
  readonly version: number;
  readonly name: string;
  readonly checksum: string | null;
  readonly schemaHash: string | null;
  readonly reverseSql: string | null;
}

/** The names of the two tables of lockstep. */
export interface TableNames {
  readonly metadata: string;
  readonly history: string;
}

const DEFAULT_NAMES: TableNames = { metadata: "metadata", history: "lockstep_history" };

/** Reads the whole state of a database file, which must be whole: its integrity is checked. */
export function readState(path: string, names: TableNames = DEFAULT_NAMES): DatabaseState {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    return stateOf(database, names);
  } finally {
    database.close();
  }
}

/** The part of an open handle, of either library, by which a state is read. */
export interface Readable {
  prepare(sql: string): { all(...values: unknown[]): unknown[] };
}

/** The same, through an open handle. */
export function stateOf(database: Readable, names: TableNames = DEFAULT_NAMES): DatabaseState {
  const all = (sql: string): readonly Record<string, unknown>[] => query(database, sql);
  const [check] = all("PRAGMA integrity_check");
  if (check?.["integrity_check"] !== "ok") throw new Error(`the database is damaged: ${JSON.stringify(check)}`);
  const own = new Set([names.metadata, names.history]);
  const objects = all(
    "SELECT type, name, tbl_name AS 'table', sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  );
  const tables = objects.filter(({ type }) => type === "table").map(({ name }) => String(name));
  const rows = tables.filter((name) => !own.has(name)).map((name) => [name, rowsOf(database, name)] as const);
  return {
    schema: objects
      .filter(({ table }) => !own.has(String(table)))
      .map(({ type, name, sql }) => `${String(type)} ${String(name)}: ${String(sql)}`),
    rows: Object.fromEntries(rows),
    ...(tables.includes(names.metadata) ? { metadata: metadataOf(database, names.metadata) } : {}),
    ...(tables.includes(names.history) ? { history: historyOf(database, names.history) } : {}),
  };
}

/** The version that the metadata table says, 0 where it says none. */
export function versionOf({ metadata }: DatabaseState): number {
  return Number(metadata?.["schema_version"] ?? 0);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function query(database: Readable, sql: string, ...values: unknown[]): readonly Record<string, unknown>[] {
  return database.prepare(sql).all(...values) as Record<string, unknown>[];
}

function rowsOf(database: Readable, table: string): readonly string[] {
  const columns = query(database, "SELECT name FROM pragma_table_xinfo(?)", table);
  const values = columns.map(({ name }) => `quote(${quoted(String(name))})`).join(" || ', ' || ");
  const rows = query(database, `SELECT ${values} AS row FROM ${quoted(table)} ORDER BY 1`);
  return rows.map(({ row }) => String(row));
}

function metadataOf(database: Readable, table: string): Readonly<Record<string, string | number | null>> {
  const rows = query(database, `SELECT key, value FROM ${quoted(table)} ORDER BY key`);
  return Object.fromEntries(rows.map(({ key, value }) => [String(key), value as string | number | null]));
}

function historyOf(database: Readable, table: string): readonly HistoryRow[] {
  const sql = `SELECT version, name, checksum, schema_hash AS schemaHash, reverse_sql AS reverseSql FROM ${quoted(table)} ORDER BY version`;
  return query(database, sql).map((row) => ({ ...row }) as unknown as HistoryRow);
}
