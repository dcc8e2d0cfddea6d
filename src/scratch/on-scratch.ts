/** An empty database in memory, for as long as somebody needs it. */
import { wait, type Task } from "../core/task.ts";
import { onConnection, type Session } from "../session.ts";

/** Runs `body` with a session on an empty database of the session's own driver, and closes it, whatever happens. */
export function* onScratch<T>(session: Session, body: (scratch: Session) => Task<T>): Task<T> {
  const connection = session.openScratch();
  try {
    return yield* body(onConnection(session, connection));
  } finally {
    // A migration may have closed it already.
    if (connection.isOpen) yield* wait(connection.close());
  }
}
