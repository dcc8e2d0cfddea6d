/** One step inside its transaction: the history read again, the body, the checks before and after, the history written. */
import { isUntouched } from "../core/history/listing.ts";
import { toRef } from "../core/migration/reference.ts";
import type { Step } from "../core/plan/plan.ts";
import type { Task } from "../core/task.ts";
import { assert } from "../error.ts";
import { elapsedSince } from "./execute.ts";
import { guardBody, type GuardedBody } from "./guard/guard-body.ts";
import { refuseLoss } from "./loss.ts";
import { refuseOrphans } from "./orphans.ts";
import { ensureTables, recordStep, takeOver } from "./record.ts";
import { readAgain, readClock, type Run, type StepDone } from "./run.ts";
import type { Session } from "../session.ts";

/** Runs one step in the open transaction. Gives what is true once that is committed. */
export function* runStep(run: Run, step: Step, position: number): Task<StepDone> {
  const { session, plan, entries } = run;
  const { direction } = plan;
  const { known, isWanted, clock } = yield* readAgain(run, step);
  if (!isWanted) {
    session.emit?.({ kind: "migration_skipped", migration: toRef(step.migration), reason: "applied_elsewhere" });
    return { snapshot: known, position };
  }
  // A squash is the beginning of a database, and of no other: whoever planned it has looked again inside the lock.
  assert(step.migration.covers === undefined || isUntouched(known), "a squash runs before anything else");
  if (known.origin !== "recorded") yield* ensureTables(session);
  const before = yield* takeOver(session, known, entries);
  const migration = toRef(step.migration);
  const total = plan.steps.length;
  const statementCount = step.body.kind === "sql" ? step.body.script.statements.length : null;
  session.emit?.({ kind: "migration_started", direction, migration, position, total, statementCount });
  if (run.refusesLoss === true)
    yield* refuseLoss(session, function* (silent) {
      yield* performStep(run, silent, step);
    });
  const startedAt = performance.now();
  const reverseSql = yield* performStep(run, session, step);
  const durationMs = elapsedSince(startedAt);
  // A way back may drop what it finds, the two tables too, as the seed's first migration does.
  if (direction === "down") yield* ensureTables(session);
  const schemaHash = direction === "up" ? run.mirror.hash : null;
  const snapshot = yield* recordStep(session, before, step, { direction, durationMs, schemaHash, reverseSql });
  return {
    snapshot,
    clock: session.ownership === "own" ? clock : yield* readClock(session),
    report: { ...migration, durationMs },
    position,
  };
}

/**
 * Runs the body, and refuses what it may not leave behind: no transaction, rows that point at nothing, or fewer rows. Gives the SQL that undoes it,
 * where that could be computed.
 */
function* performStep(run: Run, session: Session, step: Step): Task<string | undefined> {
  const { mirror } = run;
  let done: GuardedBody | undefined;
  const { connection } = session;
  const { body, migration } = step;
  if (migration.foreignKeys === "check") {
    const statements = body.kind === "sql" ? body.script.statements : watchOf(session);
    yield* refuseOrphans({ connection, mirror, statements }, migration, function* (observe) {
      done = yield* guardBody(run, { session, step, observe });
    });
  } else {
    done = yield* guardBody(run, { session, step, observe: undefined });
    yield* mirror.update();
  }
  assert(connection.inTransaction, "a step that ends without an error is still in its transaction");
  if (done !== undefined) yield* done.judge();
  return done?.reverseSql;
}

/** On a connection of our own nobody runs a statement but the migration itself, and all it runs is seen. */
function watchOf({ ownership, connection }: Session): "observed" | "any" {
  return ownership === "own" && connection.answers === "at_once" ? "observed" : "any";
}
