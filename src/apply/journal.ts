/** The rollback journal. A connection may be without one, and then nothing can be taken back (https://sqlite.org/pragma.html#pragma_journal_mode). */
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";

/** The mode that a run works with in the place of `off`; undefined where the connection keeps its own. */
export type WorkingJournal = "delete" | "memory" | undefined;

/**
 * Gives a connection without a journal one for as long as the run takes: after a ROLLBACK without it the file is damaged, and a trial that
 * is taken back is one.
 */
export function* startJournal(connection: Connection): Task<WorkingJournal> {
  if ((yield* readMode(connection)) !== "off") return undefined;
  // A database in memory has no file to put it in.
  const mode = connection.path === null ? "memory" : "delete";
  yield* wait(connection.query(`PRAGMA main.journal_mode = ${mode}`));
  return mode;
}

/** Takes it away again, where no migration has chosen another mode. */
export function* endJournal(connection: Connection, working: WorkingJournal): Task<void> {
  if (working === undefined || (yield* readMode(connection)) !== working) return;
  yield* wait(connection.query("PRAGMA main.journal_mode = OFF"));
}

function* readMode(connection: Connection): Task<string> {
  const [row] = yield* wait(connection.query("PRAGMA main.journal_mode"));
  return String(row?.["journal_mode"]);
}
