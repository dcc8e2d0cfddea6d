/**
 * A lock for what no transaction can hold: a second database file beside the first, on which a transaction stays open.
 * The system takes it from a process that ends in any way. The file stays, empty: whoever deletes it could leave two processes
 * with a lock each, one on the file that is gone.
 */
import { wait, type Task } from "../core/task.ts";
import { retryWhileBusy } from "../lock.ts";
import type { Session } from "../session.ts";

const SUFFIX = "-lockstep";

/** Runs `body` while no other process is between the same two points. A database in memory has no other process. */
export function* withSidecarLock<T>(session: Session, body: () => Task<T>): Task<T> {
  const lock = session.openBeside(SUFFIX);
  if (lock === undefined) return yield* body();
  try {
    yield* retryWhileBusy({ ...session, connection: lock }, () => wait(lock.execute("BEGIN EXCLUSIVE")));
    return yield* body();
  } finally {
    yield* wait(lock.close());
  }
}
