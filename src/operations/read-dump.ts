/** Reads what a dump holds, all of it as of one moment. Writes nothing. */
import { dumpText, type DumpedDatabase } from "../core/schema/dump.ts";
import { isSameHistory, type HistorySnapshot } from "../core/history/history.ts";
import type { Task } from "../core/task.ts";
import { PROGRESS_KEY, VERSION_KEY } from "../history/tables.ts";
import { readCookie } from "../inspect/catalog.ts";
import { readHeader } from "../inspect/header.ts";
import { readSchema } from "../inspect/read-schema.ts";
import { retryWhileBusy } from "../lock.ts";
import { readHistory, readRows } from "../look.ts";
import type { DumpReport } from "../report.ts";
import type { Session } from "../session.ts";
import { refuseMissing } from "./missing-database.ts";
import { separateShadowTables } from "./module-tables.ts";

/** The schema as a script. A database that is not there is refused: its empty dump would look like one of a real one. */
export function* readDump(session: Session): Task<DumpReport> {
  refuseMissing(session);
  const dumped = yield* readAtOnce(session);
  return { database: session.database, currentVersion: dumped.snapshot.version, schema: dumpText(dumped) };
}

/**
 * Reads again where another connection has changed the schema or the history meanwhile. No transaction is opened: the handle may be
 * somebody else's, who has one open.
 */
function* readAtOnce(session: Session): Task<DumpedDatabase> {
  const { connection, tables } = session;
  for (;;) {
    const cookie = yield* retryWhileBusy(session, () => readCookie(connection));
    const header = yield* retryWhileBusy(session, () => readHeader(connection));
    const snapshot = yield* readHistory(session);
    const rows = yield* readRows(session, snapshot);
    const schema = yield* retryWhileBusy(session, () => readSchema(session));
    const now = yield* retryWhileBusy(session, () => readCookie(connection));
    if (now !== cookie || !isSameHistory(snapshot, yield* readHistory(session))) continue;
    return {
      schema: yield* separateShadowTables(session, schema),
      own: { metadata: tables.metadata, history: tables.history },
      values: valuesOf(snapshot),
      snapshot,
      applied: [...rows.values()],
      settings: new Map(Object.entries(header)),
    };
  }
}

/** The rows of the metadata table that are lockstep's. A table of that name that has no version is the application's alone. */
function valuesOf({ origin, version, progress }: HistorySnapshot): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (origin === "recorded" || version > 0) values.set(VERSION_KEY, String(version));
  if (progress !== undefined) values.set(PROGRESS_KEY, JSON.stringify(progress));
  return values;
}
