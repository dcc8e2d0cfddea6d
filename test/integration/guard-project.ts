/** A database with rows of the user's, and a migration that is held against it: on a path and on a handle, with both drivers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { migrate, type DriverName, type ListedMigration, type LossCode, type MigrateOptions } from "../../src/index.ts";
import type { LockstepError } from "../../src/index.ts";
import { databaseOf, everythingIn } from "../support/alter.ts";
import { openHandle } from "../support/handle.ts";
import { rejection } from "../support/rejection.ts";

/** How a database is reached. */
export interface Way {
  readonly driver: DriverName;
  readonly by: "path" | "handle";
}

/** Every way to reach a database. */
export const ways: readonly Way[] = [
  { driver: "node:sqlite", by: "path" },
  { driver: "node:sqlite", by: "handle" },
  { driver: "better-sqlite3", by: "path" },
  { driver: "better-sqlite3", by: "handle" },
];

/** Three people, of whom two have an email, with their posts; nobody has an age. */
export const PEOPLE = `
  CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER);
  CREATE TABLE posts (id INTEGER PRIMARY KEY, person_id INTEGER, title TEXT NOT NULL);
  CREATE TABLE drafts (id INTEGER PRIMARY KEY, title TEXT);
  CREATE TABLE empty (a, b);
  CREATE VIEW names AS SELECT title FROM drafts;
  INSERT INTO people VALUES (1, 'ann', NULL, NULL), (2, 'bob', 'b@x', NULL), (3, 'eve', 'e@x', NULL);
  INSERT INTO posts VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three');`;

/** Runs migrations on the file, by this way. */
export async function run(
  database: string,
  { driver, by }: Way,
  options: Omit<MigrateOptions, "database" | "driver">,
): Promise<void> {
  if (by === "path") {
    await migrate({ ...options, database, driver });
    return;
  }
  const handle = openHandle(driver, database);
  try {
    await migrate({ ...options, database: handle });
  } finally {
    handle.close();
  }
}

/** What a migration is, and what may go. */
export interface Try {
  readonly up: ListedMigration["up"];
  readonly setup?: string;
  readonly more?: Partial<ListedMigration>;
  readonly allow?: readonly LossCode[];
  readonly transaction?: "each" | "all";
}

/** Expects that the migration goes through. */
export async function passes(way: Way, { up, setup = PEOPLE, more = {}, ...options }: Try): Promise<string> {
  const database = databaseOf(setup);
  await run(database, way, { ...options, migrations: [{ ...more, version: 1, up }] });
  return database;
}

/** Expects that the migration is refused, that the database is the same after it, and for a path its file, too. */
export async function isRefused(way: Way, { up, setup = PEOPLE, more = {}, ...options }: Try): Promise<LockstepError> {
  const database = databaseOf(setup);
  const bytes = readFileSync(database);
  const before = everythingIn(database);
  const migrations = [{ ...more, version: 1, up }];
  const error = await rejection(run(database, way, { ...options, migrations }), "would_lose_data");
  assert.deepEqual(everythingIn(database), before);
  if (more.transaction !== false) assert.ok(readFileSync(database).equals(bytes), "the file has changed");
  assert.equal(error.details.databaseVersion, 0);
  assert.equal(error.details.migration?.version, 1);
  return error;
}
