/** One write transaction: taken at once, committed with patience, rolled back whatever happens. */
import { wait, type Task } from "../core/task.ts";
import { databaseError } from "../database-error.ts";
import type { Connection } from "../driver/driver.ts";
import { retryWhileBusy } from "../lock.ts";
import { synchronous } from "../mode.ts";
import type { Session } from "../session.ts";
import { applySettings, type Settings } from "./settings.ts";

/** How the connection is set while it waits for the lock, and while it holds it. */
export interface TransactionSettings {
  readonly kept: Settings;
  readonly working: Settings;
  /** The connection is known to be set for work: nothing since the last transaction can have changed that. */
  readonly isSet?: boolean;
}

/**
 * Runs `body` in a transaction. BEGIN IMMEDIATE takes SQLite's write lock before anything is read, so what `body` reads
 * is still true when it writes. The lock goes with the process: there is nothing to clear after a crash.
 */
export function* transact<T>(session: Session, settings: TransactionSettings, body: () => Task<T>): Task<T> {
  yield* begin(session, settings);
  try {
    const result = yield* body();
    // On the caller's handle nobody else may run before COMMIT: what they write would be part of this transaction.
    const patient = session.ownership === "shared" ? { ...session, mode: synchronous } : session;
    // With a rollback journal a reader can make COMMIT busy. The transaction is then still open: it is tried again, not rolled back.
    yield* commit(patient);
    return result;
  } catch (error) {
    yield* rollBack(session);
    throw error;
  }
}

/** Ends the transaction with its changes. An error leaves it open, or SQLite has rolled it back. */
function* commit(session: Session): Task<void> {
  const { connection, database } = session;
  try {
    yield* retryWhileBusy(session, () => wait(connection.execute("COMMIT")));
  } catch (error) {
    const failure = connection.failure(error);
    if (failure?.kind !== "io" || !(yield* isLogged(connection))) throw error;
    throw databaseError(failure, { database, outcome: "unknown", cause: error }) ?? error;
  }
}

/**
 * Whether commits go to a write-ahead log. When the sync of the log fails, a whole commit may stand in it: this connection does not
 * count it, but whoever reads the log anew does (https://sqlite.org/walformat.html#recovery). A rollback journal has no such state.
 */
function* isLogged(connection: Connection): Task<boolean> {
  try {
    const [row] = yield* wait(connection.query("PRAGMA journal_mode"));
    return row?.["journal_mode"] === "wal";
  } catch {
    return true;
  }
}

/** Opens the transaction. */
export function* begin(session: Session, settings: TransactionSettings): Task<void> {
  const { connection, database } = session;
  try {
    yield* whenFree(session, settings, () => wait(connection.execute("BEGIN IMMEDIATE")));
  } catch (error) {
    // What fails here, such as a database that cannot be written, has changed nothing.
    const failure = connection.failure(error);
    const told = failure && databaseError(failure, { database, outcome: "unchanged", cause: error });
    throw told ?? error;
  }
}

/**
 * Runs `act` with the settings for work, again and again while the database is locked. While it waits, others may use the
 * connection, so the settings are then those of its owner: a row that they delete must not leave orphans because foreign keys
 * are off for us.
 */
export function* whenFree(
  session: Session,
  { kept, working, isSet = false }: TransactionSettings,
  act: () => Task<void>,
): Task<void> {
  const { connection } = session;
  let mustSet = !isSet;
  yield* retryWhileBusy(session, function* () {
    try {
      if (mustSet) yield* applySettings(connection, working);
      yield* act();
    } catch (error) {
      mustSet = true;
      yield* rollBack(session);
      yield* applySettings(connection, kept);
      throw error;
    }
  });
}

/** Ends an open transaction without its changes. SQLite may have done so itself already. */
export function* rollBack({ connection }: Session): Task<void> {
  if (connection.isOpen && connection.inTransaction) yield* wait(connection.execute("ROLLBACK"));
}
