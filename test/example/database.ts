/** Looks into databases without the example and without lockstep: by the `sqlite3` shell where there is one. */
import { spawnSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";

export type Row = Readonly<Record<string, unknown>>;

/** The rows of a query. */
export function query(path: string, sql: string): readonly Row[] {
  const shell = spawnSync("sqlite3", ["-json", "-cmd", ".timeout 10000", path, sql], { encoding: "utf8" });
  if (shell.error !== undefined) return queryWithNode(path, sql);
  if (shell.status !== 0) throw new Error(`sqlite3: ${shell.stderr}`);
  return shell.stdout.trim() === "" ? [] : (JSON.parse(shell.stdout) as readonly Row[]);
}

/** The version in `metadata`, as the text that is there. */
export function schemaVersion(path: string): unknown {
  return query(path, "SELECT value FROM metadata WHERE key = 'schema_version'")[0]?.["value"];
}

/** Every object and every row, for comparing before with after. */
export function contents(path: string): unknown {
  const objects = query(path, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
  const tables = objects.filter((object) => object["type"] === "table").map((object) => String(object["name"]));
  const rows = tables.map((table) => [table, query(path, `SELECT rowid, * FROM "${table}" ORDER BY rowid`)] as const);
  return { objects, rows };
}

/** The state in which the old hand-written runner left a database. */
type OldState =
  /** The base schema. */
  | "version 1"
  /** Migration 2 was applied and rolled back; that runner dropped only the index. */
  | "version 1 with the column of version 2"
  | "version 2";

/** A database of the old runner, with two sessions in it and no history table. */
export function createOldDatabase(path: string, state: OldState): void {
  const database = new DatabaseSync(path);
  database.exec(oldTables);
  database.exec(oldRows);
  if (state !== "version 1") database.exec("ALTER TABLE sessions ADD COLUMN user_id TEXT");
  if (state === "version 2") {
    database.exec(`
      CREATE INDEX idx_sessions_user_id ON sessions (user_id);
      UPDATE sessions SET user_id = 'ann' WHERE id = 's1';
      UPDATE metadata SET value = '2' WHERE key = 'schema_version';
    `);
  }
  database.close();
}

const oldTables = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT);
  INSERT INTO metadata VALUES ('schema_version', '1'), ('installed_at', '2025-02-03');
  CREATE TABLE sessions (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, last_used_at TEXT NOT NULL);
  CREATE TABLE requests (
    id INTEGER PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, model TEXT,
    stream INTEGER NOT NULL CHECK (stream IN (0, 1)), body TEXT NOT NULL, created_at TEXT NOT NULL
  );
  CREATE INDEX idx_requests_session_id ON requests (session_id);
  CREATE TABLE responses (
    id INTEGER PRIMARY KEY, request_id INTEGER NOT NULL UNIQUE REFERENCES requests (id) ON DELETE CASCADE,
    outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'aborted', 'failed')), status INTEGER, body TEXT, error TEXT,
    duration_ms INTEGER NOT NULL, created_at TEXT NOT NULL
  );
`;

const oldRows = `
  INSERT INTO sessions VALUES ('s1', '2025-02-03', '2025-02-04'), ('s2', '2025-02-05', '2025-02-05');
  INSERT INTO requests VALUES
    (1, 's1', 'qwen-max', 0, '{}', '2025-02-03'), (2, 's1', 'qwen-max', 0, '{}', '2025-02-04'), (3, 's2', NULL, 1, '{}', '2025-02-05');
  INSERT INTO responses VALUES
    (1, 1, 'complete', 200, '{"usage":{"prompt_tokens":7,"completion_tokens":11}}', NULL, 20, '2025-02-03'),
    (2, 2, 'complete', 500, 'Internal Server Error', NULL, 20, '2025-02-04'),
    (3, 3, 'failed', NULL, NULL, 'fetch failed', 20, '2025-02-05');
`;

function queryWithNode(path: string, sql: string): readonly Row[] {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
