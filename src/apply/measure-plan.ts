/** What a whole way back would destroy: all its steps in one transaction, which is rolled back. */
import type { HistorySnapshot } from "../core/history/history.ts";
import type { Plan, Step } from "../core/plan/plan.ts";
import type { Task } from "../core/task.ts";
import { readSnapshotAgain } from "../history/read.ts";
import type { Loss } from "../report.ts";
import type { Session } from "../session.ts";
import { executeBody } from "./execute.ts";
import { keepSettings, refuseOpenTransaction } from "./keep-settings.ts";
import { measure, unmeasurableError } from "./loss.ts";
import type { Run } from "./run.ts";
import { toRunError } from "./run-error.ts";
import { workingSettings } from "./settings.ts";
import { begin, rollBack } from "./transaction.ts";

/** Measures a plan. The database is as before. Throws what a step throws, as a run would. */
export function* measurePlan(session: Session, plan: Plan, run: Pick<Run, "snapshot">): Task<readonly Loss[]> {
  const [first] = plan.steps;
  // Before the connection is touched: opening it would create a database that is not there.
  if (first === undefined) return [];
  refuseOpenTransaction(session, run.snapshot.version);
  const bare = plan.steps.find(({ migration }) => !migration.transaction);
  if (bare !== undefined) throw unmeasurableError(bare);
  let current = first;
  let known = run.snapshot;
  try {
    return yield* keepSettings(session, function* (kept) {
      yield* begin(session, { kept, working: workingSettings(kept, first.migration.foreignKeys) });
      try {
        return yield* measure(session, function* (silent) {
          known = yield* readSnapshotAgain(session, known);
          for (const step of plan.steps) {
            if (isUndone(known, step)) continue;
            current = step;
            yield* executeBody(silent, step);
          }
        });
      } finally {
        yield* rollBack(session);
      }
    });
  } catch (error) {
    throw toRunError({ session, snapshot: known, completed: [] }, current.migration, error);
  }
}

/** Whether another process has undone this step since the plan was made. */
function isUndone({ version, versions }: HistorySnapshot, { migration }: Step): boolean {
  // Versions above the newest row are those of a hand-written runner, which keeps no rows.
  const recordedTo = versions.at(-1) ?? 0;
  return migration.version > version || (migration.version <= recordedTo && !versions.includes(migration.version));
}
