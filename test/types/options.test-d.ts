/** What may be written as options and as migrations, and what may not. Read by the compiler only: each line that must fail says so. */
import type { DatabaseSync } from "node:sqlite";
import type { Database } from "better-sqlite3";
import {
  defineConfig,
  migrate,
  migrateSync,
  MigrationRunner,
  type DatabaseHandle,
  type ListedMigration,
  type LockstepConfig,
  type Migration,
  type MigrateOptions,
} from "../../src/index.ts";

declare const nodeHandle: DatabaseSync;
declare const betterHandle: Database;

// Options: what must compile.
export const paths: MigrateOptions = { database: "app.db", migrations: "migrations" };
export const urls: MigrateOptions = { database: new URL("file:///app.db"), migrations: new URL("file:///migrations") };
export const handles: readonly DatabaseHandle[] = [nodeHandle, betterHandle];
export const everything: MigrateOptions = {
  database: nodeHandle,
  migrations: [],
  driver: "better-sqlite3",
  transaction: "all",
  allow: ["drop_table", "drop_column", "delete_all_rows"],
  lockTimeoutMs: 1000,
  migrationTimeoutMs: 1000,
  metadataTable: "settings",
  historyTable: "migrations",
  outOfOrder: "allow",
  changed: "refuse",
  newerDatabase: "allow",
  onEvent: ({ kind }) => kind,
  logger: console,
};

// Options: what must not.
// @ts-expect-error -- the database is missing
export const noDatabase: MigrateOptions = { migrations: "migrations" };
// @ts-expect-error -- the migrations are missing
export const noMigrations: MigrateOptions = { database: "app.db" };
// @ts-expect-error -- a policy is "refuse" or "allow"
export const misspeltPolicy: MigrateOptions = { ...paths, outOfOrder: "alow" };
// @ts-expect-error -- a policy is no boolean
export const booleanPolicy: MigrateOptions = { ...paths, changed: true };
// @ts-expect-error -- the option is called lockTimeoutMs
export const misspeltName: MigrateOptions = { ...paths, lockTimeout: 1000 };
// @ts-expect-error -- a transaction is for each migration or for all
export const misspeltTransaction: MigrateOptions = { ...paths, transaction: "one" };
// @ts-expect-error -- there is no such driver
export const misspeltDriver: MigrateOptions = { ...paths, driver: "sqlite3" };
// @ts-expect-error -- an option is left out, not undefined
export const undefinedOption: MigrateOptions = { ...paths, driver: undefined };
// @ts-expect-error -- a logger has info and warn
export const halfLogger: MigrateOptions = { ...paths, logger: { info: () => undefined } };
// @ts-expect-error -- an object that is no handle
export const noHandle: MigrateOptions = { ...paths, database: { exec: () => undefined } };
// @ts-expect-error -- the options cannot be changed after they are made
paths.database = "other.db";

// Targets.
void migrate({ ...paths, to: 3 });
migrateSync({ ...paths, to: 3 });
// @ts-expect-error -- a version is a number
void migrate({ ...paths, to: "3" });
// @ts-expect-error -- up has no steps
void new MigrationRunner(paths).runMigrations({ steps: 1 });
void new MigrationRunner(paths).rollback({ steps: 2, allowLoss: true });
// @ts-expect-error -- the option is called allowLoss
void new MigrationRunner(paths).rollback({ yes: true });
void new MigrationRunner(paths).plan({ direction: "down", to: 1 });
// @ts-expect-error -- a direction is up or down
void new MigrationRunner(paths).plan({ direction: "sideways" });
// @ts-expect-error -- a baseline has a version
void new MigrationRunner(paths).baseline();

// The config file: the options, less what only a running program has.
export const config: LockstepConfig = defineConfig({ database: "app.db", migrations: "migrations", changed: "allow" });
export const emptyConfig: LockstepConfig = defineConfig({});
// @ts-expect-error -- a config file names a path
defineConfig({ database: nodeHandle });
// @ts-expect-error -- a config file has no listener
defineConfig({ onEvent: () => undefined });
// @ts-expect-error -- misspelt
defineConfig({ migration: "migrations" });

// A migration in a file: what must compile.
export const named: Migration<DatabaseSync> = {
  name: "Add users",
  version: 1,
  transaction: false,
  foreignKeys: "enforce",
  up: (db) => db.exec("SELECT 1"),
  down: (db) => db.exec("SELECT 1"),
};
export const awaited: Migration<Database> = {
  async up(db) {
    db.exec("SELECT 1");
    await Promise.resolve();
  },
};
export const unchecked: Migration = { up: (db) => db.anything.at.all };

// A migration in a file: what must not.
// @ts-expect-error -- up is missing
export const noUp: Migration = { down: () => undefined };
// @ts-expect-error -- a file has code, or it is .sql
export const sqlInCode: Migration = { up: "SELECT 1" };
// @ts-expect-error -- a mode is "check" or "enforce"
export const misspeltMode: Migration = { up: () => undefined, foreignKeys: "off" };
// @ts-expect-error -- the handle has no such method
export const wrongMethod: Migration<DatabaseSync> = { up: (db) => db.execute("SELECT 1") };
// @ts-expect-error -- a version is a number
export const textVersion: Migration = { version: "001", up: () => undefined };
// @ts-expect-error -- misspelt
export const misspeltMember: Migration = { up: () => undefined, transactional: false };

// A migration in an array.
export const listed: readonly ListedMigration[] = [
  { version: 1, up: "CREATE TABLE a (x)", down: "DROP TABLE a" },
  { version: 2, name: "Code", up: (db: DatabaseSync) => db.exec("SELECT 1"), down: "SELECT 1" },
  { version: 3, up: async () => Promise.resolve() },
];
// @ts-expect-error -- in an array a migration has a version
export const noVersion: ListedMigration = { up: "SELECT 1" };
// @ts-expect-error -- up is missing
export const listedNoUp: ListedMigration = { version: 1 };
// @ts-expect-error -- up is SQL or a function
export const listedNumber: ListedMigration = { version: 1, up: 5 };
// @ts-expect-error -- the handle has no such method
export const listedWrong: ListedMigration<DatabaseSync> = { version: 1, up: (db) => db.execute("SELECT 1") };
