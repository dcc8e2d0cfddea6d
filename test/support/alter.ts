/** Changes tables in tests: a database that plain SQL has made, a migration that changes a table in it, and what has come of that. */
import { up } from "../../src/start.ts";
import type { Connection, Driver } from "../../src/driver/driver.ts";
import { betterSqlite3 } from "../../src/driver/better-sqlite3.ts";
import { nodeSqlite } from "../../src/driver/node-sqlite.ts";
import { migrate, type DriverName, type ErrorCode, type ListedMigration, type LockstepError } from "../../src/index.ts";
import { openHandle, rows } from "./handle.ts";
import { rejection } from "./rejection.ts";
import { runOn, type OptionsOnHandle } from "./run-on.ts";
import { readState, type DatabaseState } from "./state.ts";
import { workspace } from "./workspace.ts";

/** Makes a database file by SQL, with foreign keys off. */
export function databaseOf(setup: string, driver: DriverName = "node:sqlite"): string {
  const path = workspace().path("app.db");
  const handle = openHandle(driver, path);
  handle.exec("PRAGMA foreign_keys = OFF");
  handle.exec(setup);
  handle.close();
  return path;
}

/** `-- lockstep:rebuild`, the wanted table, and the directives behind it. */
export function rebuild(wanted: string, ...directives: readonly string[]): string {
  return ["-- lockstep:rebuild", `${wanted};`, ...directives.map((text) => `-- lockstep:${text}`), ""].join("\n");
}

/** Runs one migration of this SQL on the file. */
export async function change(database: string, sql: string, more: Partial<ListedMigration> = {}): Promise<void> {
  await migrate({ database, migrations: [{ version: 1, up: sql, ...more }] });
}

/** Expects that the change is refused, and that the file is as it was but for what lockstep notes. */
export async function refused(
  database: string,
  sql: string,
  code: ErrorCode = "rebuild_refused",
): Promise<LockstepError> {
  const before = everythingIn(database);
  const error = await rejection(change(database, sql), code);
  const after = everythingIn(database);
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    throw new Error(`the refusal changed the database:\n${JSON.stringify(before)}\n${JSON.stringify(after)}`);
  }
  return error;
}

/** All that a change may touch, row ids and what SQLite keeps for itself among it. */
export function everythingIn(database: string): DatabaseState & Readonly<Record<"ids" | "kept", unknown>> {
  const handle = openHandle("node:sqlite", database);
  const tables = rows(handle, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0");
  const ids = tables.map(({ name }) =>
    rows(handle, `SELECT CAST(rowid AS TEXT) AS id FROM "${String(name).replaceAll('"', '""')}"`),
  );
  const own = rows(handle, "SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite\\_s%' ESCAPE '\\' ORDER BY name");
  const kept = own.map(({ name }) => [name, rows(handle, `SELECT * FROM ${String(name)} ORDER BY 1, 2`)]);
  handle.close();
  return { ...readState(database), ids, kept };
}

/** The rows of a query on the file, as plain objects. */
export function ask(database: string, sql: string): readonly Readonly<Record<string, unknown>>[] {
  const handle = openHandle("node:sqlite", database);
  const found = rows(handle, sql);
  handle.close();
  return found;
}

/** The text of an object, as it is stored. */
export function textOf(database: string, name: string): unknown {
  return ask(database, `SELECT sql FROM sqlite_schema WHERE name = '${name}'`)[0]?.["sql"];
}

const DRIVERS: Readonly<Record<DriverName, Driver>> = { "node:sqlite": nodeSqlite, "better-sqlite3": betterSqlite3 };

/** Opens a file as lockstep itself would, so that the stored text of a table can be changed. */
export function openOwn(path: string, driver: DriverName = "node:sqlite"): Connection {
  return DRIVERS[driver].open(path, "write");
}

/** Runs migrations through a connection, which stays open. */
export function upThrough(connection: Connection, options: OptionsOnHandle): Promise<unknown> {
  const driver: Driver = {
    ...nodeSqlite,
    name: "test",
    owns: (handle) => handle === connection.handle,
    adopt: () => connection,
  };
  return runOn({ driver, handle: connection.handle }, options, (session) => up(session));
}
