/**
 * The base schema, version 1: the tables as they were before the first migration. It is closed. Every later change is a
 * migration, because this text never runs again on a database that has it.
 */
import type { DatabaseSync } from "node:sqlite";

/** Creates `sessions`, `requests` and `responses` where they are missing. */
export function createBaseTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS sessions (
      id TEXT PRIMARY KEY,
      created_at TEXT NOT NULL,
      last_used_at TEXT NOT NULL
    );

    CREATE TABLE IF NOT EXISTS requests (
      id INTEGER PRIMARY KEY,
      session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      model TEXT,
      stream INTEGER NOT NULL CHECK (stream IN (0, 1)),
      body TEXT NOT NULL,
      created_at TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS idx_requests_session_id ON requests (session_id);

    CREATE TABLE IF NOT EXISTS responses (
      id INTEGER PRIMARY KEY,
      request_id INTEGER NOT NULL UNIQUE REFERENCES requests (id) ON DELETE CASCADE,
      outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'aborted', 'failed')),
      status INTEGER,
      body TEXT,
      error TEXT,
      duration_ms INTEGER NOT NULL,
      created_at TEXT NOT NULL
    );
  `);
}

/**
 * Makes a new database a database at version 1. One that already has a version, even 0 after a full rollback, is left to
 * the migrations.
 */
export function initializeSchema(database: DatabaseSync): void {
  if (hasVersion(database)) return;
  // Another server may be starting on the same file; whoever comes second finds everything there and writes nothing new.
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec("CREATE TABLE IF NOT EXISTS metadata (key TEXT PRIMARY KEY, value TEXT)");
    if (!hasVersion(database)) {
      createBaseTables(database);
      database.exec("INSERT INTO metadata (key, value) VALUES ('schema_version', '1')");
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function hasVersion(database: DatabaseSync): boolean {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'metadata'").get();
  if (table === undefined) return false;
  return database.prepare("SELECT 1 FROM metadata WHERE key = 'schema_version'").get() !== undefined;
}
