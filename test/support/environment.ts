/** What the tests of a hostile environment share: where a database stands, what lockstep says of a failure, and what must be true of both. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  migrateSync,
  type DriverName,
  type ErrorCode,
  type LockstepError,
  type ListedMigration,
  type Outcome,
} from "../../src/index.ts";
import { driverNames, readSettings, type OpenHandle } from "./handle.ts";
import { caught, checkRefusal } from "./source-refusal.ts";
import { stateOf } from "./state.ts";

/** The journals that SQLite can keep: a file beside the database that is gone after each commit, or a write-ahead log. */
export type JournalMode = "DELETE" | "WAL";

/** Both, with both libraries. */
export const surroundings: readonly { readonly mode: JournalMode; readonly driver: DriverName }[] = (
  ["DELETE", "WAL"] as const
).flatMap((mode) => driverNames.map((driver) => ({ mode, driver })));

/** A small table, then one that needs room, then another small one; ways back that need room as well. */
export const roomy: readonly ListedMigration[] = [
  { version: 1, up: "CREATE TABLE a (x); INSERT INTO a VALUES (1)", down: "DROP TABLE a" },
  {
    version: 2,
    up: "CREATE TABLE b (x)",
    down: "CREATE TABLE c (x); INSERT INTO c VALUES (zeroblob(400000)); DROP TABLE c; DROP TABLE b",
  },
  { version: 3, up: "CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(400000))", down: "DROP TABLE big" },
];

/** The same with statements that commit one by one, of which the second needs room. */
export const roomyStatements: readonly ListedMigration[] = [
  ...roomy.slice(0, 1),
  {
    version: 2,
    transaction: false,
    up: "CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(400000)); CREATE TABLE last (x)",
  },
];

/** Makes a database in this mode, at this version. */
export function makeDatabase(
  path: string,
  mode: JournalMode,
  migrations: readonly ListedMigration[],
  to: number,
): void {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = ${mode}; PRAGMA user_version = 7`);
  database.close();
  if (to > 0) migrateSync({ database: path, migrations, to });
}

/** What a failure has to say. */
export interface Failure {
  readonly code: ErrorCode;
  readonly outcome: Outcome;
  /** Null where it can tell none. */
  readonly version: number | null;
  /** The versions that this run had applied and keeps. */
  readonly completed?: readonly number[];
  readonly progress?: { readonly done: number; readonly total: number };
  readonly says?: RegExp;
}

/** Expects that `act` fails so. */
export async function expectFailure(act: () => unknown, failure: Failure): Promise<LockstepError> {
  const { code, outcome, version, completed = [], progress, says } = failure;
  const error = await caught(act);
  checkRefusal(error, code, { outcome, version, ...(says === undefined ? {} : { says }) });
  assert.deepEqual(
    (error.details.completed ?? []).map((one) => one.version),
    completed,
  );
  assert.deepEqual(error.details.progress, progress);
  return error;
}

/** Expects that `act` fails so, and that the database is as it was by the same handle, and so are its settings. */
export async function expectKept(handle: OpenHandle, act: () => unknown, failure: Failure): Promise<void> {
  const [before, settings] = [stateOf(handle), readSettings(handle)];
  await expectFailure(act, failure);
  assert.deepEqual(readSettings(handle), settings);
  assert.deepEqual(stateOf(handle), before);
}
