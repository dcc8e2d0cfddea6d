/** A look at what is there: the migrations that the source lists, and the history that the database has. */
import { route, type Listing } from "./core/history/listing.ts";
import { NO_HISTORY, type AppliedMigration, type HistorySnapshot } from "./core/history/history.ts";
import type { MigrationEntry } from "./core/migration/migration.ts";
import type { Task } from "./core/task.ts";
import { databaseError } from "./database-error.ts";
import { readApplied, readSnapshot } from "./history/read.ts";
import { retryWhileBusy } from "./lock.ts";
import type { Session } from "./session.ts";
import { listAll } from "./source/source.ts";

/** What a session knows after looking, without having read a migration. */
export interface Known {
  /** The directory as it is. */
  readonly listing: Listing;
  /** What leads from this database to the newest version. */
  readonly entries: readonly MigrationEntry[];
  readonly snapshot: HistorySnapshot;
}

/** Lists first: a directory that is wrong is told before the database is opened. `to` is the version that a way up ends at. */
export function* look(session: Session, to?: number): Task<Known> {
  const listing = listAll(session.source);
  const snapshot = yield* readHistory(session);
  return { listing, entries: route(listing, snapshot, to), snapshot };
}

/** Reads the history; a database that is not there has none. */
export function* readHistory(session: Session): Task<HistorySnapshot> {
  return session.isThere ? yield* patiently(session, () => readSnapshot(session)) : NO_HISTORY;
}

/** Reads the rows of the history, by version; none where lockstep has not written any. */
export function* readRows(session: Session, { origin }: HistorySnapshot): Task<ReadonlyMap<number, AppliedMigration>> {
  return origin === "recorded" ? yield* patiently(session, () => readApplied(session)) : new Map();
}

/** Another process that is just committing keeps out readers, too, where there is no WAL. */
function* patiently<T>(session: Session, read: () => Task<T>): Task<T> {
  try {
    return yield* retryWhileBusy(session, read);
  } catch (error) {
    const failure = session.connection.failure(error);
    if (failure === undefined) throw error;
    throw databaseError(failure, { database: session.database, outcome: "unchanged", cause: error }) ?? error;
  }
}
