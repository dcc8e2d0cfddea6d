/** The database at start-up: connect, base schema, migrations. Only what comes out of here is served. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { MigrationRunner } from "lockstep";
import { createMigrationRunner } from "./migrations.ts";
import { initializeSchema } from "./schema.ts";

/** An open database at the newest version, and the runner that knows its version. */
interface ReadyDatabase {
  readonly database: DatabaseSync;
  readonly runner: MigrationRunner;
}

/** How long a statement waits for another process, in milliseconds. */
const busyTimeoutMs = 10_000;

/**
 * The three steps of a start. Throws lockstep's `LockstepError` where a migration fails; the database is closed again then
 * and is at the version that the error names.
 */
export async function initializeDatabase(path: string): Promise<ReadyDatabase> {
  const database = connect(path);
  try {
    initializeSchema(database);
    const runner = createMigrationRunner(database, { logger: console });
    await runner.runMigrations();
    return { database, runner };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the file, making it and its folder where they are missing, with a write-ahead log and foreign keys. */
export function connect(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA foreign_keys = ON");
  return database;
}
