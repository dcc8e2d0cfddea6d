/** Waiting for a database that another process holds: tries again with jitter, says so, and ends after a bounded time. */
import { wait, type Task } from "./core/task.ts";
import type { Session } from "./session.ts";
import { databaseError } from "./database-error.ts";

/** When a wait is told for the first time, and how often then, in milliseconds. */
const FIRST_NOTICE_MS = 200;
const NOTICE_EVERY_MS = 5000;

/**
 * Runs `attempt` until the database is not busy, at most `lockTimeoutMs`.
 *
 * SQLite's own busy handler polls ever more slowly and starves: with 32 processes some fail after their whole time-out.
 * A short random pause is fair, and where the mode is asynchronous it keeps the event loop free.
 */
export function* retryWhileBusy<T>(session: Session, attempt: () => Task<T>): Task<T> {
  const { connection, mode, lockTimeoutMs, emit } = session;
  const startedAt = performance.now();
  let noticeAt = FIRST_NOTICE_MS;
  for (;;) {
    try {
      return yield* attempt();
    } catch (error) {
      const failure = connection.failure(error);
      if (failure?.kind !== "busy") throw error;
      const elapsedMs = Math.round(performance.now() - startedAt);
      if (elapsedMs >= lockTimeoutMs) {
        const problem = `another connection holds the database; waited ${elapsedMs} ms for it`;
        throw (
          databaseError(failure, { database: session.database, outcome: "unchanged", problem, cause: error }) ?? error
        );
      }
      if (elapsedMs >= noticeAt) {
        emit?.({ kind: "waiting", elapsedMs, lockTimeoutMs });
        noticeAt = elapsedMs + NOTICE_EVERY_MS;
      }
      yield* wait(mode.sleep(5 + Math.random() * 20));
    }
  }
}
