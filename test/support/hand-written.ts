/** A database as a hand-written runner leaves it: a version in a key-value table, and no history. */
import { DatabaseSync } from "node:sqlite";
import { look, type OracleRow } from "./oracle.ts";

/** Tables for keys and values, as people have written them. */
export const metadataShapes: Readonly<Record<string, string>> = {
  "as lockstep's own": "CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT)",
  "with an INTEGER value": "CREATE TABLE metadata (key TEXT PRIMARY KEY, value INTEGER)",
  "without types and keys": "CREATE TABLE metadata (key, value)",
  "with more columns": `CREATE TABLE metadata (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT,
    updated_at TEXT DEFAULT CURRENT_TIMESTAMP, note TEXT)`,
  "without rowid": "CREATE TABLE metadata (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID",
};

/** Makes a database with some rows of its own and a metadata table of this shape, at this version or without one. */
export function makeHandWritten(path: string, shape: string, version: string | number | undefined): void {
  const database = new DatabaseSync(path);
  database.exec(shape);
  database.prepare("INSERT INTO metadata (key, value) VALUES (?, ?)").run("installed_at", "2025-02-03");
  if (version !== undefined) {
    database.prepare("INSERT INTO metadata (key, value) VALUES (?, ?)").run("schema_version", version);
  }
  database.exec("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'ann')");
  database.close();
}

/** The metadata rows as another program sees them. */
export function readMetadata(path: string): readonly OracleRow[] {
  return look(path, "SELECT key, CAST(value AS TEXT) AS value FROM metadata ORDER BY key");
}
