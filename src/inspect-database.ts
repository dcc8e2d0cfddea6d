/** inspect() and inspectSync(): the schema of a database as a value. */
import type { Schema } from "./core/schema/schema.ts";
import { runAsync, runSync, type Task } from "./core/task.ts";
import { LockstepError } from "./error.ts";
import { retryWhileBusy } from "./lock.ts";
import { asynchronous, synchronous, type Mode } from "./mode.ts";
import type { MigrateOptions } from "./options.ts";
import { withSession } from "./session.ts";
import { operations } from "./start.ts";

/** What `inspect()` reads. */
export interface InspectOptions extends Pick<
  MigrateOptions,
  "driver" | "lockTimeoutMs" | "metadataTable" | "historyTable"
> {
  /** A path, a `file:` URL, or an open handle of `node:sqlite` or `better-sqlite3`. A path is opened for reading only. */
  readonly database: MigrateOptions["database"];
}

/**
 * Reads the schema of a database: its tables, indexes, views and triggers, without lockstep's own two tables and SQLite's own.
 * Writes nothing and opens no transaction. Throws a LockstepError: `schema_unreadable` names an object that lockstep does not know
 * how to read, or reads differently than SQLite does.
 */
export function inspect(options: InspectOptions): Promise<Schema> {
  return runAsync(inspectWith(options, asynchronous));
}

/** The same without a promise. */
export function inspectSync(options: InspectOptions): Schema {
  return runSync(inspectWith(options, synchronous), synchronousOnly);
}

function inspectWith(options: InspectOptions, mode: Mode): Task<Schema> {
  // A session is about migrations too; there are none to read here.
  return withSession({ ...options, migrations: [] }, { mode, access: "read" }, function* (session) {
    const { readSchema } = yield* operations(session);
    const { tables } = session;
    const without = [tables.metadata, tables.history];
    return yield* retryWhileBusy(session, () => readSchema(session, without));
  });
}

function synchronousOnly(): LockstepError {
  return new LockstepError({
    code: "synchronous_only",
    problem: "inspectSync() met a promise: the driver of the database is asynchronous",
    place: { kind: "argument", argument: "inspectSync()" },
    outcome: "unchanged",
    hint: "call inspect() and await it",
  });
}
