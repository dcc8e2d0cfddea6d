/** Marks migrations as applied without running them: for a database that has their changes already. */
import { humanName } from "../core/migration/file-name.ts";
import { toRef } from "../core/migration/reference.ts";
import { resolve } from "../core/history/resolve.ts";
import type { MigrationEntry, MigrationRef } from "../core/migration/migration.ts";
import { selectBaseline } from "../core/plan/select.ts";
import type { Task } from "../core/task.ts";
import { keepSettings, refuseOpenTransaction } from "../apply/keep-settings.ts";
import { ensureTables, insertRow, takeOver, writeProgress, writeVersion } from "../apply/record.ts";
import { SchemaMirror } from "../apply/schema-mirror.ts";
import { workingSettings } from "../apply/settings.ts";
import { transact } from "../apply/transaction.ts";
import { anyError } from "../database-error.ts";
import { readSnapshot } from "../history/read.ts";
import { LockstepError } from "../error.ts";
import type { BaselineReport } from "../report.ts";
import type { Session } from "../session.ts";
import { readChecksum } from "../source/load.ts";
import { lookClosely } from "./look-closely.ts";
import { takeSelected } from "./refusal.ts";
import { tellVersion } from "./tell-version.ts";

/** Marks every migration up to and with `to`. Their SQL is read for its checksum, so that later edits are seen. */
export function* markApplied(session: Session, to: number): Task<BaselineReport> {
  const { entries, snapshot: first } = yield* lookClosely(session);
  // Refused before a database that is not there would be created.
  yield* takeSelected(session, first, selectBaseline(resolve(entries, first), first.version, to));
  refuseOpenTransaction(session, first.version);
  const body = (): Task<BaselineReport> =>
    keepSettings(session, function* (kept) {
      try {
        const settings = { kept, working: workingSettings(kept, "check") };
        return yield* transact(session, settings, () => mark(session, entries, to));
      } catch (error) {
        if (error instanceof LockstepError) throw error;
        const { database, connection } = session;
        throw anyError(error, connection.failure(error), { database, outcome: "rolled_back" });
      }
    });
  return yield* tellVersion(first.version, body);
}

function* mark(session: Session, entries: readonly MigrationEntry[], to: number): Task<BaselineReport> {
  const now = yield* readSnapshot(session);
  const selected = yield* takeSelected(session, now, selectBaseline(resolve(entries, now), now.version, to));
  if (now.origin !== "recorded") yield* ensureTables(session);
  yield* takeOver(session, now, entries);
  const mirror = new SchemaMirror(session.connection, session.tables);
  yield* mirror.update();
  const marked: MigrationRef[] = [];
  for (const { version, entry } of selected) {
    // One that stopped half-way, and whose file is gone, has nothing but its number left.
    const { name } = entry ?? { name: humanName("", version) };
    const checksum = entry === undefined ? null : readChecksum(entry);
    // Only the newest one is known to have this schema after it.
    yield* insertRow(session, {
      version,
      name,
      checksum,
      durationMs: 0,
      schemaHash: version === to ? mirror.hash : null,
      reverseSql: null,
    });
    marked.push(entry === undefined ? { version, name } : toRef(entry));
  }
  // What was half-way counts as done now: nobody has to carry on with it.
  if (now.progress !== undefined && now.progress.version <= to) yield* writeProgress(session, undefined);
  const toVersion = Math.max(now.version, to);
  yield* writeVersion(session, toVersion);
  return { database: session.database, fromVersion: now.version, toVersion, marked };
}
