/** Version 1: tracks the base schema, which `initializeSchema()` has created already on every database it opened. */
import type { DatabaseSync } from "node:sqlite";
import { createBaseTables } from "../schema.ts";

export const name = "Initial Schema";
export const version = 1;

/** Creates only what is missing: all of it after a full rollback, and for the script on a new file. */
export function up(db: DatabaseSync): void {
  createBaseTables(db);
}

/** Drops the three tables. `metadata` stays: it is where "version 0" is written. */
export function down(db: DatabaseSync): void {
  db.exec("DROP TABLE IF EXISTS responses");
  db.exec("DROP TABLE IF EXISTS requests");
  db.exec("DROP TABLE IF EXISTS sessions");
}
