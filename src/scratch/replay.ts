/** Replays migrations on an empty database in memory, as a new database would run them. It costs no file, and nothing of it stays. */
import { NO_HISTORY, type HistorySnapshot } from "../core/history/history.ts";
import type { LoadedMigration, MigrationEntry } from "../core/migration/migration.ts";
import { planUp } from "../core/plan/plan.ts";
import { wait, type Task } from "../core/task.ts";
import { runPlan } from "../apply/run-plan.ts";
import type { Session } from "../session.ts";
import { loadMigration } from "../source/load.ts";
import { onScratch } from "./on-scratch.ts";

/** Which migrations are replayed. */
export interface ReplayOptions {
  /** In this order, which need not be that of their versions. */
  readonly entries: readonly MigrationEntry[];
}

/**
 * Runs the migrations on a scratch database of the session's own driver, and `body` with a session on it. Throws the error of a
 * migration that fails there, which knows its place.
 */
export function* replay<T>(session: Session, options: ReplayOptions, body: (scratch: Session) => Task<T>): Task<T> {
  return yield* onScratch(session, function* (scratch) {
    yield* applyTo(scratch, options);
    return yield* body(scratch);
  });
}

/** Applies migrations to a scratch database, behind what it has already. */
export function* applyTo(
  scratch: Session,
  { entries }: ReplayOptions,
  snapshot: HistorySnapshot = NO_HISTORY,
): Task<void> {
  const migrations: LoadedMigration[] = [];
  for (const entry of entries) migrations.push(yield* loadMigration(entry, scratch.mode));
  const plan = planUp(migrations, snapshot.version);
  yield* runPlan({ session: scratch, plan, entries, snapshot, isWanted: () => wait(true) });
}
