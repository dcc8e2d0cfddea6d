/** The two tables in the database: their names, and the SQL that makes them. */
import { quoteTable } from "../core/sql/quote.ts";

/** The names of the two tables, as they are and quoted for SQL. */
export interface HistoryTables {
  readonly metadata: string;
  readonly history: string;
  readonly metadataSql: string;
  readonly historySql: string;
}

/** The row of the metadata table that holds the version. */
export const VERSION_KEY = "schema_version";

/** The row of the metadata table that says how far a migration without a transaction has come. */
export const PROGRESS_KEY = "lockstep_progress";

export function historyTables(metadata: string, history: string): HistoryTables {
  return { metadata, history, metadataSql: quoteTable(metadata), historySql: quoteTable(history) };
}

/** The statements that create the tables where they are missing. */
export function createTables(tables: HistoryTables): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${tables.metadataSql} (key TEXT PRIMARY KEY, value TEXT)`,
    `CREATE TABLE IF NOT EXISTS ${tables.historySql} (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT,
  applied_at TEXT NOT NULL,
  duration_ms REAL NOT NULL,
  schema_hash TEXT,
  reverse_sql TEXT,
  applied_by TEXT NOT NULL
) STRICT`,
  ];
}
