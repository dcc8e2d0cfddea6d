/** Tries what the SQLite at hand can do, on a database of its own. */
import { TRY_ALTER_CONSTRAINT, type DraftCapabilities } from "../core/draft/capabilities.ts";
import { wait, type Task } from "../core/task.ts";
import type { Session } from "../session.ts";

/** Runs each form of a statement that not every version has. */
export function* probeCapabilities(session: Session): Task<DraftCapabilities> {
  const connection = session.openScratch();
  try {
    for (const sql of TRY_ALTER_CONSTRAINT) yield* wait(connection.execute(sql));
    return { alterConstraint: "possible" };
  } catch (error) {
    if (connection.failure(error)?.kind !== "other") throw error;
    return { alterConstraint: "impossible" };
  } finally {
    yield* wait(connection.close());
  }
}
