/** Keeps what the connection's owner has set, around everything that writes. */
import type { Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import { retryWhileBusy } from "../lock.ts";
import type { Session } from "../session.ts";
import { endJournal, startJournal, type WorkingJournal } from "./journal.ts";
import { applySettings, readSettings, type Settings } from "./settings.ts";
import { rollBack } from "./transaction.ts";

/** Runs `body` with the settings that are to be kept, and puts them back whatever happens. */
export function* keepSettings<T>(session: Session, body: (kept: Settings) => Task<T>): Task<T> {
  const { connection } = session;
  const kept = yield* retryWhileBusy(session, () => readSettings(connection));
  const journal = yield* retryWhileBusy(session, () => startJournal(connection));
  let result: T;
  try {
    result = yield* body(kept);
  } catch (error) {
    try {
      yield* restore(session, kept, journal);
    } catch {
      // What failed first is what has to be told.
    }
    throw error;
  }
  yield* restore(session, kept, journal);
  return result;
}

/** A transaction that is open now was left by a migration: none was open before. */
function* restore(session: Session, kept: Settings, journal: WorkingJournal): Task<void> {
  const { connection } = session;
  if (!connection.isOpen) return;
  yield* rollBack(session);
  yield* retryWhileBusy(session, () => applySettings(connection, kept));
  yield* endJournal(connection, journal);
}

/** Refuses a connection on which the caller has a transaction open. */
export function refuseOpenTransaction({ connection }: Session, databaseVersion: number): void {
  if (!connection.inTransaction) return;
  throw new LockstepError({
    code: "transaction_open",
    problem: "the database handle is inside a transaction",
    place: { kind: "argument", argument: "database" },
    outcome: "unchanged",
    databaseVersion,
    hint: "commit it or roll it back before migrating: each migration needs its own",
  });
}
